"""What the values of Xiaomi's reports mean, where that is public knowledge; all else stays raw.

Source: MQTT.md 1.1 (resource names), the public MIoT specification (siid 2, piid 1 of a switch or
lamp is its `on`), the MiBeacon format of Bluetooth advertisements.
"""

from __future__ import annotations

from collections.abc import Mapping

from fleet.capability import Capability, Feature, Reading
from fleet.dialects import lenient

RESOURCES = {"version": "8.0.2022", "battery": "8.0.2001"}
"""Lumi's names of what other code asks for."""


def _feature(
    capability: Capability,
    unit: str = "",
    *,
    on: str = "",
    off: str = "",
    label: str = "",
    aside: bool = False,
) -> Feature:
    return Feature(
        capability=capability,
        dialect="xiaomi",
        unit=unit,
        on=on,
        off=off,
        label=label,
        aside=aside,
    )


FEATURES: Mapping[str, Feature] = {
    # by Lumi's names: resources and properties
    "4.1.85": _feature(Capability.ON_OFF),
    "0.3.85": _feature(Capability.ILLUMINANCE, "lx"),
    "8.0.2001": _feature(Capability.BATTERY, "%"),
    "8.0.2022": _feature(Capability.TEXT, label="firmware", aside=True),
    "status": _feature(Capability.CONTACT, on="open", off="close"),
    "lqi": _feature(Capability.SIGNAL, aside=True),
    "event": _feature(Capability.BUTTON),
    # of the MIoT specification
    "2.1": _feature(Capability.ON_OFF),
    # of Bluetooth sensors and of Zigbee's own clusters
    "temperature": _feature(Capability.TEMPERATURE, "°C"),
    "humidity": _feature(Capability.HUMIDITY, "%"),
    "illuminance": _feature(Capability.ILLUMINANCE, "lx"),
    "moisture": _feature(Capability.MOISTURE, "%"),
    "battery": _feature(Capability.BATTERY, "%"),
    "on": _feature(Capability.ON_OFF),
    "occupancy": _feature(Capability.PRESENCE),
    "linkQuality": _feature(Capability.SIGNAL, aside=True),
    "rssi": _feature(Capability.SIGNAL, "dBm", aside=True),
    "openmiio.version": _feature(Capability.TEXT, label="openmiio", aside=True),
}
_CLICKS = frozenset({"click", "double_click", "long_click_press", "long_click_release"})
_EVENTS = {  # MiBeacon's eid: what follows in edata, low byte first: (name, bytes, divisor)
    0x1004: (("temperature", 2, 10.0),),
    0x1006: (("humidity", 2, 10.0),),
    0x1007: (("illuminance", 3, 1.0),),
    0x1008: (("moisture", 1, 1.0),),
    0x100A: (("battery", 1, 1.0),),
    0x100D: (("temperature", 2, 10.0), ("humidity", 2, 10.0)),
}
_KINDS = {
    "gateway": "gateway",
    "plug": "plug",
    "light": "light",
    "switch": "switch",
    "ctrl_neutral": "switch",
    "ctrl_ln": "switch",
    "lock": "lock",
    "curtain": "cover",
    "fan": "fan",
}
_PARTS = 3


def features_of(readings: Mapping[str, Reading]) -> dict[str, Feature]:
    """Return what is known of these readings, by name: the same objects each time."""
    return {
        name: FEATURES[name]
        for name, value in readings.items()
        if name in FEATURES
        and (name != "2.1" or isinstance(value, bool))
        and (name != "event" or value in _CLICKS)
        and (name != "status" or value in ("open", "close"))
    }


def vendor_and_kind(model: str) -> tuple[str | None, str | None]:
    """Read a model of the MIoT specification, vendor.kind.variant: lumi.sensor_magnet.v2."""
    parts = model.split(".")
    if len(parts) < _PARTS:
        return None, None
    kind = _KINDS.get(parts[1].rstrip("0123456789"))
    if kind is None and parts[1].startswith(("sensor", "weather")):
        kind = "sensor"
    return lenient.text(parts[0].capitalize()), kind


def advertised(event: object, data: object) -> dict[str, Reading]:
    """Read one event of a Bluetooth advertisement: eid 4106, edata "32" is a battery of 50 %."""
    parts = _EVENTS.get(event) if isinstance(event, int) else None
    if parts is None or not isinstance(data, str):
        return {}
    try:
        left = bytes.fromhex(data[:64])
    except ValueError:
        return {}
    if len(left) != sum(size for _, size, _ in parts):
        return {}
    found: dict[str, Reading] = {}
    for name, size, divisor in parts:
        signed = name == "temperature"
        found[name] = int.from_bytes(left[:size], "little", signed=signed) / divisor
        left = left[size:]
    return found
