"""What the JSON documents of Shelly's first generation say, under the names its topics have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fleet.dialects import lenient
from fleet.dialects.lenient import Reading
from fleet.model import Phase, UpdateWord

_LISTS = {  # a list of `info` -> (the topic of each, its members: how they are called there)
    "relays": ("relay", {"ison": ""}),
    "rollers": ("roller", {"state": "", "current_pos": "pos", "power": "power"}),
    "emeters": (
        "emeter",
        {name: name for name in ("power", "voltage", "current", "pf", "total", "total_returned")},
    ),
    "inputs": ("input", {"input": ""}),
    "adcs": ("adc", {"voltage": ""}),
    "valves": ("valve", {"state": "state"}),
}
_LIGHT = {"ison": "", "brightness": "brightness", "gain": "gain", "temp": "temp", "mode": "mode"}
_SINGLE = {  # a member, and where the measure is in it -> the end of the topic that says the same
    ("bat", "value"): "sensor/battery",
    ("hum", "value"): "sensor/humidity",
    ("lux", "value"): "sensor/lux",
    ("lux", "illumination"): "sensor/illumination",
    ("sensor", "state"): "sensor/state",
    ("sensor", "motion"): "sensor/motion",
    ("sensor", "vibration"): "sensor/vibration",
    ("accel", "tilt"): "sensor/tilt",
    ("accel", "vibration"): "sensor/vibration",
    ("gas_sensor", "alarm_state"): "sensor/gas",
    ("gas_sensor", "sensor_state"): "sensor/operation",
    ("gas_sensor", "self_test_state"): "sensor/self_test",
    ("concentration", "ppm"): "sensor/concentration",
    ("wifi_sta", "rssi"): "wifi_sta/rssi",
}
_PLAIN = {
    "temperature": "temperature",
    "overtemperature": "overtemperature",
    "voltage": "voltage",
    "flood": "sensor/flood",
    "smoke": "sensor/smoke",
    "motion": "sensor/motion",
    "vibration": "sensor/vibration",
    "active": "sensor/active",
    "charger": "sensor/charger",
    "lux": "sensor/lux",
    "bat": "sensor/battery",
    "uptime": "uptime",
}
_COLOURS = ("red", "green", "blue")
_MOST = 16  # outputs, phases or sensors of one device


def readings_of(tail: str, values: Mapping[str, object], family: str) -> dict[str, Reading]:
    """Return what the document at this end of a topic measures; `family`: of the factory's id."""
    if tail in {"info", "status"}:
        found = _whole(values, family)
    elif tail == "sensor/act_reasons":
        found = iter([(tail, values.get("reasons"))])
    elif tail == "ext_temperatures":
        found = _sensors("ext_temperature", values, "tC")
    elif tail == "ext_humidities":
        found = _sensors("ext_humidity", values, "hum")
    elif tail.startswith("input_event/"):
        found = iter([(tail, values.get("event")), (f"{tail}/count", values.get("event_cnt"))])
    elif tail.endswith("/status"):
        found = _output(tail.removesuffix("/status"), values)
    else:
        found = iter(())
    return {name: reading for name, said in found if (reading := _reading(said)) is not None}


def word_of(update: Mapping[str, object]) -> UpdateWord | None:
    """Return its word on an update under way: all it says is that there is one."""
    if update.get("status") == "updating":
        return UpdateWord(phase=Phase.INSTALLING)
    return None


def _whole(values: Mapping[str, object], family: str) -> Iterator[tuple[str, object]]:
    for name, tail in _PLAIN.items():
        yield tail, values.get(name)
    for (name, member), tail in _SINGLE.items():
        part = values.get(name)
        if isinstance(part, dict) and part.get("is_valid") is not False:
            yield tail, part.get(member)
    yield "sensor/temperature", _member(values.get("tmp"), "value")  # not: inside the device
    for name, (topic, members) in _LISTS.items():
        for number, each in _each(values.get(name)):
            yield from _members(f"{topic}/{number}", each, members)
    for number, meter in _each(values.get("meters") if values.get("relays") else None):
        yield f"relay/{number}/power", meter.get("power")
    for number, each in _each(values.get("lights")):
        yield from _output(f"{_light(each, family)}/{number}", each)
    for number, each in _each(values.get("thermostats")):
        yield f"thermostat/{number}/temperature", _member(each.get("tmp"), "value")
        yield f"thermostat/{number}/target_t", _member(each.get("target_t"), "value")
        yield f"thermostat/{number}/pos", each.get("pos")
    yield from _sensors("ext_temperature", values.get("ext_temperature"), "tC")
    yield from _sensors("ext_humidity", values.get("ext_humidity"), "hum")


def _output(topic: str, values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Read the status of one light, or of a relay."""
    light = topic.startswith(("light/", "color/", "white/"))
    yield from _members(topic, values, _LIGHT if light else {"ison": ""})
    parts = [lenient.number(values.get(name)) for name in _COLOURS]
    if light and all(part is not None and 0 <= part <= 255 for part in parts):  # noqa: PLR2004 - a byte
        yield f"{topic}/colour", "#" + "".join(f"{int(part or 0):02x}" for part in parts)


def _light(values: Mapping[str, object], family: str) -> str:
    """Return the topic under which a light of `info` speaks."""
    if values.get("mode") == "color" or family.startswith(("shellybulb", "shellycolorbulb")):
        return "light" if family == "shellybulbduo" else "color"
    return "white" if family == "shellyrgbw2" else "light"


def _members(
    topic: str, values: Mapping[str, object], members: Mapping[str, str]
) -> Iterator[tuple[str, object]]:
    for name, called in members.items():
        said = values.get(name)
        if name == "ison" and isinstance(said, bool):
            said = "on" if said else "off"
        if name != "current_pos" or said != -1:
            yield (f"{topic}/{called}" if called else topic), said


def _sensors(topic: str, values: object, member: str) -> Iterator[tuple[str, object]]:
    """Read {"0": {"hwID": "...", "tC": 23.06}}: sensors that were plugged in."""
    for number, each in list(values.items())[:_MOST] if isinstance(values, dict) else ():
        if number.isascii() and number.isdigit():
            yield f"{topic}/{number}", _member(each, member)


def _each(values: object) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, each in enumerate(values[:_MOST] if isinstance(values, list) else ()):
        if isinstance(each, dict):
            yield number, each


def _member(values: object, name: str) -> object:
    return values.get(name) if isinstance(values, dict) else None


def _reading(said: object) -> Reading | None:
    if isinstance(said, bool):
        return said
    if isinstance(said, int | float):
        return lenient.number(said)
    return lenient.text(said) if said != "" else None
