"""Old metadata: refused from outside, and no obstacle to newer ones when they are our own."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.firmware.conformance.repository import ALL, day
from tests.firmware.conformance.test_basic import PROGRAM

ONES = {"root": 1, "timestamp": 1, "snapshot": 1, "targets": 1}


def test_an_expired_root_is_kept_and_stops_the_rest(client, repo):
    client.refresh()
    repo.root.expires = day(-1)
    repo.publish("root", *ALL)
    assert client.refresh() == 1
    assert client.versions() == ONES | {"root": 2}


@pytest.mark.parametrize(
    ("role", "newer"),
    [
        ("timestamp", {}),
        ("snapshot", {"timestamp": 2}),
        ("targets", {"timestamp": 2, "snapshot": 2}),
    ],
)
def test_an_expired_role_is_refused(client, repo, role, newer):
    client.refresh()
    repo.signed[role].expires = day(-5)
    repo.publish(*ALL)
    assert client.refresh() == 1
    assert client.versions() == ONES | newer


def test_a_root_of_ours_that_has_expired_is_replaced(client, repo, in_days):
    repo.root.expires = day(7)
    repo.publish("root")
    assert client.refresh() == 0
    repo.root.expires = day(21)
    repo.publish("root")
    in_days(18)
    assert client.refresh() == 0
    assert client.version("root") == 3


def test_a_timestamp_of_ours_that_has_expired_is_replaced(client, repo, in_days):
    repo.timestamp.expires = day(7)
    repo.publish("timestamp")
    assert client.refresh() == 0
    repo.timestamp.expires = day(21)
    repo.publish(*ALL)
    in_days(18)
    assert client.refresh() == 0
    assert client.versions() == {"root": 1, "timestamp": 3, "snapshot": 2, "targets": 2}


def test_a_timestamp_of_ours_that_has_expired_still_forbids_an_older_one(client, repo, in_days):
    repo.timestamp.expires = day(7)
    repo.publish("timestamp")
    client.refresh()
    repo.timestamp.expires = day(21)
    repo.set_back("timestamp", 1)
    in_days(18)
    assert client.refresh() == 1
    assert client.version("timestamp") == 2


@pytest.mark.skipif(shutil.which("faketime") is None, reason="needs faketime")
@pytest.mark.parametrize(("days", "code"), [(6, 0), (8, 1)])
def test_a_process_believes_the_clock_of_its_machine(client, repo, days, code):
    repo.root.expires = day(7)
    repo.publish("root")
    words = ["faketime", f"{day(days):%Y-%m-%d %H:%M:%S}", PROGRAM, *client.refresh_words()]
    env = {**os.environ, "PYTHON": sys.executable, "TZ": "UTC"}
    assert subprocess.run(words, env=env, check=False).returncode == code
