"""From the start of a process to its first painted window, with 500 known devices.

Ours is the window that `orangery` opens on a house folder which already knows the devices; the
reference is an empty PySide6 window. Both run in processes of their own under Qt's offscreen
platform, watched in the same way, and tell the monotonic clock, which all processes of a machine
share, when the first paint has been handled, and what of a processor it took: on a machine with
other work that says more than the clock. No broker is there: a start does not wait for one.
A first start of each, not counted, leaves the compiled modules in a folder of the benchmark's own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import feed
from benchmarks.known_house import know
from benchmarks.measure import Figure, Sample, in_turn

GOAL = 2.0  # times an empty window
_CLOCK = "start to first paint, 500 devices"
_PROCESSOR = "the same, of a processor"
_ROOT = Path(__file__).parent.parent
_LIMIT_S = 60.0
_EMPTY = """
import sys
from benchmarks.first_paint import watch
watch()
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication(sys.argv[:1])
window = QMainWindow()
window.resize(1100, 700)
window.show()
application.exec()
"""
_OURS = """
import sys
from benchmarks.first_paint import watch
watch()
from desktop.__main__ import main
main()
"""


def run(*, short: bool = False) -> list[Figure]:
    """Start to first paint, against an empty PySide6 window."""
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder:
        know(Path(folder) / "house", feed.introductions(20 if short else 500))
        house, compiled = str(Path(folder) / "house"), Path(folder) / "compiled"
        sides = {
            "ours": lambda: first_paint(_OURS, ["--folder", house], compiled),
            "empty": lambda: first_paint(_EMPTY, [], compiled),
        }
        in_turn(sides, rounds=1)
        medians = in_turn(sides, rounds=1 if short else 7)
    return [
        Figure(
            what=what,
            unit="ms",
            ours=medians["ours"][what],
            reference="empty PySide6 window",
            theirs=medians["empty"][what],
            goal=GOAL,
            more_is_better=False,
        )
        for what in (_CLOCK, _PROCESSOR)
    ]


def first_paint(program: str, words: Sequence[str], compiled: Path) -> Sample:
    """Run `program` until it has painted; RuntimeError with its words where it does not."""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(compiled),
    }
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith("painted "):
            _, at, took = line.split()
            return {_CLOCK: (float(at) - began) * 1000, _PROCESSOR: float(took) * 1000}
    raise RuntimeError(f"no first paint: {done.stderr[-2000:]}")
