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

from fleet.capability import TWO_STATES, Capability, Feature, Reading
from fleet.dialects import lenient, tasmota_behind, tasmota_states, tasmota_update
from fleet.dialects.base import Listener, wished
from fleet.model import (
    Availability,
    Device,
    Endpoint,
    Id,
    Message,
    Observation,
    Route,
    Unknown,
)
from fleet.steps import Offer, Publish, Refusal, Step

_DISCOVERY = re.compile(r"tasmota/discovery/([^/]+)/([^/]+)")
_DEFAULT = re.compile(r"(tele|stat)/([^/]+)/([^/]+)")
_STATUS = re.compile(r"STATUS(?:0|[1-9]|1[0-3])?")
_VENDOR = "Tasmota"  # who made the hardware it does not say; Home Assistant names it so too
_PREFIXES = ("cmnd", "stat", "tele")
_LEARNED = {
    "stat": (
        "UPGRADE",
        "RESULT",
        *(f"STATUS{number}" for number in ("", 0, 1, 2, 4, 5, 8, 10, 11)),
    ),
    "tele": ("LWT", "STATE", "SENSOR", "INFO1", "INFO2", "INFO3"),
}
_TELLING = frozenset({"LWT", "STATE", "SENSOR", "INFO1", "INFO2", "INFO3"})
_PRIVATE = tasmota_behind.HEARD | {"SSId", "BSSId", "APMac", "Time", "StartupUTC"}
_NO_NAMES = frozenset({"tasmota", "sonoff", ""})
_WILD = frozenset("+#\0")
_ANSWER = "ANSWER"  # role of what a device with SetOption4 says under a command's own name
_WOKEN = "deep-sleep wake"
_AWAKE = Availability.ONLINE


class Tasmota(Listener):
    """Reads Tasmota devices; gives them an address to fetch their firmware from."""

    name = "tasmota"
    rank = 10
    writes = ("cmnd/+/OtaUrl", "cmnd/+/Upgrade", "cmnd/+/STATUS", "cmnd/+/MqttLog")

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
        return [
            seen if seen.via else _met(seen, message.broker, topic, args, named=named)
            for seen in result
        ]

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Ask for its own address, set ours, then start; it fetches by itself.

        Without an offer it fetches from its own address, where that is known.
        """
        if "openbeken" in device.dialects:  # it speaks like Tasmota, but takes no such file
            return Refusal("no_way_to_install")
        prefix = _command_prefix(device)
        if not prefix:
            return Refusal("no_command_topic")
        if _is_node(device):
            return Refusal("no_way_to_install")
        start = Publish(topic=f"{prefix}Upgrade", payload=b"1", qos=1)
        if offer is None:
            known = device.endpoints[self.name].data.get("ota")
            return (*self.after(device), start) if known else Refusal("no_own_updates")
        if no := tasmota_update.refusal(device, offer):
            return no
        return (
            Publish(topic=f"{prefix}OtaUrl", payload=b"", qos=1),
            Publish(topic=f"{prefix}OtaUrl", payload=offer.url.encode(), qos=1),
            start,
        )

    def after(self, device: Device) -> Sequence[Publish]:
        """Give it its own address back, where it still has one of ours."""
        prefix, endpoint = _command_prefix(device), device.endpoints.get(self.name)
        own = tasmota_update.restored(endpoint.data) if prefix and endpoint else ""
        return (Publish(topic=f"{prefix}OtaUrl", payload=own.encode(), qos=1),) if own else ()

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Send the command of that output; of a node behind a bridge: to the bridge."""
        found = wished(device, self.name, feature, wish)
        if isinstance(found, Refusal):
            return found
        prefix, endpoint = _command_prefix(device), device.endpoints.get(self.name)
        if not prefix or endpoint is None:
            return Refusal("no_command_topic")
        known, word = found
        if short := endpoint.data.get("device"):
            said = tasmota_behind.sent(short, known, word)
            return (Publish(topic=f"{prefix}{tasmota_behind.SEND}", payload=said, qos=1),)
        command, payload = _order(known, word, wish)
        return (Publish(topic=prefix + command, payload=payload.encode(), qos=1),)

    def verify(self, device: Device) -> Sequence[Publish]:
        """Ask for version and build, for the room in its flash, and for its own address."""
        prefix = _command_prefix(device)
        if not prefix or _is_node(device):
            return ()
        asked = (("STATUS", b"2"), ("STATUS", b"4"), ("OtaUrl", b""))
        return tuple(Publish(topic=prefix + word, payload=say, qos=1) for word, say in asked)

    def arrived(self, device: Device, version: str) -> bool:
        """Want the version and a known build that is no stop-gap: "(minimal)" is half-way only.

        Discovery tells no build, so alone it is not enough: INFO1 or STATUS 2 must have spoken. A
        stepping stone that is itself a stop-gap is named with its build: "14.4.1(minimal)".
        """
        wanted = tasmota_update.version(version)
        runs = device.version
        if runs is None or wanted is None or runs.raw != wanted.raw or not runs.build:
            return False
        return tasmota_update.half_way(runs) is tasmota_update.half_way(wanted)


