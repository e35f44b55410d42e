"""How often one asker may ask, and how often what all ask for is made anew; kept in memory.

Each hub process counts for itself: with n processes the limits are n times as wide.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from feedback.wire import HubError

_FORGET_ABOVE = 10_000  # askers
T = TypeVar("T")


class Limit:
    """At most `times` in `span_s` seconds for each asker."""

    def __init__(self, times: int, span_s: float = 60.0) -> None:
        self._times = times
        self._span = span_s
        self._asked: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, asker: str, *, now: float) -> None:
        """HubError("rate_limited", retry_after=seconds) where it is too often; counts nothing."""
        with self._lock:
            times = self._recent(asker, now)
            if len(times) >= self._times:
                raise HubError("rate_limited", retry_after=round(times[0] + self._span - now, 1))

    def count(self, asker: str, *, now: float) -> None:
        """Count once."""
        with self._lock:
            if len(self._asked) > _FORGET_ABOVE:
                self._forget(now)
            self._recent(asker, now).append(now)

    def take(self, asker: str, *, now: float) -> None:
        """Check and count."""
        self.check(asker, now=now)
        self.count(asker, now=now)

    def _recent(self, asker: str, now: float) -> deque[float]:
        times = self._asked.setdefault(asker, deque(maxlen=self._times))
        while times and times[0] <= now - self._span:
            times.popleft()
        return times

    def _forget(self, now: float) -> None:
        silent = [
            asker
            for asker, times in self._asked.items()
            if not times or times[-1] <= now - self._span
        ]
        for asker in silent:
            del self._asked[asker]


class Fresh(Generic[T]):
    """A value that is made at most once in `lasts_s` seconds, whoever asks for it."""

    def __init__(self, lasts_s: float) -> None:
        self._lasts = lasts_s
        self._made: tuple[float, T] | None = None
        self._lock = threading.Lock()

    def get(self, make: Callable[[], T], *, now: float) -> T:
        """Return it; the others wait while one makes it."""
        with self._lock:
            if self._made is None or not 0 <= now - self._made[0] < self._lasts:
                self._made = now, make()
            return self._made[1]


class Load:
    """How many requests are in work, and who is sent away when there are too many.

    What only counts (outcomes) goes first: `can_wait`. Nothing is lost by it, houses come again.
    """

    def __init__(self, shed_waiting_at: int, shed_all_at: int) -> None:
        self._shed_waiting_at = shed_waiting_at
        self._shed_all_at = shed_all_at
        self._lock = threading.Lock()
        self.now = 0

    @contextmanager
    def entered(self, *, can_wait: bool = False) -> Iterator[None]:
        """Count one request while it is in work. HubError("hub_busy") where it is sent away."""
        with self._lock:
            if self.now >= (self._shed_waiting_at if can_wait else self._shed_all_at):
                raise HubError("hub_busy")
            self.now += 1
        try:
            yield
        finally:
            with self._lock:
                self.now -= 1
