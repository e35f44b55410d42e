"""How well a device is received, as bars: the one place with thresholds for it.

Power is in dBm. For Wi-Fi the steps are those of Electric Imp's table for imp.rssi(): above -67 is
good for everything, below -77 are its two lowest of five bars. For other radios they are those of
Home Assistant's page on ZHA: -60 and above is strong, at -80 and below messages get lost. A share
of Wi-Fi is Tasmota's and homie-esp8266's: 2 x (dBm + 100), from 0 to 100.

A link quality goes from 0 to 255 (IEEE 802.15.4), and every maker counts it in a way of its own: a
lamp three metres from its gateway says 99 and loses nothing (nurikk/zigbee2mqtt-frontend 2766). So
its bars are kind: weak begins at 40.
"""

from __future__ import annotations

from dataclasses import dataclass

from fleet.capability import Capability, values
from fleet.model import Device

Steps = tuple[float, float, float, float]
"""What one, two, three and four bars need: more than the first two, the others at least."""

WIFI: Steps = (-87.0, -77.0, -72.0, -67.0)
OTHER: Steps = (-90.0, -80.0, -70.0, -60.0)
LQI: Steps = (15.0, 40.0, 80.0, 150.0)

WEAK = 1
"""So many bars, or fewer, are weak."""

MOST = 4

_UNITS = ("dBm", "lqi", "%")  # of several words that in dBm counts: the others are made of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What a device says of its link, in its own unit."""

    value: float
    unit: str  # dBm, lqi or %
    bars: int  # 0 to 4

    @property
    def weak(self) -> bool:
        """Whether messages may be lost on this link."""
        return self.bars <= WEAK

    @property
    def told(self) -> str:
        """The number with its unit: "-58 dBm", "102 LQI"."""
        unit = "LQI" if self.unit == "lqi" else self.unit
        return f"{self.value:g} {unit}"


def reception(device: Device) -> Reception | None:
    """Return how a device is received; None where it does not say, or in no unit known here."""
    found: dict[str, float] = {}
    for _, feature, value in values(device.features, device.readings):
        if value.capability is not Capability.SIGNAL or isinstance(value.value, str | bool):
            continue
        unit = value.unit or feature.unit or "lqi"  # without a unit: IEEE 802.15.4's
        found.setdefault(unit, float(value.value))
    unit = next((each for each in _UNITS if each in found), "")
    if not unit:
        return None
    number = found[unit]
    return Reception(value=number, unit=unit, bars=bars(number, unit, device.radio))


def bars(number: float, unit: str, radio: str) -> int:
    """Return how many of four bars a number in dBm, lqi or % is on this radio ("wifi", ...)."""
    steps = LQI if unit == "lqi" else WIFI if unit == "%" or radio in {"", "wifi"} else OTHER
    number = number / 2 - 100 if unit == "%" else number
    low, high = steps[:2], steps[2:]
    return sum(number > step for step in low) + sum(number >= step for step in high)
