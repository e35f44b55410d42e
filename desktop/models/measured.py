"""Values of devices as people say them: numbers by the reader's locale, states in words."""

from __future__ import annotations

import datetime as dt

from desktop import language, measures
from desktop.language import mark, translate
from fleet.capability import TWO_STATES, Capability, Value

_COVERS = {
    "open": mark("Detail", "open"),
    "opened": mark("Detail", "open"),
    "closed": mark("Detail", "closed"),
    "close": mark("Detail", "closed"),
    "opening": mark("Detail", "opening"),
    "closing": mark("Detail", "closing"),
    "stop": mark("Detail", "stopped"),
    "stopped": mark("Detail", "stopped"),
}
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0}
_DECIMALS = {
    Capability.TEMPERATURE: 1,
    Capability.TARGET_TEMPERATURE: 1,
    Capability.POWER: 1,
    Capability.VOLTAGE: 1,
    Capability.PRESSURE: 1,
    Capability.ENERGY: 3,
    Capability.CURRENT: 3,
    Capability.GAS: 3,
    Capability.WATER: 3,
    Capability.COLOUR_TEMPERATURE: 0,
    Capability.LEVEL: 0,
    Capability.POSITION: 0,
    Capability.BATTERY: 0,
    Capability.HUMIDITY: 1,
    Capability.MOISTURE: 1,
    Capability.ILLUMINANCE: 1,
}
_BATTERY_SENSOR = 3  # volts of a small battery are told to more than one decimal
_LOW_VOLTS = 10.0


def told(value: Value, now: float = 0.0) -> str:
    """Return a value with its unit: "21.5 °C", "on", "closing", "3 h 12 min"."""
    kind, said = value.capability, value.value
    if kind in TWO_STATES:
        return measures.told(value, language.current())
    if kind is Capability.COVER:
        word = _COVERS.get(str(said).casefold())
        return translate("Detail", word) if word else str(said)
    if kind is Capability.TIME:
        return _time(str(said), now)
    if isinstance(said, str | bool):
        return str(said)
    return quantity(float(said), kind, value.unit)


def quantity(number: float, kind: Capability, unit: str) -> str:
    """Return a number of this kind with its unit."""
    if kind is Capability.DURATION and unit in _SECONDS and number >= 0:
        seconds = number * _SECONDS[unit]
        return language.lasting(seconds) if seconds < 60 else language.span(seconds)  # noqa: PLR2004 - a minute
    decimals = _DECIMALS.get(kind, 2)
    if kind is Capability.VOLTAGE and abs(number) < _LOW_VOLTS:
        decimals = _BATTERY_SENSOR
    return f"{language.number(number, decimals)} {unit}".rstrip()


def _time(said: str, now: float) -> str:
    try:
        at = dt.datetime.fromisoformat(said).timestamp()
    except (ValueError, OverflowError):
        return said
    return language.moment(at, now or at)
