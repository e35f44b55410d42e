"""Values by topic filter, over paho's matcher."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from paho.mqtt.matcher import MQTTMatcher

V = TypeVar("V")


class Matcher(Generic[V]):
    """Values by topic filter; `matching` finds those of all filters that match a topic."""

    def __init__(self) -> None:
        self._tree: Any = MQTTMatcher()  # type: ignore[no-untyped-call]

    def put(self, topic_filter: str, value: V) -> None:
        """Keep `value` for a filter, in place of what it had."""
        self._tree[topic_filter] = value

    def remove(self, topic_filter: str) -> None:
        """Forget a filter; KeyError where it is not."""
        del self._tree[topic_filter]

    def matching(self, topic: str) -> list[V]:
        """Return the values of all filters that match."""
        return list(self._tree.iter_match(topic))
