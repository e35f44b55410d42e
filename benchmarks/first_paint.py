"""Tells the clock when the first window of this process has been painted, then ends the process."""

import os
import sys
import time

from PySide6 import QtWidgets
from PySide6.QtCore import QEvent, QObject, QTimer


class _Watch(QObject):
    """Waits for the first paint event that goes to a widget."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let the event pass; after the first paint, tell as soon as it has been handled."""
        if event.type() == QEvent.Type.Paint and watched.isWidgetType():
            QtWidgets.QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, _tell)
        return False


class _Watched(QtWidgets.QApplication):
    """An application that is watched from its first moment."""

    def __init__(self, *words: object) -> None:
        super().__init__(*words)
        self._watch = _Watch(self)
        self.installEventFilter(self._watch)


def watch() -> None:
    """Watch whatever application this process makes from now on."""
    QtWidgets.QApplication = _Watched


def _tell() -> None:
    sys.stdout.write(f"painted {time.monotonic()}\n")
    sys.stdout.flush()
    os._exit(0)  # what comes after the first paint is not measured
