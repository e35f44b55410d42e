"""Tasmota: its discovery, its telemetry where discovery is off, and its update from our address.

A plug announces itself (retained) on `tasmota/discovery/02005E00007F/config`:

    {"ip": "192.0.2.7", "dn": "Hall plug", "fn": ["Hall plug", null], "hn": "hall-plug-0127",
     "mac": "02005E00007F", "md": "Sonoff Basic", "ofln": "Offline", "onln": "Online",
     "sw": "14.2.0", "t": "hall_plug", "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"]}

and says `Online` on `tele/hall_plug/LWT`, {"POWER": "ON"} on `tele/hall_plug/STATE`, and after a
boot {"Info1": {"Module": "Sonoff Basic", "Version": "14.2.0(tasmota)"}} on `tele/hall_plug/INFO1`.

Source: Tasmota's documentation (MQTT, Commands, Upgrading), MQTT.md 1.5. A device name is not
escaped there, so JSON may be broken; topics follow a template (`ft`) that its owner may change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from fleet.dialects import lenient
from fleet.dialects.base import Listener
from fleet.model import (
    Availability,
    Caps,
    Device,
    Endpoint,
    Id,
    Install,
    Message,
    Observation,
    Phase,
    Route,
    Unknown,
    UpdateWord,
    Version,
)
from fleet.steps import Offer, Publish, Refusal, Step

_DISCOVERY = re.compile(r"tasmota/discovery/([^/]+)/([^/]+)")
_DEFAULT = re.compile(r"(tele|stat)/([^/]+)/([^/]+)")
_VERSION = re.compile(r"([^()]+?)\s*(?:\(([^()]*)\))?")
_STATUS = re.compile(r"STATUS(?:0|[1-9]|1[0-3])?")
_STOP_GAPS = ("minimal", "safeboot")
_URL_MAX = 100
_OUTPUTS = {3: "cover", 2: "light", 1: "switch"}
_VENDOR = "Tasmota"  # who made the hardware it does not say; Home Assistant names it so too
_CAPS = Caps(install=frozenset({Install.URL}), url_max=_URL_MAX)
_PREFIXES = ("cmnd", "stat", "tele")
_LEARNED = {
    "stat": ("UPGRADE", "RESULT", "STATUS", "STATUS0", "STATUS2", "STATUS5"),
    "tele": ("LWT", "STATE", "SENSOR", "INFO1", "INFO2", "INFO3"),
}
_TELLING = frozenset({"LWT", "STATE", "SENSOR", "INFO1", "INFO2", "INFO3"})
_PRIVATE = frozenset({"SSId", "BSSId", "APMac", "Time", "StartupUTC"})
_NO_NAMES = frozenset({"tasmota", "sonoff", ""})


class Tasmota(Listener):
    """Reads Tasmota devices; gives them an address to fetch their firmware from."""

    name = "tasmota"
    rank = 10
    writes = ("cmnd/+/OtaUrl", "cmnd/+/Upgrade", "cmnd/+/STATUS")

    def filters(self) -> Sequence[tuple[str, int]]:
        """Discovery, and the default topics of devices whose discovery is off."""
        topics = ["tasmota/discovery/+/config", "tasmota/discovery/+/sensors"]
        topics += [f"tele/+/{word}" for word in _LEARNED["tele"]]
        topics += [f"stat/+/{word}" for word in _LEARNED["stat"] if word.startswith("STATUS")]
        return tuple((topic, 1) for topic in topics)

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read discovery, then what is said where discovery or Tasmota's own default says."""
        if found := _DISCOVERY.fullmatch(message.topic):
            return _discovered(message, found[1], found[2], routes)
        for route in routes:
            if route.role != "discovery":
                return _said(message, route.device[1], route.role, route.args)
        found = _DEFAULT.fullmatch(message.topic)
        if found is None or not _tells(found[1], found[3]):
            return None
        topic, args = found[2], _layout(found[2], "%prefix%/%topic%/", _PREFIXES, {})
        result = _said(message, topic, found[3], args)
        if isinstance(result, Unknown) or not result:
            return result
        named = found[3] in _LEARNED[found[1]]
        return [_met(seen, message.broker, topic, args, named=named) for seen in result]

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Set the address, then start; it fetches by itself."""
        if offer is None:
            return Refusal("no_own_updates")
        prefix = _command_prefix(device)
        if not prefix:
            return Refusal("no_command_topic")
        url = offer.url.encode()
        if not url:
            return Refusal("needs_url")
        if len(url) > _URL_MAX:
            return Refusal("url_too_long", str(len(url)))
        return (
            Publish(topic=f"{prefix}OtaUrl", payload=url, qos=1),
            Publish(topic=f"{prefix}Upgrade", payload=b"1", qos=1),
        )

    def verify(self, device: Device) -> Sequence[Publish]:
        """Ask for the firmware's status: the version with its build name."""
        prefix = _command_prefix(device)
        return (Publish(topic=f"{prefix}STATUS", payload=b"2", qos=1),) if prefix else ()

    def arrived(self, device: Device, version: str) -> bool:
        """Want the version and a known build that is no stop-gap: "(minimal)" is half-way only.

        Discovery tells no build, so alone it is not enough: INFO1 or STATUS 2 must have spoken.
        """
        wanted = _version(version)
        runs = device.version
        if runs is None or wanted is None or runs.raw != wanted.raw or not runs.build:
            return False
        return not any(word in runs.build.lower() for word in _STOP_GAPS)


