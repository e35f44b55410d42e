"""Answers what the values of a device were, in the pool: no plot holds up a message. No Qt."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

from desktop.plot_commands import FEATURES_MAX, POINTS_MAX, Kept, KeptValues, Plotted, ReadPlots
from fleet.archive import Archive, Series
from fleet.errors import CommandError
from fleet.house import House
from fleet.model import Actor
from fleet.series import HOLD_S, Point

_DAY_S = 86_400
_MINUTE_AFTER_S, _HOUR_AFTER_S = 2 * _DAY_S, 31 * _DAY_S
"""When fleet/archive.py has nothing finer left than points of a minute, of an hour."""

_COARSER = 2  # as fleet/archive.py:Archive.plot chooses its tier


class Plots:
    """Answers both from the file, on connections of its own: a plot holds up no message."""

    def __init__(self, pool: Executor, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._pool, self._path, self._clock = pool, path, clock

    def join(self, house: House) -> None:
        """Answer in `house`; before it starts."""
        house.handle(KeptValues, "admin", self._kept)
        house.handle(ReadPlots, "admin", self._read)

    def _kept(self, asked: KeptValues, _actor: Actor) -> Future[tuple[Kept, ...]]:
        return self._pool.submit(kept, self._path, asked.device)

    def _read(self, asked: ReadPlots, _actor: Actor) -> Future[tuple[Plotted, ...]]:
        if not 0 < asked.points <= POINTS_MAX or asked.until <= asked.since:
            raise CommandError("plot_bad")
        if len(asked.features) > FEATURES_MAX:
            raise CommandError("plot_bad")
        return self._pool.submit(read, self._path, asked, self._clock())


def kept(path: Path, device: str) -> tuple[Kept, ...]:
    """Return which values of a device are kept in the file. StoreError."""
    if not path.exists():  # the house was never open for half a minute
        return ()
    with Archive.look(path) as archive:
        return tuple(
            Kept(feature=one.feature, capability=one.capability, unit=one.unit)
            for one in archive.series(device)
        )


def read(path: Path, asked: ReadPlots, now: float) -> tuple[Plotted, ...]:
    """Return what was asked for, from the file. StoreError."""
    if not path.exists():
        return ()
    step = (asked.until - asked.since) / asked.points
    with Archive.look(path) as archive:
        known = {one.feature: one for one in archive.series(asked.device)}
        return tuple(
            _plotted(archive, known[name], asked, step, now)
            for name in asked.features
            if name in known
        )


def hold(at: float, step: float, now: float, rest_s: float = 0.0) -> float:
    """Return for how many seconds a point at `at` holds where points are about `step` apart.

    As long as a value is believed to hold, and as wide as the point itself may be.
    """
    age = now - at
    tier = 3_600 if age > _HOUR_AFTER_S else 60 if age > _MINUTE_AFTER_S else 0
    finest = next(width for width in (3_600, 60, 0) if width <= _COARSER * step)
    return max(float(HOLD_S), rest_s) + max(step, tier, finest)


def gaps(points: Sequence[Point], step: float, now: float, rest_s: float = 0.0) -> tuple[int, ...]:
    """Return which points come after a gap."""
    return tuple(
        number
        for number in range(1, len(points))
        if points[number].at - points[number - 1].at
        > hold(points[number - 1].at, step, now, rest_s)
    )


def _plotted(
    archive: Archive, series: Series, asked: ReadPlots, step: float, now: float
) -> Plotted:
    found = archive.plot(
        asked.device, series.feature, since=asked.since, until=asked.until, points=asked.points
    )
    return Plotted(
        feature=series.feature,
        capability=series.capability,
        unit=series.unit,
        points=tuple(found),
        breaks=gaps(found, step, now, asked.rest_s),
        hold_s=hold(found[-1].at, step, now, asked.rest_s) if found else float(HOLD_S),
    )
