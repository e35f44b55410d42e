"""A built folder that is none: large enough for a package, made in no time."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.packaging.packing import Packing

MADE = 1_795_800_000  # Friday 27 November 2026, 17:20 UTC


@pytest.fixture(autouse=True)
def _of_the_window(qapp: object) -> None:
    """Let icons be drawn with the application of all tests: a process can have one, of one kind."""


@pytest.fixture
def packing(tmp_path: Path) -> Packing:
    """Return what packs a program of one line."""
    built = tmp_path / "dist" / "orangery"
    (built / "_internal" / "deep").mkdir(parents=True)
    (built / "orangery").write_text("#!/bin/sh\necho orangery\n")
    (built / "orangery").chmod(0o700)  # of whoever builds: a package has its own rights
    (built / "_internal" / "deep" / "words.txt").write_text("words\n")
    (built / "_internal" / "link").symlink_to("deep/words.txt")
    return Packing(program="orangery", built=built, version="0.2.0b1", made=MADE)


def said(*command: str | Path) -> str:
    """Return all that a tool says; it must be content."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
