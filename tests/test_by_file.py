"""How several processes share the tests, and what one that hangs or dies costs: pytest on toys."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFTEST = """
from tests import conftest
from tests.conftest import pytest_runtest_protocol, pytest_xdist_make_scheduler

conftest.GRACE_S = 1
"""
GOES = """
import os

def test_it(): print("in", os.getpid())

def test_more(): print("in", os.getpid())
"""
DIES = "import os\ndef test_first(): pass\ndef test_dies(): os._exit(3)\ndef test_last(): pass\n"
HANGS = """
import pytest
from PySide6.QtCore import QSemaphore

@pytest.mark.timeout(1)
def test_hangs(): QSemaphore().acquire()
"""
HANGS_AFTER = """
import pytest
from PySide6.QtCore import QSemaphore

@pytest.fixture
def thing():
    yield
    QSemaphore().acquire()

@pytest.mark.timeout(1)
def test_ends(thing): pass
"""

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(processes: int, **files: str) -> str:
        (tmp_path / "conftest.py").write_text(CONFTEST)
        (tmp_path / "pytest.ini").write_text("[pytest]\ntimeout = 30\n")
        for name, body in files.items():
            (tmp_path / f"test_{name}.py").write_text(body)
        words = ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder", "-rAP"]
        told = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
            cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=90, check=False,
        )  # fmt: skip
        return told.stdout

    return run


def ended(said: str) -> str:
    """The last line, without its seconds."""
    return said.splitlines()[-1].strip("= ").partition(" in ")[0]


def test_the_tests_of_a_file_run_in_one_process(run):
    said = run(2, a=GOES, b=GOES, c=GOES)
    assert ended(said) == "6 passed"
    assert [said.count(f"in {one}\n") % 2 for one in set(re.findall(r"in (\d+)\n", said))] == [0, 0]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_test_that_ends_its_process_is_named_and_costs_no_other(run, processes):
    said = run(processes, a=DIES, b=GOES, c="def test_alone(): pass")
    assert ended(said) == "1 failed, 5 passed"
    assert "test_a.py::test_dies" in said


def test_a_wait_that_no_signal_ends_fails_and_says_where_it_stood(run):
    said = run(1, a=HANGS, b=GOES)
    assert ended(said) == "1 failed, 2 passed"
    assert re.search(r"test_a.py\", line \d+ in test_hangs", said)


def test_so_does_one_in_the_cleaning_up(run):
    said = run(1, a=HANGS_AFTER, b=GOES)
    assert "1 failed" in ended(said)
    assert re.search(r"test_a.py\", line \d+ in thing", said)
