"""The last messages of each device, for the inspector and for a report's evidence.

Beside them the last of the whole house (fleet/ring.py), also of no device and sent by us.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable

from fleet.model import Message
from fleet.ring import Direction as Direction  # noqa: PLC0414 - of what is kept here
from fleet.ring import Listened, Noted, Ring, Topics
from fleet.ring import Traced as Traced  # noqa: PLC0414 - of what is kept here

_PAYLOAD = 8 * 1024  # bytes kept of one payload
_BYTES = 256 * 1024  # bytes of payload kept for one device
_HOUSE = 40_000  # messages kept of all devices, where that leaves each of them
_LEAST = 50  # a report takes so many along


class Trace:
    """The last `limit` messages of each device, and no more than 256 KiB; for any thread.

    Of more than 200 devices fewer of each, down to 50: 200 of 2,000 devices would be 200 MB.
    """

    def __init__(self, limit: int = 200, ring: Ring | None = None) -> None:
        self._limit = limit
        self._kept: dict[str, _Kept] = {}
        self._ring = ring or Ring()
        self._lock = threading.Lock()

    def keep(
        self,
        message: Message,
        keys: Iterable[str],
        direction: Direction = Direction.IN,
        *,
        unknown: str = "",
    ) -> None:
        """Keep `message` as the newest of each device in `keys`, and of the house.

        `unknown`: the code of why nobody understood it. What we sent and was told of by `sent` is
        in the house's already: it only becomes known whose it is.
        """
        devices = tuple(keys)
        traced = _traced(message, direction, devices=devices, unknown=unknown)
        with self._lock:
            for key in devices:
                kept = self._kept.get(key)
                if kept is None:
                    kept = self._kept[key] = _Kept()
                kept.add(traced, self._each())
            if direction is Direction.IN or not self._ring.own(traced):
                self._ring.take(traced)

    def _each(self) -> int:
        """Return how many messages of one device are kept among so many."""
        return min(self._limit, max(_LEAST, _HOUSE // len(self._kept)))

    def sent(self, message: Message, qos: int = 0) -> None:
        """Keep what we sent among the messages of the house, whoever it is for."""
        with self._lock:
            self._ring.take(_traced(message, Direction.OUT, qos=qos))

    def beside(self, message: Message) -> None:
        """Keep what came past the house (pieces of firmware asked for) among its messages."""
        with self._lock:
            self._ring.take(_traced(message, Direction.IN))

    def since(self, number: int) -> tuple[list[Noted], Listened]:
        """Return all messages of the house kept after `number`; see Ring.since."""
        with self._lock:
            return self._ring.since(number)

    def topics(self, since: int) -> Topics:
        """Return the topics on which something was said after the message `since`."""
        with self._lock:
            return self._ring.topics(since)

    def one(self, number: int) -> Noted | None:
        """Return the message of this number, while it is kept."""
        with self._lock:
            return self._ring.one(number)

    def last(self, key: str, n: int) -> tuple[Traced, ...]:
        """Return the device's last `n` messages, oldest first."""
        with self._lock:
            kept = self._kept.get(key)
            return tuple(kept.messages)[-n:] if kept and n > 0 else ()

    def drop(self, key: str) -> None:
        """Forget a device's messages."""
        with self._lock:
            self._kept.pop(key, None)
            self._ring.drop(key)


class _Kept:
    """The messages of one device."""

    __slots__ = ("_bytes", "messages")

    def __init__(self) -> None:
        self.messages: deque[Traced] = deque()
        self._bytes = 0

    def add(self, traced: Traced, most: int) -> None:
        messages = self.messages
        messages.append(traced)
        self._bytes += len(traced.payload)
        while len(messages) > most or self._bytes > _BYTES:
            self._bytes -= len(messages.popleft().payload)


def _traced(
    message: Message,
    direction: Direction,
    *,
    qos: int = 0,
    devices: tuple[str, ...] = (),
    unknown: str = "",
) -> Traced:
    payload = message.payload
    return Traced(
        at=message.at,
        broker=message.broker,
        topic=message.topic,
        payload=payload[:_PAYLOAD],
        size=len(payload),
        retain=message.retain,
        direction=direction,
        qos=qos,
        devices=devices,
        unknown=unknown,
    )
