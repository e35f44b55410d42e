"""What was asked of a broker and not answered yet, so that a "no" can say to what."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Unanswered:
    """Packet ids and the topics in them; any thread. The oldest beyond `limit` is forgotten."""

    limit: int
    _asked: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _early: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, mid: int, *topics: str) -> tuple[str, ...]:
        """Note what a packet asks for; returns what of it was refused already."""
        with self._lock:
            early = self._early.pop(mid, None)
            if early is not None:
                return _named(topics, early)
            self._asked[mid] = topics
            if len(self._asked) > self.limit:
                self._asked.pop(next(iter(self._asked)))
            return ()

    def refused(self, mid: int, numbers: tuple[int, ...]) -> tuple[str, ...]:
        """Take an answer; `numbers`: which of its topics are refused; returns those topics.

        An answer may be quicker than `note`, which then returns them.
        """
        with self._lock:
            asked = self._asked.pop(mid, None)
            if asked is None and numbers:
                self._early[mid] = numbers
            return _named(asked or (), numbers)


def _named(topics: tuple[str, ...], numbers: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(topics[number] for number in numbers if number < len(topics))
