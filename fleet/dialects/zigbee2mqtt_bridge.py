"""What a Zigbee2MQTT bridge says of itself and of the devices behind it: retained, under `bridge/`.

`<base>/bridge/info`:

    {"version": "2.12.1", "coordinator": {"ieee_address": "0x02005efffe000001", "type": "EmberZNet",
     "meta": {"revision": "7.4.4"}}, "config": {"ota": {"image_block_request_timeout": 150000},
     "availability": {"enabled": true, "passive": {"timeout": 1500}}}}

`<base>/bridge/devices`, all of them in one list; who is not in it any more has left:

    [{"ieee_address": "0x02005efffe00007f", "type": "Router", "friendly_name": "Hall/lamp",
      "power_source": "Mains (single phase)", "software_build_id": "1.2.0", "disabled": false,
      "definition": {"vendor": "Acme", "model": "L1", "supports_ota": true, "exposes": []}}]

`<base>/bridge/state`: {"state": "online"}, before 2.0 also the bare word. One message does not know
of the others, whatever their order: what it taught comes back with its routes.

Source: Zigbee2MQTT's page "MQTT topics and messages", MQTT.md 1.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from fleet.dialects import lenient
from fleet.dialects.abbreviations import long
from fleet.dialects.zigbee2mqtt_exposes import NAME, features, kind
from fleet.dialects.zigbee2mqtt_ota import DAY_S, RESPONSE, caps, file_version, version_of
from fleet.model import (
    Availability,
    Endpoint,
    Id,
    Message,
    Observation,
    Route,
    Unknown,
    Version,
    Vote,
)

DEFAULT = "zigbee2mqtt"  # the base topic unless somebody chose another

_DEVICES_MAX = 1_000  # a coordinator has room for a few hundred
_NAME_MAX = 1_024
_GROUPS_MAX = 1_000
_PASSIVE_S = DAY_S + 3_600.0  # a sleeper that is silent for so long is taken for gone
_TOLD = ("software_build_id", "date_code", "power_source", "type", "interview_state", "disabled")
_OF_BRIDGE = ("bridge/state", "bridge/health", f"{RESPONSE}/+")
_WILD = frozenset("+#\0")


def owner(routes: Iterable[Route], role: str) -> Route | None:
    """Return the first route of that role."""
    for route in routes:  # asked for each message: half of next()'s time
        if route.role == role:
            return route
    return None


# --- the bridge itself ----------------------------------------------------------------------------


def info(message: Message, base: str, routes: Sequence[Route]) -> Sequence[Observation] | Unknown:
    """Read `bridge/info`: the bridge, and what its settings mean for each device known of it."""
    values = lenient.json_object(message.payload)
    version = lenient.text(values.get("version")) if values else None
    if values is None or version is None:
        return Unknown("not_json_object" if values is None else "bridge_not_understood")
    coordinator = _part(values, "coordinator")
    own = lenient.ieee(lenient.text(coordinator.get("ieee_address")) or "")
    settings = _settings(version, _part(values, "config"))
    main = own or (NAME, base)
    taught = [
        Route(topic=f"{base}/{word}", device=main, role="bridge")
        for word in (*_OF_BRIDGE, *(["bridge/groups"] if base == DEFAULT else []))
    ]
    devices = f"{base}/bridge/devices"
    taught.append(Route(topic=devices, device=main, role="settings", args=settings))
    readings = lenient.flat(_part(coordinator, "meta"))
    seen = replace(
        _bridge(base, own),
        model=lenient.text(coordinator.get("type")),
        version=Version(version),
        readings={f"coordinator.{name}": value for name, value in readings.items()}
        | lenient.flat({key: values.get(key) for key in ("permit_join", "restart_required")}),
        routes=tuple(taught),
        source=message.topic,
    )
    return [seen, *_with_settings(routes, settings, message.broker)]


def _bridge(base: str, own: Id | None) -> Observation:
    return Observation(
        dialect=NAME,
        ids=frozenset({(NAME, base), own} if own else {(NAME, base)}),
        name="Zigbee2MQTT" if base == DEFAULT else f"Zigbee2MQTT ({base})",
        vendor="Zigbee2MQTT",
        kind="gateway",
        radio="zigbee",
    )


def _settings(version: str, config: Mapping[str, object]) -> dict[str, str]:
    ota, passive = _part(config, "ota"), _part(_part(config, "availability"), "passive")
    block_ms = lenient.number(ota.get("image_block_request_timeout"))
    minutes = lenient.number(passive.get("timeout"))
    return {
        "version": version,
        "block_s": "" if block_ms is None else f"{block_ms / 1000:g}",
        "wakes_s": "" if minutes is None else f"{minutes * 60:g}",
    }


def _with_settings(
    routes: Sequence[Route], settings: Mapping[str, str], broker: str
) -> list[Observation]:
    """Say of each device known before what the bridge's version and settings make of it."""
    return [
        Observation(
            dialect=NAME,
            ids=frozenset({route.device}),
            caps=caps(route.args, settings),
            wakes_s=_wakes_s(route.args, settings),
            endpoint=_endpoint(broker, route.args, settings),
        )
        for route in routes
        if route.role == "member"
    ]


