"""Which device a Home Assistant announcement is about, and what it says of it.

All of it is the announcer's claim. Identifiers that examples are made of (`aa:bb:cc:dd:ee:ff`) say
nothing: such devices are told apart by where they speak, and so are entities without a device.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fleet.dialects import lenient, openbeken
from fleet.dialects.homeassistant_said import version_in
from fleet.model import Id, Observation

DIALECT = "homeassistant"
_KINDS = {  # the first of these platforms that a device has says what it is; most have sensors too
    **{name: name for name in ("lock", "siren", "climate", "cover", "valve", "light", "fan")},
    **{name: name for name in ("vacuum", "lawn_mower", "humidifier", "camera")},
    "alarm_control_panel": "alarm",
    "water_heater": "climate",
    "switch": "switch",
    "sensor": "sensor",
    "binary_sensor": "sensor",
}
_RADIOS = {"bluetooth": "ble", "zigbee": "zigbee"}
_SHARED_ROOTS = frozenset({"shellies", "homeassistant", "home", "tele", "stat", "devices"})
_TOPICS = ("state_topic", "command_topic", "topic", "availability_topic")
_IDENTIFIERS = 50
_TELLING = 4  # characters
_ADDRESS = 8
_SIGN = re.compile(r"[^a-z0-9]")
_HEX = re.compile(r"[A-F:_-]")
_LETTER = re.compile(r"[A-Za-z]")

Entities = Sequence[tuple[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Who:
    """What an announcement says of its device, read once: it is asked for from several sides."""

    said: Mapping[str, object]
    identifiers: Sequence[str]
    connections: Sequence[tuple[str, str]]
    name: str | None
    place: str  # where it speaks: tells apart what shares an example's identifier
    neighbours: frozenset[Id]  # by which name another dialect knows it, where its topics tell


def who(config: Mapping[str, object], entities: Entities) -> Who:
    """Return what an announcement says of its device."""
    device = config.get("device")
    said = device if isinstance(device, dict) else {}
    place = _place(config, entities)
    return Who(
        said,
        _identifiers(said.get("identifiers")),
        _connections(said.get("connections")),
        lenient.text(said.get("name")) if said else _nameless(config, entities, place),
        place,
        _neighbours(said, entities),
    )


def identity(of: Who, entities: Entities, ids: frozenset[Id]) -> Observation:
    """Return who an announcement says the device is."""
    said = of.said
    platforms = {str(entity.get("platform")) for _, entity in entities}
    radios = {_RADIOS.get(kind) for kind, _ in of.connections}
    return Observation(
        dialect=DIALECT,
        ids=ids,
        name=of.name,
        vendor=lenient.text(said.get("manufacturer")),
        model=_model(said),
        hardware=lenient.text(said.get("hw_version")),
        room=lenient.text(said.get("suggested_area")),
        kind=next((kind for platform, kind in _KINDS.items() if platform in platforms), None),
        version=version_in(said.get("sw_version")),
        radio=next(iter(radios)) if len(radios) == 1 else None,
        via=_via(said.get("via_device"), of.place),
    )


def ids_of(of: Who) -> frozenset[Id]:
    """Return every id an announcement gives its device; none where it names no device."""
    ids: set[Id] = set()
    for identifier in of.identifiers:
        ids |= _claims(identifier)
    for kind, value in of.connections:
        ids |= _connection(kind, value)
    ids |= of.neighbours
    if not ids and of.place:
        first = [*of.identifiers, *(value for _, value in of.connections), ""][0]
        ids.add(("ha", of.place + ("" if of.said.get("via_device") is None else f"/{first}")))
    return frozenset(ids)


def _neighbours(device: Mapping[str, object], entities: Entities) -> frozenset[Id]:
    page = lenient.text(device.get("configuration_url"))
    if page is None:
        return frozenset()
    topics = [entity.get("availability_topic") for _, entity in entities]
    found = {openbeken.announced(topic, page) for topic in topics if isinstance(topic, str)}
    return frozenset(each for each in found if each is not None)


def main_of(ids: frozenset[Id]) -> Id:
    """Return the id that routes name: the announcer's own where there is one."""
    return min(ids, key=lambda one: (one[0] != "ha", one))


