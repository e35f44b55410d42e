"""What the program leaves behind when it dies of a fault of its own: window and `serve`."""

import subprocess
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

from desktop import gui, live, logs, processes, settings
from desktop.cli import main
from desktop.commands import History
from desktop.demo.program import Program
from fleet.errors import OrangeryError
from tests.desktop.homes import furnish, until

SERVE = """
import sys
from desktop import app
from desktop.cli import main

def broken(self, *_):
    raise ZeroDivisionError("while it opens")

app.Household._add_parts = broken
main(["--folder", sys.argv[1], "--lang", "en", "serve"])
"""
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from desktop import gui, live

def run(client, **look):
    application = gui.application()
    QTimer.singleShot(0, lambda: 1 / 0)
    QTimer.singleShot(100, application.quit)
    return application.exec()

gui.run = run
sys.exit(live.house(Path(sys.argv[1])))
"""


def run(code, folder):
    return subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        env=processes.environment({"QT_QPA_PLATFORM": "offscreen"}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def folder(tmp_path):
    return furnish(tmp_path)


def test_serve_that_dies_says_where_its_log_is(folder):
    done = run(SERVE, folder)
    assert done.returncode == 1
    assert str(logs.file_of(folder)) in done.stderr
    assert "Traceback" not in done.stderr
    assert "ZeroDivisionError: while it opens" in logs.file_of(folder).read_text()


def test_a_fault_in_the_window_is_in_the_log_and_the_window_goes_on(folder):
    done = run(WINDOW, folder)
    assert done.returncode == 0, done.stderr
    assert "ZeroDivisionError" in logs.file_of(folder).read_text()


def test_a_window_that_does_not_even_open_leaves_a_log(folder):
    class Windows:
        def house(self, place, **_):
            raise ZeroDivisionError("no window")

    words = ["--folder", str(folder), "--lang", "en"]
    answer = CliRunner().invoke(main, words, obj=Windows())
    assert answer.exit_code == 1
    assert "ZeroDivisionError" in answer.stderr
    assert "ZeroDivisionError: no window" in logs.file_of(folder).read_text()


def test_a_window_on_the_house_of_a_service_lives_on_when_that_is_started_again(
    folder, monkeypatch
):
    settings.save(folder, replace(settings.load(folder), theme="dark"))
    seen = []

    def run(client, *, language, theme, **_):
        until(client, lambda now: now.facts.get("look"))
        program.kill()
        until(client, lambda now: not _serves(client))
        program.start()
        until(client, lambda now: _serves(client))
        seen.append((language, theme))
        return 0

    monkeypatch.setattr(gui, "run", run)
    program = Program(folder)
    program.start()
    try:
        assert live.house(folder, language="en") == 0
    finally:
        program.stop()
    assert seen == [("en", "dark")]


def _serves(client) -> bool:
    try:
        client.send(History()).result(5)
    except OrangeryError:
        return False
    return True
