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

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from fleet.dialects import lenient
from fleet.dialects.abbreviations import long
from fleet.dialects.base import Listener
from fleet.dialects.homeassistant_topics import (
    heard,
    is_update,
    line,
    routes_of,
    subscribable,
    version_in,
)
from fleet.model import Caps, Device, Endpoint, Id, Install, Message, Observation, Route, Unknown
from fleet.steps import Offer, Publish, Refusal, Step

_TOPIC = re.compile(r"homeassistant/([^/]+)/(?:([^/]+)/)?([^/]+)/config")
_WORD = re.compile(r"[a-zA-Z0-9_-]+")
_KINDS = {  # the first of these platforms that a device has says what it is; most have sensors too
    **{name: name for name in ("lock", "siren", "climate", "cover", "light", "fan", "vacuum")},
    "camera": "camera",
    "switch": "switch",
    "sensor": "sensor",
    "binary_sensor": "sensor",
}
_SHARED_ROOTS = frozenset({"shellies", "homeassistant", "home", "tele", "stat", "devices"})
_MAX_COMPONENTS = 500


class HomeAssistant(Listener):
    """Reads discovery; starts a maker's own update where one is offered, and no other."""

    name = "homeassistant"
    rank = 50
    writes = ()  # each entity names its own command topic (fleet/acl.py reads them of the devices)

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
        taught = [Route(topic=message.topic, device=main, role="config")]
        for name, entity in entities:
            taught += routes_of(main, name, entity)
        seen = _identity(config, entities, ids, _anchor(config, entities))
        update = next((entity for _, entity in entities if is_update(entity)), None)
        if update is not None:
            seen = _with_button(seen, message.broker, main, update)
        return [replace(seen, routes=tuple(taught), source=message.topic)]

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
            after = heard(before, route, value)
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
    platforms = {str(entity.get("platform")) for _, entity in entities}
    return Observation(
        dialect=HomeAssistant.name,
        ids=ids,
        name=name,
        vendor=lenient.text(device.get("manufacturer")),
        model=lenient.text(device.get("model")) or lenient.text(device.get("model_id")),
        hardware=lenient.text(device.get("hw_version")),
        room=lenient.text(device.get("suggested_area")),
        kind=next((kind for platform, kind in _KINDS.items() if platform in platforms), None),
        version=version_in(device.get("sw_version")),
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


def _with_button(
    seen: Observation, broker: str, main: Id, entity: Mapping[str, object]
) -> Observation:
    """Add what an update entity means: it tells progress, and where its install button is."""
    topic = entity.get("command_topic")
    if not isinstance(topic, str) or not subscribable(topic):
        return replace(seen, caps=Caps(progress=True))
    qos = entity.get("qos")
    data = {
        "command_topic": topic,
        "payload_install": line(entity.get("payload_install")),
        "qos": str(qos) if type(qos) is int and qos in range(3) else "0",
        "retain": "true" if entity.get("retain") is True else "false",
    }
    return replace(
        seen,
        caps=Caps(install=frozenset({Install.OWN}), progress=True),
        endpoint=Endpoint(broker=broker, dialect=HomeAssistant.name, id=main[1], data=data),
    )
