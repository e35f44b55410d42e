"""The bounded inbox of the house: where other threads leave messages, commands and facts."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from fleet.model import Actor, Message, Observation

Facts = Mapping[str, Mapping[str, object | None]]
"""kind -> id -> value; None: gone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command on its way, and where its result goes."""

    command: object
    actor: Actor
    answer: Future[Any]


Read = tuple[Message, tuple[Observation, ...]]
"""What a device answered past the brokers, and what its dialect read in that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What the house takes out at once."""

    messages: tuple[Message, ...] = ()
    read: tuple[Read, ...] = ()
    asked: tuple[Asked, ...] = ()
    facts: tuple[Facts, ...] = ()
    reached: tuple[Future[None], ...] = ()  # all posted before these were asked for is taken
    closed: bool = False  # nothing comes any more, and nothing waits any more
    dropped: int = 0  # since the start


_Slot = list[Message]
"""The place of one message that waits: as long as it does, another can be put there."""


@dataclass(slots=True)
class _Counts:
    posted: int = 0
    taken: int = 0
    dropped: int = 0


@dataclass(slots=True)
class Inbox:
    """A queue for any thread to fill and the house thread to empty.

    A retained message replaces one of the same topic that still waits. When `limit` messages wait,
    any message does so (a state's last value is the one that counts), and one of a topic that does
    not wait is dropped and counted. Commands and facts are few and never dropped.
    """

    limit: int = 20_000
    _slots: deque[_Slot] = field(default_factory=deque)
    _last: dict[tuple[str, str], _Slot] = field(default_factory=dict)
    _asked: deque[Asked] = field(default_factory=deque)
    _facts: list[Facts] = field(default_factory=list)
    _read: list[Read] = field(default_factory=list)
    _marks: deque[tuple[int, Future[None]]] = field(default_factory=deque)
    _counts: _Counts = field(default_factory=_Counts)
    _closed: bool = False
    _ready: threading.Condition = field(default_factory=threading.Condition)

    def post(self, message: Message) -> None:
        """Leave a message; after `close` it is dropped."""
        where = (message.broker, message.topic)
        with self._ready:
            full = len(self._slots) >= self.limit
            waiting = self._last.get(where)
            if waiting and (full or (message.retain and waiting[0].retain)):
                waiting[0] = message
                return
            if full or self._closed:
                self._counts.dropped += 1
                return
            self._last[where] = slot = [message]
            self._slots.append(slot)
            self._counts.posted += 1
            if len(self._slots) == 1:
                self._ready.notify()

    def ask(self, asked: Asked) -> bool:
        """Leave a command; False after `close`."""
        with self._ready:
            if not self._closed:
                self._asked.append(asked)
                self._ready.notify()
            return not self._closed

    def tell(self, facts: Facts) -> None:
        """Leave facts."""
        with self._ready:
            self._facts.append(facts)
            self._ready.notify()

    def observe(self, read: Read) -> None:
        """Leave what was read already."""
        with self._ready:
            self._read.append(read)
            self._ready.notify()

    def mark(self) -> Future[None]:
        """Return a future for the house to set when all posted before this call is announced."""
        mark: Future[None] = Future()
        with self._ready:
            if self._closed and not self._slots:
                mark.set_result(None)
            else:
                self._marks.append((self._counts.posted, mark))
            self._ready.notify()
        return mark

    def close(self) -> None:
        """Take nothing more; what waits can still be taken."""
        with self._ready:
            self._closed = True
            self._ready.notify()

    def take(self, most: int, wait_s: float) -> Taken:
        """Return up to `most` messages and all else that waits; empty after `wait_s` seconds."""
        with self._ready:
            self._ready.wait_for(self._anything, wait_s)
            messages = tuple([self._next() for _ in range(min(most, len(self._slots)))])
            self._counts.taken += len(messages)
            taken = Taken(
                messages=messages,
                read=tuple(self._read),
                asked=tuple(self._asked),
                facts=tuple(self._facts),
                reached=tuple(self._reached()),
                closed=self._closed and not self._slots,
                dropped=self._counts.dropped,
            )
            self._asked.clear()
            self._facts.clear()
            self._read.clear()
            return taken

    def _anything(self) -> bool:
        waits = self._slots or self._asked or self._facts or self._read or self._marks
        return bool(waits or self._closed)

    def _next(self) -> Message:
        slot = self._slots.popleft()
        message = slot[0]
        where = (message.broker, message.topic)
        if self._last.get(where) is slot:
            del self._last[where]
        return message

    def _reached(self) -> list[Future[None]]:
        reached = []
        while self._marks and self._marks[0][0] <= self._counts.taken:
            reached.append(self._marks.popleft()[1])
        return reached
