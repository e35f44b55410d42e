"""How well a device's radio is heard, in a word; no word where its scale means nothing for sure.

The steps and where they come from stand in desktop/reception.py. A link quality (LQI) has no word:
every maker counts it in a way of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop import language, reception
from desktop.language import translate
from fleet.capability import Capability, Feature, Value, values
from fleet.model import Device

_WIFI = (reception.WIFI[3], reception.WIFI[1])  # good from here on, weak below
_OTHER = (reception.OTHER[3], reception.OTHER[1])


class Heard(StrEnum):
    """How well it is heard."""

    GOOD = "good"
    FAIR = "fair"
    WEAK = "weak"
    UNKNOWN = ""  # its scale tells nothing that can be relied on


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What is said of a radio: a word with its icon and tone, and the number behind it."""

    heard: Heard
    told: str  # "good (-58 dBm)", "102 LQI"
    icon: str = ""
    tone: str = "text"


_ICONS = {
    Heard.GOOD: ("signal-high", "ok"),
    Heard.FAIR: ("signal-medium", "muted"),
    Heard.WEAK: ("signal-low", "warn"),
    Heard.UNKNOWN: ("", "text"),
}


def of_device(device: Device) -> Signal | None:
    """Return how the radio of a device is heard; None where it does not say."""
    for _, feature, value in values(device.features, device.readings):
        if feature.capability is Capability.SIGNAL:
            return of_value(feature, value, device.radio)
    return None


def of_value(feature: Feature, value: Value, radio: str) -> Signal:
    """Return what one reading of a radio means."""
    number = float(value.value)
    heard = judged(number, value.unit, radio)
    icon, tone = _ICONS[heard]
    unit = value.unit.upper() if value.unit.lower() == "lqi" else value.unit
    shown = f"{language.number(number, 0)} {unit}".rstrip()
    if not value.unit and feature.high is not None:
        said = translate("Detail", "{value} of {most}")
        shown = said.format(value=shown, most=language.number(feature.high, 0))
    word = _word(heard)
    return Signal(heard=heard, told=f"{word} ({shown})" if word else shown, icon=icon, tone=tone)


def judged(number: float, unit: str, radio: str) -> Heard:
    """Return what a number in `unit` ("dBm", "%") means for this radio ("wifi", "zigbee", ...)."""
    if unit == "%":
        number = number / 2 - 100
    elif unit != "dBm":
        return Heard.UNKNOWN
    good, weak = _WIFI if radio in {"", "wifi"} else _OTHER
    if number >= good:
        return Heard.GOOD
    return Heard.FAIR if number > weak else Heard.WEAK


def _word(heard: Heard) -> str:
    return {
        Heard.GOOD: translate("Detail", "good"),
        Heard.FAIR: translate("Detail", "fair"),
        Heard.WEAK: translate("Detail", "weak"),
        Heard.UNKNOWN: "",
    }[heard]
