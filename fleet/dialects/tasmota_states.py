"""What Tasmota's readings are: their names and units as features, from discovery or by name alone.

Discovery's config says what its outputs are:

    {"rl": [1, 2, 0], "fn": ["Fan", "Lamp", null], "lt_st": 5, "if": 0, "sho": [1, 0],
     "state": ["OFF", "ON", "TOGGLE", "HOLD"], "so": {"4": 0, "17": 0, "68": 0}}

`rl`: 0 nothing, 1 a relay, 2 a light, 3 a shutter's motor; `lt_st`: what its light can (1 one
colour, 2 two whites, 3 RGB, 4 RGB and white, 5 RGB and two whites); `if`: an iFan; `sho`: bit 0 of
each shutter: counted the other way round. Readings are said as {"POWER1": "ON", "Dimmer": 40,
"CT": 300, "ENERGY": {"Power": 42}, "DS18B20": {"Temperature": 23.4}, "TempUnit": "C"}.

Source: Tasmota's documentation (Commands, Lights, Blinds-and-Shutters, JSON), MQTT.md 1.5. The
same names with the same units give the same Feature objects: that keeps a message's way short.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from fleet.capability import Capability, Deed, Feature
from fleet.dialects import lenient

NAME = "tasmota"
COMMAND = "command"  # in Feature.args: the command that sets it
RESTART = "Restart"  # with 1 (Tasmota's documentation, Commands, Management)
UNITS = ("TempUnit", "PressureUnit", "SpeedUnit")
_RELAY_NONE, _RELAY_LIGHT, _RELAY_SHUTTER = 0, 2, 3
_TWO_WHITES, _RGB, _RGB_TWO_WHITES = 2, 3, 5
_CT_COLD, _CT_WARM = 153.0, 500.0  # mired
_OUTPUTS = 64  # more than any device has
_FAN_SPEEDS = 3.0
_USUAL = frozenset({"off", "on", "0", "1", "false", "true", ""})
_NUMBERED = re.compile(r"(POWER|Switch|Dimmer|Channel|SHUTTER)(\d{0,2})")
_SHUTTER = re.compile(r"Shutter(\d{1,2})(?:\.(Position|Tilt|Target|Direction))?")
_BUTTON = re.compile(r"(?:Button|Switch)\d{1,2}\.Action")
_PHASE = re.compile(r"(ENERGY\.[A-Za-z]+?)(\d)")
_MEASURES: Mapping[str, tuple[Capability, str]] = {  # by the last part of a name
    "Temperature": (Capability.TEMPERATURE, "TempUnit"),
    "DewPoint": (Capability.TEMPERATURE, "TempUnit"),
    "Humidity": (Capability.HUMIDITY, "%"),
    "Moisture": (Capability.MOISTURE, "%"),
    "Pressure": (Capability.PRESSURE, "PressureUnit"),
    "SeaPressure": (Capability.PRESSURE, "PressureUnit"),
    "Illuminance": (Capability.ILLUMINANCE, "lx"),
    "CarbonDioxide": (Capability.CO2, "ppm"),
    "eCO2": (Capability.CO2, "ppm"),
    "TVOC": (Capability.VOC, "ppb"),
    "PM1": (Capability.PARTICLES, "µg/m³"),
    "PM2.5": (Capability.PARTICLES, "µg/m³"),
    "PM10": (Capability.PARTICLES, "µg/m³"),
    "Distance": (Capability.DISTANCE, "cm"),
    "Weight": (Capability.WEIGHT, "kg"),
}
_LABELS = {"DewPoint": "dew point", "SeaPressure": "pressure at sea level", "eCO2": "estimated"}
_ENERGY: Mapping[
    str, tuple[Capability, str, str]
] = {  # what an energy meter says, as "ENERGY.Power"
    "Power": (Capability.POWER, "W", ""),
    "ApparentPower": (Capability.NUMBER, "VA", "apparent power"),
    "ReactivePower": (Capability.NUMBER, "var", "reactive power"),
    "Factor": (Capability.POWER_FACTOR, "", ""),
    "Voltage": (Capability.VOLTAGE, "V", ""),
    "Current": (Capability.CURRENT, "A", ""),
    "Frequency": (Capability.FREQUENCY, "Hz", ""),
    "Total": (Capability.ENERGY, "kWh", ""),
    "Today": (Capability.ENERGY, "kWh", "today"),
    "Yesterday": (Capability.ENERGY, "kWh", "yesterday"),
    "ExportActive": (Capability.ENERGY, "kWh", "fed in"),
}
_ASIDE: Mapping[str, tuple[Capability, str]] = {
    "Wifi.Signal": (Capability.SIGNAL, "dBm"),
    "Wifi.RSSI": (Capability.SIGNAL, "%"),
    "Vcc": (Capability.VOLTAGE, "V"),
    "UptimeSec": (Capability.DURATION, "s"),
    "ESP32.Temperature": (Capability.TEMPERATURE, "TempUnit"),
}
_CHARGE = Feature(capability=Capability.BATTERY, dialect=NAME)
_PRESSED = Feature(capability=Capability.BUTTON, dialect=NAME)
_RESTART = Feature(
    capability=Capability.BUTTON,
    dialect=NAME,
    label="restart",
    settable=True,
    aside=True,
    args={COMMAND: RESTART},
    deed=Deed.RESTART,
)
_PLAIN: Mapping[str, Feature] = {
    "CT": Feature(
        capability=Capability.COLOUR_TEMPERATURE,
        dialect=NAME,
        unit="mired",
        low=_CT_COLD,
        high=_CT_WARM,
        settable=True,
        args={COMMAND: "CT"},
    ),
    "Color": Feature(
        capability=Capability.COLOUR, dialect=NAME, settable=True, args={COMMAND: "Color"}
    ),
    "White": Feature(
        capability=Capability.LEVEL,
        dialect=NAME,
        label="white",
        settable=True,
        args={COMMAND: "White"},
    ),
    "FanSpeed": Feature(
        capability=Capability.LEVEL,
        dialect=NAME,
        low=0.0,
        high=_FAN_SPEEDS,
        settable=True,
        args={COMMAND: "FanSpeed"},
    ),
    "Battery": _CHARGE,
    "BatteryPercentage": _CHARGE,
}
_TEMPERATURES = {"C": "°C", "F": "°F"}
_FALLBACK = {"TempUnit": "C", "PressureUnit": "hPa"}  # what a device without the word means


class Outputs(msgspec.Struct, frozen=True, omit_defaults=True):
    """What discovery says of a device's outputs, as its routes keep it (`kept`)."""

    relays: tuple[int, ...] = ()
    names: tuple[str, ...] = ()  # of its outputs
    inputs: tuple[str, ...] = ()  # names of its switches
    light: int = 0
    fan: bool = False
    turned: tuple[int, ...] = ()  # shutters that count the other way round, from 1
    on: str = ""
    off: str = ""
    apart: bool = False  # SetOption68: each channel is a light of its own


