"""How well a device is received, as bars; the one place with thresholds.

A number says little by itself, so the bars are kind: what is weak here is what is known to lose
messages, not what merely could be better. Where the thresholds come from:

- dBm: -60 and above is strong (Home Assistant's own page on Zigbee values), -70 carries packets
  reliably, -80 is the least that connects at all (MetaGeek's table of Wi-Fi signal strength).
- lqi: 0 to 255 (IEEE 802.15.4), and each maker's stack counts its own way: lamps three metres from
  their gateway say 99 and lose nothing (nurikk/zigbee2mqtt-frontend 2766), so weak begins at 40.
- %: quarters, as the device itself has made per cent of something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fleet.capability import Capability, values
from fleet.model import Device

STEPS: Mapping[str, tuple[float, float, float, float]] = {
    "dBm": (-90.0, -80.0, -70.0, -60.0),
    "lqi": (15.0, 40.0, 80.0, 150.0),
    "%": (10.0, 25.0, 50.0, 75.0),
}
"""Unit -> the least value for one, two, three and four bars."""

WEAK = 1
"""So many bars, or fewer, are weak."""

MOST = 4

_UNSAID = "lqi"  # a link quality without a unit: IEEE 802.15.4's


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
    """Return how a device is received; None where it does not say, or in no unit known here.

    Of several words that in dBm counts first: it is measured, the others are made of it.
    """
    found: dict[str, float] = {}
    for _, feature, value in values(device.features, device.readings):
        if value.capability is not Capability.SIGNAL or isinstance(value.value, str | bool):
            continue
        unit = value.unit or feature.unit or _UNSAID
        found.setdefault(unit, float(value.value))
    unit = next((each for each in STEPS if each in found), "")
    if not unit:
        return None
    number = found[unit]
    return Reception(value=number, unit=unit, bars=sum(number >= least for least in STEPS[unit]))
