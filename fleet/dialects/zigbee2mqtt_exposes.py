"""What Zigbee2MQTT says a device can do (`exposes`), as typed features and a kind of thing.

An entry is generic, {"type": "numeric", "name": "temperature", "property": "temperature",
"access": 1, "unit": "°C"}, or a specific one that holds generic ones: {"type": "light",
"features": [...]}. Bit 2 of `access` says that the property can be set. Source: Zigbee2MQTT's page
"Exposes", MQTT.md 1.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from fleet.capability import Capability, Deed, Feature
from fleet.dialects import lenient

NAME = "zigbee2mqtt"
_SETTABLE = 2
_DEPTH = 3
_FEATURES_MAX = 100
_WORDS_MAX = 100
_SPECIFIC = frozenset({"light", "switch", "cover", "lock", "climate", "fan"})
_KINDS = ("lock", "climate", "cover", "light", "fan", "switch")  # the first of these it is
_SOCKETS = ("plug", "socket", "outlet")

_NUMBERS = {
    "battery": Capability.BATTERY,
    "brightness": Capability.LEVEL,
    "co2": Capability.CO2,
    "color_temp": Capability.COLOUR_TEMPERATURE,
    "current": Capability.CURRENT,
    "current_heating_setpoint": Capability.TARGET_TEMPERATURE,
    "distance": Capability.DISTANCE,
    "energy": Capability.ENERGY,
    "gas": Capability.GAS,
    "humidity": Capability.HUMIDITY,
    "illuminance": Capability.ILLUMINANCE,
    "linkquality": Capability.SIGNAL,
    "local_temperature": Capability.TEMPERATURE,
    "moisture": Capability.MOISTURE,
    "noise": Capability.NOISE,
    "occupied_cooling_setpoint": Capability.TARGET_TEMPERATURE,
    "occupied_heating_setpoint": Capability.TARGET_TEMPERATURE,
    "pm10": Capability.PARTICLES,
    "pm25": Capability.PARTICLES,
    "position": Capability.POSITION,
    "power": Capability.POWER,
    "power_factor": Capability.POWER_FACTOR,
    "pressure": Capability.PRESSURE,
    "soil_moisture": Capability.MOISTURE,
    "speed": Capability.LEVEL,
    "temperature": Capability.TEMPERATURE,
    "voc": Capability.VOC,
    "voltage": Capability.VOLTAGE,
    "water_consumed": Capability.WATER,
}
_UNITS = {  # of what has a name that only its maker knows
    "°C": Capability.TEMPERATURE,
    "°F": Capability.TEMPERATURE,
    "Hz": Capability.FREQUENCY,
    "s": Capability.DURATION,
    "min": Capability.DURATION,
    "h": Capability.DURATION,
}
_USUAL_UNITS = {
    "battery": "%",
    "humidity": "%",
    "soil_moisture": "%",
    "position": "%",
    "temperature": "°C",
    "local_temperature": "°C",
    "pressure": "hPa",
    "illuminance": "lx",
    "power": "W",
    "energy": "kWh",
    "current": "A",
    "co2": "ppm",
    "color_temp": "mired",
    "linkquality": "lqi",
    "brightness": "",
}
_STATES = {
    "battery_low": Capability.BATTERY_LOW,
    "carbon_monoxide": Capability.GAS_ALARM,
    "contact": Capability.CONTACT,
    "gas": Capability.GAS_ALARM,
    "occupancy": Capability.MOTION,
    "presence": Capability.PRESENCE,
    "smoke": Capability.SMOKE,
    "tamper": Capability.TAMPER,
    "vibration": Capability.VIBRATION,
    "water_leak": Capability.LEAK,
}
_ON_ALL = frozenset({"linkquality", "battery", "voltage", "battery_low"})
_VAGUE = frozenset({Capability.NUMBER, Capability.MODE, Capability.TEXT, Capability.DURATION})
_PLAIN = frozenset({"state", "action", *_NUMBERS, *_STATES}) - {
    *("carbon_monoxide", "occupied_cooling_setpoint", "pm10", "pm25"),
}  # their capability names them well
_RANGES = {"brightness": (0.0, 254.0), "linkquality": (0.0, 255.0)}  # where it gives none
_COLOURS = frozenset({"color_xy", "color_hs"})


def features(exposes: object) -> dict[str, Feature]:
    """Return a feature for each property that one reading shows or one value sets."""
    found: dict[str, Feature] = {}
    for within, entry in _generic(exposes, "", _DEPTH):
        made = _feature(within, entry)
        if made and made[0] not in found:
            found[made[0]] = made[1]
            if len(found) >= _FEATURES_MAX:
                break
    return found


def kind(exposes: object, description: str) -> str | None:
    """Return what kind of thing it is; None where it exposes nothing."""
    entries = [entry for entry in _list(exposes) if isinstance(entry, dict)]
    types = {lenient.text(entry.get("type")) for entry in entries}
    for each in _KINDS:
        if each in types:
            socket = any(word in description.casefold() for word in _SOCKETS)
            return "plug" if each == "switch" and socket else each
    names = {lenient.text(entry.get("name")) for entry in entries}
    if "action" in names and not names & (_NUMBERS.keys() | _STATES.keys()) - _ON_ALL:
        return "remote"
    return "sensor" if names - {"linkquality"} else "router" if names else None


@lru_cache(maxsize=1_024)
def usual(name: str) -> Feature | None:
    """Return what a property of this name mostly is, where no `exposes` has told it yet."""
    if name == "state":
        return Feature(capability=Capability.ON_OFF, dialect=NAME, on="ON", off="OFF")
    if name in _STATES and name != "gas":
        entry = {"name": name, "value_on": name != "contact", "value_off": name == "contact"}
        return _binary("", name, entry)
    if name not in _USUAL_UNITS:
        return None
    made = _numeric("", name, {"name": name, "unit": _USUAL_UNITS[name]})
    return replace(made, aside=name == "linkquality")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _generic(
    entries: object, within: str, depth: int
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Give (the specific type around it, entry) for each generic entry."""
    for entry in _list(entries):
        if not isinstance(entry, dict):
            continue
        name = lenient.text(entry.get("type"))
        if name in _SPECIFIC and depth:
            yield from _generic(entry.get("features"), name, depth - 1)
        else:
            yield within, entry


