"""One window for each house: tried on sockets, and on processes that really start twice."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop import crashes, knock, processes
from desktop.doorbell import Doorbell
from desktop.memory import FILE
from desktop.models import location
from fleet import local_socket
from fleet.errors import CommandError
from tests.desktop.homes import furnish


class Asking:
    """`knock.show` in a thread, as another process would: the Qt thread has to answer it."""

    def __init__(self, folder: Path, link: str = "", ask: Callable[[], None] | None = None) -> None:
        self.error: BaseException | None = None
        self._ask = ask or (lambda: knock.show(folder, link, patience_s=5.0))
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    @property
    def done(self) -> bool:
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._ask()
        except CommandError as error:
            self.error = error


@pytest.fixture
def shown() -> list[str]:
    return []


@pytest.fixture
def bell(qapp, tmp_path: Path, shown: list[str]) -> Iterator[Doorbell]:
    def show(link: str) -> None:
        if link:
            location.parse(link)
        shown.append(link)

    owner = QObject()
    made = Doorbell(tmp_path, show, owner)
    yield made
    made.close()


def test_only_one_may_be_the_window_of_a_house(tmp_path: Path) -> None:
    first = knock.first(tmp_path)
    assert first is not None
    assert knock.first(tmp_path) is None
    first.release()
    again = knock.first(tmp_path)
    assert again is not None
    again.release()


def test_a_second_start_is_heard_with_its_link(
    qtbot: QtBot, tmp_path: Path, bell: Doorbell, shown: list[str]
) -> None:
    asking = Asking(tmp_path, "orangery:device/d%201")
    qtbot.waitUntil(lambda: asking.done)
    assert asking.error is None
    assert shown == ["orangery:device/d%201"]


def test_a_link_that_is_not_understood_is_refused_and_told(
    qtbot: QtBot, tmp_path: Path, bell: Doorbell, shown: list[str]
) -> None:
    asking = Asking(tmp_path, "https://example.org")
    qtbot.waitUntil(lambda: asking.done)
    assert asking.error.code == "link_unknown"
    assert shown == []


@pytest.mark.parametrize(
    "line", [b"\n", b"hello\n", b'{"run": "rm"}\n', b'{"show": 3}\n', b"x" * 9000, b"[" * 5000]
)
def test_what_is_no_knock_is_refused_and_the_next_one_heard(
    qtbot: QtBot, tmp_path: Path, bell: Doorbell, shown: list[str], line: bytes
) -> None:
    said: list[bytes] = []

    def speak() -> None:
        with local_socket.connected(knock.socket_path(tmp_path)) as connection:
            connection.sendall(line)
            connection.shutdown(socket.SHUT_WR)
            said.append(connection.recv(4096))

    asking = Asking(tmp_path, ask=speak)
    qtbot.waitUntil(lambda: asking.done)
    assert b"knock_unreadable" in said[0]
    again = Asking(tmp_path)
    qtbot.waitUntil(lambda: again.done)
    assert shown == [""]


def test_who_leaves_without_a_word_is_forgotten(
    qtbot: QtBot, tmp_path: Path, bell: Doorbell
) -> None:
    local_socket.connected(knock.socket_path(tmp_path)).close()
    asking = Asking(tmp_path)
    qtbot.waitUntil(lambda: asking.done)
    qtbot.waitUntil(lambda: not bell._guests)


def test_only_this_user_can_reach_it(tmp_path: Path, bell: Doorbell) -> None:
    assert stat.S_IMODE(knock.socket_path(tmp_path).stat().st_mode) == 0o600


def test_a_folder_with_a_very_long_name_has_a_bell_too(qtbot: QtBot, tmp_path: Path, qapp) -> None:
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    owner, shown = QObject(), []
    bell = Doorbell(folder, shown.append, owner)
    asking = Asking(folder)
    qtbot.waitUntil(lambda: asking.done)
    bell.close()
    assert shown == [""]


def test_a_window_that_never_answers_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="window_no_answer"):
        knock.show(tmp_path, patience_s=0.0)


# --- real processes ---


class Windows:
    """`orangery` on one folder, as often as wanted."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.folder, self._qtbot = folder, qtbot
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = processes.own_command("--folder", str(self.folder), "--lang", "en", *words)
        log = self.folder / f"window-{len(self.started)}.log"
        self.started.append(processes.start(command, log, QT_QPA_PLATFORM="offscreen"))
        return self.started[-1]

    def end(self) -> None:
        for one in self.started:
            one.kill()
            one.wait(30)
            if one.stdin is not None:
                one.stdin.close()

    def until_there(self) -> None:
        """Wait until the window can be knocked at."""
        self.until(knock.socket_path(self.folder).exists)
        knock.show(self.folder)

    def until(self, seen: Callable[[], object]) -> None:
        """Wait until this is so, as long as the last window lives."""

        def now() -> bool:
            assert self.started[-1].poll() is None, self.log()
            return bool(seen())

        self._qtbot.waitUntil(now, timeout=60_000)

    def log(self) -> str:
        return "\n".join(one.read_text() for one in sorted(self.folder.glob("window-*.log")))


@pytest.fixture
def windows(tmp_path: Path, qtbot: QtBot) -> Iterator[Windows]:
    made = Windows(furnish(tmp_path / "house"), qtbot)
    yield made
    made.end()


def test_a_second_start_ends_at_once_and_the_first_shows_the_place(windows: Windows) -> None:
    first = windows.start()
    windows.until_there()
    second = windows.start("orangery:map")
    assert second.wait(60) == 0, windows.log()
    third = windows.start("orangery:nowhere/x")
    assert third.wait(60) == 1
    assert first.poll() is None
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0, windows.log()
    assert '"page": "map"' in (windows.folder / FILE).read_text()
    assert not knock.socket_path(windows.folder).exists()
    assert crashes.take(windows.folder) is None


def test_a_file_is_handed_to_the_window_there_is(windows: Windows, tmp_path: Path) -> None:
    file = tmp_path / "a word.txt"
    file.write_text("orangery:device/d1")
    windows.start()
    windows.until_there()
    assert windows.start(str(file)).wait(60) == 0, windows.log()
    assert windows.start((tmp_path / "x" / "y").as_uri()).wait(60) == 0  # told in the window


def test_a_path_as_long_as_paths_may_be_is_understood() -> None:
    link = location.file_link(Path("/" + "橘" * 1_360))
    line = msgspec.json.encode(knock.Knock(show=link, token="t" * 200))
    assert knock.understood(line).show == link


def test_a_killed_window_leaves_a_crash_and_lets_the_next_one_begin(windows: Windows) -> None:
    first = windows.start()
    windows.until_there()
    first.kill()
    first.wait(30)
    assert knock.socket_path(windows.folder).exists()  # left behind
    second = windows.start("--minimised")
    windows.until_there()
    told = crashes.folder_of(windows.folder) / "told"
    windows.until(lambda: list(told.glob(f"window-{first.pid}.run")))
    os.kill(second.pid, signal.SIGTERM)
    assert second.wait(30) == 0, windows.log()
    assert crashes.take(windows.folder) is None  # never twice


def test_a_link_that_is_none_of_ours_opens_no_window(windows: Windows) -> None:
    assert windows.start("orangery:%%%").wait(60) == 1
    assert "orangery:%%%" in windows.log()
