"""A few values of Zigbee's own reports, as a gateway that only passes frames on gives them.

A frame "0x18DE0A0000210600" is: frame control 18, sequence DE, command 0A (report attributes),
attribute 0x0000, type 0x21 (16 bits without sign), value 0x0006. Only the first attribute is read.

Source: Zigbee Cluster Library specification, chapters 2.4 (frames), 2.5.11, 2.6.2 (types), 3 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from fleet.capability import Capability, Reading

_REPORT = 0x0A
_OF_A_MAKER = 0x04  # frame control: two bytes more
_TYPES = {  # of a value: its bytes, and whether it has a sign
    0x10: (1, False),
    0x18: (1, False),
    0x20: (1, False),
    0x21: (2, False),
    0x23: (4, False),
    0x29: (2, True),
}
_SHORTEST = 7  # header, attribute, type and one byte of value
_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Attribute:
    """What an attribute of a cluster is, in which unit, and by what its number is divided."""

    name: str
    capability: Capability
    unit: str = ""
    divisor: float = 1.0


ATTRIBUTES = {  # (cluster, attribute)
    (0x0001, 0x0021): Attribute("battery", Capability.BATTERY, "%", 2.0),
    (0x0006, 0x0000): Attribute("on", Capability.ON_OFF),
    (0x0402, 0x0000): Attribute("temperature", Capability.TEMPERATURE, "°C", 100.0),
    (0x0405, 0x0000): Attribute("humidity", Capability.HUMIDITY, "%", 100.0),
    (0x0406, 0x0000): Attribute("occupancy", Capability.PRESENCE),
}


def reported(cluster: str, frame: str) -> tuple[Attribute, Reading] | None:
    """Return what a frame reports of a cluster, both as "0x" and hexadecimal; None: nothing known.

    Illuminance is not among it: the makers disagree on its scale.
    """
    try:
        number, data = int(cluster, 16), bytes.fromhex(frame[:_LONGEST].removeprefix("0x"))
    except ValueError:
        return None
    if len(data) < _SHORTEST or data[0] & _OF_A_MAKER or data[2] != _REPORT:
        return None
    found = ATTRIBUTES.get((number, int.from_bytes(data[3:5], "little")))
    size, signed = _TYPES.get(data[5], (0, False))
    if found is None or not size or len(data) < 6 + size:
        return None
    value = int.from_bytes(data[6 : 6 + size], "little", signed=signed)
    if found.capability in {Capability.ON_OFF, Capability.PRESENCE}:
        return found, bool(value & 1)
    return found, value / found.divisor
