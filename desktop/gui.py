"""The application: one QApplication, its language and look, one window on one house."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
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
from desktop.theme import Mode, Theme
from desktop.window import Window
from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, tray
    from fleet.client import Client
else:
    commands, tray = later("desktop.commands"), later("desktop.tray")

logger = logging.getLogger(__name__)

_UNSEEN_MS = 1_000  # a window that was not drawn by then is minimised or covered


def run(
    client: Client,
    *,
    language: str = "",
    theme: str = "system",
    simple: bool = False,
    begin: Callable[[], Future[None]] | None = None,
    folder: Path | None = None,
) -> int:
    """Show the window on `client` until it is closed; returns the exit code.

    `language`: "en", "zh_CN" or "" for the system's; `theme`: light, dark or system; `simple`:
    begin with the simple view. `begin` is called once the window is drawn, or cannot be seen; an
    error in its future is shown. `folder` of the house: there the window is remembered.
    """
    memory = Memory(folder / FILE) if folder else None
    face = Face(application(), client, language=language, theme=theme, simple=simple, memory=memory)
    if begin is not None:
        soon = QTimer(face, singleShot=True, interval=_UNSEEN_MS)
        soon.timeout.connect(lambda: face.desk.ask(begin(), face.window))
        face.window.drawn.connect(lambda: soon.start(0))
        soon.start()
    face.window.show()
    asked = (signal.SIGINT, signal.SIGTERM)  # an orderly end, whoever asks for it
    before = {one: signal.signal(one, lambda *_: face.window.close()) for one in asked}
    try:
        return QApplication.exec()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
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
        self.window = Window(self.desk, self.theme.mode, simple=simple)
        self.desk.mode_chosen.connect(self.wear)
        self.desk.language_chosen.connect(self.speak)
        self.tray: tray.Tray | None = None  # made once the window is drawn
        self.window.drawn.connect(self._into_tray)
        self.theme.changed.connect(lambda: self.window.build(self.theme.mode))

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

    def close(self) -> None:
        """Stop listening and let the window go."""
        if self.tray is not None:
            self.tray.close()
        self.desk.close()
        self.speaker.close()
        self.window.close()
        self.window.deleteLater()

    def _into_tray(self) -> None:
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


def _qt_said(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    logger.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s (%s)", text, context.category)


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    logger.critical("our fault", exc_info=(kind, error, trace))
