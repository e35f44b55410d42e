"""What is left behind by a process that ended by a fault, tried on processes that really do."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from desktop import crashes, logs, processes
from desktop.crashes import Ended

BEGIN = """
import ctypes, logging, os, signal, sys
from pathlib import Path
from desktop import crashes, logs
folder = Path(sys.argv[1])
with logs.kept(folder), crashes.watched(folder, "window"):
"""


def run(folder: Path, *lines: str) -> int:
    code = BEGIN + "".join(f"    {line}\n" for line in lines)
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        env=processes.environment({}),
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode


def fail() -> None:
    raise ValueError("password=hunter2")


def caught(what: str = "window") -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger(what).critical("our fault", exc_info=True)


def test_an_orderly_end_leaves_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "pass") == 0
    assert list(crashes.folder_of(tmp_path).iterdir()) == []
    assert crashes.take(tmp_path) is None


def test_a_process_that_is_killed_is_told_once(tmp_path: Path) -> None:
    assert run(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)") == -9
    crash = crashes.take(tmp_path)
    assert (crash.ended, crash.what, crash.trace) == (Ended.VANISHED, "window", "")
    assert crashes.take(tmp_path) is None


def test_a_fault_in_a_library_leaves_where_it_was(tmp_path: Path) -> None:
    assert run(tmp_path, "ctypes.string_at(0)") == -11
    crash = crashes.take(tmp_path)
    assert crash.ended is Ended.FATAL
    assert "Segmentation fault" in crash.trace
    assert "string_at" in crash.trace


def test_a_killed_process_of_before_the_computer_was_started_anew_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.setattr(crashes, "_boot", lambda: "another")
    assert crashes.take(tmp_path) is None


def test_an_exception_nobody_caught_is_kept_without_secrets_and_folders(tmp_path: Path) -> None:
    with crashes.watched(tmp_path, "window"):
        caught()
    crash = crashes.take(tmp_path)
    assert crash.ended is Ended.EXCEPTION
    assert 'File "desktop/' in crash.trace or 'File "~' in crash.trace or "in fail" in crash.trace
    assert "ValueError: password=***" in crash.trace
    assert str(Path.home()) not in crash.trace


def test_a_fault_that_comes_again_and_again_is_written_once(tmp_path: Path) -> None:
    with crashes.watched(tmp_path, "window"):
        for _ in range(50):
            caught()
    assert len(list(crashes.folder_of(tmp_path).glob("*.json"))) == 1
    assert crashes.take(tmp_path).others == 0


def test_the_gravest_is_told_with_the_number_of_others(tmp_path: Path) -> None:
    run(tmp_path, "logs._died(ValueError, ValueError('x'), None)", "ctypes.string_at(0)")
    crash = crashes.take(tmp_path)
    assert (crash.ended, crash.others) == (Ended.FATAL, 1)


def test_a_window_whose_screen_has_gone_has_not_crashed(tmp_path: Path) -> None:
    broke = "gui._qt_said(gui.QtMsgType.QtWarningMsg, gui.QMessageLogContext(), broke)"
    code = ("from desktop import gui", "broke = 'The X11 connection broke (error 1).'", broke)
    assert run(tmp_path, *code, "os._exit(1)") == 1
    assert crashes.take(tmp_path) is None


def test_a_process_that_still_runs_has_not_crashed(tmp_path: Path) -> None:
    with crashes.watched(tmp_path, "serve"):
        assert crashes.take(tmp_path) is None


def test_only_the_newest_few_are_kept_to_be_looked_at(tmp_path: Path) -> None:
    place = crashes.folder_of(tmp_path)
    place.mkdir()
    for number in range(20):
        (place / f"{number}-1.json").write_text("{}")
    assert crashes.take(tmp_path) is None  # none of them can be read
    assert len(list((place / "told").iterdir())) == 10


def test_only_the_owner_may_look(tmp_path: Path) -> None:
    with crashes.watched(tmp_path, "window"):
        caught()
        files = list(crashes.folder_of(tmp_path).iterdir())
        assert len(files) == 3
        assert all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_a_house_that_is_made_for_its_faults_is_its_owners_alone(tmp_path: Path) -> None:
    with crashes.watched(tmp_path / "house", "window"):
        assert (tmp_path / "house").stat().st_mode & 0o077 == 0


def test_a_folder_that_takes_nothing_is_no_reason_not_to_start(tmp_path: Path) -> None:
    crashes.folder_of(tmp_path).write_text("a file in its place")
    with crashes.watched(tmp_path, "window"):
        caught()
    assert crashes.take(tmp_path) is None


def test_paths_of_our_own_source_are_the_same_on_every_computer() -> None:
    said = 'File "/srv/anna/x/desktop/window.py", line 3\nFile "/usr/lib/python3.11/json/a.py"'
    assert crashes.clean(said) == 'File "desktop/window.py", line 3\nFile "json/a.py"'


def test_a_very_long_trace_keeps_its_beginning_and_its_end() -> None:
    trace = crashes.clean("begin " + "x" * 50_000 + " end")
    assert trace.startswith("begin ")
    assert trace.endswith(" end")
    assert len(trace) < 13_000


def test_the_log_has_it_too(tmp_path: Path) -> None:
    run(tmp_path, "logs._died(ValueError, ValueError('in the log'), None)")
    assert "ValueError: in the log" in logs.file_of(tmp_path).read_text()
    kept = next(crashes.folder_of(tmp_path).glob("*.json"))
    assert json.loads(kept.read_bytes())["version"]
