"""Finds where devices are that do not say it over MQTT, once the household has allowed HTTP.

WLED announces its address by mDNS, together with its MAC. What it runs it then says itself
(desktop/version_questions.py).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Protocol

from fleet.dialects import wled
from fleet.errors import CommandError
from fleet.house import Batch, Outcome
from fleet.model import Device, Install, Message, Observation
from fleet.neighbours import Neighbour, Neighbours

logger = logging.getLogger(__name__)

ANNOUNCED: Mapping[str, Callable[[Device, str, str], Observation | None]] = {
    "_wled._tcp": wled.located,
}
"""Kind of announcement -> what reads it: (device, MAC, address) to what is known then."""

_LOOK_S = 20.0  # between two looks at who is announced


class Search(Protocol):
    """What is announced of one kind, as Neighbours has it."""

    @property
    def found(self) -> Iterable[Neighbour]:
        """Those that are there now."""

    def close(self) -> None:
        """Search no more."""


class LanDevices:
    """A part of the household; `take` in the house thread, what waits in the pool."""

    def __init__(
        self,
        observe: Callable[[Message, Iterable[Observation]], object],
        pool: Executor,
        *,
        allowed: Callable[[], bool],
        host: Callable[[], str],
        search: Callable[[str, str], Search] = Neighbours,
    ) -> None:
        """`host`: our own address in the home's network, "" while not at home; in the pool."""
        self._observe, self._pool = observe, pool
        self._allowed, self._host, self._search = allowed, host, search
        self._due = 0.0
        self._lock = threading.Lock()
        self._searches: dict[str, Search] = {}
        self._at = ""

    def take(self, batch: Batch) -> Outcome:
        """Look now and then who is announced."""
        if abs(batch.now - self._due) < _LOOK_S:
            return Outcome()
        self._due = batch.now
        devices = tuple(filter(_by_http, batch.devices.values()))
        if not self._searches and not (devices and self._allowed()):
            return Outcome()
        return Outcome(then=(partial(self._pool.submit, self._look, devices),))

    def close(self) -> None:
        """Search no more."""
        with self._lock:
            self._leave()

    # --- in the pool -----------------------------------------------------------------------------

    def _look(self, devices: tuple[Device, ...]) -> None:
        with self._lock:
            host = self._host() if self._allowed() and devices else ""
            if host != self._at:
                self._leave()
                self._begin(host)
            for kind, search in self._searches.items():
                for one in search.found:
                    self._found(kind, one, devices)

    def _begin(self, host: str) -> None:
        self._at = host
        for kind in ANNOUNCED if host else ():
            try:
                self._searches[kind] = self._search(kind, host)
            except CommandError as error:
                logger.info("%s is not searched for: %s", kind, error)

    def _leave(self) -> None:
        for search in self._searches.values():
            search.close()
        self._searches, self._at = {}, ""

    def _found(self, kind: str, one: Neighbour, devices: Iterable[Device]) -> None:
        for device in devices:
            seen = ANNOUNCED[kind](device, one.text.get("mac", ""), one.address)
            if seen is None or seen.endpoint is None:
                continue
            before = device.endpoints.get(seen.dialect)
            if before is None or before.data != seen.endpoint.data:
                self._observe(Message(broker="", topic=kind, payload=b"", retain=True), [seen])


def _by_http(device: Device) -> bool:
    return Install.HTTP in device.caps.install
