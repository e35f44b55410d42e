"""Tells the clock when the first window of this process has been painted, then ends the process."""

from __future__ import annotations

import os
import sys
import time
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

_WATCHED = "PySide6.QtWidgets"


def watch() -> None:
    """Watch whatever window this process shows; loads nothing of Qt before the program does.

    Modules loaded after PySide6 cost more, as it looks into each: a program must be free to choose.
    """
    sys.meta_path.insert(0, _Finder())


class _Finder:
    """Lets QtWidgets be loaded as ever, with windows that are watched."""

    def find_spec(self, name: str, path: Any, _target: object = None) -> ModuleSpec | None:  # noqa: ANN401 - importlib's
        """Find QtWidgets with a loader that watches; nothing else."""
        if name != _WATCHED:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def load_and_watch(module: Any) -> None:  # noqa: ANN401 - QtWidgets
            load(module)
            _watch_windows(module)

        spec.loader.exec_module = load_and_watch
        return spec


def _watch_windows(widgets: Any) -> None:  # noqa: ANN401 - QtWidgets
    """Watch each window from its `show` on; a filter of all events would cost us alone 40 ms."""
    from PySide6.QtCore import QEvent, QObject, QTimer  # noqa: PLC0415 - see `watch`

    class Watch(QObject):
        """Waits for the first paint event of its window."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            """Let the event pass; after the first paint, tell as soon as it has been handled."""
            if event.type() == QEvent.Type.Paint:
                watched.removeEventFilter(self)
                QTimer.singleShot(0, _tell)
            return False

    show = widgets.QWidget.show

    def watched_show(window: Any) -> None:  # noqa: ANN401 - a QWidget
        if window.isWindow():
            window.installEventFilter(Watch(window))
        show(window)

    widgets.QWidget.show = watched_show


def _tell() -> None:
    sys.stdout.write(f"painted {time.monotonic()} {time.process_time()}\n")
    sys.stdout.flush()
    os._exit(0)  # what comes after the first paint is not measured