def _feature(within: str, entry: Mapping[str, object]) -> tuple[str, Feature] | None:
    """Return (reading, feature) of a generic entry; None for lists and what has many values."""
    name, reading = lenient.text(entry.get("name")), lenient.text(entry.get("property"))
    if name is None or reading is None:
        return None
    if name in _COLOURS:
        return reading, _colour(entry)
    make = _TYPES.get(lenient.text(entry.get("type")) or "")
    feature = make(within, name, entry) if make else None
    if feature is None:
        return None
    aside = name == "linkquality" or lenient.text(entry.get("category")) in {"config", "diagnostic"}
    label = _label(name, entry, named=feature.capability not in _VAGUE)
    return reading, replace(feature, label=label, aside=aside, settable=_settable(entry))


def _label(name: str, entry: Mapping[str, object], *, named: bool) -> str:
    """Return its own name where that says more than the capability, and which endpoint it is of."""
    words = "" if named and name in _PLAIN else name.replace("_", " ")
    return f"{words} {lenient.text(entry.get('endpoint')) or ''}".strip()


def _settable(entry: Mapping[str, object]) -> bool:
    access = entry.get("access")
    return isinstance(access, int) and bool(access & _SETTABLE)


def _colour(entry: Mapping[str, object]) -> Feature:
    """Read color_xy and color_hs: what parts it has is its own business, we send hexadecimal."""
    inner = [part for part in _list(entry.get("features")) if isinstance(part, dict)]
    return Feature(
        capability=Capability.COLOUR,
        dialect=NAME,
        label=lenient.text(entry.get("endpoint")) or "",
        settable=_settable(entry) or any(_settable(part) for part in inner),
    )


def _binary(within: str, name: str, entry: Mapping[str, object]) -> Feature:
    on, off = entry.get("value_on"), entry.get("value_off")
    plain = (on, off) == (True, False)  # then any usual word is right
    capability = _STATES.get(name, Capability.ON_OFF)
    if within == "lock" and name == "state":
        capability = Capability.LOCK
    return Feature(
        capability=capability,
        dialect=NAME,
        on="" if plain else _word(on),
        off="" if plain else _word(off),
        args={"json": "true"} if isinstance(on, bool) and not plain else {},
    )


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else lenient.text(value) or ""


def _numeric(within: str, name: str, entry: Mapping[str, object]) -> Feature:
    unit = lenient.text(entry.get("unit")) or ""
    if name == "speed" and within != "fan":
        capability = Capability.SPEED
    else:
        capability = _NUMBERS.get(name) or _UNITS.get(unit, Capability.NUMBER)
    low, high = lenient.number(entry.get("value_min")), lenient.number(entry.get("value_max"))
    usual = _RANGES.get(name, (None, None))
    return Feature(
        capability=capability,
        dialect=NAME,
        unit=unit,
        low=usual[0] if low is None else low,
        high=usual[1] if high is None else high,
        step=lenient.number(entry.get("value_step")),
    )


def _enum(within: str, name: str, entry: Mapping[str, object]) -> Feature:
    words = tuple(
        word for value in _list(entry.get("values"))[:_WORDS_MAX] if (word := lenient.text(value))
    )
    if name == "action":
        return Feature(capability=Capability.BUTTON, dialect=NAME, words=words)
    if within == "cover" and name == "state":
        return Feature(capability=Capability.COVER, dialect=NAME, words=words)
    if len(words) == 1 and entry.get("access") == _SETTABLE:  # it only has a button for it
        args = {"press": words[0]}
        deed = Deed.IDENTIFY if name == "identify" else Deed.NONE
        return Feature(capability=Capability.BUTTON, dialect=NAME, args=args, deed=deed)
    return Feature(capability=Capability.MODE, dialect=NAME, words=words)


def _text(within: str, name: str, entry: Mapping[str, object]) -> Feature:
    del within, name, entry
    return Feature(capability=Capability.TEXT, dialect=NAME)


_TYPES: Mapping[str, Callable[[str, str, Mapping[str, object]], Feature]] = {
    "binary": _binary,
    "numeric": _numeric,
    "enum": _enum,
    "text": _text,
}
