"""The real window on a house folder, a process of its own, told over standard input what to do.

usage: python -m benchmarks.window_live FOLDER

A line in is an `Asked`, a line out a `Told`. Qt draws offscreen; house, bus and window are those
that `orangery` opens. What is measured, and how, is told in benchmarks/window.py.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from pathlib import Path

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.feed import END_NAME
from benchmarks.window_told import Asked, Told
from desktop.gui import Face, application
from desktop.opening import Opening
from fleet import garbage

_TICK_MS = 16
_REPAINT_MS = 100  # as often as the bridge brings changes into the window
_TYPED = "lamp fw<2.0 room:hall"
_PAGE = 4096  # bytes; of /proc/self/statm


class Warned(logging.Handler):
    """Keeps what was worth a warning."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, unless it is the offscreen platform that has no window manager to tell."""
        if "propagateSizeHints" not in record.getMessage():
            self.said.append(f"{record.name}: {record.getMessage()}")


def main(folder: Path) -> int:
    """Show the window until standard input ends."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    warned = Warned()
    logging.getLogger().addHandler(warned)
    garbage.keep_short()
    app = application()
    with Opening(folder) as opening:
        face = Face(app, opening, language="en", theme="light")
        face.window.resize(1280, 800)
        face.window.show()
        opened = opening.begin()
        probe = Probe(face, warned)

        def listen() -> None:
            opened.result()
            print(msgspec.json.encode(Told()).decode(), flush=True)
            for line in sys.stdin:
                asked = msgspec.json.decode(line, type=Asked)
                face.desk.bridge.call(lambda asked=asked: probe.do(asked))
            face.desk.bridge.call(QApplication.quit)

        threading.Thread(target=listen, daemon=True).start()
        code = QApplication.exec()
        face.close()
    return code


class Probe(QObject):
    """Hears paints of the table, and how late a timer of 16 ms comes; lives in the Qt thread."""

    def __init__(self, face: Face, warned: Warned) -> None:
        super().__init__()
        self._face, self._warned = face, warned
        self._view = face.window.devices.table.viewport()
        self._told, self._key, self._last = Told(), "", 0.0
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._repaint = QTimer(self, interval=_REPAINT_MS)
        self._repaint.timeout.connect(self._view.update)

    def do(self, asked: Asked) -> None:
        """Do one thing, and tell of it."""
        if asked.do == "watch":
            self._watch(asked)
        elif asked.do == "type":
            self._tell(Told(took={"key": max(_typed(self._face))}))
        elif asked.do == "turn":
            self._tell(Told(took=_turned(self._face)))
        else:
            _use(self._face)
            self._tell(Told())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let a paint pass, and look what it has shown."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._painted)
        return False

    def _tick(self) -> None:
        now = time.monotonic()
        self._told.gaps.append((now - self._last) * 1000)
        self._last = now

    def _painted(self) -> None:
        device = self._face.desk.mirror.devices.get(self._key)
        if device is not None and "mark" in device.readings:
            mark = int(float(str(device.readings["mark"])))
            self._told.marks.append((mark, time.monotonic()))

    def _watch(self, asked: Asked) -> None:
        devices = self._face.desk.mirror.devices
        self._key = next((key for key, one in devices.items() if one.name == END_NAME), "")
        self._face.window.show_page("devices")
        self._face.window.devices.choose(self._key)  # in sight
        self._view.installEventFilter(self)
        self._told, self._last = Told(), time.monotonic()
        self._timer.start()
        if asked.repaint:
            self._repaint.start()
        QTimer.singleShot(int(asked.seconds * 1000), self._timer.stop)
        QTimer.singleShot(int((asked.seconds + asked.after) * 1000), self._ended)

    def _ended(self) -> None:
        self._repaint.stop()
        self._view.removeEventFilter(self)
        self._tell(self._told)

    def _tell(self, told: Told) -> None:
        inbox = self._face.desk.bridge.snapshot.facts.get("inbox", {})
        told.devices = len(self._face.desk.mirror.devices)
        told.dropped = sum(int(str(count)) for count in inbox.values())
        told.rss = int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE / 1e6
        told.warnings = list(self._warned.said)
        print(msgspec.json.encode(told).decode(), flush=True)


def _typed(face: Face) -> list[float]:
    """Type a search, a key after the other; return how long each held the window, in ms."""
    page = face.window.devices
    face.window.show_page("devices")
    held = []
    for letter in _TYPED:
        began = time.monotonic()
        QTest.keyClicks(page.search, letter)
        held += [(time.monotonic() - began) * 1000, _longest(0.05)]
    held.append(_longest(0.5))
    page.search.clear()
    _longest(0.5)
    return held


def _turned(face: Face) -> dict[str, float]:
    """Turn to each page, twice; return the ms of the second time, until it is drawn."""
    took = {}
    for _ in range(2):
        for page in face.window.pages:
            began = time.monotonic()
            face.window.go(page)
            face.window.grab()
            took[page] = (time.monotonic() - began) * 1000
    return took


def _use(face: Face) -> None:
    """Do what somebody does now and then: look at pages, choose, search, sort."""
    for page in face.window.pages:
        face.window.go(page)
        _longest(0.2)
    devices = face.window.devices
    face.window.go("devices")
    devices.search.setText("lamp")
    _longest(0.3)
    for row in (0, 5, 50):
        devices.table.selectRow(row)
        _longest(0.2)
    devices.table.sortByColumn(1, devices.table.horizontalHeader().sortIndicatorOrder())
    devices.search.clear()
    _longest(0.3)


def _longest(seconds: float) -> float:
    """Let the window go on for so long; return the longest it was held at once, in ms."""
    longest, end = 0.0, time.monotonic() + seconds
    while (began := time.monotonic()) < end:
        QApplication.processEvents()
        longest = max(longest, time.monotonic() - began)
        time.sleep(0.001)
    return longest * 1000


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