def state(message: Message, base: str, routes: Sequence[Route]) -> Sequence[Observation] | Unknown:
    """Read `bridge/state`: of the bridge, and of all that cannot be reached without it."""
    says = availability_in(message.payload)
    if says is None:
        return Unknown("last_will_unknown")
    known = owner(routes, "bridge")
    main = known.device if known else (NAME, base)
    args = {"state": str(says)}
    again = Route(topic=f"{base}/bridge/devices", device=main, role="said", args=args)
    seen = Observation(
        dialect=NAME,
        ids=frozenset({main}),
        kind="gateway",
        availability=says,
        routes=(again,),
        source=message.topic,
    )
    return [
        seen,
        *(
            Observation(
                dialect=NAME, ids=frozenset({route.device}), votes=(vote(message.topic, says),)
            )
            for route in routes
            if route.role == "member"
        ),
    ]


def health(message: Message, base: str, routes: Sequence[Route]) -> Sequence[Observation] | Unknown:
    """Read `bridge/health`: how the program is, whatever it says of single devices."""
    del base
    known = owner(routes, "bridge")
    values = lenient.json_object(message.payload)
    if values is None:
        return Unknown("not_json_object")
    if known is None:
        return ()
    readings = lenient.flat(_part(values, "process") | _part(values, "mqtt"))
    return [Observation(dialect=NAME, ids=frozenset({known.device}), readings=readings)]


def groups(message: Message, base: str, routes: Sequence[Route]) -> Sequence[Observation]:
    """Read `bridge/groups` only to know what is no device: a group is not a thing of its own."""
    known = owner(routes, "bridge")
    values = lenient.json_value(message.payload)
    if known is None or not isinstance(values, list):
        return ()
    names = [lenient.text(each.get("friendly_name")) for each in values if isinstance(each, dict)]
    taught = [
        Route(topic=f"{base}/{name}{end}", device=known.device, role="group")
        for name in names[:_GROUPS_MAX]
        if name and not set(name) & _WILD
        for end in ("", "/availability")
    ]
    own = frozenset({known.device})
    return [Observation(dialect=NAME, ids=own, routes=tuple(taught), source=message.topic)]


def availability_in(payload: bytes) -> Availability | None:
    """Return what {"state": "online"} or the bare word says; None for anything else."""
    word = lenient.words(payload)
    if word is not None and word.startswith("{"):
        values = lenient.json_object(word)
        word = lenient.text(values.get("state")) if values else None
    return {"online": Availability.ONLINE, "offline": Availability.OFFLINE}.get(word or "")


def vote(topic: str, says: Availability) -> Vote:
    """Return one topic's word: a device is there while neither it nor its bridge is said to go."""
    return Vote(group=NAME, mode="all", of=(topic,), topic=topic, says=says)


# --- the devices behind it ------------------------------------------------------------------------