# --- discovery ------------------------------------------------------------------------------------


def _discovered(
    message: Message, key: str, word: str, routes: Sequence[Route]
) -> Sequence[Observation] | Unknown:
    known = [route.device for route in routes if route.role == "discovery"]
    address = lenient.mac(key)
    ids = frozenset([*known, *([address] if address else [])])
    if word not in {"config", "sensors"}:
        return Unknown("unknown_discovery_topic")
    if not message.payload.strip():
        gone = Observation(dialect=Tasmota.name, ids=ids, gone=True)
        return [gone] if ids and word == "config" else ()
    values = lenient.json_object(message.payload)
    if values is None:
        return Unknown("not_json_object")
    if word == "config":
        return _config(message, address, values)
    sensors = values.get("sn")
    if not ids or not isinstance(sensors, dict):
        return Unknown("names_no_device" if not ids else "no_sensors")
    readings = lenient.flat(sensors, skip=_PRIVATE)
    return [Observation(dialect=Tasmota.name, ids=ids, readings=readings)]


def _config(
    message: Message, address: Id | None, values: Mapping[str, object]
) -> Sequence[Observation] | Unknown:
    topic = lenient.text(values.get("t"))
    if topic is None:
        return Unknown("names_no_topic")
    own = lenient.mac(values.get("mac")) or address
    main = ("tasmota", topic)
    template = lenient.text(values.get("ft")) or "%prefix%/%topic%/"
    args = _layout(topic, template, _three_prefixes(values.get("tp")), values)
    friendly = values.get("fn")
    seen = Observation(
        dialect=Tasmota.name,
        ids=frozenset({main, own} if own else {main}),
        name=_name(values.get("dn"), friendly),
        vendor=_VENDOR,
        model=lenient.text(values.get("md")),
        kind=_kind(values.get("rl")),
        version=_version(values.get("sw")),
        caps=_CAPS,
        routes=(*_routes(main, args), _discovery_route(message.topic, main)),
    )
    return [_with_endpoint(seen, message.broker, topic, args)]


def _kind(relays: object) -> str | None:
    """Read `rl`: for each output 0 none, 1 relay, 2 light, 3 shutter (Tasmota's xdrv_12)."""
    outputs = relays if isinstance(relays, list) else []
    return next((kind for number, kind in _OUTPUTS.items() if number in outputs), None)


