"""What an entity of each Home Assistant platform says and takes: one row for each of its fields.

    climate: where it says its current temperature, where it says and takes its target, ...

A row names the keys of the announcement; homeassistant_entities.py makes features and topics of
them. Lights, vacuums, valves that say a position, and what is no reading are not of this kind.

Source: Home Assistant's pages on MQTT sensor, binary sensor, switch, cover, lock, climate, fan,
number, select, button, text, siren, humidifier, valve, lawn mower, water heater, alarm, scene,
notify, device tracker; 2026.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fleet.capability import Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One field of an entity: the keys under which its announcement says where and how."""

    capability: Capability
    suffix: str = ""  # of its reading's name; "": the entity's own
    state: str = ""  # key of the topic it is said on
    read: str = "value_template"
    how: str = ""  # how homeassistant_said.py reads it: "": a number or a word
    command: str = ""  # key of the topic it is set on
    write: str = "command_template"
    on: tuple[str, str] = ("", "")  # key and default of the payload for each state
    off: tuple[str, str] = ("", "")
    said_on: str = ""  # key of what it says for that state, where that may be another word
    said_off: str = ""
    words: str | tuple[str, ...] = ()  # key of the list of what it takes, or that list
    says: tuple[tuple[str, str, str], ...] = ()  # word, key and default of its payload
    low: tuple[str, float | None] = ("", None)  # key and default
    high: tuple[str, float | None] = ("", None)
    step: str = ""
    unit: str = ""


_ON, _OFF = ("payload_on", "ON"), ("payload_off", "OFF")


def _own(capability: Capability, **more: object) -> Facet:
    """Return what most entities have: said on `state_topic`, set on `command_topic`."""
    given: dict[str, object] = {"state": "state_topic", "command": "command_topic"} | more
    return Facet(capability=capability, **given)  # type: ignore[arg-type] # names of its fields


def _field(
    name: str, capability: Capability, *, suffix: str = "", template: str = "state", **more: object
) -> Facet:
    """Return a field that has keys of its own: `<name>_state_topic`, `<name>_command_topic`, ..."""
    given: dict[str, object] = {
        "suffix": suffix or name,
        "state": f"{name}_state_topic",
        "read": f"{name}_{template}_template",
        "command": f"{name}_command_topic",
        "write": f"{name}_command_template",
    } | more
    return Facet(capability=capability, **given)  # type: ignore[arg-type] # names of its fields


def _mode(name: str, words: str | tuple[str, ...], *, template: str = "state") -> Facet:
    return _field(name, Capability.MODE, words=words, template=template, how="text")


def _said(name: str, capability: Capability, *, suffix: str = "", how: str = "") -> Facet:
    """Return a field that is only said: `<name>_topic`, `<name>_template`."""
    return Facet(
        capability=capability,
        suffix=suffix or name,
        state=f"{name}_topic",
        read=f"{name}_template",
        how=how,
    )


def _temperature(name: str, suffix: str) -> Facet:
    return _field(
        name,
        Capability.TARGET_TEMPERATURE,
        suffix=suffix,
        low=("min_temp", None),
        high=("max_temp", None),
        step="temp_step",
        unit="temperature_unit",
    )


_HUMIDITY_WISH = _field(
    "target_humidity",
    Capability.HUMIDITY,
    low=("min_humidity", 0.0),
    high=("max_humidity", 100.0),
)
_POWER = Facet(
    capability=Capability.ON_OFF,
    suffix="power",
    command="power_command_topic",
    write="power_command_template",
    on=_ON,
    off=_OFF,
)
_NOW = (
    _said("current_temperature", Capability.TEMPERATURE),
    _said("current_humidity", Capability.HUMIDITY),
)
_MOVES = (
    ("open", "payload_open", "OPEN"),
    ("close", "payload_close", "CLOSE"),
    ("stop", "payload_stop", "STOP"),
)
_VALVE_MOVES = (*_MOVES[:2], ("stop", "payload_stop", ""))
_ARMS = tuple(
    (word, f"payload_{word}", word.upper())
    for word in (
        *("disarm", "arm_home", "arm_away", "arm_night", "arm_vacation"),
        *("arm_custom_bypass", "trigger"),
    )
)
_CLEANS = (
    ("start", "payload_start", "start"),
    ("pause", "payload_pause", "pause"),
    ("stop", "payload_stop", "stop"),
    ("return_home", "payload_return_to_base", "return_to_base"),
    ("clean_spot", "payload_clean_spot", "clean_spot"),
    ("locate", "payload_locate", "locate"),
)


