"""What is subscribed to at one broker, how it is asked for, and that a message is heard once.

Brokers may send a message once for each filter that it matches (MQTT 5, 3.3.4; mosquitto 2.0 does
so on MQTT 5, and not on 3.1.1). Each wildcard filter therefore has a subscription identifier of its
own, and all plain topics share one, as no two of them match one topic.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from fleet.topics import is_wild

_AT_ONCE = 100  # topic filters in one SUBSCRIBE
_PLAIN = 1  # the identifier of all filters without wildcards
_MOST = 50_000  # topics whose last message is remembered


@dataclass(slots=True)
class Identifiers:
    """The subscription identifiers of one connection's filters."""

    _known: dict[str, int] = field(default_factory=dict)

    def packets(self, filters: Collection[str]) -> Iterator[tuple[int, list[str]]]:
        """Give what to ask for in one SUBSCRIBE each, with its identifier."""
        plain = [each for each in filters if not is_wild(each)]
        for each in filters:
            if is_wild(each):
                yield self._known.setdefault(each, _PLAIN + 1 + len(self._known)), [each]
        for at in range(0, len(plain), _AT_ONCE):
            yield _PLAIN, plain[at : at + _AT_ONCE]


def without_identifiers(filters: Collection[str]) -> Iterator[tuple[int, list[str]]]:
    """Give the same for a broker that has none: as few packets as possible, identifier 0."""
    each = list(filters)
    for at in range(0, len(each), _AT_ONCE):
        yield 0, each[at : at + _AT_ONCE]


@dataclass(slots=True)
class Once:
    """Tells a message that comes again through another filter from one that is said again.

    The same words by the same way are said again; by another way they are the same message.
    """

    _last: dict[str, tuple[int, list[bytes]]] = field(default_factory=dict)

    def is_first(self, topic: str, payload: bytes, way: bytes) -> bool:
        """Return whether this live message was not heard yet; `way`: its identifiers as bytes."""
        said = hash(payload)
        known = self._last.get(topic)
        if known is not None and known[0] == said and way not in known[1]:
            known[1].append(way)
            return False
        if known is None and len(self._last) >= _MOST:
            self._last.clear()
        self._last[topic] = (said, [way])
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a broker said at the connect that it takes (MQTT 5, 3.2.2.3); 3.1.1 says nothing."""

    largest: int = 0  # bytes of a packet; 0: any
    qos: int = 2
    retains: bool = True
    at_once: int = 0  # messages of QoS 1 and 2 that it has not acknowledged; 0: any
    identifiers: bool = False

    @classmethod
    def said(cls, properties: object, protocol: str) -> Limits:
        """Read the properties of a CONNACK."""
        said: Mapping[str, int] = vars(properties) if properties is not None else {}
        return cls(
            largest=said.get("MaximumPacketSize", 0),
            qos=said.get("MaximumQoS", 2),
            retains=bool(said.get("RetainAvailable", 1)),
            at_once=said.get("ReceiveMaximum", 0),
            identifiers=protocol == "5" and bool(said.get("SubscriptionIdentifierAvailable", 1)),
        )