_NOTHING = Outputs()


def outputs(config: Mapping[str, object]) -> Outputs:
    """Read what discovery's config says of outputs; what is strange there says nothing."""
    relays = [_small(each) for each in _list(config.get("rl"))]
    while relays and not relays[-1]:
        relays.pop()
    states = [lenient.text(each) or "" for each in _list(config.get("state"))[:2]]
    off, on = states if len(states) == len(("off", "on")) else ("", "")
    usual = {off.casefold(), on.casefold()} <= _USUAL or not (off and on)
    options = config.get("so")
    shutters = [_small(each) for each in _list(config.get("sho"))]
    return Outputs(
        relays=tuple(relays),
        names=_names(config.get("fn"))[: len(relays)],
        inputs=_names(config.get("swn")),
        light=_small(config.get("lt_st")),
        fan=bool(_small(config.get("if"))),
        turned=tuple(number for number, each in enumerate(shutters, 1) if each & 1),
        on="" if usual else on,
        off="" if usual else off,
        apart=bool(_small(options.get("68"))) if isinstance(options, dict) else False,
    )


def kept(said: Outputs) -> str:
    """Return them as a route's argument, "" where they say nothing."""
    return "" if said == _NOTHING else msgspec.json.encode(said).decode()


def kind(said: Outputs) -> str | None:
    """Return what kind of thing has such outputs."""
    if said.fan:
        return "fan"
    kinds = {_RELAY_SHUTTER: "cover", _RELAY_LIGHT: "light", 1: "switch"}
    return next((name for number, name in kinds.items() if number in said.relays), None)


