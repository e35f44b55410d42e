"""The application: one QApplication, its language and look, one window on one house."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.desk import Desk
from desktop.language import Speaker, system_language
from desktop.memory import FILE, Memory
from desktop.selfupdate import lives, place
from desktop.theme import Mode, Theme
from desktop.window import Window
from desktop.zoom import Zoom
from fleet import garbage
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import build, commands, crashes, doorbell, processes, tray
    from fleet.client import Client
    from fleet.model import Changes
else:
    commands, tray = later("desktop.commands"), later("desktop.tray")
    crashes, doorbell = later("desktop.crashes"), later("desktop.doorbell")
    build, processes = later("desktop.build"), later("desktop.processes")

logger = logging.getLogger(__name__)

_UNSEEN_MS = 1_000  # a window that was not drawn by then is minimised or covered


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How the window of a person's own house begins."""

    folder: Path  # of the house: there the window is remembered, and heard when it is opened again
    link: str = ""  # the place to begin at
    minimised: bool = False  # out of the way


def run(
    client: Client,
    *,
    language: str = "",
    theme: str = "system",
    simple: bool = False,
    begin: Callable[[], Future[None]] | None = None,
    start: Start | None = None,
) -> int:
    """Show the window on `client` until it is closed; returns the exit code.

    `language`: "en", "zh_CN" or "" for the system's; `theme`: light, dark or system; `simple`:
    begin with the simple view. `begin` is called once the window is drawn, or cannot be seen; an
    error in its future is shown. `start`: of a house that is the person's own.
    """
    garbage.keep_short()
    memory = Memory(start.folder / FILE) if start else None
    face = Face(application(), client, language=language, theme=theme, simple=simple, memory=memory)
    QApplication.setQuitOnLastWindowClosed(False)  # `left` says when it is over, and once only:
    over = face.window.left.connect(
        lambda: QApplication.exit(face.code)
    )  # a late quit ends later loops
    face.window.drawn.connect(face.greet)
    face.begin(begin, start)
    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # an orderly end, whoever asks for it
    before = {one: signal.signal(one, lambda *_: face.quit_soon()) for one in asked}
    try:
        return QApplication.exec()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        face.window.left.disconnect(over)
        face.close()