def _mower(act: str) -> Facet:
    return Facet(
        capability=Capability.BUTTON,
        suffix=act,
        command=f"{act}_command_topic",
        write=f"{act}_command_template",
        on=("", act),
    )


FACETS: Mapping[str, tuple[Facet, ...]] = {
    "sensor": (Facet(capability=Capability.TEXT, state="state_topic"),),
    "binary_sensor": (
        Facet(capability=Capability.ON_OFF, state="state_topic", how="text", on=_ON, off=_OFF),
    ),
    "switch": (
        _own(
            Capability.ON_OFF,
            how="text",
            on=_ON,
            off=_OFF,
            said_on="state_on",
            said_off="state_off",
        ),
    ),
    "siren": (
        _own(
            Capability.ON_OFF,
            how="siren",
            read="state_value_template",
            on=_ON,
            off=_OFF,
            said_on="state_on",
            said_off="state_off",
        ),
    ),
    "lock": (
        _own(
            Capability.LOCK,
            suffix="state",
            how="text",
            on=("payload_lock", "LOCK"),
            off=("payload_unlock", "UNLOCK"),
            said_on="state_locked",
            said_off="state_unlocked",
        ),
    ),
    "number": (_own(Capability.NUMBER, low=("min", 1.0), high=("max", 100.0), step="step"),),
    "select": (_own(Capability.MODE, how="text", words="options"),),
    "text": (_own(Capability.TEXT, how="text"),),
    "button": (_own(Capability.BUTTON, state="", on=("payload_press", "PRESS")),),
    "scene": (_own(Capability.BUTTON, state="", on=("payload_on", "ON")),),
    "notify": (_own(Capability.TEXT, state=""),),
    "event": (Facet(capability=Capability.BUTTON, state="state_topic", how="event"),),
    "device_tracker": (
        Facet(
            capability=Capability.PRESENCE,
            state="state_topic",
            how="text",
            on=("payload_home", "home"),
            off=("payload_not_home", "not_home"),
        ),
    ),
    "cover": (
        _own(Capability.COVER, suffix="state", how="words", says=_MOVES),
        Facet(
            capability=Capability.POSITION,
            suffix="position",
            state="position_topic",
            read="position_template",
            command="set_position_topic",
            write="set_position_template",
            low=("position_closed", 0.0),
            high=("position_open", 100.0),
        ),
        Facet(
            capability=Capability.POSITION,
            suffix="tilt",
            state="tilt_status_topic",
            read="tilt_status_template",
            command="tilt_command_topic",
            write="tilt_command_template",
            low=("tilt_min", 0.0),
            high=("tilt_max", 100.0),
        ),
    ),
    "valve": (_own(Capability.COVER, suffix="state", how="words", says=_VALVE_MOVES),),
    "fan": (
        _own(Capability.ON_OFF, how="text", read="state_value_template", on=_ON, off=_OFF),
        _field(
            "percentage",
            Capability.LEVEL,
            suffix="speed",
            template="value",
            low=("speed_range_min", 1.0),
            high=("speed_range_max", 100.0),
        ),
        _field(
            "oscillation",
            Capability.ON_OFF,
            template="value",
            how="text",
            on=("payload_oscillation_on", "oscillate_on"),
            off=("payload_oscillation_off", "oscillate_off"),
        ),
        _mode("direction", ("forward", "reverse"), template="value"),
        _mode("preset_mode", "preset_modes", template="value"),
    ),
    "humidifier": (
        _own(Capability.ON_OFF, how="text", read="state_value_template", on=_ON, off=_OFF),
        _HUMIDITY_WISH,
        _said("current_humidity", Capability.HUMIDITY),
        _said("action", Capability.MODE, how="text"),
        _mode("mode", "modes"),
    ),
    "climate": (
        *_NOW,
        _temperature("temperature", "target_temperature"),
        _temperature("temperature_high", "target_temperature_high"),
        _temperature("temperature_low", "target_temperature_low"),
        _HUMIDITY_WISH,
        _said("action", Capability.MODE, how="text"),
        _mode("mode", "modes"),
        _mode("fan_mode", "fan_modes"),
        _mode("swing_mode", "swing_modes"),
        _mode("swing_horizontal_mode", "swing_horizontal_modes"),
        _mode("preset_mode", "preset_modes", template="value"),
        _POWER,
    ),
    "water_heater": (
        *_NOW,
        _temperature("temperature", "target_temperature"),
        _mode("mode", "modes"),
        _POWER,
    ),
    "alarm_control_panel": (
        _own(Capability.MODE, suffix="state", how="text", command=""),
        Facet(capability=Capability.MODE, suffix="command", command="command_topic", says=_ARMS),
    ),
    "lawn_mower": (
        Facet(
            capability=Capability.MODE,
            suffix="state",
            state="activity_state_topic",
            read="activity_value_template",
            how="text",
        ),
        *(_mower(act) for act in ("start_mowing", "pause", "dock")),
    ),
    "vacuum": (
        Facet(capability=Capability.MODE, suffix="state", state="state_topic", how="vacuum"),
        Facet(capability=Capability.MODE, suffix="command", command="command_topic", says=_CLEANS),
        Facet(
            capability=Capability.MODE,
            suffix="fan_speed",
            command="set_fan_speed_topic",
            write="",
            words="fan_speed_list",
        ),
    ),
}
"""What is said and taken, by platform."""