def announced(said: Outputs) -> Mapping[str, Feature]:
    """Return the features of outputs that have said nothing yet."""
    powers = [number for number, relay in enumerate(said.relays, 1) if relay != _RELAY_NONE]
    names = ["POWER"] if powers == [1] else [f"POWER{number}" for number in powers]
    if said.light and not said.apart:
        names += ["Dimmer"]
        names += ["CT"] if said.light in (_TWO_WHITES, _RGB_TWO_WHITES) else []
        names += ["HSBColor", "Color"] if said.light >= _RGB else []
    names += ["FanSpeed"] if said.fan else []
    motors = said.relays.count(_RELAY_SHUTTER)
    names += [f"Shutter{number}.Position" for number in range(1, motors // 2 + 1)]
    return {**described(tuple(names), (), kept(said)), RESTART: _RESTART}


@lru_cache(maxsize=8_192)
def described(
    names: tuple[str, ...], units: tuple[object, ...], about: str
) -> Mapping[str, Feature]:
    """Return the features of readings with these names; `units`: their UNITS, `about`: `kept`."""
    said = _outputs(about)
    known = frozenset(names)
    found: dict[str, Feature] = {}
    for name in names:
        if (name == "Wifi.RSSI" and "Wifi.Signal" in known) or (
            name == "Color" and "HSBColor" not in known
        ):
            continue  # the signal is told in dBm already; a light without colours says Color too
        feature = _feature(name, units, about)
        if feature is not None:
            found[name] = feature
        shutter = _SHUTTER.fullmatch(name)
        if shutter and shutter[2] == "Position":
            found[f"Shutter{shutter[1]}"] = _cover(shutter[1])
    if said.fan and "FanSpeed" in found:
        found.pop("Dimmer", None)
    return found


def phases(values: dict[str, object]) -> None:
    """Give each phase of an energy meter a name of its own: {"Power": [1, 2]} is Power1, Power2."""
    energy = values.get("ENERGY")
    if not isinstance(energy, dict):
        return
    for name in [name for name, value in energy.items() if type(value) is list]:
        for number, value in enumerate(energy[name][:9], 1):
            energy[f"{name}{number}"] = value


def answers(name: str) -> bool:
    """Whether a member of a command's answer is a reading: {"Dimmer": 40}, not {"Rule1": "ON"}."""
    known = name in _PLAIN or name in {"HSBColor", "Dimmer", "POWER"}
    return known or _NUMBERED.fullmatch(name) is not None or _answers_in_parts(name)


def _answers_in_parts(name: str) -> bool:
    return _SHUTTER.fullmatch(name) is not None or re.fullmatch(r"Button\d{1,2}", name) is not None


def _outputs(about: str) -> Outputs:
    try:
        return msgspec.json.decode(about, type=Outputs) if about else _NOTHING
    except (ValueError, RecursionError):
        return _NOTHING


@lru_cache(maxsize=4_096)
def _feature(name: str, units: tuple[object, ...], about: str) -> Feature | None:
    said = _outputs(about)
    if found := _NUMBERED.fullmatch(name):
        return _numbered(name, found[1], int(found[2] or 1), said)
    if found := _SHUTTER.fullmatch(name):
        return _shutter(found[1], found[2] or "", said)
    if _BUTTON.fullmatch(name):
        return _PRESSED
    if name in _ASIDE:
        capability, unit = _ASIDE[name]
        return Feature(capability=capability, dialect=NAME, unit=_unit(unit, units), aside=True)
    return _PLAIN.get(name) or _measure(name, units)


def _measure(name: str, units: tuple[object, ...]) -> Feature | None:
    phase = _PHASE.fullmatch(name)
    whole, number = (phase[1], phase[2]) if phase else (name, "")
    part, _, last = whole.rpartition(".")
    if part == "ENERGY":
        if last not in _ENERGY:
            return None
        capability, unit, label = _ENERGY[last]
        label = " ".join(word for word in (label, number) if word)
        return Feature(capability=capability, dialect=NAME, unit=unit, label=label)
    if name.endswith("PM2.5"):
        last = "PM2.5"
    if not part or last not in _MEASURES:
        return None
    capability, unit = _MEASURES[last]
    label = _LABELS.get(last) or (last if capability is Capability.PARTICLES else "")
    return Feature(capability=capability, dialect=NAME, unit=_unit(unit, units), label=label)


def _unit(unit: str, units: tuple[object, ...]) -> str:
    """Return the unit itself, or the one that the device's own word for it names."""
    if unit not in UNITS:
        return unit
    given = units[UNITS.index(unit)] if units else None
    word = given if isinstance(given, str) else _FALLBACK.get(unit, "")
    return _TEMPERATURES.get(word, word)


def _numbered(name: str, word: str, number: int, said: Outputs) -> Feature | None:
    label = ""
    if word == "Switch":
        names = said.inputs
        label = names[number - 1] if number <= len(names) and names[number - 1] else name
        return Feature(
            capability=Capability.ON_OFF, dialect=NAME, label=label, on=said.on, off=said.off
        )
    if word in {"SHUTTER", "Dimmer"}:
        if word == "SHUTTER":
            return _shutter(str(number), "Position", said)
        return Feature(
            capability=Capability.LEVEL, dialect=NAME, settable=True, args={COMMAND: name}
        )
    if word != "POWER":
        return None
    if number <= len(said.names) and len(said.relays) > 1:
        label = said.names[number - 1]
    motor = number <= len(said.relays) and said.relays[number - 1] == _RELAY_SHUTTER
    return Feature(
        capability=Capability.ON_OFF,
        dialect=NAME,
        label=label,
        on=said.on,
        off=said.off,
        settable=not motor,  # a motor switched past its shutter's back loses the position
        aside=motor,
        args={} if motor else {COMMAND: name},
    )


def _shutter(number: str, word: str, said: Outputs) -> Feature | None:
    if word not in {"Position", "Tilt"}:
        return None
    turned = int(number) in said.turned and word == "Position"
    return Feature(
        capability=Capability.POSITION,
        dialect=NAME,
        label="tilt" if word == "Tilt" else "",
        low=100.0 if turned else None,
        high=0.0 if turned else None,
        settable=True,
        args={COMMAND: f"Shutter{word}{number}"},
    )


@lru_cache(maxsize=_OUTPUTS)
def _cover(number: str) -> Feature:
    """Return what opens, closes and stops it: it has no reading of its own."""
    return Feature(
        capability=Capability.COVER,
        dialect=NAME,
        words=("open", "close", "stop"),
        settable=True,
        args={COMMAND: f"Shutter{{}}{number}"},
    )


def _list(value: object) -> Sequence[object]:
    return value[:_OUTPUTS] if isinstance(value, list) else ()


def _names(value: object) -> tuple[str, ...]:
    names = [lenient.text(each) or "" for each in _list(value)]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _small(value: object) -> int:
    number = lenient.number(value)
    return int(number) if number is not None and 0 <= number <= 255 else 0  # noqa: PLR2004 - a byte