def application() -> QApplication:
    """Return the one QApplication, made where there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    qInstallMessageHandler(_qt_said)
    sys.excepthook = _crashed
    _quiet_without_display()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    made = QApplication(["orangery"])
    made.setApplicationName("orangery")
    made.setApplicationDisplayName("Orangery")
    made.setDesktopFileName("orangery")
    made.setStyle("Fusion")
    return made


class Face(QObject):
    """Window, language and look of one house; switching them is told to the house, to be kept."""

    def __init__(
        self,
        application: QApplication,
        client: Client,
        *,
        language: str = "",
        theme: str = "system",
        simple: bool = False,
        clock: Callable[[], float] = time.time,
        memory: Memory | None = None,
    ) -> None:
        """`memory`: as for Desk."""
        super().__init__()
        self._client = client
        self.language = language
        self.speaker = Speaker(application, language or system_language())
        self.theme = Theme(application, Mode(theme), self)
        self.desk = Desk(client, self, clock, memory)
        self.zoom = self.desk.zoom = Zoom(application, self.desk.memory, self)
        self.window = Window(self.desk, self.theme.mode, simple=simple)
        self.desk.mode_chosen.connect(self.wear)
        self.desk.language_chosen.connect(self.speak)
        self.tray: tray.Tray | None = None  # made once the window is drawn, or cannot be seen
        self._bell: doorbell.Doorbell | None = None
        self._soon = QTimer(self, singleShot=True, interval=_UNSEEN_MS)
        self.code = 0  # that the window comes to
        self._owns = False  # the house is open in this process
        self._place: place.Place | None = None  # of a program that others may exchange
        self.window.drawn.connect(self.into_tray)
        self.theme.changed.connect(lambda: self.window.build(self.theme.mode))
        self.zoom.changed.connect(lambda: self.window.build(self.theme.mode))

    def begin(self, open_house: Callable[[], Future[None]] | None, start: Start | None) -> None:
        """Show the window where it was closed; then open the house, and all that may come late."""
        if start is not None:
            self.desk.folder = start.folder
            self._place = place.here()
            self._owns = open_house is not None
            self.desk.changed.connect(self._restart)
            self.window.shell.restore()
        self._soon.timeout.connect(lambda: self._go_on(open_house, start))
        self.window.drawn.connect(lambda: self._soon.start(0))
        self._soon.start()
        if start is not None and start.minimised:
            self.into_tray()
            if not (self.window.tray_there and self.window.shell.closes_to_tray):
                self.window.showMinimized()
        else:
            self.window.show()

    def _go_on(self, open_house: Callable[[], Future[None]] | None, start: Start | None) -> None:
        garbage.go_on()
        self.into_tray()
        if start is not None:
            self._bell = doorbell.Doorbell(start.folder, self.window.shell.follow, self)
        if open_house is not None:
            self.desk.ask(open_house(), self.window, lambda _: self._opened(start))
        elif self.desk.mirror.devices:
            self._opened(start)
        else:  # a house of another process has not told anything yet
            once = Qt.ConnectionType.SingleShotConnection
            self.desk.changed.connect(lambda _: self._opened(start), once)

    def _opened(self, start: Start | None) -> None:
        """Begin what needs the house; it is heard first, in the same turn."""
        QTimer.singleShot(0, self, lambda: self._ready(start))

    def _ready(self, start: Start | None) -> None:
        if self.tray is not None:
            self.tray.notices.begin()
        if start is None:
            return
        lives.alive()
        if start.link:
            try:
                self.window.shell.follow(start.link)
            except CommandError as error:
                self.window.tell(error)
        if crash := crashes.take(start.folder):
            self.window.shell.offer(crash)

    def _restart(self, changes: Changes) -> None:
        """Leave, to begin again, where the house does; as its guest once it runs what is next."""
        told = self.desk.mirror.program() if "program" in changes.facts else None
        if told is None or told.root != str(build.root() or ""):
            return  # of another copy of the program
        may = bool(told.root) or bool(self._place and self._place.moved)
        other = may and told.version != build.version() and not told.ready
        if told.restarts if self._owns else other:
            self.code = processes.AGAIN
            self.window.quit()

    def greet(self) -> None:
        """Show Welcome where this house is new and nobody has left it before."""
        mirror, memory = self.desk.mirror, self.desk.memory
        new = not mirror.connections() and not mirror.devices
        if new and not self.window.is_simple and not memory.get("welcome.left", bool, False):
            QTimer.singleShot(0, self.window, self.window.deeds.welcome)

    def wear(self, mode: str) -> None:
        """Change the look."""
        self.theme.choose(Mode(mode))
        self._keep()

    def speak(self, code: str) -> None:
        """Change the language."""
        self.language = code
        self.speaker.speak(code)
        self.window.build()
        if self.tray is not None:
            self.tray.refresh()
        self._keep()

    def quit_soon(self) -> None:
        """Leave in the next turn: a signal may come amid a drawing, which wants its window."""
        QTimer.singleShot(0, self.window.quit)

    def close(self) -> None:
        """Stop listening and let the window go."""
        self._soon.stop()
        if self._bell is not None:
            self._bell.close()
        if self.tray is not None:
            self.tray.close()
        self.desk.close()
        self.speaker.close()
        self.window.quit()
        self.window.deleteLater()
        self.zoom.close()

    def into_tray(self) -> None:
        """Have an icon in the tray, where there is one; a second call does nothing."""
        if self.tray is None:
            self.tray = tray.Tray(self.desk, self.window)

    def _keep(self) -> None:
        look = commands.SetLook(language=self.language, theme=str(self.theme.mode))
        self.desk.ask(self._client.send(look), self)


def _quiet_without_display() -> None:
    """Without a display Qt aborts and blames a library: draw nowhere instead, and say so."""
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform == "linux" and not shown and not os.environ.get("QT_QPA_PLATFORM"):
        logger.warning("no display: the window is drawn offscreen")
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


_SCREEN_GONE = ("connection broke", "connection experienced a fatal error")
"""What Qt says of X11 and Wayland when the person has logged out."""


def _qt_said(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    logger.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s (%s)", text, context.category)
    if any(said in text for said in _SCREEN_GONE):
        crashes.excuse()  # Qt ends the process next


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    logger.critical("our fault", exc_info=(kind, error, trace))
