"""What a Home Assistant entity teaches: its features, and the topics on which it says them.

An entity is one configuration with long keys (abbreviations.py). Each of its fields
(homeassistant_facets.py) becomes a reading with a name, a Feature that says what it is and how to
command it (`args`, read by homeassistant_commands.py), and a Route that says how to read its topic
(`args`, read by homeassistant_said.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fleet.capability import TWO_STATES, WORDS, Capability, Deed, Feature
from fleet.dialects import lenient
from fleet.dialects.homeassistant_facets import (
    BINARY,
    DEFAULT_WORDS,
    FACETS,
    SENSORS,
    STATE_DEFAULTS,
    UNITS,
    Facet,
)
from fleet.model import Id, Route

DIALECT = "homeassistant"
_TEXT_LIMIT = 4_096
_TOPIC_LIMIT = 1_024
_WORDS = 100
_DEEDS = frozenset({Deed.RESTART.value, Deed.IDENTIFY.value})
_NOT_MEASURED = frozenset({"connectivity", "update", "running", "plug"})  # of who looks closely


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity of a device: what its readings are called, and all that was announced of it."""

    key: str  # of its readings, unlike that of any other of the device
    config: Mapping[str, object]

    @property
    def platform(self) -> str:
        """What kind of entity it is."""
        return str(self.config.get("platform"))

    @property
    def name(self) -> str:
        """Its own name for people, "" where it is called like its device."""
        return lenient.text(self.config.get("name")) or ""

    def line(self, key: str, default: str = "") -> str:
        """Return a template, payload or word; "" for an explicit null: it has none."""
        return line(self.config[key]) if key in self.config else default

    def number(self, key: str, default: float | None = None) -> float | None:
        """Return a number it announces."""
        found = lenient.number(self.config.get(key))
        return default if found is None else found

    def heard_on(self, key: str) -> str:
        """Return a topic to subscribe to, "" where there is none."""
        topic = self.config.get(key)
        return str(topic) if subscribable(topic) else ""

    def sent_to(self, key: str) -> str:
        """Return a topic to publish to: one without wildcards."""
        topic = self.heard_on(key)
        return "" if set(topic) & set("+#") else topic

    def listed(self, key: str) -> tuple[str, ...]:
        """Return a list of words."""
        given = self.config.get(key)
        entries = given[:_WORDS] if isinstance(given, list) else []
        return tuple(word for entry in entries if (word := lenient.text(entry)) is not None)

    def way(self, topic: str, template: str = "") -> dict[str, str]:
        """Return how something is sent: topic, template, quality of service, retained or not."""
        qos = self.config.get("qos")
        args = {"topic": topic, "qos": str(qos) if type(qos) is int and qos in range(3) else "0"}
        if template:
            args["template"] = template
        if self.config.get("retain") is True:
            args["retain"] = "true"
        return args

    @property
    def aside(self) -> bool:
        """Whether it is for who looks closely only."""
        off = str(self.config.get("enabled_by_default")).casefold() == "false"
        inner = self.config.get("entity_category") == "diagnostic"
        return off or (inner and self.config.get("device_class") != "battery")


@dataclass(slots=True)
class Taught:
    """What the entities of one announcement teach about a device."""

    main: Id
    routes: list[Route] = field(default_factory=list)
    features: dict[str, Feature] = field(default_factory=dict)

    def hears(self, topic: str, role: str, args: Mapping[str, str]) -> None:
        """Add a topic on which something is said."""
        self.routes.append(Route(topic=topic, device=self.main, role=role, args=args))

    def fields(self, entity: Entity) -> None:
        """Add what an entity of a platform with rows in FACETS says and takes."""
        for facet in FACETS.get(entity.platform, ()):
            said = entity.heard_on(facet.state) if facet.state else ""
            sent = entity.sent_to(facet.command) if facet.command else ""
            if said or sent:
                name = f"{entity.key}.{facet.suffix}" if facet.suffix else entity.key
                made = _feature(entity, facet, sent)
                self.features[name] = made
                if said:
                    role, args = _route(entity, facet, name, made)
                    self.hears(said, role, args)


def line(value: object) -> str:
    """Return a template, payload or class as text; "" for what is none."""
    if type(value) is str:
        return value if len(value) <= _TEXT_LIMIT else value[:_TEXT_LIMIT]
    return str(value)[:_TEXT_LIMIT] if isinstance(value, int | float) else ""


def subscribable(topic: object) -> bool:
    """Return whether an announced topic is one that brokers take, and not everybody's."""
    if not isinstance(topic, str) or not topic or len(topic) > _TOPIC_LIMIT or "\0" in topic:
        return False
    if not topic.isascii() and len(topic.encode(errors="replace")) > _TOPIC_LIMIT:
        return False
    return True if "+" not in topic and "#" not in topic else _narrow(topic.split("/"))


def _narrow(levels: Sequence[str]) -> bool:
    """Whether a filter is a valid one that names something: "+/BTtoMQTT/7F", not "#"."""
    ends = levels[-1] == "#"
    plain = [level for level in (levels[:-1] if ends else levels) if level != "+"]
    return bool(plain) and not any(set(level) & set("+#") for level in plain)


def label(entity: Entity, suffix: str = "") -> str:
    """Return an entity's own name, and of which of its fields this is."""
    return " ".join(filter(None, (entity.name, suffix.replace("_", " "))))


# --- what it is -----------------------------------------------------------------------------------


