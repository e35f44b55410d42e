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

from fleet.capability import Reading
from fleet.dialects import homeassistant_topics, lenient
from fleet.dialects.abbreviations import long
from fleet.dialects.base import Listener, wished
from fleet.dialects.homeassistant_announce import ours
from fleet.dialects.homeassistant_commands import orders, press
from fleet.dialects.homeassistant_device import identity, ids_of, key_in, main_of, who
from fleet.dialects.homeassistant_entities import Entity, Taught
from fleet.dialects.homeassistant_said import Said, hear
from fleet.model import Caps, Device, Endpoint, Id, Install, Message, Observation, Route, Unknown
from fleet.steps import Offer, Publish, Refusal, Step

_TOPIC = re.compile(r"homeassistant/([^/]+)/(?:([^/]+)/)?([^/]+)/config")
_WORD = re.compile(r"[a-zA-Z0-9_-]+", re.ASCII)
_MAX_COMPONENTS = 500
_SHARED = frozenset(
    {
        *("availability", "availability_mode", "availability_template", "availability_topic"),
        *("payload_available", "payload_not_available", "command_topic", "state_topic", "qos"),
    }
)
"""What a device's components inherit of the document around them."""


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
        return press(device)

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Publish what its announcement says for that value."""
        found = wished(device, self.name, feature, wish)
        return found if isinstance(found, Refusal) else orders(*found, wish)

    def _announced(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown:
        if ours(message.topic):
            return ()
        if not message.payload.strip():
            return [self._gone(route.device, message) for route in routes if route.role == "config"]
        config = lenient.json_object(message.payload)
        if config is None:
            return Unknown("not_json_object")
        found = _TOPIC.fullmatch(message.topic)
        parts = [part for part in found.groups() if part] if found else []
        if not all(_WORD.fullmatch(part) for part in parts):
            return Unknown("id_not_allowed")
        if config.get("migrate_discovery", config.get("migr_discvry")) is True:
            return ()
        return self._device(message, parts, long(config))

    def _device(
        self, message: Message, parts: Sequence[str], config: dict[str, object]
    ) -> Sequence[Observation] | Unknown:
        named = _entities(parts, config)
        of = who(config, named)
        ids = ids_of(of)
        if not ids:
            return Unknown("names_no_device")
        main = main_of(ids)
        single = "" if config["components"] else key_in(parts, of)
        taught = Taught(main)
        taught.hears(message.topic, "config", {})
        for key, entity in named:
            homeassistant_topics.teach(taught, Entity(single or key, entity))
        seen = identity(of, named, ids)
        data: dict[str, str] = {}
        for _, entity in named:
            if homeassistant_topics.is_update(entity):
                caps, data = _button(Entity("", entity))
                seen = replace(seen, caps=caps, notes=homeassistant_topics.notes_in(entity))
                break
        return [
            replace(
                seen,
                routes=tuple(taught.routes),
                features=taught.features,
                source=message.topic,
                endpoint=Endpoint(broker=message.broker, dialect=self.name, id=main[1], data=data),
            )
        ]

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
        found: dict[Id, Said] = {}
        reason: Unknown | None = None
        for route in routes:
            said = found.get(route.device)
            if said is None:
                said = found[route.device] = Said()
            reason = hear(said, route, value) or reason
        told = [said.observation(self.name, device) for device, said in found.items()]
        understood = [each for each in told if each is not None]
        return reason if reason and not understood else understood


def _entities(
    parts: Sequence[str], config: Mapping[str, object]
) -> list[tuple[str, dict[str, object]]]:
    """Return (key, configuration) of each entity, what a device document shares put in."""
    components = config["components"]
    if not isinstance(components, dict) or not components:
        return [(parts[-1], {**config, "platform": parts[0]})]
    shared = {key: value for key, value in config.items() if key in _SHARED}
    return [
        (key, {**shared, **entity})
        for key, entity in list(components.items())[:_MAX_COMPONENTS]
        if entity.keys() - {"platform"}  # a platform alone takes the component back
    ]


def _button(entity: Entity) -> tuple[Caps, dict[str, str]]:
    """Return what an update entity means: it tells progress, and where its install button is."""
    topic = entity.sent_to("command_topic")
    if not topic:
        return Caps(progress=True), {}
    way = entity.way(topic)
    data = {
        "command_topic": topic,
        "payload_install": entity.line("payload_install"),
        "qos": way["qos"],
        "retain": way.get("retain", "false"),
    }
    return Caps(install=frozenset({Install.OWN}), progress=True), data
