"""Home Assistant's lights, in their three schemas: what they say and how they are told.

    basic     a topic for each: "ON" here, "128" there, "255,0,0" there
    json      one document: {"state": "ON", "brightness": 128, "color": {"r": 255, "g": 0, "b": 0}}
    template  one text, read by a template for each: "on,128,255-0-0"

Source: Home Assistant's page "MQTT light". A colour becomes "#rrggbb" whichever way it is spelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fleet.capability import Capability, Feature
from fleet.dialects import colours, lenient
from fleet.dialects.homeassistant_entities import DIALECT, Entity, Taught, label

_SPELLED = ("rgb", "rgbw", "rgbww", "hs", "xy")
_DIM = frozenset({"brightness", "color_temp", "white", *_SPELLED})
_FULL = 255.0


def teach(taught: Taught, entity: Entity) -> None:
    """Add what a light says and takes."""
    schema = entity.line("schema", "basic")
    if schema == "json":
        _json(taught, entity)
    elif schema == "template":
        _template(taught, entity)
    else:
        _basic(taught, entity)


# --- what it says ---------------------------------------------------------------------------------


def said(state: Mapping[str, object], names: Mapping[str, str]) -> dict[str, str | float]:
    """Return what a light's JSON document says, under the names of its readings."""
    found: dict[str, str | float] = {}
    if (power := lenient.text(state.get("state"))) is not None:
        found[names["state"]] = power
    for key in ("brightness", "color_temp"):
        name = names.get(key)
        if name and (measured := lenient.number(state.get(key))) is not None:
            found[name] = measured
    if (name := names.get("color")) and (colour := _colour(state.get("color"))):
        found[name] = colour
    if (name := names.get("effect")) and (effect := lenient.text(state.get("effect"))):
        found[name] = effect
    return found


def _colour(value: object) -> str | None:
    """Read {"r", "g", "b"}, {"x", "y"} or {"h", "s"}; where it says several, the plainest."""
    if not isinstance(value, dict):
        return None
    for keys, read in (
        (("r", "g", "b"), colours.of_rgb),
        (("x", "y"), colours.of_xy),
        (("h", "s"), colours.of_hs),
    ):
        if all(key in value for key in keys):
            return read([value[key] for key in keys])
    return None


# --- what it teaches ------------------------------------------------------------------------------


def _json(taught: Taught, entity: Entity) -> None:
    modes = set(entity.listed("supported_color_modes"))
    spelled = next((mode for mode in _SPELLED if mode in modes), "")
    topic = entity.sent_to("command_topic")
    names = {"state": f"{entity.key}.state"}
    made = {"state": _feature(entity, Capability.ON_OFF, "state", on="ON", off="OFF")}
    if entity.config.get("brightness") is True or modes & _DIM:
        names["brightness"] = f"{entity.key}.brightness"
        made["brightness"] = _level(entity)
    if "color_temp" in modes or entity.config.get("color_temp") is True:
        names["color_temp"] = f"{entity.key}.color_temp"
        made["color_temp"] = _warmth(entity)
    if spelled:
        names["color"] = f"{entity.key}.color"
        made["color"] = _feature(entity, Capability.COLOUR, "color")
    if words := entity.listed("effect_list"):
        names["effect"] = f"{entity.key}.effect"
        made["effect"] = _feature(entity, Capability.MODE, "effect", words=words)
    for field, feature in made.items():
        args = {**entity.way(topic), "json": spelled if field == "color" else field}
        taught.features[names[field]] = _settable(feature, args if topic else {})
    if heard := entity.heard_on("state_topic"):
        taught.hears(heard, "light", {f"name:{key}": name for key, name in names.items()})


def _template(taught: Taught, entity: Entity) -> None:
    topic, heard = entity.sent_to("command_topic"), entity.heard_on("state_topic")
    orders = {"on": entity.line("command_on_template"), "off": entity.line("command_off_template")}
    for suffix, key, feature in (
        ("state", "state_template", _feature(entity, Capability.ON_OFF, "state")),
        ("brightness", "brightness_template", _level(entity)),
        ("color_temp", "color_temp_template", _warmth(entity)),
        ("effect", "effect_template", _effect(entity)),
    ):
        template = entity.line(key)
        if template or suffix == "state":
            name = f"{entity.key}.{suffix}"
            args = {**entity.way(topic), "light": suffix, **orders} if topic else {}
            taught.features[name] = _settable(feature, args)
            if heard and template:
                how = "reading:text" if suffix in {"state", "effect"} else "reading:"
                taught.hears(heard, how, {"name": name, "template": template})
    shades = [entity.line(f"{shade}_template") for shade in ("red", "green", "blue")]
    if all(shades):
        name = f"{entity.key}.color"
        args = {**entity.way(topic), "light": "color", **orders} if topic else {}
        taught.features[name] = _settable(_feature(entity, Capability.COLOUR, "color"), args)
        if heard:
            both = ",".join(shades)
            taught.hears(heard, "reading:rgb", {"name": name, "template": both})


