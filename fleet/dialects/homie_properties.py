"""What a Homie property is: from datatype, unit, format and its names to a typed feature, and back.

Its attributes come one a message and in any order (Homie 3 and 4) or all at once (Homie 5). What is
known of one property so far is one line of text, `facts`, which a route brings back with the next
message: the values of `FIELDS`, apart by a unit separator. From it `described` makes the property.

Source: the Homie convention 3.0.1, 4.0.0 and 5.0 (properties, payloads, formats, units).
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from fleet.capability import Capability, Deed, Feature, Reading
from fleet.dialects import lenient

FIELDS = ("datatype", "unit", "format", "settable", "retained", "name")
_APART = "\x1f"
_LONGEST = 1_024  # of one attribute: an enumeration's words, a JSON schema
_MOST_WORDS = 60
_READ = 2_048  # bytes of a payload: a reading is a line, the rest is somebody's picture or map
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_NUMBERS = frozenset({"integer", "float"})
_UNITS = {"F": "°F", "C": "°C", "ºC": "°C", "seconds": "s", "minutes": "min", "hours": "h"}
_MIREDS = frozenset({"MK⁻¹", "mired", "mireds"})
_BY_UNIT = {
    **dict.fromkeys(("°C", "°F", "K"), Capability.TEMPERATURE),
    **dict.fromkeys(("W", "kW", "mW", "VA"), Capability.POWER),
    **dict.fromkeys(("Wh", "kWh", "MWh"), Capability.ENERGY),
    **dict.fromkeys(("V", "mV", "kV"), Capability.VOLTAGE),
    **dict.fromkeys(("A", "mA"), Capability.CURRENT),
    **dict.fromkeys(("Pa", "hPa", "kPa", "mbar", "bar", "psi"), Capability.PRESSURE),
    **dict.fromkeys(("m", "cm", "mm", "km", "ft"), Capability.DISTANCE),
    **dict.fromkeys(("m/s", "km/h", "kn", "mph"), Capability.SPEED),
    **dict.fromkeys(("s", "ms", "min", "h"), Capability.DURATION),
    **dict.fromkeys(("m²", "cm²"), Capability.AREA),
    **dict.fromkeys(("m³", "L", "l", "gal"), Capability.WATER),
    **dict.fromkeys(("kg", "g"), Capability.WEIGHT),
    **dict.fromkeys(_MIREDS, Capability.COLOUR_TEMPERATURE),
    **dict.fromkeys(("µg/m³", "μg/m³"), Capability.PARTICLES),
    "ppm": Capability.VOC,
    "Hz": Capability.FREQUENCY,
    "lx": Capability.ILLUMINANCE,
    "dB": Capability.NOISE,
    "dBm": Capability.SIGNAL,
}
_TWO_STATES = (
    ({"contact", "door", "window", "reed"}, Capability.CONTACT),
    ({"motion", "movement"}, Capability.MOTION),
    ({"presence", "occupancy", "occupied"}, Capability.PRESENCE),
    ({"smoke", "fire"}, Capability.SMOKE),
    ({"gas"}, Capability.GAS_ALARM),
    ({"leak", "flood", "wet"}, Capability.LEAK),
    ({"vibration", "shock"}, Capability.VIBRATION),
    ({"tamper", "tampered"}, Capability.TAMPER),
    ({"lock", "locked"}, Capability.LOCK),
    ({"charging"}, Capability.CHARGING),
    ({"battery"}, Capability.BATTERY_LOW),
    ({"problem", "fault", "error", "alert"}, Capability.PROBLEM),
)
_SHARES = (
    ({"battery"}, Capability.BATTERY),
    ({"humidity", "humid"}, Capability.HUMIDITY),
    ({"moisture", "soil"}, Capability.MOISTURE),
    ({"position", "shutter", "blind", "curtain", "cover", "valve", "opening"}, Capability.POSITION),
    ({"brightness", "dimmer", "dim", "level", "volume", "fan", "speed", "intensity", "percent"},
     Capability.LEVEL),
    ({"signal", "rssi", "wifi", "lqi"}, Capability.SIGNAL),
)  # fmt: skip
_NAMED = (  # where no unit says it
    ({"temperature", "temp"}, Capability.TEMPERATURE),
    ({"humidity"}, Capability.HUMIDITY),
    ({"illuminance", "lux"}, Capability.ILLUMINANCE),
    ({"power"}, Capability.POWER),
    ({"energy"}, Capability.ENERGY),
    ({"co"}, Capability.CO2),
)
_RATHER = (  # what a unit alone says, what it is when its names say so
    (Capability.DISTANCE, Capability.RAIN, frozenset({"rain", "precipitation"})),
    (Capability.WATER, Capability.GAS, frozenset({"gas"})),
    (Capability.VOC, Capability.CO2, frozenset({"co", "carbon"})),
)
_DEEDS = (
    ({"locate", "identify"}, Deed.IDENTIFY),
    ({"restart", "reboot"}, Deed.RESTART),
)
_TARGETS = frozenset({"target", "setpoint", "desired"})
_ASIDE = frozenset({Capability.SIGNAL})


@dataclass(frozen=True, slots=True)
class Property:
    """A property as it is described so far."""

    feature: Feature
    datatype: str

    def reading(self, payload: bytes) -> Reading | None:
        """Return what a message on its topic says; None where that is no text."""
        said = line(payload)
        if said is None:
            return None
        value: Reading | None = None
        if self.datatype in _NUMBERS:
            value = lenient.number(said)
        elif self.datatype == "boolean":
            value = {"true": True, "false": False}.get(said)
        elif self.datatype == "color":
            value = _colour(said, self.feature.args.get("colour", ""))
        elif self.datatype == "duration":
            value = _seconds(said)
        if value is None:  # nothing of what a device says is lost; it only means nothing then
            return lenient.text(said) or ""
        return value


def line(payload: bytes) -> str | None:
    """Return a payload as text, no more than a reading holds; None where it is not UTF-8."""
    said = lenient.words(payload[:_READ])
    if said is None and len(payload) > _READ:
        said = payload[:_READ].decode(errors="ignore")
    return "" if said == "\0" else said  # Homie 5's empty string


def with_field(facts: str, field: str, value: str) -> str:
    """Return what is known of a property once one more of its `FIELDS` is said."""
    known = (facts.split(_APART) + [""] * len(FIELDS))[: len(FIELDS)]
    known[FIELDS.index(field)] = value.replace(_APART, "") if len(value) <= _LONGEST else ""
    return _APART.join(known)


def all_fields(said: Mapping[str, object]) -> str:
    """Return the same of a Homie 5 description, which says all fields in one object."""
    facts = ""
    for field in FIELDS:
        value = said.get(field)
        known = str(value).lower() if isinstance(value, bool) else lenient.text(value, _LONGEST)
        facts = with_field(facts, field, known or "")
    return facts


@lru_cache(maxsize=16_384)
def described(dialect: str, path: str, facts: str, *, tagged: bool = False) -> Property:
    """Return the property at `path`, its node's and its own id. `tagged`: colours name their kind.

    The same object each time, so that nobody need compare what is in it.
    """
    known = dict(zip(FIELDS, facts.split(_APART), strict=False)) if facts else {}
    datatype = known.get("datatype") or "string"
    words = frozenset(hints(f"{path} {known.get('name', '')}"))
    unit = _UNITS.get(known.get("unit", ""), known.get("unit", ""))
    settable = known.get("settable") == "true"
    fleeting = known.get("retained") == "false"
    said = _Said(datatype, unit, known.get("format", ""), words, settable, fleeting)
    feature = _feature(dialect, said, tagged=tagged)
    label = _label(known.get("name", ""), path, feature.capability)
    return Property(replace(feature, label=label), datatype)


def payload_of(feature: Feature, word: Reading) -> bytes:
    """Return what a device is sent so that a property becomes `word`, which `raw` gave."""
    datatype = feature.args.get("datatype", "")
    if word == "" and feature.capability is Capability.BUTTON:
        return (feature.words[0] if feature.words else "true").encode()
    if isinstance(word, bool):
        return b"true" if word else b"false"
    if datatype == "integer" and isinstance(word, float):
        return str(round(word)).encode()
    if datatype == "duration" and isinstance(word, float | int):
        return f"PT{word:g}S".encode()
    if feature.capability is Capability.COLOUR:
        return _colour_words(str(word), feature).encode()
    return (f"{word:g}" if isinstance(word, float) else str(word)).encode()


# --- what it is -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    datatype: str
    unit: str
    format: str
    hints: frozenset[str]
    settable: bool
    fleeting: bool  # not retained: an event, or an order


def hints(text: str) -> list[str]:
    """Return the words in a name, however it joins them: `doorOpen`, `door-open`."""
    return [word.lower() for word in _WORD.findall(text[:_LONGEST])]


def _label(name: str, path: str, capability: Capability) -> str:
    """Return the property's own name where it says more than its capability."""
    name = lenient.text(name) or path.rpartition("/")[2]
    plain = name.casefold().replace("-", " ").replace("_", " ")
    return "" if plain == capability.value.replace("_", " ") else name


