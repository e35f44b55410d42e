"""The last messages of the whole house, numbered: what the page Messages and `messages` show.

Always a small one is kept, so that who begins to look sees what was just said; while somebody
looks, ten times as much, and topics are counted. Nothing of it is ever written to a file or a log.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import msgspec

_AT_REST = (2_000, 2 * 1024 * 1024)  # messages and bytes of payload kept
_LOOKED_AT = (20_000, 16 * 1024 * 1024)
_LOOKING = 100_000  # messages after which nobody looks any more who has not asked again
_TOPICS = 20_000  # that are counted each
_OWNED_LATE = 32  # messages among which one of ours is looked for, once it is known whose it is


class Direction(StrEnum):
    """Whether a message came from the device or went to it."""

    IN = "in"
    OUT = "out"


class Traced(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message as it is kept: its payload cut at 8 KiB, `size` its whole length in bytes."""

    at: float
    broker: str
    topic: str
    payload: bytes
    size: int
    retain: bool
    direction: Direction
    qos: int = 0  # of what we sent
    devices: tuple[str, ...] = ()  # keys of those it speaks of, or is for
    unknown: str = ""  # the code of why nobody understood it


class Kind(StrEnum):
    """Which messages of the house are meant."""

    ALL = "all"
    DEVICES = "devices"  # said by a device that we know
    UNKNOWN = "unknown"  # said by nobody that we know, or not understood
    SENT = "sent"  # said by us


class Noted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message of the house: `payload` cut at 8 KiB, `size` its whole length in bytes."""

    number: int  # rises by one with each message of the house
    at: float
    broker: str
    topic: str
    payload: bytes
    size: int
    retain: bool  # heard: it came out of the broker's memory; sent: the broker shall keep it
    sent: bool  # by us
    qos: int = 0  # sent: as we asked; heard: always 0, as we subscribe
    devices: tuple[str, ...] = ()  # keys of those it speaks of, or is for
    unknown: str = ""  # the code of why nobody understood it


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages there were since the house was opened, by kind; some are in two kinds."""

    all: int = 0
    devices: int = 0
    unknown: int = 0
    sent: int = 0


