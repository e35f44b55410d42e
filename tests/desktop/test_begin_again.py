"""A window or `serve` that begins again: all is closed in order, then it is what starts next."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop import door, gui, live, processes
from desktop.build import Packaged
from desktop.program_commands import RestartProgram
from desktop.selfupdate.facts import Program, Step
from desktop.window import Window
from tests.desktop.homes import furnish


@pytest.fixture
def house(tmp_path):
    return furnish(tmp_path / "house")


@pytest.fixture
def become(monkeypatch):
    """What the process would become: program, words, environment."""
    found = []
    monkeypatch.setattr(processes.os, "execve", lambda *said: found.append(said))
    return found


def test_it_is_asked_the_same_again_but_not_for_the_link_it_began_with(monkeypatch, become):
    monkeypatch.setattr(sys, "argv", ["x", "--folder", "/h", "--minimised", "orangery:device/1"])
    processes.begin_again()
    [(program, command, _)] = become
    assert command == processes.own_command("--folder", "/h")
    assert program == command[0]


def test_a_copy_that_keeps_versions_begins_with_its_launcher(monkeypatch, become):
    monkeypatch.setattr(processes.build, "root", lambda: Path("/opt/orangery"))
    monkeypatch.setattr(sys, "argv", ["x", "serve"])
    processes.begin_again()
    assert become[0][1] == ["/opt/orangery/orangery", "serve"]


def test_nothing_of_the_version_that_ends_is_found_by_the_one_that_begins():
    own = Path("/opt/o/versions/1")
    said = {
        "_PYI_ARCHIVE_FILE": f"{own}/orangery",
        "LD_LIBRARY_PATH": f"{own}/_internal",
        "LD_LIBRARY_PATH_ORIG": "/usr/lib/more",
        "QT_PLUGIN_PATH": f"{own}/_internal/plugins",
        "QT_SCALE_FACTOR": "2",
        "PATH": f"{own}/bin:/usr/bin",
    }
    left = {
        "LD_LIBRARY_PATH": "/usr/lib/more",
        "QT_SCALE_FACTOR": "2",
        "PATH": f"{own}/bin:/usr/bin",
    }
    assert processes._fresh(said, own) == left
    del said["LD_LIBRARY_PATH_ORIG"]
    assert "LD_LIBRARY_PATH" not in processes._fresh(said, own)


def test_serve_begins_again_as_the_same_process(house):
    command = processes.own_command("--folder", str(house), "serve", "--tied")
    serve = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=processes.environment({})
    )
    try:
        first = json.loads(serve.stdout.readline())
        with door.open_client(house, settle=False) as client:
            client.send(RestartProgram()).result(20)
        assert json.loads(serve.stdout.readline()) == first
        assert serve.poll() is None
    finally:
        serve.stdin.close()
        assert serve.wait(30) == 0
        serve.stdout.close()


def window():
    every = QApplication.topLevelWidgets()
    return next(one for one in every if isinstance(one, Window) and one.isVisible())


def restarting(root=""):
    told = Program(
        version="1", platform="p", packaged=Packaged.SOURCE, root=root, step=Step.RESTARTING
    )
    return {"program": {"here": told}}


def test_the_window_leaves_to_begin_again_when_its_house_does(qapp, client, tmp_path):
    QTimer.singleShot(50, lambda: client.say(**restarting()))
    start = gui.Start(folder=tmp_path)
    assert gui.run(client, language="en", start=start) == processes.AGAIN


def test_the_window_of_another_copy_of_the_program_stays(qapp, client, tmp_path):
    def told():
        client.say(**restarting(root="/opt/other"))
        QTimer.singleShot(50, lambda: window().close())

    QTimer.singleShot(50, told)
    assert gui.run(client, language="en", start=gui.Start(folder=tmp_path)) == 0


def test_the_window_begins_again_once_its_house_is_closed(qapp, house, become, monkeypatch):
    locked = []

    def run(client, **_):
        client.begin().result(20)
        client.send(RestartProgram()).result(20)
        return processes.AGAIN

    def begin_again():
        locked.append([one.name for one in house.iterdir() if one.name == "socket"])

    monkeypatch.setattr(gui, "run", run)
    monkeypatch.setattr(processes, "begin_again", begin_again)
    live.house(house)
    assert locked == [[]]