def _order(known: Feature, word: Reading, wish: Reading | None) -> tuple[str, str]:
    """Return the command and its value."""
    command = known.args[tasmota_states.COMMAND]
    if command == tasmota_states.RESTART:
        return command, "1"
    if known.capability is Capability.COVER:
        return command.format(str(word).capitalize()), ""
    if known.capability in TWO_STATES:
        return command, "ON" if wish else "OFF"  # understood whatever its own words are
    return command, f"{word:g}" if isinstance(word, float) else str(word)


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
    about = next((route.args.get("about", "") for route in routes), "")
    tasmota_behind.beacons(sensors, "", "")  # what it hears of others is none of its sensors
    return [_measured(Observation(dialect=Tasmota.name, ids=ids), sensors, about)]


def _config(
    message: Message, address: Id | None, values: Mapping[str, object]
) -> Sequence[Observation] | Unknown:
    topic = lenient.text(values.get("t"))
    if topic is None:
        return Unknown("names_no_topic")
    own = lenient.mac(values.get("mac")) or address
    main = ("tasmota", topic)
    template = lenient.text(values.get("ft")) or "%prefix%/%topic%/"
    said = tasmota_states.outputs(values)
    args = _layout(topic, template, _three_prefixes(values.get("tp")), values)
    args["about"] = tasmota_states.kept(said)
    model = lenient.text(values.get("md"))
    bridge = "zb" in (model or "").casefold() or "zigbee" in (model or "").casefold()
    routes = _routes(main, args) + _more_routes(main, args, values, bridge=bridge)
    seen = Observation(
        dialect=Tasmota.name,
        ids=frozenset({main, own} if own else {main}),
        name=_name(values.get("dn"), values.get("fn")),
        vendor=_VENDOR,
        model=model,
        kind=tasmota_states.kind(said) or ("gateway" if bridge else None),
        version=tasmota_update.version(values.get("sw")),
        caps=tasmota_update.CAPS,
        features=tasmota_states.announced(said),
        routes=(*routes, _discovery_route(message.topic, main, args["about"])),
    )
    return [_with_endpoint(seen, message.broker, topic, args)]


def _discovery_route(topic: str, main: Id, about: str) -> Route:
    """Remember whose announcement this topic is: its removal and its sensors do not say."""
    return Route(
        topic=topic.rsplit("/", 1)[0] + "/+", device=main, role="discovery", args={"about": about}
    )


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
    will = {key: args[key] for key in ("online", "offline", "away")}
    said = {key: args[key] for key in ("about", "command") if args.get(key)}
    return tuple(
        Route(
            topic=f"{args[branch]}{word}",
            device=main,
            role=word,
            args=will if word == "LWT" else said,
        )
        for branch, words in _LEARNED.items()
        for word in words
        if not set(args[branch]) & _WILD
    )


