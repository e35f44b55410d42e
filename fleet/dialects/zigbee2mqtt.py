"""Zigbee2MQTT: the bridge, the Zigbee devices behind it, what they say, and their firmware.

A device speaks on `<base>/<friendly name>`; the name is its owner's, and may be "Flur/Licht 1":

    {"state": "ON", "brightness": 120, "color": {"x": 0.4, "y": 0.39}, "linkquality": 90,
     "last_seen": "2026-11-20T06:30:00+00:00",
     "update": {"state": "available", "installed_version": 268776729, "latest_version": 269498113}}

and takes {"state": "OFF"} on `<base>/<friendly name>/set`. Who is there and what each reading means
comes from `bridge/info` and `bridge/devices` (zigbee2mqtt_bridge.py, zigbee2mqtt_exposes.py), an
update goes as in zigbee2mqtt_ota.py.

Bases of one and two levels are found by `+/bridge/info` and `+/+/bridge/info`, longer ones by what
the bridge announces to Home Assistant. Source: Zigbee2MQTT's page "MQTT topics and messages",
MQTT.md 1.4.
"""

from __future__ import annotations

import colorsys
import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from fleet.capability import Capability, Feature, Reading
from fleet.dialects import lenient
from fleet.dialects import zigbee2mqtt_bridge as bridge
from fleet.dialects import zigbee2mqtt_ota as ota
from fleet.dialects.base import Listener, wished
from fleet.dialects.zigbee2mqtt_exposes import NAME, usual
from fleet.model import Device, Id, Message, Observation, Route, Unknown
from fleet.steps import Offer, Publish, Refusal, Step

_ANSWER = re.compile(r"response/device/ota_update/(check|update|schedule|unschedule)")
_OF_NO_DEVICE = frozenset(
    {
        *("logging", "log", "event", "definitions", "extension", "extensions", "converters"),
        *("config", "networkmap", "request", "response"),
    }
)
_ANNOUNCED = re.compile(r"homeassistant/[^/]+/(0x[0-9a-f]{16})/[^/]+/config", re.ASCII)
_NOT_SAID = frozenset({"set", "get", "availability"})
_OURS = ("linkquality", "last_seen", "battery", "update", "device")  # a group says none of them
_APART = frozenset({"update", "device", "elapsed"})
_READERS: Mapping[str, Callable[..., Sequence[Observation] | Unknown]] = {
    "info": bridge.info,
    "devices": bridge.devices,
    "groups": bridge.groups,
    "state": bridge.state,
    "health": bridge.health,
}
_EPOCH_MS = 1e11  # a last_seen beyond it is in milliseconds


