"""Hears everything at a broker for a short while: the only one that subscribes to "#".

For finding out where a device speaks that nobody understands. It is bounded by seconds and bytes
and keeps no payloads; its connection ends with it, so nothing stays subscribed. `$SYS` is no part
of "#" (MQTT 5, 4.7.2).
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from fleet import acl, dialects
from fleet.brokers import BrokerSettings
from fleet.errors import CommandError
from fleet.examined import Explored
from fleet.model import Message
from fleet.registry import Registry
from fleet.topics import matches, valid
from fleet.visit import Visit

Told = Callable[[int, int], bool]
"""Hears how many messages and bytes there are so far; False: that is enough."""

EVERYTHING = "#"
LONGEST_S = 600.0
MOST_BYTES = 100_000_000

_PREFIXES = 2_000  # told apart; the rest is counted together
_UNKNOWN = 500  # topics
_LEVELS = 2  # of a topic, which make its prefix
_REST = "…"


def explore(
    settings: BrokerSettings,
    password: str,
    *,
    seconds: float,
    limit: int,
    told: Told = lambda _messages, _bytes: True,
) -> Explored:
    """Listen for `seconds` or until `limit` bytes, and count; blocks. Raises like `listen`."""
    count = _Count()
    began = time.monotonic()
    end = listen(settings, password, count.take, seconds=seconds, limit=limit, told=told)
    return count.told(settings.name, time.monotonic() - began, end)


@dataclass(frozen=True, slots=True)
class End:
    """Why listening ended; neither: the time was over, or whoever was told had enough."""

    full: bool = False
    lost: str = ""  # the code of what ended the connection


def listen(
    settings: BrokerSettings,
    password: str,
    take: Callable[[Message], object],
    *,
    seconds: float,
    limit: int,
    told: Told = lambda _messages, _bytes: True,
) -> End:
    """Give everything that is said at a broker to `take`, in this thread; blocks.

    `told` hears the counts about each second; False ends it. BrokerError: why there is no
    connection. CommandError("explore_too_long").
    """
    if not (0 < seconds <= LONGEST_S and 0 < limit <= MOST_BYTES):
        raise CommandError("explore_too_long", seconds=round(LONGEST_S), bytes=MOST_BYTES)
    heard: SimpleQueue[Message] = SimpleQueue()
    messages = size = 0
    with Visit(settings, password, heard.put, may=valid) as visit:
        visit.bus.subscribe([(EVERYTHING, 0)])
        end = time.monotonic() + seconds
        tell_at = 0.0
        while (now := time.monotonic()) < end and size < limit:
            if now >= tell_at:
                tell_at = now + 1.0
                if not told(messages, size) or visit.lost:
                    break
            with contextlib.suppress(Empty):
                message = heard.get(timeout=0.2)
                messages, size = messages + 1, size + len(message.topic) + len(message.payload)
                take(message)
        return End(full=size >= limit, lost=visit.lost)


class _Count:
    """What was heard so far; payloads go through a registry of its own and are forgotten."""

    def __init__(self) -> None:
        self.messages = self.bytes = 0
        self._prefixes: Counter[str] = Counter()
        self._unknown: dict[str, str] = {}
        self._registry = Registry(dialects.ALL)

    def take(self, message: Message) -> None:
        self.messages += 1
        self.bytes += len(message.topic) + len(message.payload)
        prefix = "/".join(message.topic.split("/")[:_LEVELS])
        known = prefix in self._prefixes or len(self._prefixes) < _PREFIXES
        self._prefixes[prefix if known else _REST] += 1
        reason = self._registry.hear(message).unknown
        if not reason or any(matches(name, message.topic) for _, name in acl.OWN):
            self._unknown.pop(message.topic, None)
        elif len(self._unknown) < _UNKNOWN:
            self._unknown[message.topic] = reason

    def told(self, broker: str, seconds: float, end: End) -> Explored:
        self._registry.settle()
        return Explored(
            broker=broker,
            seconds=round(seconds, 1),
            messages=self.messages,
            bytes=self.bytes,
            full=end.full,
            lost=end.lost,
            prefixes=dict(self._prefixes.most_common()),
            unknown=dict(sorted(self._unknown.items())),
            devices=len(self._registry.devices),
        )
