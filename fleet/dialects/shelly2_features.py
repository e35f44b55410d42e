"""What the later generations of Shelly measure and do, by component: "switch:0.output".

Components of the owner's own (number:200, boolean:200 ...) and Bluetooth sensors tell what they are
only in their configuration; `virtual` and `sensed` read that. Source: Shelly's API documentation of
the second generation (Components and Services), bthome.io/format, MQTT.md 1.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from fleet.capability import Capability, Deed, Feature
from fleet.dialects import lenient

NAME = "shelly2"
RESTART = "sys.restart"  # no reading: what restarts it
_C = Capability
_ASIDE: dict[str, object] = {"aside": True}
_PRESSES = ("single_push", "double_push", "triple_push", "long_push", "btn_down", "btn_up")
_SPECS: dict[str, tuple[Capability, dict[str, object]]] = {
    "cover.state": (_C.COVER, {"words": ("open", "close", "stop"), "call": "Cover"}),
    "cover.current_pos": (
        _C.POSITION,
        {"unit": "%", "low": 0, "high": 100, "call": "Cover.GoToPosition", "key": "pos"},
    ),
    "input.state": (_C.ON_OFF, {"label": "Input", **_ASIDE}),
    "input.percent": (_C.NUMBER, {"label": "Input", "unit": "%"}),
    "input.counts.total": (_C.NUMBER, {"label": "Count"}),
    "input.event": (_C.BUTTON, {"words": _PRESSES}),
    "input.event_at": (_C.NUMBER, {"label": "Pressed at", "unit": "s", **_ASIDE}),
    "temperature.tC": (_C.TEMPERATURE, {"unit": "°C"}),
    "humidity.rh": (_C.HUMIDITY, {"unit": "%"}),
    "illuminance.lux": (_C.ILLUMINANCE, {"unit": "lx"}),
    "illuminance.illumination": (_C.MODE, {"words": ("dark", "twilight", "bright")}),
    "occupancy.value": (_C.PRESENCE, {}),
    "presence.num_objects": (_C.NUMBER, {"label": "Persons"}),
    "flood.alarm": (_C.LEAK, {}),
    "smoke.alarm": (_C.SMOKE, {}),
    "voltmeter.voltage": (_C.VOLTAGE, {"unit": "V"}),
    "devicepower.battery.percent": (_C.BATTERY, {"unit": "%"}),
    "devicepower.battery.V": (_C.VOLTAGE, {"unit": "V", "label": "Battery", **_ASIDE}),
    "devicepower.external.present": (_C.ON_OFF, {"label": "External power", **_ASIDE}),
    "thermostat.current_C": (_C.TEMPERATURE, {"unit": "°C"}),
    "thermostat.output": (_C.ON_OFF, {"label": "Heating"}),
    "thermostat.target_C": (
        _C.TARGET_TEMPERATURE,
        {"unit": "°C", "low": 5, "high": 35, "call": "Thermostat.SetConfig", "key": "target_C"},
    ),
    "em.total_act_power": (_C.POWER, {"unit": "W"}),
    "em.total_current": (_C.CURRENT, {"unit": "A"}),
    "em.n_current": (_C.CURRENT, {"unit": "A", "label": "Neutral", **_ASIDE}),
    "emdata.total_act": (_C.ENERGY, {"unit": "Wh"}),
    "emdata.total_act_ret": (_C.ENERGY, {"unit": "Wh", "label": "Energy returned"}),
    "em1data.total_act_energy": (_C.ENERGY, {"unit": "Wh"}),
    "em1data.total_act_ret_energy": (_C.ENERGY, {"unit": "Wh", "label": "Energy returned"}),
    "wifi.rssi": (_C.SIGNAL, {"unit": "dBm", **_ASIDE}),
    "sys.uptime": (_C.DURATION, {"unit": "s", "label": "Since its start", **_ASIDE}),
    "sys.available_updates.beta.version": (_C.TEXT, {"label": "Beta on offer", **_ASIDE}),
    "sys.auth_en": (_C.ON_OFF, {"label": "Password set", **_ASIDE}),
    RESTART: (
        _C.BUTTON,
        {"label": "Restart", "call": "Shelly.Reboot", "deed": Deed.RESTART, **_ASIDE},
    ),
    "mqtt.says_nothing": (_C.PROBLEM, {"label": "Its notifications are switched off"}),
}
_METER: dict[str, tuple[Capability, dict[str, object]]] = {
    "apower": (_C.POWER, {"unit": "W"}),
    "act_power": (_C.POWER, {"unit": "W"}),
    "voltage": (_C.VOLTAGE, {"unit": "V"}),
    "current": (_C.CURRENT, {"unit": "A"}),
    "pf": (_C.POWER_FACTOR, {}),
    "freq": (_C.FREQUENCY, {"unit": "Hz"}),
    "aenergy.total": (_C.ENERGY, {"unit": "Wh"}),
    "ret_aenergy.total": (_C.ENERGY, {"unit": "Wh", "label": "Energy returned"}),
    "temperature.tC": (_C.TEMPERATURE, {"unit": "°C", "label": "Inside the device", **_ASIDE}),
}
_LIGHT: dict[str, tuple[Capability, dict[str, object]]] = {
    "output": (_C.ON_OFF, {"key": "on"}),
    "brightness": (_C.LEVEL, {"unit": "%", "low": 0, "high": 100, "key": "brightness"}),
    "ct": (_C.COLOUR_TEMPERATURE, {"unit": "K", "low": 2700, "high": 6500, "key": "ct"}),
    "rgb": (_C.COLOUR, {"key": "rgb"}),
}
_CALLS = {"switch": "Switch", "light": "Light", "rgb": "RGB", "rgbw": "RGBW", "cct": "CCT"}
for _kind, _name in _CALLS.items():
    _orders = ("output",) if _kind == "switch" else tuple(_LIGHT)
    for _member in _orders:
        _what, _more = _LIGHT[_member]
        _SPECS[f"{_kind}.{_member}"] = (_what, {**_more, "call": f"{_name}.Set"})
for _kind in (*_CALLS, "cover", "pm1", "em1"):
    _SPECS |= {f"{_kind}.{member}": spec for member, spec in _METER.items()}
for _phase in "abc":
    for _member in ("act_power", "voltage", "current", "pf"):
        _what, _more = _METER[_member]
        _label = {"label": f"Phase {_phase.upper()}"}
        _SPECS[f"em.{_phase}_{_member}"] = (_what, {**_more, **_label})

COMPONENTS = frozenset(spec.partition(".")[0] for spec in _SPECS)
"""Kinds of components whose status is read."""

VIRTUAL = frozenset({"boolean", "number", "text", "enum", "button"})
_VIRTUAL_CALLS = {
    "boolean": (_C.ON_OFF, "Boolean.Set"),
    "number": (_C.NUMBER, "Number.Set"),
    "text": (_C.TEXT, "Text.Set"),
    "enum": (_C.MODE, "Enum.Set"),
    "button": (_C.BUTTON, "Button.Trigger"),
}
_OBJECTS: Mapping[
    int, tuple[str, Capability, str]
] = {  # BTHome's object ids, of those Shelly sends
    1: ("battery", _C.BATTERY, "%"),
    2: ("temperature", _C.TEMPERATURE, "°C"),
    3: ("humidity", _C.HUMIDITY, "%"),
    4: ("pressure", _C.PRESSURE, "hPa"),
    5: ("illuminance", _C.ILLUMINANCE, "lx"),
    12: ("voltage", _C.VOLTAGE, "V"),
    26: ("door", _C.CONTACT, ""),
    33: ("motion", _C.MOTION, ""),
    45: ("window", _C.CONTACT, ""),
    46: ("humidity", _C.HUMIDITY, "%"),
    58: ("button", _C.BUTTON, ""),
    63: ("rotation", _C.NUMBER, "°"),
    64: ("distance", _C.DISTANCE, "mm"),
    68: ("speed", _C.SPEED, "m/s"),
    69: ("temperature", _C.TEMPERATURE, "°C"),
    94: ("direction", _C.NUMBER, "°"),
    95: ("rain", _C.RAIN, "mm"),
}
_CHILD: Mapping[str, Feature] = {
    "rssi": Feature(capability=_C.SIGNAL, dialect=NAME, unit="dBm", aside=True),
    "event": Feature(capability=_C.BUTTON, dialect=NAME, words=_PRESSES),
    "event_at": Feature(
        capability=_C.NUMBER, dialect=NAME, unit="s", label="Pressed at", aside=True
    ),
    "current_C": Feature(capability=_C.TEMPERATURE, dialect=NAME, unit="°C"),
    "pos": Feature(capability=_C.POSITION, dialect=NAME, unit="%", label="Valve"),
    "battery": Feature(capability=_C.BATTERY, dialect=NAME, unit="%"),
}


@lru_cache(maxsize=2_048)
def feature(reading: str) -> Feature | None:
    """Return what a reading is ("switch:0.output"), the same object each time."""
    component, _, member = reading.partition(".")
    kind, _, number = component.partition(":")
    found = _SPECS.get(f"{kind}.{member}")
    if found is None:
        return None
    capability, more = found
    about = {name: value for name, value in more.items() if name not in {"call", "key"}}
    call = more.get("call")
    if call:
        args = {"call": str(call), "key": str(more.get("key", "")), "id": number or "0"}
        about |= {"settable": True, "args": args}
    return Feature(capability=capability, dialect=NAME, **about)  # type: ignore[arg-type] # its fields


@lru_cache(maxsize=2_048)
def features(readings: tuple[str, ...]) -> Mapping[str, Feature]:
    """Return what each of these is, where it is described: the same mapping each time."""
    found = ((name, feature(name)) for name in readings)
    return MappingProxyType({name: each for name, each in found if each is not None})


def virtual(key: str, config: Mapping[str, object]) -> tuple[str, Feature] | None:
    """Return the reading and what it is, of a component that the owner or a program made."""
    kind, _, number = key.partition(":")
    found = _VIRTUAL_CALLS.get(kind)
    if found is None or not number.isdigit():
        return None
    capability, call = found
    meta = config.get("meta")
    shown = meta.get("ui") if isinstance(meta, dict) else None
    look = shown if isinstance(shown, dict) else {}
    options = config.get("options")
    listed = options if isinstance(options, list) else []
    access = lenient.text(config.get("access")) or "crw"
    return f"{key}.value", Feature(
        capability=capability,
        dialect=NAME,
        label=lenient.text(config.get("name")) or "",
        unit=lenient.text(look.get("unit")) or "" if kind == "number" else "",
        low=lenient.number(config.get("min")),
        high=lenient.number(config.get("max")),
        step=lenient.number(look.get("step")),
        words=tuple(word for each in listed[:50] if (word := lenient.text(each)) is not None),
        settable="w" in access or access == "*",
        args={"call": call, "key": "" if kind == "button" else "value", "id": number},
    )


def sensed(number: int, index: int) -> tuple[str, Feature] | None:
    """Return the reading and what it is, of a Bluetooth sensor's object id and its place."""
    found = _OBJECTS.get(number)
    if found is None:
        return None
    name, capability, unit = found
    return name if index == 0 else f"{name}_{index + 1}", Feature(
        capability=capability, dialect=NAME, unit=unit
    )