class Zigbee2Mqtt(Listener):
    """Reads a bridge and all behind it; lets the bridge fetch our firmware for its devices."""

    name = NAME
    rank = 13
    writes = (f"+/{ota.REQUEST}/#", f"+/+/{ota.REQUEST}/#", f"{bridge.DEFAULT}/+/set")

    def filters(self) -> Sequence[tuple[str, int]]:
        """Bridges by what only they say; of the usual base also what comes before `devices` did."""
        bases = ("+", "+/+")
        topics = [f"{base}/bridge/{word}" for base in bases for word in ("info", "devices")]
        topics += [f"{bridge.DEFAULT}/{rest}" for rest in ("bridge/state", "+", "+/availability")]
        topics += ["homeassistant/+/+/+/config"]
        return tuple((topic, 1) for topic in topics)

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read a device's word by the routes taught, else the bridge's."""
        if routes and (said := _by_route(message, routes)) is not None:
            return said
        base, _, word = message.topic.rpartition("/bridge/")
        if base and word:
            return _of_bridge(message, base, word, routes)
        if found := _ANNOUNCED.fullmatch(message.topic):
            return bridge.linked(message, found[1])
        base, _, name = message.topic.partition("/")
        if base != bridge.DEFAULT or not name or _NOT_SAID & set(name.split("/")[1:]):
            return None
        return _met(message, name)

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Have the bridge fetch it, or begin its maker's own; a sleeper is scheduled."""
        return ota.plan(device, offer)

    def check(self, device: Device) -> Sequence[Publish] | Refusal:
        """Let the bridge ask the device, and its own index."""
        return ota.check(device, "check")

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Set one property, as its `exposes` allows."""
        found = wished(device, NAME, feature, wish)
        if isinstance(found, Refusal):
            return found
        at = device.endpoints.get(NAME)
        topic = at.data.get("command_topic", "") if at else ""
        if not topic:
            return Refusal("no_command_topic")
        payload = msgspec.json.encode({feature: _word(*found)})
        return (Publish(topic=topic, payload=payload, qos=1),)

    def verify(self, device: Device) -> Sequence[Publish]:
        """Have the device asked: what the bridge says by itself after a run, it only assumes."""
        asked = ota.check(device, "verify")
        return () if isinstance(asked, Refusal) else asked

    def after(self, device: Device) -> Sequence[Publish]:
        """Take back what still waits for a sleeper: its address leads nowhere now."""
        return ota.take_back(device)

    def arrived(self, device: Device, version: str) -> bool:
        """Compare as file versions, in any spelling; an assumed one is not enough."""
        return ota.arrived(device, version)


# --- what the bridge says -------------------------------------------------------------------------


def _of_bridge(
    message: Message, base: str, word: str, routes: Sequence[Route]
) -> Sequence[Observation] | Unknown | None:
    if word == "state" and base != bridge.DEFAULT and not bridge.owner(routes, "bridge"):
        return None  # only Zigbee2MQTT has info and devices; others have a state, too
    if word in _READERS:
        read = _READERS[word] if message.payload.strip() else bridge.taken_back
        return read(message, base, routes)
    if found := _ANSWER.fullmatch(word):
        return ota.answered(message, found[1], routes)
    return () if word.partition("/")[0] in _OF_NO_DEVICE else None


# --- what a device says ---------------------------------------------------------------------------


def _by_route(message: Message, routes: Sequence[Route]) -> Sequence[Observation] | Unknown | None:
    """Read what is said on a topic that is a device's or a group's; None: on no such topic."""
    for role in ("state", "linked"):
        if route := bridge.owner(routes, role):
            return _state(message, route, routes)
    if route := bridge.owner(routes, "availability"):
        return _availability(message, route)
    return () if any(route.role == "group" for route in routes) else None


def _availability(message: Message, route: Route) -> Sequence[Observation] | Unknown:
    if not message.payload:
        return ()
    says = bridge.availability_in(message.payload)
    if says is None:
        return Unknown("last_will_unknown")
    votes = (bridge.vote(message.topic, says),)
    return [Observation(dialect=NAME, ids=frozenset({route.device}), votes=votes)]


def _state(
    message: Message, route: Route, routes: Sequence[Route]
) -> Sequence[Observation] | Unknown:
    if not message.payload:
        return ()
    values = lenient.json_object(message.payload)
    if values is None:
        return Unknown("not_json_object")
    before = bridge.owner(routes, "update")
    return [_measured(route.device, values, route.args, before.args if before else {})]


def _measured(
    device: Id,
    values: Mapping[str, object],
    here: Mapping[str, str],
    before: Mapping[str, str],
) -> Observation:
    """Return readings, and of the update what is new; most messages have nothing new of that."""
    colours = {
        name: shown
        for name, value in values.items()
        if type(value) is dict and name.startswith("color") and (shown := colour(value))
    }
    if colours:  # in place of its parts
        readings = {**lenient.flat(values, skip=_APART.union(colours)), **colours}
    else:
        readings = lenient.flat(values, skip=_APART)
    seen = readings.get("last_seen")
    if isinstance(seen, float) and seen > _EPOCH_MS:
        readings["last_seen"] = _moment(seen / 1000) or seen
    full = lenient.percent(values.get("battery"))
    update = values.get("update")
    news = None
    if isinstance(update, dict) and not ota.told_before(update, before):
        news = ota.told(device, update, here, before)
    if news is None:
        return Observation(dialect=NAME, ids=frozenset({device}), readings=readings, battery=full)
    return replace(news, readings=readings, battery=full)


def _moment(seconds: float) -> str:
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return ""


def _met(message: Message, name: str) -> Sequence[Observation] | Unknown:
    """Read the word of a device that its bridge has not told us of, on the usual base only."""
    values = lenient.json_object(message.payload) if message.payload else {}
    if values is None:
        return Unknown("not_json_object")
    if not any(values.get(each) is not None for each in _OURS):
        return Unknown("told_by_no_bridge") if values else ()
    said = values.get("device")
    device = said if isinstance(said, dict) else {}
    own = lenient.ieee(lenient.text(device.get("ieeeAddr")) or "")
    main = own or (NAME, message.topic)
    here = {
        "base": bridge.DEFAULT,
        "topic": message.topic,
        "name": name,
        "build": lenient.text(device.get("softwareBuildID"))
        or lenient.text(device.get("dateCode"))
        or "",
    }
    pairs = ((message.topic, "state"), (f"{message.topic}/availability", "availability"))
    met = Observation(
        dialect=NAME,
        ids=frozenset({main, (NAME, message.topic)}),
        name=name,
        vendor=lenient.text(device.get("manufacturerName")),
        model=lenient.text(device.get("model")) or lenient.text(device.get("modelID")),
        radio="zigbee",
        via=(NAME, bridge.DEFAULT),
        version=ota.version_of(None, here["build"]),
        features={each: known for each in values if (known := usual(each))},
        routes=tuple(Route(topic=at, device=main, role=role, args=here) for at, role in pairs),
        source=f"{bridge.DEFAULT}/bridge/devices",
    )
    return [met, _measured(main, values, here, {})]


# --- values ---------------------------------------------------------------------------------------


def _word(feature: Feature, word: Reading) -> object:
    """Return what its `set` topic takes for a wish that `wished` has put into its words."""
    if feature.capability is Capability.COLOUR:
        return {"hex": word}
    if feature.capability is Capability.BUTTON:
        return feature.args.get("press", word)
    if feature.args.get("json"):
        return json.loads(str(word))
    return int(word) if isinstance(word, float) and word.is_integer() else word


def colour(parts: Mapping[str, object]) -> str | None:
    """Return "#rrggbb", as bright as it can be, of hue and saturation or of CIE x and y."""
    hue, depth = lenient.number(parts.get("hue")), lenient.number(parts.get("saturation"))
    if hue is not None and depth is not None:
        return _of_hue(hue, depth)
    x, y = lenient.number(parts.get("x")), lenient.number(parts.get("y"))
    return None if x is None or y is None else _of_xy(x, y)


@lru_cache(maxsize=4_096)  # a lamp says its colour with everything else it says
def _of_hue(hue: float, depth: float) -> str:
    return _hex(colorsys.hsv_to_rgb(hue % 360 / 360, min(max(depth, 0), 100) / 100, 1.0))


@lru_cache(maxsize=4_096)
def _of_xy(x: float, y: float) -> str | None:
    if not 0 < x < 1 or not 0 < y < 1:
        return None
    big_x, big_z = x / y, (1 - x - y) / y
    linear = (  # sRGB of CIE XYZ, white D65 (IEC 61966-2-1)
        3.2406 * big_x - 1.5372 - 0.4986 * big_z,
        -0.9689 * big_x + 1.8758 + 0.0415 * big_z,
        0.0557 * big_x - 0.2040 + 1.0570 * big_z,
    )
    most = max(*linear, 1e-9)
    return _hex(tuple(_gamma(max(0.0, each) / most) for each in linear))


def _gamma(linear: float) -> float:
    if linear <= 0.0031308:  # noqa: PLR2004 - sRGB's own
        return 12.92 * linear
    return float(1.055 * linear ** (1 / 2.4) - 0.055)


def _hex(parts: Sequence[float]) -> str:
    return "#" + "".join(f"{round(min(max(each, 0.0), 1.0) * 255):02x}" for each in parts)