def devices(
    message: Message, base: str, routes: Sequence[Route]
) -> Sequence[Observation] | Unknown:
    """Read `bridge/devices`: all there are; who was known and is not among them is gone."""
    values = lenient.json_value(message.payload)
    listed = values if isinstance(values, list) else []
    entries = [each for each in listed if isinstance(each, dict)]
    entries = [each for each in entries if lenient.text(each.get("ieee_address"))]
    if not entries:
        return Unknown("names_no_device")
    known = _Known(message.broker, base, routes)
    found: list[Observation] = []
    for entry in entries[:_DEVICES_MAX]:
        if entry.get("type") == "Coordinator":
            known.bridge = lenient.ieee(str(entry["ieee_address"])) or known.bridge
            found.append(replace(_bridge(base, known.bridge), source=message.topic))
    for entry in entries[:_DEVICES_MAX]:
        if entry.get("type") != "Coordinator":
            found.append(known.device(entry, message.topic))  # noqa: PERF401 - with what came above
    ids = frozenset().union(*(each.ids for each in found))
    return [*found, *_gone(each for each in known.members if each not in ids)]


def taken_back(message: Message, base: str, routes: Sequence[Route]) -> Sequence[Observation]:
    """Read an empty retained message: what came from it is forgotten, of devices all there is."""
    known = owner(routes, "bridge") or owner(routes, "settings")
    main = known.device if known else (NAME, base)
    own = Observation(dialect=NAME, ids=frozenset({main}), gone=True, source=message.topic)
    listed = message.topic.endswith("/bridge/devices")
    return [own, *(_gone(_Known(message.broker, base, routes).members) if listed else ())]


def _gone(those: Iterable[Id]) -> list[Observation]:
    return [Observation(dialect=NAME, ids=frozenset({each}), gone=True) for each in those]


class _Known:
    """What earlier messages have taught: of the bridge, and of each device by its id."""

    def __init__(self, broker: str, base: str, routes: Sequence[Route]) -> None:
        self.broker, self.base = broker, base
        settings, said = owner(routes, "settings"), owner(routes, "said")
        self.settings = settings.args if settings else {}
        self.said = said.args.get("state", "") if said else ""
        self.bridge: Id = settings.device if settings else (NAME, base)
        self.members = {route.device: route.args for route in routes if route.role == "member"}
        self.installed = {
            route.device: route.args.get("installed", "")
            for route in routes
            if route.role == "update"
        }

    def device(self, entry: Mapping[str, object], source: str) -> Observation:
        """Return one device of the list."""
        address = str(entry["ieee_address"])
        name = lenient.text(entry.get("friendly_name"), 500) or address
        named, own = (NAME, f"{self.base}/{name}"), lenient.ieee(address)
        main = own or named
        definition = _part(entry, "definition")
        args = self._args(entry, address, name, definition)
        installed = self.installed.get(main) or self.installed.get(named)
        exposes, product = definition.get("exposes"), lenient.text(definition.get("description"))
        told = lenient.flat({key: entry[key] for key in _TOLD if key in entry})
        return Observation(
            dialect=NAME,
            ids=frozenset({named, own} if own else {named}),
            name=name,
            vendor=lenient.text(definition.get("vendor"))
            or lenient.text(entry.get("manufacturer")),
            model=lenient.text(definition.get("model")) or lenient.text(entry.get("model_id")),
            product=product,
            kind=kind(exposes, product or ""),
            version=version_of(file_version(installed), args["build"]),
            wakes_s=_wakes_s(args, self.settings),
            radio="zigbee",
            via=self.bridge,
            caps=caps(args, self.settings),
            readings=told,
            features=features(exposes),
            votes=self._votes(main, args),
            endpoint=_endpoint(self.broker, args, self.settings),
            routes=self._routes(main, args),
            source=source,
        )

    def _votes(self, main: Id, args: Mapping[str, str]) -> tuple[Vote, ...]:
        """Return what is known of its being there: one that is disabled is never, it says."""
        own = f"{args['topic']}/availability"
        if args["off"]:
            return (vote(own, Availability.OFFLINE),)
        votes = [vote(own, Availability.ONLINE)] if self.members.get(main, {}).get("off") else []
        if self.said:
            votes.append(vote(f"{self.base}/bridge/state", Availability(self.said)))
        return tuple(votes)

    def _args(
        self,
        entry: Mapping[str, object],
        address: str,
        name: str,
        definition: Mapping[str, object],
    ) -> dict[str, str]:
        """Return what later messages and orders need to know of a device."""
        power = lenient.text(entry.get("power_source")) or "Unknown"
        mains = power not in {"Unknown", "Battery"}
        off = entry.get("disabled") is True or lenient.ieee(address) is None
        said = entry.get("friendly_name")
        given = said if isinstance(said, str) else name  # to the letter: it is a topic
        topic = "" if set(given) & _WILD or len(given) > _NAME_MAX else f"{self.base}/{given}"
        return {
            "base": self.base,
            "id": address,
            "name": name,
            "topic": topic,
            "build": lenient.text(entry.get("software_build_id"))
            or lenient.text(entry.get("date_code"))
            or "",
            "vendor": lenient.text(definition.get("vendor")) or "",
            "ota": "yes" if definition.get("supports_ota") is True and topic and not off else "",
            "off": "yes" if entry.get("disabled") is True else "",
            "sleeps": "yes" if entry.get("type") == "EndDevice" and not mains else "",
        }

    def _routes(self, main: Id, args: Mapping[str, str]) -> tuple[Route, ...]:
        bridge = f"{self.base}/bridge"
        heard = ("devices", "info") if args["off"] else ("devices", "info", "state")
        topics = [(f"{bridge}/{word}", "member") for word in heard]
        if (topic := args["topic"]) and not args["off"]:
            topics += [(topic, "state"), (f"{topic}/availability", "availability")]
        return tuple(
            Route(topic=where, device=main, role=role, args=args) for where, role in topics
        )


