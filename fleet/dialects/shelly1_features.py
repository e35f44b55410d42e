"""What the first generation of Shelly measures and does, by the end of each of its topics.

Numbers in a topic count outputs, phases and sensors: "relay/0/power" is described as
"relay/N/power". Source: Shelly's API documentation of the first generation (MQTT), MQTT.md 1.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from fleet.capability import Capability, Feature

NAME = "shelly1"


def _feature(capability: Capability, **more: object) -> Feature:
    return Feature(capability=capability, dialect=NAME, **more)  # type: ignore[arg-type] # its fields


def _orders(capability: Capability, to: str, key: str = "", **more: object) -> Feature:
    """Make a settable one: `to` is the end of the topic it takes orders on, `key` the JSON member.

    Without a key the wish itself is the payload.
    """
    return _feature(capability, settable=True, args={"to": to, "key": key}, **more)


_C = Capability
_ON_OFF = {"on": "on", "off": "off"}
_PRESSES = ("S", "L", "SS", "SSS", "SL", "LS")
_ASIDE = {"aside": True}

_SPECS: dict[str, Feature] = {
    "relay/N": _orders(_C.ON_OFF, "relay/{n}/command", **_ON_OFF),
    "relay/N/power": _feature(_C.POWER, unit="W"),
    "relay/N/energy": _feature(_C.ENERGY, unit="W·min"),
    "relay/N/overpower_value": _feature(_C.POWER, unit="W", label="Overpower", **_ASIDE),
    "relay/power": _feature(_C.POWER, unit="W"),
    "relay/energy": _feature(_C.ENERGY, unit="W·min"),
    "roller/N": _orders(_C.COVER, "roller/{n}/command", words=("open", "close", "stop")),
    "roller/N/pos": _orders(_C.POSITION, "roller/{n}/command/pos", unit="%", low=0, high=100),
    "roller/N/power": _feature(_C.POWER, unit="W"),
    "roller/N/energy": _feature(_C.ENERGY, unit="W·min"),
    "roller/N/stop_reason": _feature(_C.TEXT, label="Stop reason", **_ASIDE),
    "input/N": _feature(_C.ON_OFF, label="Input", **_ASIDE),
    "input_event/N": _feature(_C.BUTTON, words=_PRESSES),
    "input_event/N/count": _feature(_C.NUMBER, label="Presses", **_ASIDE),
    "longpush/N": _feature(_C.ON_OFF, label="Long push", **_ASIDE),
    "emeter/N/power": _feature(_C.POWER, unit="W"),
    "emeter/N/reactive_power": _feature(_C.NUMBER, unit="var", label="Reactive power"),
    "emeter/N/voltage": _feature(_C.VOLTAGE, unit="V"),
    "emeter/N/current": _feature(_C.CURRENT, unit="A"),
    "emeter/N/pf": _feature(_C.POWER_FACTOR),
    "emeter/N/energy": _feature(_C.ENERGY, unit="W·min", label="Recent energy", **_ASIDE),
    "emeter/N/returned_energy": _feature(
        _C.ENERGY, unit="W·min", label="Recent energy returned", **_ASIDE
    ),
    "emeter/N/total": _feature(_C.ENERGY, unit="Wh"),
    "emeter/N/total_returned": _feature(_C.ENERGY, unit="Wh", label="Energy returned"),
    "temperature": _feature(_C.TEMPERATURE, unit="°C", label="Inside the device", **_ASIDE),
    "temperature_f": _feature(_C.TEMPERATURE, unit="°F", label="Inside the device", **_ASIDE),
    "temperature_status": _feature(_C.TEXT, label="Inside the device", **_ASIDE),
    "overtemperature": _feature(_C.PROBLEM, label="Too hot"),
    "overload": _feature(_C.PROBLEM, label="Overload"),
    "loaderror": _feature(_C.PROBLEM, label="Load error"),
    "voltage": _feature(_C.VOLTAGE, unit="V"),
    "adc/N": _feature(_C.VOLTAGE, unit="V"),
    "ext_temperature/N": _feature(_C.TEMPERATURE, unit="°C"),
    "ext_temperature_f/N": _feature(_C.TEMPERATURE, unit="°F", **_ASIDE),
    "ext_humidity/N": _feature(_C.HUMIDITY, unit="%"),
    "ext_switch/N": _feature(_C.CONTACT),
    "sensor/temperature": _feature(_C.TEMPERATURE, unit="°C"),
    "sensor/humidity": _feature(_C.HUMIDITY, unit="%"),
    "sensor/battery": _feature(_C.BATTERY, unit="%"),
    "sensor/lux": _feature(_C.ILLUMINANCE, unit="lx"),
    "sensor/illumination": _feature(_C.MODE, words=("dark", "twilight", "bright")),
    "sensor/state": _feature(_C.CONTACT, on="open", off="close"),
    "sensor/tilt": _feature(_C.NUMBER, unit="°", label="Tilt"),
    "sensor/vibration": _feature(_C.VIBRATION),
    "sensor/motion": _feature(_C.MOTION),
    "sensor/flood": _feature(_C.LEAK),
    "sensor/smoke": _feature(_C.SMOKE),
    "sensor/gas": _feature(_C.MODE, label="Gas", words=("none", "mild", "heavy", "test")),
    "sensor/concentration": _feature(_C.NUMBER, unit="ppm", label="Gas"),
    "sensor/operation": _feature(_C.TEXT, label="Operation", **_ASIDE),
    "sensor/self_test": _feature(_C.TEXT, label="Self test", **_ASIDE),
    "sensor/charger": _feature(_C.CHARGING),
    "sensor/ext_power": _feature(_C.ON_OFF, label="External power", **_ASIDE),
    "sensor/error": _feature(_C.NUMBER, label="Error", **_ASIDE),
    "sensor/act_reasons": _feature(_C.TEXT, label="Woken by", **_ASIDE),
    "sensor/active": _feature(_C.ON_OFF, label="Watching", **_ASIDE),
    "valve/N/state": _feature(_C.TEXT, label="Valve"),
    "thermostat/N/temperature": _feature(_C.TEMPERATURE, unit="°C"),
    "thermostat/N/pos": _feature(_C.POSITION, unit="%", label="Valve"),
    "thermostat/N/target_t": _orders(
        _C.TARGET_TEMPERATURE, "thermostat/{n}/command/target_t", unit="°C", low=4, high=31
    ),
    "wifi_sta/rssi": _feature(_C.SIGNAL, unit="dBm", **_ASIDE),
    "uptime": _feature(_C.DURATION, unit="s", label="Since its start", **_ASIDE),
}
for _root in ("light", "color", "white"):
    _set = f"{_root}/{{n}}/set"
    _SPECS |= {
        f"{_root}/N": _orders(_C.ON_OFF, f"{_root}/{{n}}/command", **_ON_OFF),
        f"{_root}/N/brightness": _orders(_C.LEVEL, _set, "brightness", unit="%", low=0, high=100),
        f"{_root}/N/gain": _orders(_C.LEVEL, _set, "gain", unit="%", low=0, high=100),
        f"{_root}/N/colour": _orders(_C.COLOUR, _set, "colour"),
        f"{_root}/N/temp": _orders(
            _C.COLOUR_TEMPERATURE, _set, "temp", unit="K", low=2700, high=6500
        ),
        f"{_root}/N/mode": _feature(_C.MODE, words=("color", "white"), **_ASIDE),
        f"{_root}/N/power": _feature(_C.POWER, unit="W"),
        f"{_root}/N/energy": _feature(_C.ENERGY, unit="W·min"),
    }

JSON_TAILS = frozenset(
    {"info", "status", "ext_temperatures", "ext_humidities", "input_event/N", "settings"}
    | {f"{root}/N/status" for root in ("light", "color", "white", "relay", "roller")}
    | {"sensor/act_reasons"}
)
"""Ends of topics that carry JSON; `settings` and such tell nothing that we need."""


@lru_cache(maxsize=1_024)
def shape(tail: str) -> str:
    """Return the end of a topic as it is described here."""
    parts = tail.split("/")
    return "/".join("N" if part.isascii() and part.isdigit() else part for part in parts)


def known(tail: str) -> bool:
    """Whether the first generation has a topic that ends so."""
    described = shape(tail)
    return described in _SPECS or described in JSON_TAILS or described in {"online", "announce"}


@lru_cache(maxsize=1_024)
def feature(tail: str) -> Feature | None:
    """Return what a reading is, the same object each time."""
    found = _SPECS.get(shape(tail))
    if found is None or not found.settable:
        return found
    number = next((part for part in tail.split("/") if part.isdigit()), "0")
    args = {"to": found.args["to"].format(n=number), "key": found.args["key"]}
    return replace(found, args=args)


@lru_cache(maxsize=1_024)
def features(tails: tuple[str, ...]) -> Mapping[str, Feature]:
    """Return what each of these readings is, where it is described: the same mapping each time."""
    found = ((tail, feature(tail)) for tail in tails)
    return MappingProxyType({tail: each for tail, each in found if each is not None})


# --- models ---------------------------------------------------------------------------------------

_H = 3600.0
MODELS: Mapping[str, tuple[str, str, float | None]] = {
    # code -> (what people call it, kind, it speaks about every so many seconds; 0: now and then)
    "SHSW-1": ("Shelly 1", "switch", None),
    "SHSW-PM": ("Shelly 1PM", "switch", None),
    "SHSW-L": ("Shelly 1L", "switch", None),
    "SHSW-21": ("Shelly 2", "switch", None),
    "SHSW-25": ("Shelly 2.5", "switch", None),
    "SHSW-44": ("Shelly 4Pro", "switch", None),
    "SHAIR-1": ("Shelly Air", "switch", None),
    "SHUNI-1": ("Shelly Uni", "switch", None),
    "SHPLG-1": ("Shelly Plug", "plug", None),
    "SHPLG2-1": ("Shelly Plug", "plug", None),
    "SHPLG-S": ("Shelly Plug S", "plug", None),
    "SHPLG-U1": ("Shelly Plug US", "plug", None),
    "SHEM": ("Shelly EM", "meter", None),
    "SHEM-3": ("Shelly 3EM", "meter", None),
    "SHIX3-1": ("Shelly i3", "button", None),
    "SHDM-1": ("Shelly Dimmer", "light", None),
    "SHDM-2": ("Shelly Dimmer 2", "light", None),
    "SHDIMW-1": ("Shelly Dimmer W1", "light", None),
    "SHRGBW2": ("Shelly RGBW2", "light", None),
    "SHBLB-1": ("Shelly Bulb", "light", None),
    "SHCB-1": ("Shelly Bulb RGBW", "light", None),
    "SHBDUO-1": ("Shelly Duo", "light", None),
    "SHVIN-1": ("Shelly Vintage", "light", None),
    "SHHT-1": ("Shelly H&T", "sensor", 12 * _H),
    "SHWT-1": ("Shelly Flood", "sensor", 24 * _H),
    "SHDW-1": ("Shelly Door/Window", "sensor", 6 * _H),
    "SHDW-2": ("Shelly Door/Window 2", "sensor", 6 * _H),
    "SHSM-01": ("Shelly Smoke", "sensor", 24 * _H),
    "SHBTN-1": ("Shelly Button1", "button", 0),
    "SHBTN-2": ("Shelly Button1", "button", 0),
    "SHMOS-01": ("Shelly Motion", "sensor", 0),
    "SHMOS-02": ("Shelly Motion 2", "sensor", 0),
    "SHTRV-01": ("Shelly TRV", "thermostat", None),
    "SHGS-1": ("Shelly Gas", "sensor", None),
    "SHSEN-1": ("Shelly Sense", "sensor", None),
}
SLEEPERS = ("shellyht", "shellyflood", "shellydw", "shellysmoke", "shellybutton", "shellymotion")
"""How the factory's ids of those begin that sleep, where no announcement has named the model."""
