"""A window or `serve` that begins again: all is closed in order, then it is what starts next."""

import json
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop import build, door, gui, live, processes
from desktop.build import Packaged
from desktop.selfupdate import place
from desktop.selfupdate.facts import Program, Step
from desktop.window import Window
from tests.desktop.homes import furnish
from tests.desktop.selfupdate import renewing


@pytest.fixture
def house(tmp_path):
    return furnish(tmp_path / "house")


@pytest.fixture
def become(monkeypatch):
    """What the process would become: program, words, environment."""
    found = []
    monkeypatch.setattr(processes.os, "execve", lambda *said: found.append(said))
    return found


@pytest.mark.parametrize(
    ("word", "link"),
    [
        ("orangery:device/1", "orangery:device/1"),
        ("/a b/x.orangery.zip", "file:///a%20b/x.orangery.zip"),
        ("file:///h/x", "file:///h/x"),
    ],
)
def test_it_is_asked_the_same_again_but_not_for_the_link_it_began_with(
    monkeypatch, become, word, link
):
    monkeypatch.setattr(sys, "argv", ["x", "--folder", "/h", "--minimised", word])
    processes.begin_again(link)
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
            renewing.begin_again(client)
        assert json.loads(serve.stdout.readline()) == first
        assert serve.poll() is None
    finally:
        serve.stdin.close()
        assert serve.wait(30) == 0
        serve.stdout.close()


def told(**said):
    known = {"version": "1", "platform": "p", "packaged": Packaged.SOURCE}
    return {"program": {"here": Program(**{**known, **said})}}


def shown(client, folder, fact, *, owns=True):
    """What a window comes to that hears this, and is closed once it has."""
    opened = Future()
    opened.set_result(None)

    def say():
        if not (there := windows()):
            QTimer.singleShot(10, say)
            return
        [window] = there
        window.desk.changed.connect(lambda _: QTimer.singleShot(0, window, window.close))
        client.say(**fact)

    QTimer.singleShot(0, say)
    start = gui.Start(folder=folder)
    return gui.run(client, language="en", start=start, begin=(lambda: opened) if owns else None)


def windows():
    return [
        one for one in QApplication.topLevelWidgets() if isinstance(one, Window) and one.isVisible()
    ]


def test_the_window_leaves_to_begin_again_when_its_house_does(qapp, client, tmp_path):
    assert shown(client, tmp_path, told(step=Step.RESTARTING)) == processes.AGAIN


def test_the_window_of_another_copy_of_the_program_stays(qapp, client, tmp_path):
    fact = told(step=Step.RESTARTING, root="/opt/other")
    assert shown(client, tmp_path, fact) == 0


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"step": Step.RESTARTING}, 0),  # it would take the house from whom it belongs to
        ({"version": "9"}, processes.AGAIN),
        ({"version": "9", "ready": "10"}, 0),
        ({"version": build.version()}, 0),
    ],
)
def test_a_guest_begins_again_once_the_house_runs_what_is_started_next(
    client, tmp_path, monkeypatch, said, code
):
    monkeypatch.setattr(build, "root", lambda: Path("/opt/orangery"))
    known = {"version": build.version(), "root": "/opt/orangery"}
    fact = told(**{**known, **said})
    assert shown(client, tmp_path, fact, owns=False) == code


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("moved", "code"), [(True, processes.AGAIN), (False, 0)])
def test_a_guest_whose_own_program_was_exchanged_follows_its_house(
    client, tmp_path, monkeypatch, moved, code
):
    monkeypatch.setattr(place, "here", lambda: SimpleNamespace(moved=moved))
    fact = told(version="9", packaged=Packaged.DEB)
    assert shown(client, tmp_path, fact, owns=False) == code


def test_the_window_begins_again_once_its_house_is_closed(qapp, house, become, monkeypatch):
    locked = []

    def run(client, **_):
        client.begin().result(20)
        renewing.begin_again(client)
        return processes.AGAIN

    def begin_again(_link):
        locked.append([one.name for one in house.iterdir() if one.name == "socket"])

    monkeypatch.setattr(gui, "run", run)
    monkeypatch.setattr(processes, "begin_again", begin_again)
    live.house(house)
    assert locked == [[]]
