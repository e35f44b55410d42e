"""How a Home Assistant entity is told what is wished of it, by what its feature's `args` say.

topic, qos, retain    where to, and how
template              what is sent, made of the value; else the value as it stands
on, off               its payloads for the two states; `on` alone: what presses it
on_topic              where its payload for on goes, where that is elsewhere
say:<word>            its payload for a word
json                  the field of the document {"state": "ON", ...} that says it
colour                how a colour is spelled: rgb, rgbw, rgbww, hs, xy
light                 the field that a template light's templates `on` and `off` are given
along, along_payload  what a light is told besides, so that it is on
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from fleet.capability import TWO_STATES, Capability, Feature, Reading
from fleet.dialects import colours
from fleet.dialects.base import takes
from fleet.dialects.homeassistant_entities import DIALECT
from fleet.dialects.templates import filled
from fleet.model import Device
from fleet.steps import Publish, Refusal

TOPICS = ("topic", "on_topic", "along")
"""The keys of `args` under which topics stand that are published to."""

_SHADES = ("red", "green", "blue")


def orders(feature: Feature, word: Reading, wish: Reading | None) -> Sequence[Publish] | Refusal:
    """Return what to send so that the feature becomes `wish`, which it calls `word`."""
    args = feature.args
    payload = _payload(feature, word, wish)
    if payload is None:
        return Refusal("wish_refused", takes(feature))
    topic = args.get("on_topic", "") if wish is True else ""
    told = _send(args, topic or args["topic"], payload)
    if not args.get("along"):
        return (told,)
    besides = _send(args, args["along"], args.get("along_payload", ""))
    return (besides, told) if args.get("along_first") else (told, besides)


def press(device: Device) -> Sequence[Publish] | Refusal:
    """Return what starts the update that a device's update entity offers."""
    data = device.endpoints[DIALECT].data if DIALECT in device.endpoints else {}
    topic = data.get("command_topic", "")
    if not topic or set(topic) & set("+#"):
        return Refusal("no_update_entity")
    return (_send(data, topic, data.get("payload_install", "")),)


def _send(args: Mapping[str, str], topic: str, payload: str) -> Publish:
    return Publish(
        topic=topic,
        payload=payload.encode(),
        qos=int(args.get("qos", "0")),
        retain=args.get("retain") == "true",
    )


def _payload(feature: Feature, word: Reading, wish: Reading | None) -> str | None:
    args = feature.args
    if "light" in args:
        return _of_template_light(args, word, wish)
    if "json" in args:
        return _document(args, word, wish)
    if "colour" in args:
        return _of_colour(args, str(word))
    if wish is None:
        value: Reading = args.get("on", "")
    elif feature.capability in TWO_STATES:
        value = args.get("on" if wish else "off", "")
    else:
        value = args.get(f"say:{word}") or _whole(word)
    if feature.capability in TWO_STATES and not value:
        return None
    template = args.get("template")
    if not template:
        return str(value)
    return filled(template, {**_named(feature, wish), "value": value, "action": value})


def _named(feature: Feature, wish: Reading | None) -> dict[str, Reading]:
    """Return what else Home Assistant gives the templates of covers: its own per cent."""
    if feature.capability is not Capability.POSITION or wish is None:
        return {}
    low, high = feature.low or 0.0, 100.0 if feature.high is None else feature.high
    return {
        "position": _whole(wish),
        "tilt_position": _whole(wish),
        "position_closed": _whole(low),
        "position_open": _whole(high),
    }


def _whole(value: Reading) -> Reading:
    """Write a number without a fraction as one: many devices read no other."""
    whole = isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


def _of_colour(args: Mapping[str, str], colour: str) -> str | None:
    """Spell a colour as its topic takes it: "255,0,0", "0.0,100.0", "0.64,0.33"."""
    how = args["colour"]
    parts: Mapping[str, float]
    if how == "hs":
        parts = dict(zip(("hue", "sat"), colours.hs(colour), strict=True))
    elif how == "xy":
        parts = dict(zip(("x", "y"), colours.xy(colour), strict=True))
    else:
        whites = ("white",) if how == "rgbw" else ("cold_white", "warm_white")
        parts = dict(zip(_SHADES, colours.rgb(colour), strict=True))
        parts |= {} if how == "rgb" else dict.fromkeys(whites, 0)
    template = args.get("template")
    spelled = ",".join(str(part) for part in parts.values())
    return filled(template, {**parts, "value": spelled}) if template else spelled


def _document(args: Mapping[str, str], word: Reading, wish: Reading | None) -> str:
    """Write the document that a JSON light, or a siren, takes."""
    field = args["json"]
    if field == "state":
        return _json({"state": args.get("on", "ON") if wish else args.get("off", "OFF")})
    told: dict[str, object] = {"state": "ON"}
    colour = str(word)
    if field in {"rgb", "rgbw", "rgbww"}:
        shades: dict[str, int] = dict(zip("rgb", colours.rgb(colour), strict=True))
        told["color"] = shades | dict.fromkeys({"rgbw": "w", "rgbww": "cw"}.get(field, ""), 0)
    elif field == "hs":
        told["color"] = dict(zip("hs", colours.hs(colour), strict=True))
    elif field == "xy":
        told["color"] = dict(zip("xy", colours.xy(colour), strict=True))
    else:
        told[field] = _whole(word)
    return _json(told)


def _json(told: Mapping[str, object]) -> str:
    return msgspec.json.encode(told).decode()


def _of_template_light(args: Mapping[str, str], word: Reading, wish: Reading | None) -> str | None:
    field = args["light"]
    if field == "state" and not wish:
        return filled(args["off"], {"state": "off"})
    told: dict[str, object] = {"state": "on"}
    if field == "color":
        shades = colours.rgb(str(word))
        hue, saturation = colours.hs(str(word))
        told |= {**dict(zip(_SHADES, shades, strict=True)), "hue": hue, "sat": saturation}
    elif field != "state":
        told[field] = _whole(word)
    return filled(args["on"], told)