def _endpoint(broker: str, args: Mapping[str, str], settings: Mapping[str, str]) -> Endpoint:
    data = {name: args.get(name, "") for name in ("base", "ota", "sleeps", "vendor")}
    data["command_topic"] = f"{args['topic']}/set" if args.get("topic") else ""
    data |= {name: settings.get(name, "") for name in ("version", "block_s")}
    return Endpoint(broker=broker, dialect=NAME, id=args.get("id", ""), data=data)


def _wakes_s(args: Mapping[str, str], settings: Mapping[str, str]) -> float | None:
    if not args.get("sleeps"):
        return None
    return lenient.number(settings.get("wakes_s")) or _PASSIVE_S


def _part(values: Mapping[str, object], name: str) -> dict[str, object]:
    inner = values.get(name)
    return inner if isinstance(inner, dict) else {}


# --- where only its Home Assistant discovery is heard ---------------------------------------------


def _lead_on(base: str) -> list[tuple[str, str]]:
    return [(f"{base}/bridge/{word}", "lead") for word in ("info", "devices")]


def linked(message: Message, address: str) -> Sequence[Observation] | Unknown:
    """Read of an announcement to Home Assistant whose topic is whose: nothing else is told so.

    Bases with many slashes are found by it, and what is said before `bridge/devices` came.
    """
    own = lenient.ieee(address)
    if own is None:
        return ()
    if not message.payload.strip():
        return [Observation(dialect=NAME, ids=frozenset({own}), gone=True, source=message.topic)]
    values = lenient.json_object(message.payload)
    if values is None:
        return Unknown("not_json_object")
    config = long(values)
    device, topic = _part(config, "device"), lenient.text(config.get("state_topic"), 1_024)
    name = lenient.text(device.get("name"), 500)
    if not name or not topic or not topic.endswith(f"/{name}") or set(topic) & _WILD:
        return ()
    base = topic[: -len(name) - 1]
    args = {"base": base, "topic": topic, "name": name, "id": address}
    return [
        Observation(
            dialect=NAME,
            ids=frozenset({own, (NAME, topic)}),
            name=name,
            vendor=lenient.text(device.get("manufacturer")),
            model=lenient.text(device.get("model_id")),
            product=lenient.text(device.get("model")),
            radio="zigbee",
            routes=tuple(
                Route(topic=where, device=own, role=role, args=args)
                for where, role in ((topic, "linked"), *_lead_on(base))
            ),
            source=message.topic,
        )
    ]
