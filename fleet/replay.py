"""What recorded messages say is in the house: the way from message to device, without a broker.

A line is {"topic": "...", "payload": "...", "retain": true}, with a "broker" where several were
recorded; other keys are ignored. An empty
payload is a removal, as on the wire. What has "sent": true was said by us, and is not heard.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from fleet import dialects
from fleet.capability import values
from fleet.model import Device, Message
from fleet.registry import Heard, Registry
from fleet.scopes import HOME


class _Line(msgspec.Struct):
    topic: str
    payload: str = ""
    retain: bool = False
    broker: str = HOME  # where several are recorded
    sent: bool = False


def replay(lines: Iterable[str | bytes]) -> dict[str, list[dict[str, Any]]]:
    """Return {"devices": [...], "unknown": [{"topic", "reason"}]}; a line that is none is unknown.

    Devices come in the order they were first seen; "via" is the name of the gateway, or what the
    device calls it where that one never spoke. A retained message on a topic that only a later
    one announces is heard once more at the end: a broker would send it when we subscribe to it,
    and a device that is asked would say it.
    """
    numbers = itertools.count(1)
    registry = Registry(dialects.ALL, new_key=lambda: f"device-{next(numbers):06d}")
    unknown: list[tuple[Message | None, str]] = []
    early: list[Message] = []
    last: dict[str, Message] = {}
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        said = _line(line)
        if said is not None and said.sent:
            continue
        message = _message(said, float(at))
        if message:
            last[message.topic] = message
        heard = registry.hear(message) if message else Heard(unknown="line_not_understood")
        if heard.unknown:
            unknown.append((message, heard.unknown))
        elif message and message.retain and message.payload and not heard.keys:
            early.append(message)
    for message in early:
        if last[message.topic] is message:
            registry.hear(message)  # understood, but of nobody known until now
    left = [each for each in unknown if not _understood_now(registry, *each, last)]
    registry.settle()
    found = registry.devices
    return {
        "devices": [_told(found[key], found) for key in sorted(found)],
        "unknown": [{"topic": m.topic if m else "", "reason": why} for m, why in left],
    }


def _understood_now(
    registry: Registry, message: Message | None, reason: str, last: Mapping[str, Message]
) -> bool:
    """Hear a retained message again that nobody knew then, where it is the topic's last."""
    if message is None or not message.retain or reason != "no_dialect":
        return False
    return last[message.topic] is message and not registry.hear(message).unknown


def _line(line: str | bytes) -> _Line | None:
    try:
        return msgspec.json.decode(line, type=_Line)
    except (ValueError, RecursionError):
        return None


def _message(said: _Line | None, at: float) -> Message | None:
    if said is None:
        return None
    return Message(
        broker=said.broker,
        topic=said.topic,
        payload=said.payload.encode(),
        retain=said.retain,
        at=at,
    )


def _told(device: Device, devices: Mapping[str, Device]) -> dict[str, Any]:
    gateway = devices.get(device.via)
    return {
        "name": device.name,
        "vendor": device.vendor,
        "model": device.model,
        "hardware": device.hardware,
        "version": str(device.version or ""),
        "build": device.version.build if device.version else "",
        "offer": str(device.offer or ""),
        "notes": device.notes,
        "availability": str(device.availability),
        "battery": device.battery,
        "radio": device.radio,
        "kind": device.kind,
        "room": device.room,
        "dialects": list(device.dialects),
        "ids": [list(each) for each in sorted(device.ids)],
        "via": gateway.name if gateway else device.via_claim.partition(":")[2],
        "update": sorted(device.caps.install),
        "readings": dict(device.readings),
        "values": {
            name: {
                "is": value.capability,
                "value": value.value,
                "unit": value.unit,
                "settable": feature.settable,
            }
            for name, feature, value in values(device.features, device.readings)
        },
    }