@lru_cache(maxsize=256)
def of_child(key: str, readings: tuple[str, ...]) -> Mapping[str, Feature]:
    """Return what readings of a device behind a gateway are; `key`: its component there."""
    found = {name: _CHILD[name] for name in readings if name in _CHILD}
    if "target_C" in readings:
        found["target_C"] = Feature(
            capability=_C.TARGET_TEMPERATURE,
            dialect=NAME,
            unit="°C",
            low=4,
            high=30,
            settable=True,
            args={"call": "BluTrv.Call", "key": "target_C", "id": key.partition(":")[2]},
        )
    return MappingProxyType(found)


MODELS: Mapping[int, tuple[str, str, str]] = {  # of Bluetooth devices: code, product, kind
    1: ("SBBT-002C", "Shelly BLU Button1", "button"),
    2: ("SBDW-002C", "Shelly BLU Door/Window", "sensor"),
    3: ("SBHT-003C", "Shelly BLU H&T", "sensor"),
    5: ("SBMO-003Z", "Shelly BLU Motion", "sensor"),
    6: ("SBBT-004CEU", "Shelly BLU Wall Switch 4", "button"),
    7: ("SBBT-004CUS", "Shelly BLU RC Button 4", "button"),
    8: ("SBTR-001AEU", "Shelly BLU TRV", "thermostat"),
    12: ("SBHT-103C", "Shelly BLU H&T Display ZB", "sensor"),
    17: ("SBHT-203C", "Shelly BLU H&T ZB", "sensor"),
    22: ("SBBT-104CUS", "Shelly BLU RC Button 4 ZB", "button"),
}
