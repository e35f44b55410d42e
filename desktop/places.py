"""Which brokers are this home's: the rules of fleet/home.py kept, timed and told in the house.

What comes of a broker that is not known to be ours goes no further than here, and nothing goes out.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec

from desktop.facts import Place
from firmware import durable
from fleet import home
from fleet.errors import BrokerError, StoreError
from fleet.home import Here, Mark, Moved, PlaceState
from fleet.house import Batch, Outcome
from fleet.model import BrokerState, Connection, Device, Message
from fleet.steps import Publish

logger = logging.getLogger(__name__)

_MET = 5_000  # messages of a broker in doubt that are kept to know our devices by
_LOOKED = 500  # of them in one turn of the house
_OPTIONAL = (  # what the rules of a broker may forbid, and we do without
    "orangery/v1/home",
    "orangery/v1/lease/",
    "orangery/v1/house/",
    "orangery/v1/updates/",
    "homeassistant/sensor/orangery/",
    "homeassistant/update/orangery/",
)


class MarkSaid(msgspec.Struct, frozen=True):
    """The payload of the mark (resources/schemas/home.json)."""

    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The file home.json: who this desktop is, and the mark of each broker by its address."""

    desktop: str
    home: str
    places: dict[str, Mark] = msgspec.field(default_factory=dict)


@dataclass(slots=True)
class _Broker:
    address: str
    here: Here
    link: Connection
    met: deque[Message]
    missed: bool = False  # something of it was not heard: it is to be asked again