def _feature(dialect: str, said: _Said, *, tagged: bool) -> Feature:
    args = {"datatype": said.datatype}
    words: tuple[str, ...] = ()
    low = high = step = None
    if said.datatype in _NUMBERS:
        low, high, step = _range(said.format)
        capability = _number(said, low, high)
    elif said.datatype == "boolean":
        capability = _two_states(said)
    elif said.datatype == "enum":
        words = tuple(said.format.split(",")[:_MOST_WORDS]) if said.format else ()
        capability = _words(said, words)
    elif said.datatype == "color" and (kind := _colour_kind(said.format)):
        capability = Capability.COLOUR
        args |= {"colour": kind} | ({"tagged": "yes"} if tagged else {})
    elif said.datatype == "duration":
        capability = Capability.DURATION
    else:
        capability = Capability.TIME if said.datatype == "datetime" else Capability.TEXT
    unit = "s" if said.datatype == "duration" else said.unit
    return Feature(
        capability=capability,
        dialect=dialect,
        unit=unit,
        low=low,
        high=high,
        step=step,
        words=words,
        settable=said.settable,
        aside=capability in _ASIDE or (capability is Capability.TEXT and "json" in said.format),
        args=args,
        deed=_deed(said, capability),
    )


def _deed(said: _Said, capability: Capability) -> Deed:
    """Return what an order that is a button does, as its names say: Homie has no word for it."""
    if not said.settable or capability is not Capability.BUTTON:
        return Deed.NONE
    return next((deed for hints, deed in _DEEDS if hints & said.hints), Deed.NONE)


