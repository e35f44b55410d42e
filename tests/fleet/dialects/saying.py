"""Short ways to let a dialect hear messages, with and without a registry around it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from fleet import dialects
from fleet.dialects import Dialect
from fleet.model import Device, Message, Observation, Route, Unknown
from fleet.registry import Registry


def message(topic: str, payload: object = b"", *, retain: bool = False, at: float = 0) -> Message:
    """Make a message; anything but text and bytes is sent as JSON."""
    if isinstance(payload, str):
        payload = payload.encode()
    if not isinstance(payload, bytes):
        payload = json.dumps(payload).encode()
    return Message(broker="home", topic=topic, payload=payload, retain=retain, at=at)


def one(dialect: Dialect, said: Message, routes: Sequence[Route] = ()) -> Observation:
    """Return the single observation in a message."""
    found = dialect.read(said, routes)
    assert found is not None
    assert not isinstance(found, Unknown), found
    assert len(found) == 1
    return found[0]


def house(*said: Message) -> Registry:
    """Return a registry of all dialects that has heard these messages in order."""
    registry = Registry(dialects.ALL)
    for number, each in enumerate(said):
        registry.hear(
            Message(
                broker=each.broker,
                topic=each.topic,
                payload=each.payload,
                retain=each.retain,
                at=float(number),
            )
        )
    registry.settle()
    return registry


def only(registry: Registry) -> Device:
    """Return the only device in the house."""
    registry.settle()
    assert len(registry.devices) == 1, list(registry.devices.values())
    return next(iter(registry.devices.values()))