def key_in(parts: Sequence[str], of: Who) -> str:
    """Return what the readings of a single entity are called, unlike any other of its device.

    Of `homeassistant/switch/plug_7f/plug_7f_relay/config` that is "switch.relay": what only names
    the device, or where it speaks, is left out, and so is "sensor". Names for people repeat, as
    does ESPHome's unique_id.
    """
    platform, key = parts[0], parts[-1]
    given = (*of.identifiers, *(value for _, value in of.connections), of.name or "")
    known = {_plain(each) for each in (*given, of.place.rpartition("/")[2])} - {""}
    node = parts[1] if len(parts) == 3 else ""  # noqa: PLR2004 - platform, node, object
    owner = _plain(node)
    mine = not owner or any(_akin(owner, each) for each in known)
    for each in sorted({*known, owner} - {""}, key=len, reverse=True):
        if f"{_plain(key)}_".startswith(f"{each}_"):
            rest = key[len(each) + 1 :]
            tells = rest and (platform != "sensor" or _LETTER.search(rest))  # "light.0", but no "0"
            key = rest if tells else key
            break
    named = ("" if platform == "sensor" else platform, "" if mine else node, key)
    return ".".join(filter(None, named))


def _place(config: Mapping[str, object], entities: Entities) -> str:
    everything = (*(entity for _, entity in entities), config)
    usual = (entity.get(field) for entity in everything for field in _TOPICS)
    others = (entity[key] for entity in everything for key in entity if key.endswith("_topic"))
    found = itertools.chain(usual, others)
    topic = next((topic for topic in found if isinstance(topic, str) and topic), "")
    if not config.get("device"):
        return topic
    parts = topic.split("/")
    return "/".join(parts[:2] if parts[0] in _SHARED_ROOTS else parts[:1])


def _akin(one: str, other: str) -> bool:
    """Whether one name is the other, or shares with it what is long enough to be no accident."""
    short, long = sorted((one, other), key=len)
    if short == long or (len(short) >= _TELLING and short in long):
        return True
    return any(len(part) >= _ADDRESS and part in other for part in one.split("_"))


@lru_cache(maxsize=8_192)
def _plain(name: str) -> str:
    return _SIGN.sub("_", name.casefold())


def _model(device: Mapping[str, object]) -> str | None:
    """Return its model; OpenMQTTGateway says a JSON list of one in a text."""
    said = device.get("model")
    if isinstance(said, str) and said.startswith("["):
        inner = lenient.json_value(said)
        entries = inner[:_IDENTIFIERS] if isinstance(inner, list) else []
        said = ", ".join(word for each in entries if (word := lenient.text(each))) or said
    return lenient.text(said) or lenient.text(device.get("model_id"))


def _nameless(config: Mapping[str, object], entities: Entities, place: str) -> str | None:
    """Name a thing that announced entities but no device: "Temperature" alone names nothing."""
    name = lenient.text(config.get("name"))
    kind = lenient.text(config.get("device_class"))
    if name is not None and (kind is None or name.casefold() != kind.casefold()):
        return name
    parts = [part for part in place.split("/") if part not in {"state", "status", "set", ""}]
    return parts[-1] if parts else entities[0][0]


def _claims(identifier: str) -> set[Id]:
    """Return the ids in one identifier; none in one that examples share: its topic must do."""
    if lenient.is_placeholder(identifier):
        return set()
    found: set[Id] = {("ha", identifier)}
    address = lenient.mac(identifier)
    if address is not None and _HEX.search(identifier.upper()):
        found.add(address)
    if (radio := lenient.ieee(identifier)) is not None:
        found.add(radio)
    return found


def _connection(kind: str, value: str) -> set[Id]:
    if kind in {"mac", "bluetooth"}:
        address = lenient.mac(value)
        return {address} if address else set()
    if lenient.is_placeholder(value):
        return set()
    radio = lenient.ieee(value)
    return {radio} if radio else {("ha", f"{kind}:{value}")}


def _via(value: object, place: str) -> Id | None:
    """Return the gateway it names: by an identifier, or, as OpenMQTTGateway does, by its name."""
    name = lenient.text(value)
    if name is None:
        return None
    return ("ha", place) if lenient.is_placeholder(name) else ("ha", name)


def _identifiers(value: object) -> list[str]:
    values: Iterable[object] = value[:_IDENTIFIERS] if isinstance(value, list) else [value]
    return [name for entry in values if (name := lenient.text(entry)) is not None]


def _connections(value: object) -> list[tuple[str, str]]:
    entries = value[:_IDENTIFIERS] if isinstance(value, list) else []
    if len(entries) == 2 and all(isinstance(entry, str) for entry in entries):  # noqa: PLR2004 - a pair without its list
        entries = [entries]
    found = []
    for entry in entries:
        pair = entry if isinstance(entry, list) else []
        words = [word for part in pair[:3] if (word := lenient.text(part)) is not None]
        if len(words) == 2:  # noqa: PLR2004 - a pair
            found.append((words[0], words[1]))
    return found
