"""What a device measures and does, typed: the same words and units whatever dialect said it.

A dialect says what each of its readings is (`Feature`); the reading itself stays as the device
sends it. `typed` makes of both what people, history and plots see:

| capability                    | value                                             |
|-------------------------------|---------------------------------------------------|
| two states (on_off, contact)  | True or False; `LOCK` True: locked; `CONTACT` True: open; |
|                               | motion, smoke, leak ... True: detected            |
| level, position               | per cent, 0 to 100; a position of 100 is open     |
| colour                        | "#rrggbb"                                         |
| colour_temperature            | kelvin                                            |
| other measures                | a number in `Value.unit`, as the device counts it |
| mode, button, text            | the device's own word                             |

`raw` is the way back: of what a person wishes, what this device calls it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Reading = str | float | bool


class Capability(StrEnum):
    """What kind of thing a reading is."""

    # two states
    ON_OFF = "on_off"
    LOCK = "lock"
    CONTACT = "contact"
    MOTION = "motion"
    PRESENCE = "presence"
    SMOKE = "smoke"
    GAS_ALARM = "gas_alarm"
    LEAK = "leak"
    VIBRATION = "vibration"
    TAMPER = "tamper"
    PROBLEM = "problem"
    CHARGING = "charging"
    BATTERY_LOW = "battery_low"
    # shares of a whole
    LEVEL = "level"  # of light, of a fan, of sound
    POSITION = "position"  # of a cover or valve
    BATTERY = "battery"
    HUMIDITY = "humidity"
    MOISTURE = "moisture"
    # light
    COLOUR = "colour"
    COLOUR_TEMPERATURE = "colour_temperature"
    # measures
    TEMPERATURE = "temperature"
    TARGET_TEMPERATURE = "target_temperature"
    PRESSURE = "pressure"
    ILLUMINANCE = "illuminance"
    POWER = "power"
    ENERGY = "energy"
    VOLTAGE = "voltage"
    CURRENT = "current"
    FREQUENCY = "frequency"
    POWER_FACTOR = "power_factor"
    CO2 = "co2"
    VOC = "voc"
    PARTICLES = "particles"
    NOISE = "noise"
    DISTANCE = "distance"
    WEIGHT = "weight"
    SPEED = "speed"
    RAIN = "rain"
    GAS = "gas"
    WATER = "water"
    AREA = "area"
    DURATION = "duration"
    SIGNAL = "signal"  # of its radio: dBm, or its dialect's own scale (`low` to `high`)
    NUMBER = "number"  # any other
    # words
    COVER = "cover"  # open, close, stop; or its state
    MODE = "mode"  # one of `Feature.words`
    BUTTON = "button"  # what somebody pressed on it; settable: it can be pressed from here
    TIME = "time"
    TEXT = "text"


class Deed(StrEnum):
    """What pressing a button does, where its dialect knows; the words are Home Assistant's."""

    NONE = ""
    RESTART = "restart"
    IDENTIFY = "identify"  # it blinks or beeps, so that it can be found


TWO_STATES = frozenset(list(Capability)[: list(Capability).index(Capability.LEVEL)])
SHARES = frozenset({Capability.LEVEL, Capability.POSITION})
WORDS = frozenset(
    {Capability.COVER, Capability.MODE, Capability.BUTTON, Capability.TIME, Capability.TEXT}
)
_UNITS = {  # where the dialect names none
    Capability.LEVEL: "%",
    Capability.POSITION: "%",
    Capability.BATTERY: "%",
    Capability.COLOUR_TEMPERATURE: "K",
}
_YES = frozenset({"on", "true", "1", "yes", "open", "detected", "locked", "lock", "online", "home"})
_NO = frozenset({"off", "false", "0", "no", "closed", "clear", "unlocked", "unlock", "none"})
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")
_WITH_WHITE = re.compile(r"#?([0-9a-fA-F]{6})(?:[0-9a-fA-F]{2}){0,2}")
_CHANNELS = re.compile(r"(\d{1,3},\d{1,3},\d{1,3})(?:,\d{1,3}){0,2}", re.ASCII)
_MIREDS = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What one reading of a device is, as its dialect says."""

    capability: Capability
    dialect: str
    label: str = ""  # its own name for it, where that says more than the capability
    unit: str = ""  # of the number it sends
    on: str = ""  # its words for the two states; "": any usual one
    off: str = ""
    low: float | None = None  # range of the number it sends
    high: float | None = None
    step: float | None = None
    words: tuple[str, ...] = ()  # that it may send or take
    settable: bool = False
    aside: bool = False  # of interest to who looks closely only: uptime, signal, addresses
    args: Mapping[str, str] = field(default_factory=dict)  # the dialect's own: how to command it
    deed: Deed = Deed.NONE  # of a button


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a device measures or does now, as the table above has it."""

    capability: Capability
    value: Reading
    unit: str = ""


