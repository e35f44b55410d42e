"""Home Assistant MQTT discovery: what devices and bridges announce to it, read without it.

A lamp announces an entity (retained) on `homeassistant/update/lamp-7f/firmware/config`:

    {"~": "lamps/7f", "name": "Firmware", "uniq_id": "lamp-7f-fw", "dev_cla": "firmware",
     "stat_t": "~/update", "cmd_t": "~/update/set", "pl_inst": "install", "avty_t": "~/status",
     "dev": {"ids": ["lamp-7f"], "cns": [["mac", "02:00:5e:00:00:7f"]], "name": "Hall lamp",
             "mf": "Acme", "mdl": "Lamp", "hw": "B", "sw": "1.2.0", "sa": "Hall"}}

then says on `lamps/7f/update`: {"installed_version": "1.2.0", "latest_version": "1.3.0"}

Source: Home Assistant's pages "MQTT", "MQTT update", MQTT.md 1.3. Identities learned here are the
announcer's claims. Documents that Home Assistant itself rejects but that name a device are read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fleet.dialects import lenient
from fleet.dialects.abbreviations import long
from fleet.dialects.templates import render
from fleet.model import (
    Availability,
    Caps,
    Device,
    Endpoint,
    Id,
    Install,
    Message,
    Observation,
    Offer,
    Phase,
    Publish,
    Refusal,
    Route,
    Step,
    Unknown,
    UpdateWord,
    Version,
    Vote,
)

_TOPIC = re.compile(r"homeassistant/([^/]+)/(?:([^/]+)/)?([^/]+)/config")
_WORD = re.compile(r"[a-zA-Z0-9_-]+")
_KINDS = frozenset({"light", "lock", "cover", "climate", "fan", "vacuum", "camera", "siren"})
_READ = frozenset({"sensor", "binary_sensor"})
_NO_VERSION = frozenset({"", "-1", "none", "null", "unknown", "undefined", "n/a"})
_SHARED_ROOTS = frozenset({"shellies", "homeassistant", "home", "tele", "stat", "devices"})
_VERSION_LIMIT = 255
_TEXT_LIMIT = 4_096
_TOPIC_LIMIT = 1_024
_MAX_COMPONENTS = 500


class HomeAssistant:
    """Reads discovery; starts a maker's own update where one is offered, and no other."""

    name = "homeassistant"
    rank = 50

    def filters(self) -> Sequence[tuple[str, int]]:
        """Single components with and without a node, and whole devices: the same two shapes."""
        return (("homeassistant/+/+/config", 1), ("homeassistant/+/+/+/config", 1))

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read an announcement, or what is said on a topic that one has taught us."""
        if _TOPIC.fullmatch(message.topic):
            return self._announced(message, routes)
        if not routes:
            return None
        return self._said(message, routes)

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Press its own install button; it takes no file of ours."""
        if offer is not None:
            return Refusal("own_updates_only")
        data = device.endpoints[self.name].data if self.name in device.endpoints else {}
        topic = data.get("command_topic", "")
        if not topic or any(sign in topic for sign in "+#"):
            return Refusal("no_update_entity")
        return (
            Publish(
                topic=topic,
                payload=data.get("payload_install", "").encode(),
                qos=int(data.get("qos", "0")),
                retain=data.get("retain", "") == "true",
            ),
        )

    def verify(self, device: Device) -> Sequence[Publish]:
        """Nothing to send: the installed version comes by itself."""
        del device
        return ()

    def arrived(self, device: Device, version: str) -> bool:
        """Compare exactly; firmware that adds its framework ("1.4.0 (ESPHome 2026.1)") counts."""
        raw = device.version.raw if device.version else ""
        return raw == version or raw.startswith(f"{version} (")

    def _announced(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown:
        if not message.payload.strip():
            return [self._gone(route.device, message) for route in routes if route.role == "config"]
        config = lenient.json_object(message.payload)
        if config is None:
            return Unknown("not_json_object")
        component, node, key = _parts(message)
        if not all(_WORD.fullmatch(part) for part in (component, node or "_", key)):
            return Unknown("id_not_allowed")
        if config.get("migrate_discovery") is True:
            return ()
        return self._device(message, component, key, long(config))

    def _device(
        self, message: Message, component: str, key: str, config: dict[str, object]
    ) -> Sequence[Observation] | Unknown:
        entities = _entities(component, key, config)
        ids = _ids(config, entities)
        if not ids:
            return Unknown("names_no_device")
        main = _main(ids)
        routes = [Route(topic=message.topic, device=main, role="config")]
        for name, entity in entities:
            routes += _routes(main, name, entity)
        seen = _identity(config, entities, ids, _anchor(config, entities))
        update = next((entity for _, entity in entities if _is_update(entity)), None)
        if update is not None:
            seen = _with_button(seen, message.broker, main, update)
        return [replace(seen, routes=tuple(routes), source=message.topic)]

    def _gone(self, device: Id, message: Message) -> Observation:
        return Observation(
            dialect=self.name, ids=frozenset({device}), gone=True, source=message.topic
        )

    def _said(self, message: Message, routes: Sequence[Route]) -> Sequence[Observation] | Unknown:
        value = lenient.words(message.payload)
        if value is None:
            return () if all(route.role == "config" for route in routes) else Unknown("not_text")
        if not value:
            return ()
        found: dict[Id, Observation] = {}
        reasons: list[str] = []
        for route in routes:
            before = found.get(
                route.device, Observation(dialect=self.name, ids=frozenset({route.device}))
            )
            after = _heard(before, route, value)
            if isinstance(after, Unknown):
                reasons.append(after.reason)
            elif after is not None:
                found[route.device] = after
        if reasons and not found:
            return Unknown(reasons[0])
        return tuple(found.values())


# --- what an announcement says --------------------------------------------------------------------


def _parts(message: Message) -> tuple[str, str, str]:
    found = _TOPIC.fullmatch(message.topic)
    if found is None:  # pragma: no cover - asked only for topics that match
        return "", "", ""
    return found[1], found[2] or "", found[3]


def _entities(
    component: str, key: str, config: Mapping[str, object]
) -> list[tuple[str, dict[str, object]]]:
    """Return (name, configuration) of each entity, what a device document shares put in."""
    components = config.get("components")
    if not isinstance(components, dict) or not components:
        return [(_entity_name(config, key), {**config, "platform": component})]
    shared = {
        field: value
        for field, value in config.items()
        if field.startswith(("availability", "payload_", "qos", "command_topic", "state_topic"))
    }
    return [
        (_entity_name(entity, name), {**shared, **entity})
        for name, entity in list(components.items())[:_MAX_COMPONENTS]
        if set(entity) - {"platform", "device", "origin", "components"}
    ]


def _entity_name(entity: Mapping[str, object], key: str) -> str:
    return lenient.text(entity.get("name")) or lenient.text(entity.get("device_class")) or key


def _identity(
    config: Mapping[str, object],
    entities: Sequence[tuple[str, Mapping[str, object]]],
    ids: frozenset[Id],
    anchor: str,
) -> Observation:
    device = config["device"] if isinstance(config["device"], dict) else {}
    name = lenient.text(device.get("name"))
    if not device:
        name = _nameless(config, entities, anchor)
    kinds = [str(entity.get("platform")) for _, entity in entities]
    return Observation(
        dialect=HomeAssistant.name,
        ids=ids,
        name=name,
        vendor=lenient.text(device.get("manufacturer")),
        model=lenient.text(device.get("model")) or lenient.text(device.get("model_id")),
        hardware=lenient.text(device.get("hw_version")),
        room=lenient.text(device.get("suggested_area")),
        kind=next((kind for kind in kinds if kind in _KINDS), None),
        version=_version(device.get("sw_version")),
        via=_via(device.get("via_device"), anchor),
    )


def _nameless(
    config: Mapping[str, object], entities: Sequence[tuple[str, object]], anchor: str
) -> str | None:
    """Name a thing that announced entities but no device: "Temperature" alone names nothing."""
    name = lenient.text(config.get("name"))
    kind = lenient.text(config.get("device_class"))
    if name is not None and (kind is None or name.casefold() != kind.casefold()):
        return name
    parts = [part for part in anchor.split("/") if part not in {"state", "status", "set", ""}]
    return parts[-1] if parts else entities[0][0]


def _ids(
    config: Mapping[str, object], entities: Sequence[tuple[str, Mapping[str, object]]]
) -> frozenset[Id]:
    device = config["device"] if isinstance(config["device"], dict) else {}
    anchor = _anchor(config, entities)
    ids: set[Id] = set()
    for identifier in _identifiers(device.get("identifiers")):
        ids |= _claims(identifier)
    for kind, value in _connections(device.get("connections")):
        ids |= _connection(kind, value)
    if not ids and anchor:
        own = "" if device.get("via_device") is None else f"/{_first(device)}"
        ids.add(("ha", anchor + own))
    return frozenset(ids)


def _claims(identifier: str) -> set[Id]:
    """Return the ids in one identifier; none in one that examples share: its topic must do."""
    if lenient.is_placeholder(identifier):
        return set()
    found: set[Id] = {("ha", identifier)}
    address = lenient.mac(identifier)
    if address is not None and re.search(r"[A-F:_-]", identifier.upper()):
        found.add(address)
    if (radio := lenient.ieee(identifier)) is not None:
        found.add(radio)
    return found


def _connection(kind: str, value: str) -> set[Id]:
    if kind == "mac":
        address = lenient.mac(value)
        return {address} if address else set()
    if lenient.is_placeholder(value):
        return set()
    radio = lenient.ieee(value)
    return {radio} if radio else {("ha", f"{kind}:{value}")}


def _first(device: Mapping[str, object]) -> str:
    said = [*_identifiers(device.get("identifiers"))]
    said += [value for _, value in _connections(device.get("connections"))]
    return said[0] if said else ""


def _main(ids: frozenset[Id]) -> Id:
    """Return the id that routes name: the announcer's own where there is one."""
    return min(ids, key=lambda one: (one[0] != "ha", one))


def _via(value: object, anchor: str) -> Id | None:
    name = lenient.text(value)
    if name is None:
        return None
    return ("ha", anchor) if lenient.is_placeholder(name) else ("ha", name)


def _identifiers(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [name for entry in values if (name := lenient.text(entry)) is not None]


def _connections(value: object) -> list[tuple[str, str]]:
    entries = value if isinstance(value, list) else []
    if len(entries) == 2 and all(isinstance(entry, str) for entry in entries):  # noqa: PLR2004 - a pair without its list
        entries = [entries]
    found = []
    for entry in entries:
        pair = entry if isinstance(entry, list) else []
        words = [word for part in pair if (word := lenient.text(part)) is not None]
        if len(words) == 2:  # noqa: PLR2004 - a pair
            found.append((words[0], words[1]))
    return found


def _anchor(
    config: Mapping[str, object], entities: Sequence[tuple[str, Mapping[str, object]]]
) -> str:
    """Return where this announcer speaks: tells apart what shares an example's identifier."""
    fields = ("state_topic", "command_topic", "topic", "availability_topic")
    topics = [entity.get(field) for _, entity in entities for field in fields]
    topics += [config.get(field) for field in fields]
    topic = next((topic for topic in topics if isinstance(topic, str) and topic), "")
    device = config.get("device")
    if not device:
        return topic
    parts = topic.split("/")
    return "/".join(parts[:2] if parts[0] in _SHARED_ROOTS else parts[:1])


# --- what an announcement teaches -----------------------------------------------------------------


def _routes(main: Id, name: str, entity: Mapping[str, object]) -> list[Route]:
    routes = _availability_routes(main, entity)
    topic = entity.get("state_topic")
    if _is_update(entity):
        routes += _update_routes(main, entity)
    elif entity.get("platform") in _READ and _subscribable(topic):
        args = {
            "name": name,
            "template": _line(entity.get("value_template")),
            "class": _line(entity.get("device_class")),
        }
        routes.append(Route(topic=str(topic), device=main, role=f"reading:{name}", args=args))
    return routes


def _update_routes(main: Id, entity: Mapping[str, object]) -> list[Route]:
    routes = []
    for role, topic, template in (
        ("update_state", "state_topic", "value_template"),
        ("update_latest", "latest_version_topic", "latest_version_template"),
    ):
        if _subscribable(entity.get(topic)):
            args = {"template": _line(entity.get(template))}
            routes.append(Route(topic=str(entity[topic]), device=main, role=role, args=args))
    return routes


def _availability_routes(main: Id, entity: Mapping[str, object]) -> list[Route]:
    entries = entity.get("availability")
    if not isinstance(entries, list):
        entries = [
            {
                "topic": entity.get("availability_topic"),
                "value_template": entity.get("availability_template"),
                "payload_available": entity.get("payload_available"),
                "payload_not_available": entity.get("payload_not_available"),
            }
        ]
    wanted = [_asked(entry) for entry in entries if _subscribable(entry.get("topic"))]
    mode = lenient.text(entity.get("availability_mode")) or "latest"
    common = {
        "mode": mode if mode in {"all", "any", "latest"} else "latest",
        "of": "\n".join(sorted({args["topic"] for args in wanted})),
    }
    said = repr((common["mode"], [sorted(args.items()) for args in wanted]))
    group = hashlib.sha256(said.encode(errors="replace")).hexdigest()[:12]
    return [
        Route(
            topic=args["topic"],
            device=main,
            role=f"availability:{group}",
            args={**common, **args, "group": group},
        )
        for args in wanted
    ]


def _asked(entry: Mapping[str, object]) -> dict[str, str]:
    yes, no = entry.get("payload_available"), entry.get("payload_not_available")
    return {
        "topic": str(entry["topic"]),
        "template": _line(entry.get("value_template")),
        "yes": _line(yes) if yes is not None else "online",
        "no": _line(no) if no is not None else "offline",
    }


def _with_button(
    seen: Observation, broker: str, main: Id, entity: Mapping[str, object]
) -> Observation:
    """Add what an update entity means: it tells progress, and where its install button is."""
    topic = entity.get("command_topic")
    if not isinstance(topic, str) or not _subscribable(topic):
        return replace(seen, caps=Caps(progress=True))
    qos = entity.get("qos")
    data = {
        "command_topic": topic,
        "payload_install": _line(entity.get("payload_install")),
        "qos": str(qos) if qos in {0, 1, 2} else "0",
        "retain": "true" if entity.get("retain") is True else "false",
    }
    return replace(
        seen,
        caps=Caps(install=frozenset({Install.OWN}), progress=True),
        endpoint=Endpoint(broker=broker, dialect=HomeAssistant.name, id=main[1], data=data),
    )


def _is_update(entity: Mapping[str, object]) -> bool:
    """Whether it is an update entity that is in use: a beta channel's is announced switched off."""
    off = str(entity.get("enabled_by_default")).casefold() == "false"
    return entity.get("platform") == "update" and not off


def _subscribable(topic: object) -> bool:
    return (
        isinstance(topic, str)
        and 0 < len(topic.encode(errors="replace")) <= _TOPIC_LIMIT
        and ("\0" not in topic)
    )


def _line(value: object) -> str:
    if isinstance(value, bool):
        return str(value)
    return str(value)[:_TEXT_LIMIT] if isinstance(value, str | int | float) else ""


# --- what is said on the topics it taught ---------------------------------------------------------


def _heard(seen: Observation, route: Route, value: str) -> Observation | Unknown | None:
    """Add to `seen` what `value` means on this route; None: nothing new."""
    role, _, name = route.role.partition(":")
    if role == "config":
        return None
    template = route.args.get("template", "")
    said = render(template, value) if template else value
    if said is None:
        return None  # a template we do not run, or a message without that field
    if role == "availability":
        return _voted(seen, route, said)
    if role == "reading":
        return _measured(seen, name, route, said)
    if role == "update_latest":
        return _latest(seen, said)
    return _installed(seen, said)


def _voted(seen: Observation, route: Route, said: str) -> Observation | None:
    states = {
        route.args.get("no", ""): Availability.OFFLINE,
        route.args.get("yes", ""): Availability.ONLINE,
    }
    state = states.get(said.strip(), states.get(said))
    if state is None:
        return None
    vote = Vote(
        group=route.args.get("group", ""),
        mode=route.args.get("mode", "latest"),
        of=tuple(route.args.get("of", "").split("\n")),
        topic=route.topic,
        says=state,
    )
    return replace(seen, votes=(*seen.votes, vote))


def _measured(seen: Observation, name: str, route: Route, said: str) -> Observation | None:
    line = lenient.text(said, 255)
    if line is None or line in {"None", "unknown", "unavailable"}:
        return None
    exact = lenient.number(line)
    readings = {**seen.readings, name: line if exact is None else exact}
    full = lenient.percent(line) if route.args.get("class") == "battery" else None
    return replace(seen, readings=readings, battery=seen.battery if full is None else full)


def _latest(seen: Observation, said: str) -> Observation | Unknown | None:
    if not said.strip():
        return None
    version = _version(said)
    return Unknown("not_a_version") if version is None else replace(seen, offer=version)


def _installed(seen: Observation, said: str) -> Observation | Unknown | None:
    """Read an update entity's state: JSON, or the bare installed version."""
    if not said.strip():
        return None
    state = lenient.json_value(said)
    if not isinstance(state, dict):
        version = _version(said)
        return Unknown("not_a_version") if version is None else replace(seen, version=version)
    version, offer = _version(state.get("installed_version")), _version(state.get("latest_version"))
    word = _progress(state)
    if version is None and offer is None and word is None:
        return None
    return replace(
        seen, version=version or seen.version, offer=offer or seen.offer, word=word or seen.word
    )


def _progress(state: Mapping[str, object]) -> UpdateWord | None:
    """Home Assistant has no word for failure or success, only for being under way."""
    done = lenient.percent(state.get("update_percentage"))
    under_way = state.get("in_progress")
    if under_way is True or (done is not None and under_way is not False):
        return UpdateWord(phase=Phase.INSTALLING, percent=done)
    return None


def _version(value: object) -> Version | None:
    """Return a version: a text with a digit in it; placeholders of old firmware are none."""
    line = lenient.text(value, _VERSION_LIMIT)
    if line is None or line.casefold() in _NO_VERSION or not re.search(r"\d", line):
        return None
    return Version(line)
