"""How well a device is heard, in one scale for all radios; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from fleet.capability import Capability, Value, values
from fleet.model import Device

_LQI = 255.0
_NOTHING, _FULL = -100.0, -50.0  # dBm: what no radio hears, and what is as good as can be


@dataclass(frozen=True, slots=True)
class Signal:
    """The strength of a radio: in per cent, and as the device itself counts it."""

    percent: float
    told: str


def signal(device: Device) -> Signal | None:
    """Return how well this device is heard; None where it does not say."""
    for _, feature, value in values(device.features, device.readings):
        if feature.capability is Capability.SIGNAL and not isinstance(value.value, str):
            return _signal(value, feature.high)
    return None


def _signal(value: Value, high: float | None) -> Signal:
    number = float(value.value)
    if value.unit == "%":
        share = number
    elif number < 0:
        share = (number - _NOTHING) / (_FULL - _NOTHING) * 100
    else:
        share = number / (high or _LQI) * 100
    return Signal(round(min(100.0, max(0.0, share)), 1), f"{number:g} {value.unit}".strip())
