"""The leases of this desktop: the rules of fleet/lease.py, said and heard at the home's brokers."""

from __future__ import annotations

import logging
import queue
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial

import msgspec

from fleet import lease
from fleet.errors import BrokerError
from fleet.house import Batch, Outcome
from fleet.lease import Claim, Lease, Me, Moved, Word
from fleet.model import Device, Message
from fleet.steps import Publish

logger = logging.getLogger(__name__)

_UNKEPT = "claims_not_kept"  # the value of the fact "lease" of such a broker
_MOST = 10_000  # devices of which claims are known
_NO_ECHO_S = 15.0  # three claims that did not come back: this broker keeps none

_Place = tuple[str, str]
"""(broker's name, the device's name in lease topics)."""


def awake_clock() -> float:
    """Return seconds that never go back and go on while this computer sleeps, where it can tell."""
    which = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if which is None else time.clock_gettime(which)


class Leases:
    """A part of the house, before the runner's; `came` is for a broker's network thread.

    publish: (broker, step); BrokerError. wiped: brokers that had forgotten what they kept -> when:
    for the life of a claim nobody there can know of everybody's.
    """

    def __init__(
        self,
        desktop: str,
        publish: Callable[[str, Publish], object],
        *,
        wiped: Callable[[], Mapping[str, float]] = dict,
        woken: Callable[[], object] = lambda: None,
        ttl_s: float = lease.LEASE_S,
        clock: Callable[[], float] = awake_clock,
    ) -> None:
        self._me = Me(desktop=desktop, run=secrets.token_hex(4), ttl=ttl_s)
        self._publish, self._wiped, self._woken, self._clock = publish, wiped, woken, clock
        self._came: queue.SimpleQueue[tuple[float, Message]] = queue.SimpleQueue()
        self._leases: dict[_Place, Lease] = {}
        self._wanted: frozenset[str] = frozenset()
        self._duties: frozenset[str] = frozenset()  # what one desktop of a home does for all
        self._places: dict[str, _Place] = {}  # device key -> where its lease is
        self._keys: dict[_Place, str] = {}
        self._connected: frozenset[str] = frozenset()
        self._asked: dict[str, float] = {}  # broker -> since when no claim of ours has come back
        self._unkept: frozenset[str] = frozenset()  # brokers that keep no claims
        self._told: frozenset[str] = frozenset()
        self._silent: frozenset[str] = frozenset()  # brokers that we only listen to

    def came(self, message: Message, publish: object = None, largest: int = 0) -> None:
        """Take a claim as it came off the wire; see desktop/links.py Serve."""
        del publish, largest
        self._came.put((self._clock(), message))
        self._woken()

    def wants(self, devices: Collection[str]) -> None:
        """Know which devices are about to be, or are being, updated; in the house thread."""
        self._wanted = frozenset(devices)

    def takes_on(self, duty: str, *, on: bool) -> None:
        """Want to do something for all desktops at each broker, or no more: `does` says where.

        duty: a name that is no device's. Any thread; it is claimed in the next turn.
        """
        self._duties = self._duties | {duty} if on else self._duties - {duty}

    def does(self, duty: str, broker: str) -> bool:
        """Whether this desktop is the one that does it there. Any thread."""
        return duty in self._duties and self._ours((broker, duty), self._clock())

    @property
    def taken(self) -> frozenset[str]:
        """Keys of the devices that another desktop may be at."""
        now = self._clock()
        held = (
            place for place, one in self._leases.items() if one.taken(now) and place in self._keys
        )
        return frozenset(self._keys[place] for place in held)

    @property
    def granted(self) -> frozenset[str]:
        """Keys of the wanted devices that are ours; also those at a broker that keeps no claims."""
        now = self._clock()
        return frozenset(key for key in self._wanted if self._ours(self._places.get(key), now))

    @property
    def unkept(self) -> frozenset[str]:
        """Brokers at which desktops cannot keep out of each other's way."""
        return self._unkept

    def take(self, batch: Batch) -> Outcome:
        """Hear the others, then claim, renew and let go."""
        self._know(batch)
        for broker in batch.connected - self._connected:
            self._asked.pop(broker, None)
            self._unkept -= {broker}
            self._silent -= {broker}
            for place in [one for one in self._leases if one[0] == broker]:
                self._do(place, partial(lease.again, me=self._me))
        self._connected = batch.connected
        while not self._came.empty():
            self._hear(*self._came.get_nowait())
        wanted = {self._places[key] for key in self._wanted & self._places.keys()}
        wanted |= {(broker, duty) for broker in self._connected for duty in self._duties}
        wiped = self._wiped()
        for place in wanted | self._leases.keys():
            if place[0] in self._connected:
                quiet = wiped[place[0]] + self._me.ttl if place[0] in wiped else 0.0
                self._do(
                    place, partial(lease.turned, me=self._me, wanted=place in wanted, quiet=quiet)
                )
        return Outcome(facts=self._doubt())

    def _ours(self, place: _Place | None, now: float) -> bool:
        if place is None:
            return True  # it has no id by which another could know it
        if place[0] in self._unkept | self._silent:
            return True
        return place in self._leases and self._leases[place].ours(now)

    def _know(self, batch: Batch) -> None:
        """Follow where each device's lease is."""
        fresh = batch.changed if self._places else batch.devices.keys()
        for key in fresh:
            if (old := self._places.pop(key, None)) is not None:
                self._keys.pop(old, None)
            device = batch.devices.get(key)
            if device is not None and (place := _place(device)) is not None:
                self._places[key], self._keys[place] = place, key

    def _hear(self, at: float, message: Message) -> None:
        for device, word in _word(message):
            if word.desktop == self._me.desktop:
                self._asked.pop(message.broker, None)
            heard = partial(lease.heard, word=word, me=self._me)
            self._do((message.broker, device), heard, at=at)

    def _do(self, place: _Place, step: Callable[..., Moved], *, at: float | None = None) -> None:
        """Take a step with one lease, and say what follows from it."""
        now = self._clock() if at is None else at
        moved = step(self._leases.get(place, Lease()), now=now)
        if moved.lease.idle:
            self._leases.pop(place, None)
        elif place in self._leases or len(self._leases) < _MOST:
            self._leases[place] = moved.lease
        if moved.say:
            self._asked.setdefault(place[0], now)
        if moved.say or moved.let_go:
            self._say(place, moved.say)

    def _say(self, place: _Place, claim: Claim | None) -> None:
        broker, device = place
        step = Publish(
            topic=lease.topic(device, self._me.desktop),
            payload=msgspec.json.encode(claim) if claim else b"",
            qos=1,
            retain=True,
            expiry=max(1, round(claim.ttl)) if claim else None,
        )
        try:
            self._publish(broker, step)
        except BrokerError as error:
            logger.debug("a claim was not said: %s", error)
            if error.code == "broker_read_only":  # nothing can be done there that needs a claim
                self._silent |= {broker}
                self._asked.pop(broker, None)

    def _doubt(self) -> dict[str, dict[str, object | None]]:
        """Where no claim ever comes back, wait for none: the broker's rules forbid them."""
        now = self._clock()
        before = self._unkept
        for broker, since in self._asked.items():
            if broker in self._connected and now - since >= _NO_ECHO_S:
                self._unkept |= {broker}
        for broker in self._unkept - before:
            logger.warning("%s keeps no claims: two desktops could be at one device", broker)
        news: dict[str, object | None] = dict.fromkeys(self._told - self._unkept)
        news |= dict.fromkeys(self._unkept - self._told, _UNKEPT)
        self._told = self._unkept
        return {"lease": news} if news else {}


def _place(device: Device) -> _Place | None:
    name = lease.device_of(device.ids)
    known = [device.endpoints[one] for one in device.dialects if one in device.endpoints]
    return (known[0].broker, name) if name and known else None


def _word(message: Message) -> Iterator[tuple[str, Word]]:
    """Give the device and the word of a claim; nothing where it cannot be read."""
    *_, device, desktop = message.topic.split("/")
    try:
        claim = msgspec.json.decode(message.payload, type=Claim) if message.payload else None
    except msgspec.MsgspecError:
        logger.warning("a claim that cannot be read is ignored: %s", message.topic)
    else:
        yield device, Word(desktop=desktop, claim=claim, retained=message.retain)
