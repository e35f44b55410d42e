"""Where things are found: ids, names, topics and gateways by the key of their device.

Kept in step with the registry's records, for the registry alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from fleet.dialects import Dialect
from fleet.identity import Record, Source
from fleet.model import Id
from fleet.routes import Reader, Routes
from fleet.scopes import unscoped
from fleet.showing import best


class Directory:
    """Who has which id, who is behind whom, and what each device has taught us, by scope."""

    def __init__(self, dialects: Sequence[Dialect]) -> None:
        self._dialects = dialects
        self.owner: dict[Id, str] = {}
        self.hidden: dict[str, None] = {}  # keys that are only remembered, as they were taken back
        self._behind: dict[Id, set[str]] = {}  # a gateway's id, or ("name", its name) -> keys
        self._named: dict[str, set[str]] = {}  # what a device calls itself -> keys
        self._routes: dict[str, Routes] = {}

    def routes(self, scope: str) -> Routes:
        """Return what the devices of one scope have taught us."""
        known = self._routes.get(scope)
        if known is None:
            known = self._routes[scope] = Routes(self._dialects)
        return known

    def topics(self) -> dict[str, None]:
        """Return every topic learned, in any scope."""
        return dict.fromkeys(topic for one in self._routes.values() for topic in one.topics())

    def fresh(self) -> dict[str, None]:
        """Return the topics learned since the last call."""
        topics: dict[str, None] = {}
        for one in self._routes.values():
            topics |= dict.fromkeys(one.fresh)
            one.fresh = []
        return topics

    def readers(self, topic: str, scope: str) -> tuple[Reader, ...]:
        """Return whom to ask about a topic."""
        return self.routes(scope).readers(topic)

    def gateway(self, record: Record) -> str:
        """Return the key of the device it is behind: by id, else by a name that only one has."""
        via = _via(record)
        if via is None:
            return ""
        key = self.owner.get(via, "")
        if not key:
            others = self._named.get(_called(via), set()) - {record.key}
            key = next(iter(others)) if len(others) == 1 else ""
        return key if key != record.key and key not in self.hidden else ""

    def change(self, key: str, before: Record | None, now: Record | None) -> Iterator[str]:
        """Take up that a record changed, came or went; give the keys that look different by it."""
        old_ids, new_ids = (record.ids if record else frozenset() for record in (before, now))
        for each in old_ids - new_ids:
            if self.owner.get(each) == key:
                del self.owner[each]
        for each in new_ids - old_ids:
            self.owner[each] = key
        came_or_went = bool(before and before.shown) != bool(now and now.shown)
        for each in old_ids | new_ids if came_or_went else old_ids ^ new_ids:
            yield from self._behind.get(each, ())
        self._stand_behind(key, _via(before), _via(now))
        self._teach(key, before.sources if before else (), now.sources if now else ())
        yield from self._call(key, _names(before), _names(now))

    def _stand_behind(self, key: str, before: Id | None, now: Id | None) -> None:
        if before == now:
            return
        for each in _ways(before):
            self._behind[each].discard(key)
        for each in _ways(now):
            self._behind.setdefault(each, set()).add(key)

    def _teach(self, key: str, before: Sequence[Source], now: Sequence[Source]) -> None:
        """Make `now` all that a device has taught us, in each scope."""
        if before is now:
            return
        for scope in {source.scope for source in (*before, *now)}:
            mine = tuple(source for source in now if source.scope == scope)
            self.routes(scope).put(key, mine)

    def _call(self, key: str, before: Collection[str], now: Collection[str]) -> Iterator[str]:
        if before == now:
            return
        for name in set(before) - set(now):
            self._named[name].discard(key)
        for name in set(now) - set(before):
            self._named.setdefault(name, set()).add(key)
        for name in set(before) ^ set(now):
            yield from self._behind.get(("name", name), ())


def _via(record: Record | None) -> Id | None:
    return best(record.claims, lambda claim: claim.via) if record else None


def _ways(via: Id | None) -> tuple[Id, ...]:
    return (via, ("name", _called(via))) if via else ()


def _called(via: Id) -> str:
    """Return the name by which some announce their gateway (OpenMQTTGateway: MQTT.md 1.8)."""
    return unscoped(via[1]).casefold()


def _names(record: Record | None) -> frozenset[str]:
    claims = record.claims if record else ()
    return frozenset(claim.name.casefold() for claim in claims if claim.name and not claim.gone)
