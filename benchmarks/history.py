"""A year of values: what it takes on the disk, and how long a plot of one takes.

200 devices with five values every 30 seconds. Ten values are truly written, sample by sample,
through the year on a quick clock, as the program writes, packs and thins them; what is then in the
file is copied for the other 990, so that the whole file is measured and plotted from. Values
drift and jitter as thermometers, meters and switches do.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import plot_drawn
from benchmarks.measure import Figure
from fleet.archive import MIGRATIONS, QUARTER_S, Archive, Kept
from fleet.store import Store

GOAL_BYTES = 2e9
GOAL_PLOT_MS = 100.0
GOAL_SAMPLE = 3.0
GOAL_CPU = 0.001  # of the day
_POINTS = 800
_TRIES = 3  # other programs of this computer are not what is measured
_BEGIN = 1_767_225_600  # 2026-01-01
_DAY_S = 86_400
_EVERY_S = 30
_KINDS = (
    ("temperature", "°C", 21.0, 0.1, 1),
    ("power", "W", 60.0, 4.0, 1),
    ("energy", "kWh", 0.0, 0.0, 3),
    ("humidity", "%", 45.0, 0.4, 0),
    ("on_off", "", 1.0, 0.0, 0),
)
_COPY = (
    """INSERT INTO series (id, device, feature, capability, unit)
    SELECT id + :by, device || :copy, feature, capability, unit FROM series WHERE id <= :first""",
    """INSERT INTO raw SELECT series + :by, at, value FROM raw WHERE series <= :first""",
    """INSERT INTO chunk SELECT series + :by, tier, start, count, body FROM chunk
    WHERE series <= :first""",
)
_SPANS = {"a day": 1, "a week": 7, "a month": 30, "a year": 365}


@dataclass(frozen=True, slots=True)
class Load:
    """How much is written, and for how many values in all it is copied."""

    days: int
    written: int
    whole: int


def run(*, short: bool = False) -> list[Figure]:
    """Bytes of a year of 200 devices with five values each, and how long plots of one take."""
    load = Load(3, 5, 10) if short else Load(365, 10, 1_000)
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder:
        path = Path(folder) / "history.sqlite"
        took, samples = _written(path, load)
        _copied(path, load)
        share = 1_000 / load.whole
        day_s = took / samples * 1_000 * _DAY_S / _EVERY_S
        return [
            *_sizes(path, samples * load.whole / load.written, share),
            Figure(
                what="CPU to keep, pack and thin a day of 1,000 values",
                unit="s",
                ours=day_s,
                reference="the day",
                theirs=_DAY_S,
                goal=GOAL_CPU,
                more_is_better=False,
            ),
            *_plots(path, load, rounds=2 if short else 15),
            *plot_drawn.figures(
                path,
                _BEGIN + load.days * _DAY_S + QUARTER_S,
                {name: days * _DAY_S for name, days in _SPANS.items() if name != "a month"},
                "device-000000",
            ),
            *plot_drawn.crowded(Path(folder), short=short),
        ]


def _written(path: Path, load: Load) -> tuple[float, int]:
    """Write and thin the year; return its CPU seconds, without the making, and the samples."""
    count, took = 0, 0.0
    with Archive.open(path) as archive:
        for quarter in range(load.days * _DAY_S // QUARTER_S + 1):
            begin = _BEGIN + quarter * QUARTER_S
            some = [one for number in range(load.written) for one in _quarter(number, begin)]
            began = time.process_time()
            archive.tidy(begin)
            archive.keep(some)
            took += time.process_time() - began
            count += len(some)
    return took, count


def _copied(path: Path, load: Load) -> None:
    """Copy all that was written under other numbers, as often as there are more values."""
    with Store.open(path, MIGRATIONS) as store:
        for copy in range(1, load.whole // load.written):
            with store.write() as db:
                for statement in _COPY:
                    db.execute(
                        statement,
                        {"by": copy * load.written, "copy": f"-{copy}", "first": load.written},
                    )


def _sizes(path: Path, samples: float, share: float) -> list[Figure]:
    with Store.look(path) as store:
        kept = store.rows("SELECT sum(count) AS n FROM chunk")[0]["n"]
        kept += store.rows("SELECT count(*) AS n FROM raw")[0]["n"]
    size = path.stat().st_size
    year = Figure(
        what="history of 1,000 values",
        unit="MB",
        ours=size * share / 1e6,
        reference="what it may take",
        theirs=GOAL_BYTES / 1e6,
        goal=1,
        more_is_better=False,
        note=f"{samples * share:,.0f} samples taken, {kept * share:,.0f} kept",
    )
    each = Figure(
        what="one that is kept",
        unit="bytes",
        ours=size / kept,
        reference="what it may take",
        theirs=GOAL_SAMPLE,
        goal=1,
        more_is_better=False,
    )
    return [year, each]


def _plots(path: Path, load: Load, rounds: int) -> Iterator[Figure]:
    until = _BEGIN + load.days * _DAY_S + QUARTER_S
    for name, days in _SPANS.items():
        took = []
        for turn in range(rounds):
            device = f"device-{turn % (load.written // len(_KINDS)):06d}"
            kind = _KINDS[turn % len(_KINDS)][0]
            since = until - days * _DAY_S
            took.append(min(_plotted(path, device, kind, since, until) for _ in range(_TRIES)))
        yield Figure(
            what=f"plot of {name}, the slowest of {rounds}",
            unit="ms",
            ours=max(took),
            reference="what it may take",
            theirs=GOAL_PLOT_MS,
            goal=1,
            more_is_better=False,
            note=f"median {median(took):.0f} ms, {_POINTS} points at most, best of {_TRIES} each",
        )


def _plotted(path: Path, device: str, kind: str, since: float, until: float) -> float:
    """Plot as a window would, on a connection of its own; return the milliseconds."""
    began = time.perf_counter()
    with Archive.look(path) as reader:
        found = reader.plot(device, kind, since=since, until=until, points=_POINTS)
    took = (time.perf_counter() - began) * 1_000
    if not found:
        raise RuntimeError(f"{kind} of {device} has no plot")
    return took


def _quarter(number: int, begin: int) -> Iterator[Kept]:
    """Give a quarter of a day of one value."""
    kind, unit, middle, jitter, decimals = _KINDS[number % len(_KINDS)]
    dice = random.Random(number * 1_000_003 + begin)
    device, value = f"device-{number // len(_KINDS):06d}", middle
    for at in range(begin, begin + QUARTER_S, _EVERY_S):
        if kind == "energy":
            value = (at - _BEGIN) / 3_600_000 * 60
        elif kind == "on_off":
            value = float(dice.random() < 0.9)
        else:
            value += dice.gauss((middle - value) / 200, jitter)
        yield device, kind, kind, unit, at + dice.choice((0, 0, 0, 1)), round(value, decimals)