class Places:
    """A part of the house; `connection`, `mark`, `passes` and `open` are for any thread.

    known: which of our devices a message speaks of, in the house thread. StoreError:
    settings_unreadable.
    """

    def __init__(
        self,
        folder: Path,
        *,
        known: Callable[[Message], frozenset[str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = folder / "home.json"
        self._known, self._clock = known, clock
        self._kept = read(self._file) or Kept(
            desktop=secrets.token_hex(8), home=secrets.token_hex(16)
        )
        self._brokers: dict[str, _Broker] = {}
        self._lock = threading.RLock()
        self._saved = self._file.exists()
        self._told: dict[str, Place | None] = {}
        self._publish: Callable[[str, Publish], object] = lambda *_: None
        self._tell: Callable[[Connection], object] = lambda _: None
        self._again: Callable[[str], object] = lambda _: None

    @property
    def desktop(self) -> str:
        """This desktop's own id, the same for the whole life of its folder."""
        return self._kept.desktop

    @property
    def home(self) -> str:
        """The id of this home as its desktops share it, as far as it is known yet."""
        return next((mark.id for mark in self._kept.places.values()), self._kept.home)

    def join(
        self,
        publish: Callable[[str, Publish], object],
        tell: Callable[[Connection], object],
        again: Callable[[str], object],
    ) -> None:
        """Know how to send, to tell the house of a connection, to ask a broker anew for all."""
        self._publish, self._tell, self._again = publish, tell, again

    def use(self, broker: str, address: str) -> None:
        """Begin with a broker of that name at that address."""
        here = Here(own=self._kept.home, mark=self._kept.places.get(address))
        link = Connection(broker=broker, state=BrokerState.CLOSED, address=address)
        with self._lock:
            self._brokers[broker] = _Broker(address, here, link, deque(maxlen=_MET))

    def leave(self, broker: str) -> None:
        """Know nothing of it any more, but the mark of its home."""
        with self._lock:
            self._brokers.pop(broker, None)

    # --- any thread ------------------------------------------------------------------------------

    def connection(self, link: Connection) -> None:
        """Take a change of a connection, and tell it as it is for this home."""
        link = replace(link, error="", fact="") if _optional(link) else link
        with self._lock:
            broker = self._brokers.get(link.broker)
            if broker is None:  # just left
                return
            began = link.state is BrokerState.CONNECTED != broker.link.state
            broker.link = link
            if began:
                broker.met.clear()
                broker.here = home.connected(broker.here, self._clock())
            elif link.state is not BrokerState.CONNECTED:
                broker.here = home.lost(broker.here)
            self._tell(_as_told(broker))

    def mark(self, message: Message) -> None:
        """Take what stands at a broker as the mark of its home."""
        said = _said(message.payload)
        self._move(message.broker, lambda here, now: home.heard(here, said, now))

    def passes(self, message: Message) -> bool:
        """Whether this message is of our home; what is in doubt is kept to know devices by."""
        if self.is_home(message.broker):
            return True
        with self._lock:
            broker = self._brokers.get(message.broker)
            if broker is None:  # just left
                return False
            broker.missed = True
            if broker.here.state is not PlaceState.OTHER:
                broker.met.append(message)
        return False

    def is_home(self, name: str) -> bool:
        """Whether what is heard at this broker is believed."""
        broker = self._brokers.get(name)
        return broker is None or broker.here.open

    def open(self, name: str) -> None:
        """Return where something may be sent to this broker.

        BrokerError: not_this_home; broker_away while it is not connected or not yet known as ours.
        """
        if self.is_home(name):
            return
        broker = self._brokers[name]
        if broker.here.state.foreign:
            raise BrokerError("not_this_home", broker=name, address=broker.address)
        raise BrokerError("broker_away", broker=name)

    @property
    def foreign(self) -> frozenset[str]:
        """The names of the brokers that are not this home's."""
        return frozenset(name for name, one in self._brokers.items() if one.here.state.foreign)

    @property
    def wiped(self) -> Mapping[str, float]:
        """The brokers that had forgotten all they kept -> when we marked them again."""
        return {name: one.here.since for name, one in self._brokers.items() if one.here.wiped}

    # --- in the house thread ---------------------------------------------------------------------

    def take(self, batch: Batch) -> Outcome:
        """Let time go by, look for our devices, keep what was learned, and tell it."""
        for name, broker in list(self._brokers.items()):
            self._move(name, home.ticked)
            if broker.here.state is PlaceState.BLANK:
                self._recognise(name, broker, batch.devices.values())
        self._save()
        news: dict[str, Place | None] = {
            name: place
            for name, one in self._brokers.items()
            if (place := _place(one)) != self._told.get(name)
        }
        news |= dict.fromkeys(self._told.keys() - self._brokers.keys())
        self._told = {name: place for name, place in (self._told | news).items() if place}
        return Outcome(facts={"home": news} if news else {})

    def claim(self, name: str) -> None:
        """Take a person's word that this broker is home now. BrokerError("broker_away")."""
        broker = self._brokers.get(name)
        if broker is None or broker.here.state is PlaceState.AWAY:
            raise BrokerError("broker_away", broker=name or "-")
        self._move(name, home.claimed)
        self._save()

    @property
    def brokers(self) -> tuple[str, ...]:
        """The names of all brokers."""
        return tuple(self._brokers)

    def _recognise(self, name: str, broker: _Broker, devices: Iterable[Device]) -> None:
        with self._lock:
            some = [broker.met.popleft() for _ in range(min(_LOOKED, len(broker.met)))]
        keys = frozenset().union(*(self._known(message) for message in some))
        known = sum(any(e.broker == name for e in one.endpoints.values()) for one in devices)
        self._move(name, lambda here, now: home.recognised(here, keys, known, now))

    def _move(self, name: str, step: Callable[[Here, float], Moved]) -> None:
        """Take the new state; what it opens is asked again for what was missed."""
        with self._lock:
            broker = self._brokers.get(name)
            if broker is None:  # just left
                return
            before = broker.here
            moved = step(before, self._clock())
            broker.here = here = moved.here
            if before.state is not here.state:
                logger.info("%s is %s to this home", broker.address, here.state)
                self._tell(_as_told(broker))
            if here.mark is not None and here.mark != before.mark:
                places = {**self._kept.places, broker.address: here.mark}
                self._kept = msgspec.structs.replace(self._kept, places=places)
                self._saved = False
            again = here.open and broker.missed
            if again:
                broker.missed = False
                broker.met.clear()
        # Beyond the lock: a bus that tells us its state holds its own.
        if again:
            self._again(name)
        if moved.leave:
            self._leave(broker, moved.leave)

    def _leave(self, broker: _Broker, mark: str) -> None:
        body = msgspec.json.encode(MarkSaid(id=mark))
        try:
            self._publish(
                broker.link.broker, Publish(topic=home.TOPIC, payload=body, qos=1, retain=True)
            )
        except BrokerError as error:
            logger.info("the mark of this home was not left at %s: %s", broker.address, error)

    def _save(self) -> None:
        """Keep what was learned; tried again at the next turn where the disk is full."""
        if self._saved:
            return
        kept = self._kept
        try:
            durable.write(self._file, msgspec.json.format(msgspec.json.encode(kept)))
        except StoreError as error:
            logger.warning("the marks of this home are not kept: %s", error)
        else:
            self._saved = kept is self._kept


def read(file: Path) -> Kept | None:
    """Return what is kept in such a file, None where there is none. StoreError as `Places`."""
    return durable.read(file, Kept, "settings_unreadable")


def _said(payload: bytes) -> str:
    """Return the mark in a payload; of what cannot be read, whose it may be, one of its own."""
    try:
        return msgspec.json.decode(payload, type=MarkSaid).id if payload else ""
    except msgspec.MsgspecError:
        return hashlib.sha256(payload).hexdigest()[:32]


def _optional(link: Connection) -> bool:
    """Whether all that a broker forbids is what we can do without."""
    names = link.fact.split()
    forbidden = link.error == "broker_not_allowed" and link.state is BrokerState.CONNECTED
    return forbidden and bool(names) and all(name.startswith(_OPTIONAL) for name in names)


def _as_told(broker: _Broker) -> Connection:
    """Return the connection as it is for this home: up only where it is ours."""
    link, here = broker.link, broker.here
    if link.state is not BrokerState.CONNECTED or here.open:
        return link
    if here.state.foreign:
        return replace(link, state=BrokerState.REFUSED, error="not_this_home", fact=here.state)
    return replace(link, state=BrokerState.CONNECTING)


def _place(broker: _Broker) -> Place | None:
    here = broker.here
    return Place(state=here.state, address=broker.address)