def _basic(taught: Taught, entity: Entity) -> None:
    on, off = entity.line("payload_on", "ON"), entity.line("payload_off", "OFF")
    topic = entity.sent_to("command_topic")
    power = {**entity.way(topic), "on": on, "off": off} if topic else {}
    if entity.line("on_command_type") == "brightness" and (
        bright := entity.sent_to("brightness_command_topic")
    ):
        full = entity.number("brightness_scale", _FULL)
        power |= {"on_topic": bright, "on": f"{full:g}"} if power else {}
    name = f"{entity.key}.state"
    feature = _feature(entity, Capability.ON_OFF, "state", on=on, off=off)
    taught.features[name] = _settable(feature, power)
    if heard := entity.heard_on("state_topic"):
        template = entity.line("state_value_template") or entity.line("value_template")
        taught.hears(heard, "reading:text", {"name": name, "template": template})
    along = {"along": topic, "along_payload": on} if topic else {}
    if entity.line("on_command_type") == "first":
        along["along_first"] = "true"
    for field, made in (
        ("brightness", _level(entity)),
        ("color_temp", _warmth(entity)),
        ("effect", _effect(entity)),
        *((each, _feature(entity, Capability.COLOUR, "color")) for each in _SPELLED),
    ):
        _one_of_basic(taught, entity, field, made, along)


def _one_of_basic(
    taught: Taught, entity: Entity, field: str, made: Feature, along: Mapping[str, str]
) -> None:
    """Add one field of a basic light; of several spellings of its colour the first."""
    spelled = field in _SPELLED
    name = f"{entity.key}.{'color' if spelled else field}"
    heard = entity.heard_on(f"{field}_state_topic")
    topic = entity.sent_to(f"{field}_command_topic")
    if (not heard and not topic) or name in taught.features:
        return
    args = {}
    if topic:
        args = {**entity.way(topic, entity.line(f"{field}_command_template")), **along}
        if spelled:
            args["colour"] = field
        elif field == "brightness" and entity.line("on_command_type") == "brightness":
            args.pop("along", None)
    taught.features[name] = _settable(made, args)
    if heard:
        how = field if spelled else "text" if field == "effect" else ""
        template = entity.line(f"{field}_value_template")
        taught.hears(heard, f"reading:{how}", {"name": name, "template": template})


# --- its features ---------------------------------------------------------------------------------


def _feature(
    entity: Entity,
    capability: Capability,
    suffix: str,
    *,
    on: str = "",
    off: str = "",
    words: tuple[str, ...] = (),
) -> Feature:
    return Feature(
        capability=capability,
        dialect=DIALECT,
        label=label(entity, "" if suffix == "state" else suffix.replace("color", "colour")),
        on=on,
        off=off,
        words=words,
        aside=entity.aside,
    )


def _effect(entity: Entity) -> Feature:
    return _feature(entity, Capability.MODE, "effect", words=entity.listed("effect_list"))


def _level(entity: Entity) -> Feature:
    return Feature(
        capability=Capability.LEVEL,
        dialect=DIALECT,
        label=label(entity, "brightness"),
        low=0.0,
        high=entity.number("brightness_scale", _FULL),
        aside=entity.aside,
    )


def _warmth(entity: Entity) -> Feature:
    """Its colour temperature: in mireds, or in kelvin where it says so."""
    kelvin = entity.config.get("color_temp_kelvin") is True
    low, high = ("min_kelvin", "max_kelvin") if kelvin else ("min_mireds", "max_mireds")
    return Feature(
        capability=Capability.COLOUR_TEMPERATURE,
        dialect=DIALECT,
        label=label(entity, "colour temperature"),
        unit="K" if kelvin else "mired",
        low=entity.number(low),
        high=entity.number(high),
        aside=entity.aside,
    )


def _settable(feature: Feature, args: Mapping[str, str]) -> Feature:
    return replace(feature, settable=True, args=args) if args else feature
