"""Run by PyInstaller's loader before the program (build.spec): Qt's plugins are the program's own.

A QT_PLUGIN_PATH of the desktop leads to plugins of another Qt. PyInstaller's own hook for PySide6
sees to that too, and loads Qt to write down its prefix, which PySide6 of the registry has done by
itself: of `orangery --version` that was a third. Linux only: see `hooks` in build.spec.
"""

from __future__ import annotations

import os
import sys

PLACE = ("PySide6", "Qt", "plugins")


def own(internal: str) -> str:
    """Return where they lie in the folder `internal` of a built program."""
    return os.path.join(internal, *PLACE)  # noqa: PTH118 - pathlib is slow


if internal := getattr(sys, "_MEIPASS", ""):
    os.environ["QT_PLUGIN_PATH"] = own(internal)
