"""Asks over HTTP what a device runs that says it nowhere else: WLED, whose address mDNS tells.

Only where the household lets Orangery ask devices over HTTP (commands.AllowHttp), only on networks
where it meets a broker, and each device rarely. After an update the runner asks by itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor

from msgspec.structs import replace

from fleet import lan_http
from fleet.dialects.wled import Wled, located
from fleet.errors import CommandError
from fleet.house import House
from fleet.lan_http import LanError
from fleet.model import Changes, Device, Message, Observation
from fleet.neighbours import Neighbour, Neighbours
from fleet.steps import HttpRequest

logger = logging.getLogger(__name__)

KIND = "_wled._tcp"
_HTTP = 80
_LISTEN_S = 3.0  # nobody says when all have answered
_REST_S = 900.0  # between two looks at one device
_DIALECT = Wled()

Search = Callable[[str], Sequence[Neighbour]]
"""Of one of our own addresses: who is announced on its network."""


class LanLooks:
    """A listener of the house; what takes time runs in the pool, one look at a time.

    `here`: our own address on the way to a broker. `allowed`: the household's consent, now.
    `loopback`: this computer counts as the home's network.
    """

    def __init__(
        self,
        pool: Executor,
        *,
        here: Callable[[str], str],
        allowed: Callable[[], bool],
        loopback: Callable[[], bool] = lambda: False,
        search: Search | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._pool, self._here, self._allowed = pool, here, allowed
        self._loopback, self._clock = loopback, clock
        self._search = search or _announced
        self._looked: dict[str, float] = {}
        self._busy = threading.Lock()

    def join(self, house: House) -> None:
        """Listen to what changes in `house`."""
        self._house = house
        house.listen(self._heard)

    def _heard(self, changes: Changes) -> None:
        """Begin a look where a device is new to us, or where consent was given just now."""
        wanting = [one for one in changes.devices.values() if one is not None and _wants(one)]
        if not (wanting or "http" in changes.facts) or not self._allowed():
            return
        known = self._house.snapshot().devices
        now = self._clock()
        due = [
            one
            for one in (known.values() if "http" in changes.facts else wanting)
            if _wants(one) and now - self._looked.get(one.key, 0.0) >= _REST_S
        ]
        if due and self._busy.acquire(blocking=False):
            self._looked = {key: at for key, at in self._looked.items() if key in known}
            self._looked |= {one.key: now for one in due}
            try:
                self._pool.submit(self._look, due)
            except RuntimeError:  # the house closes
                self._busy.release()

    # --- in the pool -----------------------------------------------------------------------------

    def _look(self, devices: Sequence[Device]) -> None:
        try:
            lost = [one for one in devices if not _DIALECT.verify(one)]
            networks = {self._here(one.endpoints[_DIALECT.name].broker) for one in lost} - {""}
            near = [one for network in sorted(networks) for one in self._search(network)]
            for device in devices:
                self._one(device, near)
        except Exception:
            logger.exception("looking for devices over HTTP failed")
        finally:
            self._busy.release()

    def _one(self, device: Device, near: Iterable[Neighbour]) -> None:
        """Find where it is, if need be, and ask it; what it says goes into the house."""
        at = device
        if not _DIALECT.verify(device):
            where = next(filter(None, (_at(device, one) for one in near)), None)
            if where is None or where.endpoint is None:
                return
            self._tell(device, "mdns", b"", where)
            at = replace(device, endpoints={**device.endpoints, _DIALECT.name: where.endpoint})
        for step in _DIALECT.verify(at):
            if isinstance(step, HttpRequest) and self._allowed():
                self._ask(at, step)

    def _ask(self, device: Device, request: HttpRequest) -> None:
        try:
            answer = lan_http.send(request, loopback=self._loopback())
        except LanError as error:
            logger.info("%s over HTTP: %s", device.key, error)
            return
        for seen in _DIALECT.answered(device, request, answer.status, answer.body):
            self._tell(device, request.url, answer.body, seen)

    def _tell(self, device: Device, topic: str, body: bytes, seen: Observation) -> None:
        broker = device.endpoints[_DIALECT.name].broker
        said = Message(broker=broker, topic=topic, payload=body, at=self._clock())
        self._house.observe(said, (seen,))


def _wants(device: Device) -> bool:
    return _DIALECT.name in device.endpoints and device.version is None


def _at(device: Device, one: Neighbour) -> Observation | None:
    where = one.address if one.port == _HTTP else f"{one.address}:{one.port}"
    return located(device, one.text.get("mac", ""), where)


def _announced(host: str) -> Sequence[Neighbour]:
    try:
        neighbours = Neighbours(KIND, host)
    except CommandError as error:
        logger.info("no search for %s on %s: %s", KIND, host, error)
        return ()
    try:
        time.sleep(_LISTEN_S)
        return neighbours.found
    finally:
        neighbours.close()
