"""Which starts give a sign of life, and which version is kept meanwhile."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from desktop import crashes
from desktop.selfupdate import lives, versions
from desktop.selfupdate.versions import Versions
from tests.desktop.selfupdate.toys import Toys


@pytest.fixture
def toy(tmp_path: Path) -> Toys:
    made = Toys(tmp_path)
    made.begin()
    return made


@pytest.fixture
def running(toy: Toys, monkeypatch) -> Versions:
    """This process is version 2.0, on trial, started by the launcher."""
    known = Versions(toy.root, "1.0")
    archive, files = toy.archive("2.0")
    known.unpack(archive, "2.0", files)
    known.switch("2.0")
    (toy.root / "starts").mkdir()
    lives.mark(toy.root, "2.0", os.getpid()).touch()
    lives.mark(toy.root, "2.0", 4_000_000).touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(toy.root / "versions/2.0/orangery"))
    monkeypatch.setattr(lives, "_faults", [])
    return known


def marks(known: Versions) -> list[str]:
    return [one.name.split("~")[-1] for one in known._marks("2.0")]


def test_the_orderly_end_of_a_command_takes_its_own_start_back(running: Versions) -> None:
    with pytest.raises(SystemExit), lives.watched():
        sys.exit(1)
    assert marks(running) == ["4000000"]


@pytest.mark.parametrize("how", [RuntimeError, KeyboardInterrupt, ImportError])
def test_a_fault_that_nobody_caught_is_no_sign_of_life(running: Versions, how) -> None:
    with pytest.raises(how), lives.watched():
        raise how
    assert len(marks(running)) == 2


def test_a_fault_that_was_told_in_words_is_none_either(running: Versions, toy) -> None:
    def tells() -> None:
        lives.fault(toy.folder, KeyError("missing"))
        sys.exit(1)

    with pytest.raises(SystemExit), lives.watched():
        tells()
    assert len(marks(running)) == 2
    crash = crashes.take(toy.folder)
    assert (crash.what, crash.trace) == ("start", "KeyError: 'missing'\n")


def test_a_fault_of_a_start_that_lives_is_not_kept_for_a_report(running: Versions, toy) -> None:
    lives.alive()
    lives.fault(toy.folder, KeyError("missing"))
    assert crashes.take(toy.folder) is None


def test_what_is_proven_has_no_failed_starts_any_more(running: Versions) -> None:
    lives.proven()
    assert (marks(running), running.state().proven) == ([], True)


def test_the_version_that_runs_is_kept_by_its_process(running: Versions, toy: Toys) -> None:
    (toy.root / "state").write_text("now=1.0\nproven=yes\n")
    with lives.watched():
        assert running.tidy() == ()
    assert running.tidy() == ("2.0",)


def test_where_nothing_can_be_written_it_lives_all_the_same(running: Versions, toy: Toys) -> None:
    (toy.root / "lock").unlink()
    (toy.root / "lock").mkdir()
    lives.proven()
    assert not running.state().proven


def test_from_source_there_are_no_versions_and_nothing_is_said(toy: Toys) -> None:
    assert versions.here() is None
    with lives.watched():
        lives.alive()
        lives.proven()