def _more_routes(
    main: Id, args: Mapping[str, str], values: Mapping[str, object], *, bridge: bool
) -> tuple[Route, ...]:
    """Return the topics that some have: answers under their command's name, nodes under theirs."""
    options = values.get("so")
    apart = isinstance(options, dict) and lenient.number(options.get("4")) == 1
    topics = [(f"{args['stat']}+", _ANSWER)] if apart else []
    if bridge:
        topics += [(f"{args['tele']}+/SENSOR", "SENSOR"), (f"{args['tele']}ZbReceived", "SENSOR")]
    said = {key: args[key] for key in ("about", "command") if args.get(key)}
    return tuple(
        Route(topic=topic, device=main, role=role, args=said)
        for topic, role in topics
        if not set(args["stat"] + args["tele"]) & _WILD
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
    if seen.endpoint is not None:
        data |= seen.endpoint.data
    endpoint = Endpoint(broker=broker, dialect=Tasmota.name, id=topic, data=data)
    return replace(seen, endpoint=endpoint, caps=tasmota_update.CAPS)


def _is_node(device: Device) -> bool:
    """Whether it is behind a bridge, which speaks for it."""
    return "device" in device.endpoints[Tasmota.name].data


def _command_prefix(device: Device) -> str:
    endpoint = device.endpoints.get(Tasmota.name)
    prefix = endpoint.data.get("command", "") if endpoint else ""
    return "" if set(prefix) & _WILD else prefix


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
        silent = word == _ANSWER or not message.payload  # an empty one clears what was retained
        return () if silent else Unknown("not_json_object")
    about = args.get("about", "")
    if word in {"UPGRADE", "RESULT", _ANSWER}:
        return _answered(seen, values, message.broker, about)
    if word.startswith("STATUS"):
        return [_status(seen, values, message.broker, about)]
    if word != "SENSOR":
        said = _booted(seen, values) if word.startswith("INFO") else None
        return [said or _measured(seen, values, about)]
    beacons = tasmota_behind.beacons(values, topic, message.broker)
    nodes = tasmota_behind.nodes(values, topic, message.broker, args.get("command", ""))
    return [_measured(seen, values, about), *beacons, *nodes]


def _measured(seen: Observation, values: dict[str, object], about: str) -> Observation:
    """Add what STATE, SENSOR and the like measure, and what each reading is."""
    tasmota_states.phases(values)
    readings = lenient.flat(values, skip=_PRIVATE)
    units = (readings.get("TempUnit"), readings.get("PressureUnit"), readings.get("SpeedUnit"))
    wifi = values.get("Wifi")
    sleeps = values.get("DeepSleep")
    return Observation(
        dialect=Tasmota.name,
        ids=seen.ids,
        readings=readings,
        features=tasmota_states.described(tuple(readings), units, about),
        battery=lenient.percent(values.get("BatteryPercentage")),
        radio="wifi" if isinstance(wifi, dict) else None,
        access=lenient.access_point(wifi.get("BSSId")) if isinstance(wifi, dict) else None,
        wakes_s=None if sleeps is None else lenient.number(sleeps) or None,
    )


def _answered(
    seen: Observation, values: Mapping[str, object], broker: str, about: str
) -> Sequence[Observation]:
    """Read a command's answer: how an update goes, what an output is now, where it fetches from."""
    update = tasmota_update.update_word(values.get("Upgrade"))
    said = {key: value for key, value in values.items() if tasmota_states.answers(key)}
    seen = _measured(seen, said, about) if said else seen
    endpoint = _endpoint(seen, broker, tasmota_update.address(values.get("OtaUrl")))
    return [replace(seen, word=update, endpoint=endpoint)] if update or said or endpoint else ()


def _endpoint(seen: Observation, broker: str, data: Mapping[str, str]) -> Endpoint | None:
    """Return what else is known of where and how it is reached."""
    (name,) = seen.ids
    return Endpoint(broker=broker, dialect=Tasmota.name, id=name[1], data=data) if data else None


def _last_will(
    seen: Observation, message: Message, args: Mapping[str, str]
) -> Sequence[Observation] | Unknown:
    said = lenient.words(message.payload)
    states = {args.get("online"): "online", args.get("offline"): args.get("away", "offline")}
    states["DeepSleep"] = "sleeping"  # said before it goes, since version 13
    if said is not None and said in states:
        return [replace(seen, availability=Availability(states[said]))]
    return () if said == "" else Unknown("last_will_unknown")


def _booted(seen: Observation, values: Mapping[str, object]) -> Observation:
    """Read INFO1 to INFO3; firmware before 9.1 had no envelope around them."""
    inner = next((values[key] for key in ("Info1", "Info2", "Info3") if key in values), values)
    said = inner if isinstance(inner, dict) else values
    model = lenient.text(said.get("Module"))
    reason = (lenient.text(said.get("RestartReason")) or "").casefold()
    seen = replace(seen, model=model, availability=_AWAKE if reason == _WOKEN else None)
    return _running(seen, said)


def _running(seen: Observation, said: Mapping[str, object]) -> Observation:
    """Add the version it runs; a stop-gap build is told as an update that stopped half-way."""
    version = tasmota_update.version(said.get("Version"))
    if version is None:
        return seen
    doubt = Unknown("update_half_way").reason if tasmota_update.half_way(version) else ""
    return replace(seen, vendor=_VENDOR, version=version, doubt=doubt)


def _status(
    seen: Observation, values: Mapping[str, object], broker: str, about: str
) -> Observation:
    """Read any of the STATUS answers, also STATUS 0 with all of them in one."""
    data: dict[str, str] = {}
    measured: dict[str, object] = {}
    network: frozenset[Id] = frozenset()
    for key, part in values.items():
        if not isinstance(part, dict):
            continue
        if key == "Status":
            seen = replace(seen, name=_name(part.get("DeviceName"), part.get("FriendlyName")))
        elif key == "StatusFWR":
            seen = replace(_running(seen, part), hardware=lenient.text(part.get("Hardware")))
        elif key == "StatusPRM":
            data |= tasmota_update.address(part.get("OtaUrl"))
        elif key == "StatusMEM" and lenient.number(part.get("Free")) is not None:
            data["free"] = str(part["Free"])
        elif key == "StatusNET":
            network = _addresses(part)
        elif key in {"StatusSTS", "StatusSNS"}:
            measured |= part
    endpoint = _endpoint(seen, broker, data)
    said = _measured(seen, measured, about) if measured else seen
    return replace(
        seen,
        ids=seen.ids | network,
        endpoint=endpoint,
        readings=said.readings,
        features=said.features,
        battery=said.battery,
        radio=said.radio,
        access=said.access,
        wakes_s=said.wakes_s,
    )


def _addresses(network: Mapping[str, object]) -> frozenset[Id]:
    wired = network.get("Ethernet")
    given = [network.get("Mac"), wired.get("Mac") if isinstance(wired, dict) else None]
    return frozenset(address for value in given if (address := lenient.mac(value)) is not None)


def _name(given: object, friendly: object) -> str | None:
    """Return the device's name; a factory name gives way to a first friendly name that is none."""
    first = friendly[0] if isinstance(friendly, list) and friendly else friendly
    names = [name for value in (given, first) if (name := lenient.text(value)) is not None]
    own = [name for name in names if name.casefold() not in _NO_NAMES]
    return next(iter(own or names), None)
