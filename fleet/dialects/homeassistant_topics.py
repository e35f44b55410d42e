"""The topics of a Home Assistant entity that are no reading: availability, update, attributes.

One entity gives a route for each topic it names. `args` of a route hold what is needed to read that
topic without the announcement: template, payloads, the group of an availability.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from fleet.capability import Capability, Feature
from fleet.dialects import homeassistant_light, lenient
from fleet.dialects.homeassistant_entities import DIALECT, Entity, Taught, line, subscribable
from fleet.dialects.homeassistant_facets import FACETS
from fleet.model import Id, Route

_ENTRIES = 20  # of a list of availability topics
_COLLECTED = ("state_topic", "topic", "brightness_state_topic", "position_topic")


def teach(taught: Taught, entity: Entity) -> None:
    """Add everything that one entity says, and takes."""
    taught.routes += _availability_routes(taught.main, entity.config)
    if is_update(entity.config):
        _update(taught, entity)
    elif entity.platform == "light":
        homeassistant_light.teach(taught, entity)
    elif entity.platform == "device_automation":
        _trigger(taught, entity)
    elif entity.platform == "valve" and entity.config.get("reports_position") is True:
        _valve(taught, entity)
    else:
        taught.fields(entity)
    if entity.platform in FACETS or entity.platform == "light":
        _attributes(taught, entity)


def is_update(config: Mapping[str, object]) -> bool:
    """Whether it is an update entity that is in use: a beta channel's is announced switched off."""
    off = str(config.get("enabled_by_default")).casefold() == "false"
    return config.get("platform") == "update" and not off


def notes_in(said: Mapping[str, object]) -> str | None:
    """Return what an update entity says of its offer: what is new, and where to read on."""
    parts = [lenient.text(said.get(key), 500) for key in ("release_summary", "release_url")]
    return "\n".join(part for part in parts if part) or None


def _update(taught: Taught, entity: Entity) -> None:
    for role, topic, template in (
        ("update_state", "state_topic", "value_template"),
        ("update_latest", "latest_version_topic", "latest_version_template"),
    ):
        if heard := entity.heard_on(topic):
            taught.hears(heard, role, {"template": entity.line(template)})


def _trigger(taught: Taught, entity: Entity) -> None:
    """A device's trigger: somebody pressed `subtype` as `type` where it says `payload`."""
    topic = entity.heard_on("topic")
    kind, which = entity.line("type"), entity.line("subtype")
    if not topic or not (kind or which):
        return
    made = Feature(capability=Capability.BUTTON, dialect=DIALECT)
    taught.features["trigger"] = made  # one reading for all of them: its value says which
    args = {
        "name": "trigger",
        "template": entity.line("value_template"),
        "says": " ".join(filter(None, (which, kind))),
    }
    if "payload" in entity.config:
        args["payload"] = entity.line("payload")
    taught.hears(topic, "reading:trigger", args)


def _valve(taught: Taught, entity: Entity) -> None:
    """A valve that says how far it is open, bare or as {"state": "opening", "position": 30}."""
    taught.fields(
        Entity(
            entity.key,
            {
                **entity.config,
                "platform": "cover",
                "state_topic": None,
                "position_topic": entity.config.get("state_topic"),
                "position_template": entity.config.get("value_template"),
                "set_position_topic": entity.config.get("command_topic"),
                "set_position_template": entity.config.get("command_template"),
                "command_topic": None,
            },
        )
    )
    taught.routes = [
        Route(topic=each.topic, device=each.device, role="reading:valve", args=each.args)
        if each.role == "reading:" and each.args["name"] == f"{entity.key}.position"
        else each
        for each in taught.routes
    ]


def _attributes(taught: Taught, entity: Entity) -> None:
    """What an entity says beside its state, where that is not the document of its state."""
    topic = entity.heard_on("json_attributes_topic")
    if topic and topic not in (entity.config.get(key) for key in _COLLECTED):
        template = entity.line("json_attributes_template")
        taught.hears(topic, "attributes", {"name": entity.key, "template": template})


def _availability_routes(main: Id, config: Mapping[str, object]) -> list[Route]:
    entries = config.get("availability")
    if not isinstance(entries, list):
        entries = [
            {
                "topic": config.get("availability_topic"),
                "value_template": config.get("availability_template"),
                "payload_available": config.get("payload_available"),
                "payload_not_available": config.get("payload_not_available"),
            }
        ]
    wanted = tuple(
        _asked(entry)
        for entry in entries[:_ENTRIES]
        if isinstance(entry, dict) and subscribable(entry.get("topic"))
    )
    if not wanted:
        return []
    mode = lenient.text(config.get("availability_mode")) or "latest"
    return [
        Route(topic=args["topic"], device=main, role=f"availability:{args['group']}", args=args)
        for args in _votes(mode if mode in {"all", "any", "latest"} else "latest", wanted)
    ]


@lru_cache(maxsize=4_096)
def _votes(mode: str, wanted: tuple[tuple[str, ...], ...]) -> tuple[Mapping[str, str], ...]:
    """Return how each topic is read: all entities of a device ask the same ones as a rule."""
    of = "\n".join(sorted({topic for topic, *_ in wanted}))
    said = hashlib.sha256(repr((mode, wanted)).encode(errors="replace"))
    common = {"mode": mode, "of": of, "group": said.hexdigest()[:12]}
    return tuple(
        {**common, "topic": topic, "template": template, "yes": yes, "no": no}
        for topic, template, yes, no in wanted
    )


def _asked(entry: Mapping[str, object]) -> tuple[str, ...]:
    yes, no = entry.get("payload_available"), entry.get("payload_not_available")
    return (
        str(entry["topic"]),
        line(entry.get("value_template")),
        line(yes) if yes is not None else "online",
        line(no) if no is not None else "offline",
    )
