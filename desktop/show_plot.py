"""How the command line shows what a device measured."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from rich.table import Table

from fleet.archive import Series
from fleet.capability import TWO_STATES, Capability
from fleet.series import Point

_WIDTH = 24  # characters of the longest bar


def values(kept: Iterable[Series]) -> Table:
    """Each value that is kept of a device."""
    table = Table(box=None, pad_edge=False)
    for column in ("Value", "What it is", "Unit"):
        table.add_column(column)
    for one in kept:
        table.add_row(one.feature, one.capability.replace("_", " "), one.unit)
    return table


def plot(series: Series, points: Sequence[Point]) -> Table:
    """Each stretch of time with its least, mean and greatest, and a bar for the mean."""
    table = Table(box=None, pad_edge=False)
    states = Capability(series.capability) in TWO_STATES
    unit = "% of the time" if states else series.unit
    for column in ("From", "Least", "Mean", "Greatest", unit):
        table.add_column(column, justify="left" if column in {"From", unit} else "right")
    if not points:
        return table
    scale = 100.0 if states else 1.0
    low, high = min(one.low for one in points), max(one.high for one in points)
    for one in points:
        share = (one.mean - low) / (high - low) if high > low else 0.0
        numbers = (f"{each * scale:g}" for each in (one.low, round(one.mean, 3), one.high))
        table.add_row(_time(one.at), *numbers, "▇" * (1 + round(share * (_WIDTH - 1))))
    return table


def _time(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