def _number(said: _Said, low: float | None, high: float | None) -> Capability:
    if said.unit == "%" or (not said.unit and (low, high) == (0, 100)):
        usual = Capability.LEVEL if said.settable else Capability.NUMBER
        return _first(_SHARES, said.hints) or usual
    if not said.unit:
        return _first(_NAMED, said.hints) or Capability.NUMBER
    if said.unit == "K" and said.hints & {"colour", "color", "ct", "white"}:
        return Capability.COLOUR_TEMPERATURE
    found = _BY_UNIT.get(said.unit, Capability.NUMBER)
    if found is Capability.TEMPERATURE and (said.settable or said.hints & _TARGETS):
        return Capability.TARGET_TEMPERATURE
    return next((to for of, to, hints in _RATHER if of is found and hints & said.hints), found)


def _two_states(said: _Said) -> Capability:
    if said.settable:
        if said.fleeting:
            return Capability.BUTTON
        return Capability.LOCK if said.hints & {"lock", "locked"} else Capability.ON_OFF
    if said.fleeting and said.hints & {"button", "press", "bell", "ring", "click"}:
        return Capability.BUTTON
    return _first(_TWO_STATES, said.hints) or Capability.ON_OFF


def _words(said: _Said, words: tuple[str, ...]) -> Capability:
    lower = {word.casefold() for word in words}
    if said.settable and ({"open", "close"} <= lower or {"up", "down"} <= lower):
        return Capability.COVER
    if said.fleeting and (len(words) == 1 or not said.settable):
        return Capability.BUTTON
    return Capability.MODE


def _first(
    table: tuple[tuple[set[str], Capability], ...], hints: frozenset[str]
) -> Capability | None:
    return next((capability for words, capability in table if words & hints), None)


def _range(text: str) -> tuple[float | None, float | None, float | None]:
    """Read "5:30:0.5": from, to, and Homie 5's step; each may be left out."""
    parts = [lenient.number(part) if part else None for part in text.split(":", 3)[:3]]
    low, high, step = (parts + [None] * 3)[:3] if ":" in text else (None, None, None)
    if low is not None and high is not None and low >= high:
        return None, None, None
    return low, high, step if step is not None and step > 0 else None


# --- colours and durations ------------------------------------------------------------------------


def _colour_kind(text: str) -> str:
    """Return the first kind that we can speak; a device lists them, the one it likes best first."""
    return next((kind for kind in text.lower().split(",") if kind.strip() in {"rgb", "hsv"}), "")


def _colour(said: str, kind: str) -> str | None:
    """Read "255,136,0", or in Homie 5 "rgb,255,136,0", as #ff8800; "hsv" alike."""
    parts = said.split(",", 5)
    if parts[0] in {"rgb", "hsv"}:
        kind = parts.pop(0)
    numbers = [lenient.number(part) for part in parts]
    if len(numbers) != 3 or not kind:  # noqa: PLR2004 - red, green, blue
        return None
    first, second, third = (value or 0.0 for value in numbers)
    if kind == "hsv":
        shares = colorsys.hsv_to_rgb(first / 360, second / 100, third / 100)
        first, second, third = (share * 255 for share in shares)
    if not all(0 <= value <= 255 for value in (first, second, third)):  # noqa: PLR2004 - a byte
        return None
    return f"#{round(first):02x}{round(second):02x}{round(third):02x}"


def _colour_words(colour: str, feature: Feature) -> str:
    kind = feature.args.get("colour", "rgb")
    numbers = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    if kind == "hsv":
        hue, saturation, value = colorsys.rgb_to_hsv(*(number / 255 for number in numbers))
        numbers = [round(hue * 360), round(saturation * 100), round(value * 100)]
    words = ",".join(map(str, numbers))
    return f"{kind},{words}" if feature.args.get("tagged") else words


def _seconds(said: str) -> float | None:
    """Read "PT5M46S" as 346."""
    found = _DURATION.fullmatch(said)
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
