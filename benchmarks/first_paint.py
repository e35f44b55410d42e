"""Tells the clock when the first window of this process has been painted, then ends the process."""

from __future__ import annotations

import os
import sys
import time
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec

_WATCHED = "PySide6.QtWidgets"


def watch() -> None:
    """Watch whatever application this process makes; loads nothing of Qt before the program does.

    Modules loaded after PySide6 cost more, as it looks into each: a program must be free to choose.
    """
    sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Lets QtWidgets be loaded as ever, with an application that is watched."""

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Find QtWidgets with a loader that watches; nothing else."""
        if fullname != _WATCHED:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_watch(module: object) -> None:
                load(module)
                _watch_application(module)

            spec.loader.exec_module = load_and_watch
        return spec


def _watch_application(widgets: object) -> None:
    from PySide6.QtCore import QEvent, QObject, QTimer  # noqa: PLC0415 - see `watch`

    class Watch(QObject):
        """Waits for the first paint event that goes to a widget."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            """Let the event pass; after the first paint, tell as soon as it has been handled."""
            if event.type() == QEvent.Type.Paint and watched.isWidgetType():
                widgets.QApplication.instance().removeEventFilter(self)
                QTimer.singleShot(0, _tell)
            return False

    class Watched(widgets.QApplication):
        """An application that is watched from its first moment."""

        def __init__(self, *words: object) -> None:
            super().__init__(*words)
            self._watch = Watch(self)
            self.installEventFilter(self._watch)

    widgets.QApplication = Watched


def _tell() -> None:
    sys.stdout.write(f"painted {time.monotonic()}\n")
    sys.stdout.flush()
    os._exit(0)  # what comes after the first paint is not measured