def typed(feature: Feature, reading: Reading) -> Value | None:
    """Return what `reading` means; None where it is not what the feature says it is."""
    capability = feature.capability
    value: Reading | None
    if capability in TWO_STATES:
        value = _state(feature, reading)
    elif capability in WORDS:
        value = str(reading) if reading != "" else None
    elif capability is Capability.COLOUR:
        value = _colour(str(reading))
    else:
        number = _number(reading)
        value = None if number is None else _measure(feature, number)
    return None if value is None else Value(capability=capability, value=value, unit=unit(feature))


def raw(feature: Feature, wish: Reading) -> Reading | None:
    """Return what the device calls this value; None where it is none of what it takes."""
    capability = feature.capability
    if capability in TWO_STATES:
        if not isinstance(wish, bool):
            return None
        word = feature.on if wish else feature.off
        return word or wish
    if capability in WORDS:
        known = {word.casefold(): word for word in feature.words}
        return known.get(str(wish).casefold(), None if feature.words else str(wish))
    if capability is Capability.COLOUR:
        found = _COLOUR.fullmatch(str(wish))
        return f"#{found[1].lower()}" if found else None
    number = _number(wish)
    return None if number is None else _asked(feature, number)


def doing(features: Mapping[str, Feature], deed: Deed) -> str:
    """Return the name of the button that does this; "" where there is none to press from here."""
    pressed = (name for name, one in features.items() if one.deed is deed and one.settable)
    return min(pressed, default="")


def unit(feature: Feature) -> str:
    """Return the unit of its typed value."""
    if feature.capability in _UNITS:
        return _UNITS[feature.capability]
    return "" if feature.capability in TWO_STATES else feature.unit


def values(
    features: Mapping[str, Feature], readings: Mapping[str, Reading]
) -> Iterator[tuple[str, Feature, Value]]:
    """Give each reading that a feature explains, by name, with what it means."""
    for name, feature in features.items():
        reading = readings.get(name)
        if reading is not None and (value := typed(feature, reading)) is not None:
            yield name, feature, value


def _state(feature: Feature, reading: Reading) -> bool | None:
    word = str(reading).casefold()
    if feature.on or feature.off:
        if word == feature.on.casefold():
            return True
        return False if word == feature.off.casefold() else None
    if isinstance(reading, float | int):
        return bool(reading)
    return True if word in _YES else False if word in _NO else None


def _colour(said: str) -> str | None:
    """Read #rrggbb or its three numbers; the parts of white behind them are another reading."""
    if found := _CHANNELS.fullmatch(said):
        parts = [int(part) for part in found[1].split(",")]
        return "#{:02x}{:02x}{:02x}".format(*parts) if max(parts) < 256 else None  # noqa: PLR2004 - a byte
    found = _WITH_WHITE.fullmatch(said)
    return f"#{found[1].lower()}" if found else None


def _number(reading: Reading) -> float | None:
    if isinstance(reading, bool):
        return None
    try:
        number = float(reading)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _measure(feature: Feature, number: float) -> float | None:
    if feature.capability in SHARES:
        low, high = feature.low or 0.0, 100.0 if feature.high is None else feature.high
        share = (number - low) / (high - low) * 100 if high != low else 0.0
        return round(min(100.0, max(0.0, share)), 1)
    if feature.capability is Capability.COLOUR_TEMPERATURE and feature.unit != "K":
        return round(_MIREDS / number) if number > 0 else None  # mireds: what lamps count in
    return number


def _asked(feature: Feature, number: float) -> float | None:
    low, high = feature.low, feature.high
    if feature.capability in SHARES:
        if not 0 <= number <= 100:  # noqa: PLR2004 - per cent
            return None
        low, high = low or 0.0, 100.0 if high is None else high
        number = low + (high - low) * number / 100
    elif feature.capability is Capability.COLOUR_TEMPERATURE and feature.unit != "K":
        if number <= 0:
            return None
        number = _MIREDS / number
    bounds = [bound for bound in (low, high) if bound is not None]
    if (low is not None and number < min(bounds)) or (high is not None and number > max(bounds)):
        return None
    if feature.capability in SHARES or feature.capability is Capability.COLOUR_TEMPERATURE:
        return float(round(number)) if feature.step is None else number
    return number
