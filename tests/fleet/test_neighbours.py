"""Programs of a home find each other by mDNS, on one network and nowhere else."""

import os
import subprocess
import sys
import threading
import time

import pytest

from fleet.errors import CommandError
from fleet.neighbours import Neighbour, Neighbours, is_local

KIND = f"_test-{os.getpid()}._tcp"  # of this run: others may be under way
LIMIT_S = 15


@pytest.fixture
def here():
    try:
        found = Neighbours(KIND, "127.0.0.1")
    except CommandError as error:
        pytest.skip(f"no multicast on loopback here: {error}")
    yield found
    found.close()


def until(neighbours, wanted):
    """Wait until those found are as wanted."""
    deadline, over = time.monotonic() + LIMIT_S, threading.Event()
    while not wanted(neighbours.found):
        assert time.monotonic() < deadline, neighbours.found
        over.wait(0.05)
    return neighbours.found


OTHER = f"""
import sys
from fleet.neighbours import Neighbours
mine = Neighbours({KIND!r}, "127.0.0.1")
mine.announce("other", 4711, {{"v": "1", "home": "abc"}})
print("announced", flush=True)
sys.stdin.read()
mine.close()
"""


def test_one_process_finds_another_and_notices_that_it_goes(here):
    with subprocess.Popen(
        [sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"announced\n"
        [found] = until(here, bool)
        other.stdin.close()
        until(here, lambda found: not found)
    text = {"v": "1", "home": "abc"}
    assert found == Neighbour(name="other", address="127.0.0.1", port=4711, text=text)


def test_nobody_is_its_own_neighbour(here):
    with subprocess.Popen(
        [sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        here.announce("mine", 1, {})
        assert other.stdout.readline() == b"announced\n"
        found = until(here, bool)
        other.stdin.close()
    assert [one.name for one in found] == ["other"]


def test_a_network_that_is_not_there_is_said():
    with pytest.raises(CommandError, match="neighbours_unavailable"):
        Neighbours(KIND, "192.0.2.77")


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.0.0.1", True),
        ("192.168.1.7", True),
        ("10.1.2.3", True),
        ("169.254.9.9", True),
        ("fe80::1", True),
        ("fd00::1", True),
        ("::ffff:192.168.1.7", True),
        ("8.8.8.8", False),
        ("::ffff:8.8.8.8", False),
        ("2606:4700::1", False),
        ("0.0.0.0", False),
        ("home.example", False),
        ("", False),
    ],
)
def test_only_addresses_of_a_home_are_local(address, local):
    assert is_local(address) is local