def _discovery_route(topic: str, main: Id) -> Route:
    """Remember whose announcement this topic is: its removal and its sensors do not say."""
    return Route(topic=topic.rsplit("/", 1)[0] + "/+", device=main, role="discovery")


def _three_prefixes(value: object) -> tuple[str, str, str]:
    given = value if isinstance(value, list) else []
    named = [lenient.text(given[i]) if i < len(given) else None for i in range(3)]
    return (named[0] or _PREFIXES[0], named[1] or _PREFIXES[1], named[2] or _PREFIXES[2])


def _layout(
    topic: str, template: str, prefixes: Sequence[str], values: Mapping[str, object]
) -> dict[str, str]:
    """Return where the three prefixes lead under FullTopic, and the texts of the last will."""
    address = lenient.mac(values.get("mac"))
    host = lenient.text(values.get("hn")) or ""

    def fill(prefix: str) -> str:
        full = template.replace("%prefix%", prefix).replace("%topic%", topic)
        full = full.replace("%hostname%", host).replace("%id%", address[1] if address else "")
        return full if full.endswith("/") else full + "/"

    sleeps = (lenient.number(values.get("dslp")) or 0) > 0
    return {
        "command": fill(prefixes[0]),
        "stat": fill(prefixes[1]),
        "tele": fill(prefixes[2]),
        "online": lenient.text(values.get("onln")) or "Online",
        "offline": lenient.text(values.get("ofln")) or "Offline",
        "away": "sleeping" if sleeps else "offline",
        "ip": lenient.text(values.get("ip")) or "",
    }


def _routes(main: Id, args: Mapping[str, str]) -> tuple[Route, ...]:
    said = {key: args[key] for key in ("online", "offline", "away")}
    return tuple(
        Route(topic=f"{args[branch]}{word}", device=main, role=word, args=said)
        for branch, words in _LEARNED.items()
        for word in words
        if not set(args[branch]) & set("+#\0")
    )


def _met(
    seen: Observation, broker: str, topic: str, args: Mapping[str, str], *, named: bool
) -> Observation:
    """Complete a first word without discovery: until it says a better name, its topic is one.

    Later such words come by the routes learned here; `named` is False for those that do not.
    """
    name = seen.name or (topic if named else None)
    met = replace(seen, name=name, routes=_routes(("tasmota", topic), args))
    return _with_endpoint(met, broker, topic, args)


def _with_endpoint(
    seen: Observation, broker: str, topic: str, args: Mapping[str, str]
) -> Observation:
    data = {name: args[name] for name in ("command", "ip") if args.get(name)}
    endpoint = Endpoint(broker=broker, dialect=Tasmota.name, id=topic, data=data)
    return replace(seen, endpoint=endpoint, caps=_CAPS)


def _command_prefix(device: Device) -> str:
    endpoint = device.endpoints.get(Tasmota.name)
    prefix = endpoint.data.get("command", "") if endpoint else ""
    return "" if set(prefix) & set("+#\0") else prefix


# --- what it says of itself -----------------------------------------------------------------------


def _tells(branch: str, word: str) -> bool:
    """Whether this is one of the words that make a device known without discovery."""
    if branch == "tele":
        return word in _TELLING
    return word == "STATE" or _STATUS.fullmatch(word) is not None


def _said(
    message: Message, topic: str, word: str, args: Mapping[str, str]
) -> Sequence[Observation] | Unknown:
    seen = Observation(dialect=Tasmota.name, ids=frozenset({("tasmota", topic)}))
    if word == "LWT":
        return _last_will(seen, message, args)
    values = lenient.json_object(message.payload)
    if values is None:
        return Unknown("not_json_object")
    if word in {"UPGRADE", "RESULT"}:
        return _answered(seen, values)
    if word.startswith("INFO"):
        return [_booted(seen, values)]
    if word.startswith("STATUS"):
        return [_status(seen, values)]
    readings = lenient.flat(values, skip=_PRIVATE)
    access = _access(values)
    return [Observation(dialect=Tasmota.name, ids=seen.ids, readings=readings, access=access)]


