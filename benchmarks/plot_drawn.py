"""A plot as the window shows it: read as the house reads it, told as values, and drawn.

In a process of its own under Qt's offscreen platform, on a file of history that is there. Read is
what the pool does; the rest runs on the Qt thread, which must not pause for it: a frame is 16 ms.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Figure, at_most
from fleet.archive import Archive

if TYPE_CHECKING:
    from desktop.plot_commands import ReadPlots
    from desktop.widgets.plot import PlotView
    from fleet.model import Device

GOAL_MS = 100.0  # of all of it
GOAL_FRAME_MS = 16.0
SAMPLES = 200_000
"""Of one value within two days, which are kept as they came: one a second and more."""

_SIZE = (800, 400)  # pixels
_ROUNDS = 5
_VALUES = 3  # of different kinds
_LIMIT_S = 300.0
_ROOT = Path(__file__).parent.parent


def figures(path: Path, until: float, spans: dict[str, float], device: str) -> Iterator[Figure]:
    """Give both times for each of the spans (name -> seconds), of the slowest value of a device."""
    for name, seconds in spans.items():
        told = measured(path, until, seconds, device)
        yield at_most(
            f"a value of {name} on the screen, the slowest of {_VALUES}",
            told["whole"],
            GOAL_MS,
            "ms",
        )
        yield at_most(f"of that on the Qt thread, {name} (CPU)", told["drawn"], GOAL_FRAME_MS, "ms")


def crowded(folder: Path, *, short: bool) -> Iterator[Figure]:
    """Give the time of a value with 200,000 samples: cut in the pool, drawn without a pause."""
    path, count = folder / "crowded.sqlite", 2_000 if short else SAMPLES
    until = 1_795_000_000
    with Archive.open(path) as archive:
        archive.keep(
            ("crowd", "n", "power", "W", until - count + at, float(at * 7 % 1_009))
            for at in range(count)
        )
        archive.tidy(until)
    told = measured(path, until, count, "crowd")
    what = f"drawing {count:,} samples, on the Qt thread (CPU)"
    yield at_most(what, told["drawn"], GOAL_FRAME_MS, "ms")


def measured(path: Path, until: float, seconds: float, device: str) -> dict[str, float]:
    """Measure in a process of its own; milliseconds, the best of some rounds."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(_ROOT)}
    words = [str(path), str(until), str(seconds), device]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.plot_drawn", *words],
        env=env, capture_output=True, check=True, timeout=_LIMIT_S,
    )  # fmt: skip
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def main(path: Path, until: float, seconds: float, device: str) -> None:
    """Print {"whole": ms, "drawn": ms} of the slowest plot of so many seconds."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - the others need no Qt

    from desktop import plots  # noqa: PLC0415 - likewise
    from desktop.plot_commands import ReadPlots  # noqa: PLC0415 - likewise
    from desktop.widgets.plot import PlotView  # noqa: PLC0415 - likewise
    from fleet.model import Device  # noqa: PLC0415 - likewise

    application = QApplication(sys.argv[:1])
    view, shown = PlotView(), Device(key=device, name=device)
    view.resize(*_SIZE)
    whole: list[float] = []
    drawn: list[float] = []
    for one in plots.kept(path, device)[:_VALUES]:
        asked = ReadPlots(
            device=device, features=(one.feature,), since=until - seconds, until=until,
            points=_SIZE[0],
        )  # fmt: skip
        tries = [_once(path, asked, view, shown) for _ in range(_ROUNDS)]
        whole.append(min(took for took, _ in tries))
        drawn.append(min(spent for _, spent in tries))
    del application
    print(json.dumps({"whole": max(whole), "drawn": max(drawn)}))


def _once(path: Path, asked: ReadPlots, view: PlotView, device: Device) -> tuple[float, float]:
    """Return the milliseconds of all of it, and those of them that the Qt thread works."""
    from desktop import plots  # noqa: PLC0415 - the others need no Qt
    from desktop.models import plot  # noqa: PLC0415 - likewise

    view.show_plot(plot.Plot(since=0.0, until=1.0))
    began = time.perf_counter()
    found = plots.read(path, asked, asked.until)
    read = time.process_time()  # others may have the processor; what it costs us is ours
    view.show_plot(plot.compose(device, found, asked.since, asked.until, None))
    view.resize(*_SIZE)
    view.picture()
    return (time.perf_counter() - began) * 1_000, (time.process_time() - read) * 1_000


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), sys.argv[4])
