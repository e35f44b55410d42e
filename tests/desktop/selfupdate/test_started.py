"""The program itself, started by the launcher as a version on trial: which of its starts count."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.selfupdate.versions import Versions
from tests.desktop.homes import furnish
from tests.desktop.selfupdate import toys

LIMIT_S = 60.0
ROOT = Path(__file__).parents[3]
RUNS = """#!/bin/sh
PYTHONPATH={source} exec {python} -c '
import sys
sys.frozen, sys.executable = True, sys.argv[1]
sys.argv = ["orangery", *sys.argv[2:]]
{first}
from desktop.__main__ import main
main()
' "$0" "$@"
"""
"""Becomes the program from source, in the process that the launcher was, as a version of a copy."""
BREAKS = """from desktop import door
def fails(*_, **__):
    raise KeyError(3)
door.open_client = fails"""


class Copy:
    """Version 2.0 on trial is the program; 1.0 is a toy."""

    def __init__(self, folder: Path) -> None:
        self.house = furnish(folder / "house")
        self.toys = toys.Toys(folder / "copy")
        self.toys.folder.mkdir()
        self.toys.house = folder / "toy-house"
        self.toys.begin()
        self.root = self.toys.root
        self.write()

    def write(self, first: str = "") -> None:
        body = RUNS.format(source=ROOT, python=sys.executable, first=first)
        place = self.root / "versions" / "2.0"
        if not place.exists():
            toys.program(place, "2.0", body)
        (place / "orangery").write_text(body)
        Versions(self.root, "1.0").switch("2.0")

    @property
    def starts(self) -> int:
        """How many starts failed, or are under way."""
        return len(Versions(self.root)._marks("2.0"))

    def run(self, *words: str) -> int:
        with self.started(*words) as process:
            return process.wait(LIMIT_S)

    @contextmanager
    def started(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [str(self.root / "orangery"), "--folder", str(self.house), *words],
            env={**os.environ, "HOUSE": str(self.toys.house), "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--version"], 0),
        (["reports", "--json"], 0),
        (["orangery:maker?nonsense"], 1),
        (["no-such"], 2),
    ],
    ids=["version", "command", "refused", "used wrongly"],
)
def test_a_command_that_ends_in_order_is_no_failed_start_and_proves_nothing(
    copy: Copy, words: list[str], code: int
) -> None:
    assert copy.run(*words) == code
    assert (copy.starts, Versions(copy.root).state().proven) == (0, False)


@pytest.mark.parametrize(
    "first", ["import no_such_library", BREAKS], ids=["while it is loaded", "told in words"]
)
def test_a_fault_is_a_failed_start(copy: Copy, first: str) -> None:
    copy.write(first)
    assert [copy.run("reports"), copy.run("reports")] == [1, 1]
    assert copy.starts == 2
    assert toys.came_up(copy.toys.start()) == "1.0"


@pytest.mark.parametrize("words", [["serve"], []], ids=["serve", "window"])
def test_serve_and_window_prove_their_version_once_the_house_is_open(
    copy: Copy, words: list[str]
) -> None:
    with copy.started(*words) as process:
        deadline = time.monotonic() + LIMIT_S
        while not Versions(copy.root).state().proven and process.poll() is None:
            assert time.monotonic() < deadline
            threading.Event().wait(0.05)
        assert (process.poll(), copy.starts) == (None, 0)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0


def test_what_is_killed_before_it_was_ready_has_failed(copy: Copy) -> None:
    copy.write("import os; os.kill(os.getpid(), 9)")
    assert copy.run("serve") == -signal.SIGKILL
    assert copy.starts == 1