def _feature(entity: Entity, facet: Facet, sent: str) -> Feature:
    kind = line(entity.config.get("device_class"))
    capability, unit = _meaning(entity, facet, kind)
    args = _orders(entity, facet, sent) if sent and not _needs_code(entity) else {}
    on, off = _two_words(entity, facet, capability)
    if entity.platform == "binary_sensor" and kind == "lock":
        on, off = entity.line("payload_off", "OFF"), entity.line("payload_on", "ON")  # on: open
    return Feature(
        capability=capability,
        dialect=DIALECT,
        label=label(entity, facet.suffix),
        unit=unit,
        on=on,
        off=off,
        low=_bound(entity, facet.low, -1 if facet.command.startswith("percentage") else 0),
        high=_bound(entity, facet.high),
        step=entity.number(facet.step) if facet.step else None,
        words=_words(entity, facet),
        settable=bool(args),
        aside=entity.aside or capability is Capability.SIGNAL or kind in _NOT_MEASURED,
        args=args,
        deed=_deed(entity, kind),
    )


def _deed(entity: Entity, kind: str) -> Deed:
    """Return what a button's device class says that pressing does."""
    known = entity.platform == "button" and kind in _DEEDS
    return Deed(kind) if known else Deed.NONE


def _meaning(entity: Entity, facet: Facet, kind: str) -> tuple[Capability, str]:
    """Return what it is, and in which unit, as its device class and its unit say."""
    unit = lenient.text(entity.config.get("unit_of_measurement"), 20) or ""
    if entity.platform == "binary_sensor":
        return BINARY.get(kind, Capability.ON_OFF), ""
    if entity.platform == "sensor":
        return _measured(entity, kind, unit), unit
    if entity.platform == "number":
        return SENSORS.get(kind) or UNITS.get(unit) or Capability.NUMBER, unit
    if facet.unit == "temperature_unit" or facet.capability is Capability.TEMPERATURE:
        return facet.capability, "°F" if entity.line("temperature_unit") == "F" else "°C"
    return facet.capability, "%" if facet.capability is Capability.HUMIDITY else facet.unit


def _measured(entity: Entity, kind: str, unit: str) -> Capability:
    known = SENSORS.get(kind)
    if known is None and kind in {"", "None"}:
        known = UNITS.get(unit)
    if known is None and not (unit or kind or "state_class" in entity.config):
        return Capability.TEXT
    return known or Capability.NUMBER


def _two_words(entity: Entity, facet: Facet, capability: Capability) -> tuple[str, str]:
    """Return what it says for each of two states."""
    if capability not in TWO_STATES or not facet.state:
        return "", ""
    on, off = (
        entity.line(said, "") or STATE_DEFAULTS.get(said, "") or entity.line(*payload)
        for said, payload in ((facet.said_on, facet.on), (facet.said_off, facet.off))
    )
    return on, off


def _bound(entity: Entity, given: tuple[str, float | None], more: float = 0.0) -> float | None:
    key, default = given
    found = entity.number(key, default) if key else default
    return None if found is None else found + more


def _words(entity: Entity, facet: Facet) -> tuple[str, ...]:
    if facet.says:
        can = {*entity.listed("supported_features"), "disarm"}
        told = [word for word, key, default in facet.says if entity.line(key, default)]
        return tuple(word for word in told if len(can) == 1 or word in can)
    if entity.platform == "event":
        return entity.listed("event_types")
    if entity.platform == "sensor":
        return entity.listed("options")
    if not isinstance(facet.words, str):
        return facet.words
    defaults = DEFAULT_WORDS if entity.platform == "climate" else {}
    return entity.listed(facet.words) or defaults.get(facet.words, ())


def _needs_code(entity: Entity) -> bool:
    """Whether it takes orders with a code only: that is between a person and the device."""
    return any(entity.config.get(key) is not None for key in ("code", "code_format"))


def _orders(entity: Entity, facet: Facet, sent: str) -> dict[str, str]:
    """Return how it is commanded, as homeassistant_commands.py reads it."""
    args = entity.way(sent, entity.line(facet.write) if facet.write else "")
    for name, (key, default) in (("on", facet.on), ("off", facet.off)):
        if payload := entity.line(key, default) if key else default:
            args[name] = payload
    for word, key, default in facet.says:
        if payload := entity.line(key, default):
            args[f"say:{word}"] = payload
    if facet.how == "siren" and "template" not in args:
        args["json"] = "state"
    return args


# --- how it is heard ------------------------------------------------------------------------------


def _route(entity: Entity, facet: Facet, name: str, feature: Feature) -> tuple[str, dict[str, str]]:
    template = entity.line(facet.read) or entity.line("value_template")
    args = {"name": name, "template": template}
    if facet.how == "words":
        args |= dict(_translated(entity))
    if feature.capability is Capability.BATTERY and entity.platform == "sensor":
        args["battery"] = "true"
    how = facet.how
    if entity.platform == "sensor" and feature.capability in WORDS:
        how = "exact" if feature.capability is Capability.TEXT else "text"
    return f"reading:{how}", args


def _translated(entity: Entity) -> Iterable[tuple[str, str]]:
    """Give its own words for the states of a cover, where they are not the usual ones."""
    for word in ("open", "opening", "closed", "closing", "stopped"):
        own = entity.line(f"state_{word}", word)
        if own and own != word:
            yield f"word:{own}", word
