"""What has been announced of the house: changed by its thread, read by any."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TypeVar

from fleet.inbox import Facts
from fleet.model import Changes, Device, Snapshot

V = TypeVar("V")


class Shown:
    """What has been announced: changed by the house thread, read by any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._devices: dict[str, Device] = {}
        self._facts: dict[str, dict[str, object]] = {}
        self._snapshot: Snapshot | None = None

    def change(
        self, devices: Mapping[str, Device | None], facts: Facts, now: float = 0.0
    ) -> Changes | None:
        """Take up what changed; None where nothing did."""
        with self._lock:
            fresh: dict[str, dict[str, object | None]] = {}
            for kind, values in facts.items():
                before = self._facts.setdefault(kind, {})
                news = {each: v for each, v in values.items() if before.get(each) != v}
                if news:
                    fresh[kind] = news
                    _apply(before, news)
            if not devices and not fresh:
                return None
            _apply(self._devices, devices)
            self._number += 1
            self._snapshot = None
            return Changes(number=self._number, at=now, devices=devices, facts=fresh)

    def snapshot(self) -> Snapshot:
        """Return all of it; the same value until something changes."""
        with self._lock:
            if self._snapshot is None:
                facts = {kind: dict(values) for kind, values in self._facts.items() if values}
                self._snapshot = Snapshot(
                    number=self._number, devices=dict(self._devices), facts=facts
                )
            return self._snapshot


def _apply(values: dict[str, V], news: Mapping[str, V | None]) -> None:
    for each, value in news.items():
        if value is None:
            values.pop(each, None)
        else:
            values[each] = value