def _access(state: Mapping[str, object]) -> str | None:
    """Return where it is on the Wi-Fi: {"Wifi": {"BSSId": "02:00:5E:00:00:01", ...}, ...}."""
    wifi = state.get("Wifi")
    return lenient.access_point(wifi.get("BSSId")) if isinstance(wifi, dict) else None


def _answered(seen: Observation, values: Mapping[str, object]) -> Sequence[Observation]:
    update = _update_word(values.get("Upgrade"))
    powers = lenient.flat({key: said for key, said in values.items() if key.startswith("POWER")})
    return [replace(seen, word=update, readings=powers)] if update or powers else ()


def _last_will(
    seen: Observation, message: Message, args: Mapping[str, str]
) -> Sequence[Observation] | Unknown:
    said = lenient.words(message.payload)
    states = {args.get("online"): "online", args.get("offline"): args.get("away", "offline")}
    if said is not None and said in states:
        return [replace(seen, availability=Availability(states[said]))]
    return () if said == "" else Unknown("last_will_unknown")


def _booted(seen: Observation, values: Mapping[str, object]) -> Observation:
    """Read INFO1 to INFO3; firmware before 9.1 had no envelope around them."""
    inner = next((values[key] for key in ("Info1", "Info2", "Info3") if key in values), values)
    said = inner if isinstance(inner, dict) else values
    version = _version(said.get("Version"))
    model = lenient.text(said.get("Module"))
    return replace(seen, vendor=_VENDOR if version else None, model=model, version=version)


def _status(seen: Observation, values: Mapping[str, object]) -> Observation:
    """Read any of the STATUS answers, also STATUS 0 with all of them in one."""
    for key, part in values.items():
        if not isinstance(part, dict):
            continue
        if key == "Status":
            seen = replace(seen, name=_name(part.get("DeviceName"), part.get("FriendlyName")))
        elif key == "StatusFWR":
            seen = replace(
                seen,
                vendor=_VENDOR,
                version=_version(part.get("Version")),
                hardware=lenient.text(part.get("Hardware")),
            )
        elif key == "StatusNET":
            seen = replace(seen, ids=seen.ids | _addresses(part))
        elif key in {"StatusSTS", "StatusSNS"}:
            readings = {**seen.readings, **lenient.flat(part, skip=_PRIVATE)}
            seen = replace(seen, readings=readings, access=_access(part) or seen.access)
    return seen


def _addresses(network: Mapping[str, object]) -> frozenset[Id]:
    wired = network.get("Ethernet")
    given = [network.get("Mac"), wired.get("Mac") if isinstance(wired, dict) else None]
    return frozenset(address for value in given if (address := lenient.mac(value)) is not None)


def _update_word(value: object) -> UpdateWord | None:
    """Read "Version 14.2 from http://...", "Successful. Restarting" or "Failed <why>"."""
    said = lenient.text(value)
    if said is None:
        return None
    first = said.split(" ", 1)[0].casefold()
    if first in {"version", "started"}:
        return UpdateWord(phase=Phase.ACCEPTED)
    if first.startswith("successful"):
        return UpdateWord(phase=Phase.REBOOTING)
    if first == "failed":
        return UpdateWord(phase=Phase.FAILED, error=said.partition(" ")[2])
    return None


def _name(given: object, friendly: object) -> str | None:
    """Return the device's name; a factory name gives way to a first friendly name that is none."""
    first = friendly[0] if isinstance(friendly, list) and friendly else friendly
    names = [name for value in (given, first) if (name := lenient.text(value)) is not None]
    own = [name for name in names if name.casefold() not in _NO_NAMES]
    return next(iter(own or names), None)


def _version(value: object) -> Version | None:
    """Return "14.2.0(tasmota)" as version 14.2.0, build tasmota."""
    line = lenient.text(value)
    found = _VERSION.fullmatch(line) if line else None
    if found is None or not re.search(r"\d", found[1]):
        return None
    return Version(found[1].strip(), found[2] or "")