class Listened(msgspec.Struct, frozen=True, kw_only=True):
    """What was said since a number.

    `more`: passed the filter and is left out because of the limit, the oldest first. `lost`: fell
    out before it was asked for, whether it would have passed or not.
    """

    messages: tuple[Noted, ...] = ()  # oldest first
    upto: int = 0  # the number to ask with next
    more: int = 0
    lost: int = 0
    counts: Counts = Counts()


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was said on a topic, and the number of the last time."""

    topic: str
    count: int
    last: int


class Topics(msgspec.Struct, frozen=True, kw_only=True):
    """The topics on which something was said since a number, in the order they were first met."""

    topics: tuple[Topic, ...] = ()
    upto: int = 0
    others: int = 0  # messages on topics beyond the 20,000 that are counted each


@dataclass(slots=True)
class _Counted:
    count: int = 0
    last: int = 0


class Ring:
    """Not safe for threads by itself: who owns it (fleet/trace.py) holds a lock around each call.

    `take` is called for each message of the house, so it counts and appends and nothing else.
    """

    def __init__(
        self,
        *,
        at_rest: tuple[int, int] = _AT_REST,
        looked_at: tuple[int, int] = _LOOKED_AT,
        topics: int = _TOPICS,
    ) -> None:
        self._kept: deque[Traced | None] = deque()  # None: forgotten
        self._at_rest, self._looked_at, self._most_topics = at_rest, looked_at, topics
        self._number = self._bytes = 0
        self._looking_until = 0  # a number
        self._nobodys = self._doubted = self._sent = self._others = 0
        self._topics: dict[str, _Counted] = {}

    def take(self, traced: Traced) -> None:
        """Keep one more message."""
        self._number += 1
        if not traced.devices or traced.unknown or traced.direction is not Direction.IN:
            self._aside(traced)
        self._kept.append(traced)
        self._bytes += len(traced.payload)
        most, size = self._at_rest
        if self._number <= self._looking_until:
            most, size = self._looked_at
            self._count(traced.topic, self._number)
        while len(self._kept) > most or self._bytes > size:
            old = self._kept.popleft()
            if old is not None:
                self._bytes -= len(old.payload)

    def own(self, traced: Traced) -> bool:
        """Say whose a message is that we just sent; False where it is not among the last ones."""
        last = len(self._kept) - 1
        for place in range(last, max(last - _OWNED_LATE, -1), -1):
            one = self._kept[place]
            if one is not None and not one.devices and _same(one, traced):
                self._kept[place] = msgspec.structs.replace(one, devices=traced.devices)
                return True
        return False

    def drop(self, device: str) -> None:
        """Forget what this device said alone, and on which topics."""
        for place, one in enumerate(self._kept):
            if one is not None and one.devices == (device,):
                self._topics.pop(one.topic, None)
                self._bytes -= len(one.payload)
                self._kept[place] = None

    def since(self, number: int) -> tuple[list[Noted], Listened]:
        """Return all that is kept after `number`, oldest first, and what is known besides.

        A number that is yet to come is of a house that has ended since: all is told.
        """
        self._look()
        number = number if number <= self._number else 0
        gone = self._number - len(self._kept)
        first = max(number, gone) + 1
        kept = islice(self._kept, first - gone - 1, None)
        found = [_noted(at, one) for at, one in enumerate(kept, first) if one is not None]
        return found, Listened(upto=self._number, lost=max(0, gone - number), counts=self.counts())

    def counts(self) -> Counts:
        """Return how many messages there were of each kind."""
        aside = self._nobodys + self._sent
        return Counts(
            all=self._number,
            devices=self._number - aside,
            unknown=self._nobodys + self._doubted,
            sent=self._sent,
        )

    def topics(self, since: int) -> Topics:
        """Return the topics on which something was said after `since`.

        They are counted from the oldest message that was kept when somebody began to look.
        """
        self._look()
        return Topics(
            topics=tuple(
                Topic(topic=topic, count=one.count, last=one.last)
                for topic, one in self._topics.items()
                if one.last > since
            ),
            upto=self._number,
            others=self._others,
        )

    def one(self, number: int) -> Noted | None:
        """Return the message of this number, while it is kept."""
        place = number - 1 - (self._number - len(self._kept))
        found = self._kept[place] if 0 <= place < len(self._kept) else None
        return None if found is None else _noted(number, found)

    def _aside(self, traced: Traced) -> None:
        if traced.direction is Direction.OUT:
            self._sent += 1
        elif traced.devices:
            self._doubted += 1
        else:
            self._nobodys += 1

    def _look(self) -> None:
        if self._number > self._looking_until or not self._looking_until:
            self._topics, self._others = {}, 0
            for number, one in enumerate(self._kept, self._number - len(self._kept) + 1):
                if one is not None:
                    self._count(one.topic, number)
        self._looking_until = self._number + _LOOKING

    def _count(self, topic: str, number: int) -> None:
        counted = self._topics.get(topic)
        if counted is None:
            if len(self._topics) >= self._most_topics:
                self._others += 1
                return
            self._topics[topic] = counted = _Counted()
        counted.count += 1
        counted.last = number


def _same(one: Traced, other: Traced) -> bool:
    return (one.topic, one.payload, one.broker, one.direction) == (
        other.topic,
        other.payload,
        other.broker,
        other.direction,
    )


def _noted(number: int, one: Traced) -> Noted:
    return Noted(
        number=number,
        at=one.at,
        broker=one.broker,
        topic=one.topic,
        payload=one.payload,
        size=one.size,
        retain=one.retain,
        sent=one.direction is Direction.OUT,
        qos=one.qos,
        devices=one.devices,
        unknown=one.unknown,
    )
