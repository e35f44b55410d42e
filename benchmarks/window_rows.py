"""Sorting and filtering of the devices table's model, without a window."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt

from benchmarks.measure import Figure, at_most
from desktop.models.devices import Column, DevicesModel
from desktop.models.filters import Filter
from desktop.models.mirror import Mirror
from fleet.model import Device, Snapshot, Version

GOALS_MS = {10_000: 40.0, 100_000: 120.0}  # so many rows; sort, filter
_ROOMS = ("Hall", "Kitchen", "Study", "Bath", "Cellar")
_TEXTS = ("room:hall", "lamp 7", "fw<1.20", "", "is:offline")


def run(*, short: bool = False) -> list[Figure]:
    """Sort and filter, median over columns and over texts."""
    figures = []
    for count, goal in GOALS_MS.items():
        wanted = count // 100 if short else count
        model = DevicesModel(Mirror(Snapshot(number=0, devices=_devices(wanted), facts={})))
        model.choose(Filter())
        down = Qt.SortOrder.DescendingOrder
        sorts = [_timed(partial(model.sort, column, down)) for column in (*Column, *Column)]
        filters = [_timed(partial(model.choose, Filter(text))) for text in _TEXTS]
        for what, took in (("sort", sorts), ("filter", filters)):
            name = f"{what} {wanted:,} rows"
            figures.append(at_most(name, statistics.median(took), goal, "ms"))
    return figures


def _devices(count: int) -> dict[str, Device]:
    dice = random.Random(7)
    return {
        f"d{number}": Device(
            key=f"d{number}",
            name=f"Lamp {dice.randrange(count)}",
            version=Version(raw=f"1.{dice.randrange(40)}.0"),
            room=dice.choice(_ROOMS),
            model="LGT-01",
            vendor="acme",
            last_seen=1e9 + dice.random() * 1e5,
        )
        for number in range(count)
    }


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000
