"""Asks devices what they run where they have not said it: an update begins from a known version.

A few say it once, after a boot, before we listened; WLED never says it over MQTT. Each is asked
rarely, a few at a time, in its dialect's own way (`Dialect.verify`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fleet.house import Batch, Outcome
from fleet.model import Availability, Device, Install

_LOOK_S = 60.0  # between two looks at all of them
_REST_S = 900.0  # between two questions to one that has not answered; then longer each time
_AGAIN_S = 6 * 3600.0  # to one that says it over HTTP only: it may have been updated elsewhere
_AT_ONCE = 10  # in one turn


class VersionQuestions:
    """A part of the household; all of it in the house thread."""

    def __init__(self, ask: Callable[[str], bool], *, http: Callable[[], bool]) -> None:
        """`ask`: have this device say its version; False where nothing could be sent.

        `http`: whether devices may be asked over HTTP.
        """
        self._ask, self._http = ask, http
        self._looked = 0.0
        self._asked: dict[str, tuple[float, int]] = {}  # key -> when last, how often

    def take(self, batch: Batch) -> Outcome:
        """Find those that are to be asked, and ask them when the turn is over."""
        keys: Iterable[str] = batch.changed
        if abs(batch.now - self._looked) >= _LOOK_S:
            self._looked, keys = batch.now, batch.devices
            gone = self._asked.keys() - batch.devices.keys()
            for key in gone:
                del self._asked[key]
        each = (batch.devices[key] for key in keys if key in batch.devices)
        due = [device.key for device in each if self._due(device, batch.now)][:_AT_ONCE]
        return Outcome(then=tuple(self._question(key, batch.now) for key in due))

    def _due(self, device: Device, now: float) -> bool:
        """Whether it has not said what it runs, could, and was not asked of late."""
        by_http = Install.HTTP in device.caps.install and self._http()
        if device.version is not None and not by_http:
            return False
        if device.availability is not Availability.ONLINE:
            return False
        last, times = self._asked.get(device.key, (0.0, 0))
        rest_s = min(_REST_S * 2**times, _AGAIN_S) if device.version is None else _AGAIN_S
        return not times or abs(now - last) >= rest_s

    def _question(self, key: str, now: float) -> Callable[[], None]:
        def ask() -> None:
            if self._ask(key):
                self._asked[key] = (now, min(10, self._asked.get(key, (0.0, 0))[1] + 1))

        return ask
