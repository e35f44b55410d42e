"""Topics learned from devices, and of each topic: which dialects are asked, with which routes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fleet.dialects import Dialect
from fleet.identity import Source
from fleet.matcher import Matcher
from fleet.model import Route
from fleet.topics import is_wild

_REMEMBERED = 50_000  # topics whose readers are kept; beyond that all are looked up anew

Reader = tuple[Dialect, Sequence[Route]]
"""A dialect, and those of its routes that match a topic."""


class Routes:
    """Learned topics: exact ones in a dict, those with wildcards in a matcher besides."""

    def __init__(self, dialects: Sequence[Dialect]) -> None:
        self._dialects = dialects
        self._sources: dict[str, tuple[Source, ...]] = {}  # by device key
        self._learned: dict[str, dict[str, list[tuple[str, Route]]]] = {}  # topic -> device key
        self._wild: Matcher[str] = Matcher()
        self._handed: set[str] = set()
        self._readers: dict[str, tuple[Reader, ...]] = {}  # topic -> who is asked about it
        self.fresh: list[str] = []  # learned since somebody last emptied it, each only once

    def topics(self) -> Iterable[str]:
        """Return every topic learned that is to be subscribed to."""
        return [
            topic
            for topic, devices in self._learned.items()
            if any(route.subscribe for taught in devices.values() for _, route in taught)
        ]

    def readers(self, topic: str) -> tuple[Reader, ...]:
        """Return whom to ask about a topic, in order; those who said it is not theirs left out."""
        known = self._readers.get(topic)
        if known is None:
            known = self._all_readers(topic)
            self.remember(topic, known)
        return known

    def remember(self, topic: str, readers: tuple[Reader, ...]) -> None:
        """Let `readers` alone be asked about a topic until something else is learned."""
        if len(self._readers) >= _REMEMBERED:
            self._readers.clear()
        self._readers[topic] = readers

    def put(self, key: str, sources: tuple[Source, ...]) -> None:
        """Make `sources` all that a device has taught us."""
        before = self._sources.pop(key, ())
        if sources:
            self._sources[key] = sources
        if sources == before:
            return
        self._look_anew(before, sources)
        for topic in {route.topic for source in before for route in source.routes}:
            del self._learned[topic][key]
            if not self._learned[topic]:
                del self._learned[topic]
                if is_wild(topic):
                    self._wild.remove(topic)
        for source in sources:
            for route in source.routes:
                devices = self._learned.setdefault(route.topic, {})
                devices.setdefault(key, []).append((source.dialect, route))
                if is_wild(route.topic):
                    self._wild.put(route.topic, route.topic)
                if route.subscribe and route.topic not in self._handed:
                    self._handed.add(route.topic)
                    self.fresh.append(route.topic)

    def _look_anew(self, before: Sequence[Source], now: Sequence[Source]) -> None:
        """Forget who reads the topics of what was taught anew; of a wildcard's, who reads any."""
        changed = [one for one in (*before, *now) if one not in before or one not in now]
        topics = {route.topic for source in changed for route in source.routes}
        if any(map(is_wild, topics)):
            self._readers.clear()
        for topic in topics:
            self._readers.pop(topic, None)

    def _all_readers(self, topic: str) -> tuple[Reader, ...]:
        topics = [topic, *self._wild.matching(topic)]
        devices = [self._learned[each] for each in topics if each in self._learned]
        known = [each for device in devices for taught in device.values() for each in taught]
        return tuple(
            (dialect, [route for name, route in known if name == dialect.name])
            for dialect in self._dialects
        )
