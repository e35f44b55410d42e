"""PySide6 leaves alone what is loaded after it."""

import subprocess
import sys

from desktop import processes

PROGRAM = """
import builtins, linecache
from desktop import qt

qt.load()
qt.load()
print(builtins.__import__ is builtins.__feature_import__)
import desktop.window
from PySide6.QtCore import QTimer
print(any("desktop/window.py" in name for name in linecache.cache), QTimer().isActive())
"""


def test_modules_are_imported_as_before_and_their_source_is_not_read():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=processes.environment({"QT_QPA_PLATFORM": "offscreen"}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["False", "False", "False"]