DEFAULT_WORDS: Mapping[str, tuple[str, ...]] = {
    "modes": ("auto", "off", "cool", "heat", "dry", "fan_only"),
    "fan_modes": ("auto", "low", "medium", "high"),
    "swing_modes": ("on", "off"),
    "swing_horizontal_modes": ("on", "off"),
}
"""What a climate takes where its announcement does not list it."""

STATE_DEFAULTS: Mapping[str, str] = {
    "state_locked": "LOCKED",
    "state_unlocked": "UNLOCKED",
}
SENSORS: Mapping[str, Capability] = {
    **{name: Capability(name) for name in ("temperature", "humidity", "moisture", "battery")},
    **{name: Capability(name) for name in ("pressure", "illuminance", "power", "energy")},
    **{name: Capability(name) for name in ("voltage", "current", "frequency", "power_factor")},
    **{name: Capability(name) for name in ("distance", "weight", "speed", "gas", "water", "area")},
    "duration": Capability.DURATION,
    "atmospheric_pressure": Capability.PRESSURE,
    "carbon_dioxide": Capability.CO2,
    "volatile_organic_compounds": Capability.VOC,
    "volatile_organic_compounds_parts": Capability.VOC,
    **dict.fromkeys(("pm1", "pm25", "pm4", "pm10"), Capability.PARTICLES),
    "sound_pressure": Capability.NOISE,
    "wind_speed": Capability.SPEED,
    "precipitation": Capability.RAIN,
    "precipitation_intensity": Capability.RAIN,
    "energy_storage": Capability.ENERGY,
    "signal_strength": Capability.SIGNAL,
    "timestamp": Capability.TIME,
    "date": Capability.TIME,
    "enum": Capability.MODE,
}
"""What a sensor or number of a device class measures; of any other a number."""

UNITS: Mapping[str, Capability] = {
    **dict.fromkeys(("°C", "°F"), Capability.TEMPERATURE),
    **dict.fromkeys(("W", "kW"), Capability.POWER),
    **dict.fromkeys(("Wh", "kWh", "MWh"), Capability.ENERGY),
    **dict.fromkeys(("V", "mV"), Capability.VOLTAGE),
    **dict.fromkeys(("A", "mA"), Capability.CURRENT),
    **dict.fromkeys(("hPa", "mbar", "kPa", "Pa", "bar"), Capability.PRESSURE),
    **dict.fromkeys(("dBm",), Capability.SIGNAL),
    **dict.fromkeys(("Hz",), Capability.FREQUENCY),
    **dict.fromkeys(("lx",), Capability.ILLUMINANCE),
    **dict.fromkeys(("µg/m³", "ug/m3"), Capability.PARTICLES),
}
"""What it measures where it only says its unit."""

BINARY: Mapping[str, Capability] = {
    **{name: Capability(name) for name in ("motion", "presence", "smoke", "vibration", "tamper")},
    **dict.fromkeys(("door", "garage_door", "window", "opening"), Capability.CONTACT),
    **dict.fromkeys(("problem", "safety", "heat", "cold"), Capability.PROBLEM),
    **dict.fromkeys(("gas", "carbon_monoxide"), Capability.GAS_ALARM),
    "occupancy": Capability.PRESENCE,
    "moving": Capability.MOTION,
    "moisture": Capability.LEAK,
    "battery": Capability.BATTERY_LOW,
    "battery_charging": Capability.CHARGING,
    "lock": Capability.LOCK,
}
"""What a binary sensor of a device class detects; any other is on or off."""
