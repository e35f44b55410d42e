"""The devices of a house for other programs: JSON, CSV, and YAML for Home Assistant. Pure.

What stands here is documented in docs/neutral.md and does not change its meaning without a new
`version`; a reader takes what it knows and leaves the rest. There is no password in it, but names,
rooms and addresses of a home are: it is for this home's own programs.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from fleet.capability import Capability, Feature, Reading, values
from fleet.dialects import ALL
from fleet.model import Device
from fleet.scopes import unscoped
from fleet.steps import Publish, Refusal

FORMAT = "orangery-devices"
VERSION = 1
COLUMNS = (
    *("key", "name", "room", "kind", "vendor", "model", "hardware", "version", "offer"),
    *("availability", "battery", "radio", "via", "tags", "ids", "broker", "topic", "capabilities"),
    *("ask_first", "spare", "pinned"),
)


class Place(msgspec.Struct, frozen=True):
    """Where a device is reached: in which dialect, at which broker, under what prefix or name."""

    dialect: str
    broker: str
    id: str
    data: Mapping[str, str] = msgspec.field(default_factory=dict)  # the dialect's own words


class Capable(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a device measures or does; `capability` and values as fleet/capability.py has."""

    name: str
    capability: str
    label: str = ""
    unit: str = ""
    settable: bool = False
    low: float | None = None
    high: float | None = None
    step: float | None = None
    words: tuple[str, ...] = ()
    value: Reading | None = None  # as of the export
    command: Mapping[str, str] = msgspec.field(default_factory=dict)  # topic, on, off, press


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """One device."""

    key: str  # ours, stable for this house
    name: str
    room: str = ""
    tags: tuple[str, ...] = ()
    kind: str = ""
    vendor: str = ""
    model: str = ""
    hardware: str = ""
    version: str = ""
    offer: str = ""  # what its own maker offers
    availability: str = "unknown"
    battery: float | None = None  # per cent
    radio: str = ""
    via: str = ""  # key of its gateway
    ids: tuple[tuple[str, str], ...] = ()  # (scheme, value): mac, ieee, or a dialect's own
    places: tuple[Place, ...] = ()  # the best first
    capabilities: tuple[Capable, ...] = ()
    ask_first: bool = False
    spare: bool = False
    pinned: bool = False


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file (resources/schemas/devices.json)."""

    format: str
    version: int
    devices: tuple[Thing, ...]


def document(devices: Iterable[Device]) -> Document:
    """Return the devices of a house, by name."""
    found = sorted(devices, key=lambda device: (device.name.casefold(), device.key))
    return Document(format=FORMAT, version=VERSION, devices=tuple(map(thing, found)))


def thing(device: Device) -> Thing:
    """Return one device as others are told it."""
    in_order = [device.endpoints[one] for one in device.dialects if one in device.endpoints]
    return Thing(
        key=device.key,
        name=device.name,
        room=device.room,
        tags=tuple(sorted(device.tags)),
        kind=device.kind,
        vendor=device.vendor,
        model=device.model,
        hardware=device.hardware,
        version=device.version.raw if device.version else "",
        offer=device.offer.raw if device.offer else "",
        availability=str(device.availability),
        battery=device.battery,
        radio=device.radio,
        via=device.via,
        ids=tuple(sorted((scheme, unscoped(value)) for scheme, value in device.ids)),
        places=tuple(Place(one.dialect, one.broker, one.id, one.data) for one in in_order),
        capabilities=tuple(_capabilities(device)),
        ask_first=device.ask_first,
        spare=device.spare,
        pinned=device.pinned,
    )


def write(devices: Iterable[Device], suffix: str) -> str:
    """Return the devices as CSV where the name ends so, else as JSON."""
    found = document(devices)
    if suffix == ".csv":
        return as_csv(found)
    return msgspec.json.format(msgspec.json.encode(found)).decode() + "\n"


def as_csv(found: Document) -> str:
    """Return a table, one device a line; what are several is joined by "; "."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for one in found.devices:
        row = {**{name: getattr(one, name, "") for name in COLUMNS}, **_joined(one)}
        table.writerow([_cell(row[name]) for name in COLUMNS])
    return out.getvalue()


def as_yaml(devices: Iterable[Device]) -> str:
    """Return `mqtt:` for Home Assistant's configuration: what can be switched, set and pressed.

    Only what Home Assistant does not find by itself, and what one message does; the states are
    assumed, as MQTT has no general way to say them. Source: Home Assistant's pages "MQTT switch",
    "MQTT button", "MQTT" (manually configured MQTT items).
    """
    found: dict[str, list[Mapping[str, object]]] = {"button": [], "switch": []}
    for device in sorted(devices, key=lambda one: (one.name.casefold(), one.key)):
        if _known_there(device):
            continue
        for name, feature in device.features.items():
            if (entity := _entity(device, name, feature)) is not None:
                found[entity[0]].append(entity[1])
    lines = ["# Orangery: paste below `mqtt:` in configuration.yaml, or include it as a package."]
    lines.append("mqtt:" if any(found.values()) else "mqtt: []")
    for kind, entities in found.items():
        if entities:
            lines.append(f"  {kind}:")
            for one in entities:
                lines += _item(one)
    return "\n".join(lines) + "\n"


_BY_ITSELF = frozenset({"homeassistant", "zigbee2mqtt", "tasmota", "esphome", "shelly1", "shelly2"})
_STATES = (Capability.ON_OFF, Capability.LOCK)


def _known_there(device: Device) -> bool:
    """Whether Home Assistant finds it: it announces itself, or has an integration there."""
    return bool(_BY_ITSELF & set(device.dialects))


def _capabilities(device: Device) -> Iterator[Capable]:
    said = {name: value for name, _, value in values(device.features, device.readings)}
    for name, feature in device.features.items():
        value = said.get(name)
        yield Capable(
            name=name,
            capability=str(feature.capability),
            label=feature.label,
            unit=value.unit if value else feature.unit,
            settable=feature.settable,
            low=feature.low,
            high=feature.high,
            step=feature.step,
            words=feature.words,
            value=value.value if value else None,
            command=_command(device, name, feature) if feature.settable else {},
        )


def _command(device: Device, name: str, feature: Feature) -> dict[str, str]:
    """Return the one message that does it, for switches and buttons; {}: it takes more than one."""
    wishes: Sequence[tuple[str, Reading | None]]
    if feature.capability in _STATES:
        wishes = (("on", True), ("off", False))
    elif feature.capability is Capability.BUTTON:
        wishes = (("press", None),)
    else:
        return {}
    steps = {word: _one_message(device, name, feature, wish) for word, wish in wishes}
    topics = {step.topic for step in steps.values() if step}
    if len(topics) != 1 or not all(steps.values()):
        return {}
    said = {word: step.payload.decode("utf-8", "replace") for word, step in steps.items() if step}
    return {"topic": topics.pop(), **said}


def _one_message(
    device: Device, name: str, feature: Feature, wish: Reading | None
) -> Publish | None:
    dialect = next((one for one in ALL if one.name == feature.dialect), None)
    act: Callable[..., object] | None = getattr(dialect, "act", None)
    steps = act(device, name, wish) if act else Refusal("no_command_topic")
    if isinstance(steps, Refusal) or not isinstance(steps, Sequence):
        return None
    (first, *more) = steps or (None,)
    return first if isinstance(first, Publish) and not more and not first.retain else None


def _entity(device: Device, name: str, feature: Feature) -> tuple[str, dict[str, object]] | None:
    said = _command(device, name, feature) if feature.settable else {}
    if not said:
        return None
    entity: dict[str, object] = {
        "name": feature.label or name,
        "unique_id": f"orangery_{device.key}_{re.sub(r'[^A-Za-z0-9]+', '_', name)}",
        "command_topic": said["topic"],
        "device": _device(device),
    }
    if "press" in said:
        return "button", entity | {"payload_press": said["press"]}
    return "switch", entity | {"payload_on": said["on"], "payload_off": said["off"]}


def _device(device: Device) -> dict[str, object]:
    macs = sorted(value for scheme, value in device.ids if scheme == "mac")
    said: dict[str, object] = {
        "identifiers": [f"orangery_{device.key}"],
        "connections": [["mac", ":".join(re.findall("..", mac)).lower()] for mac in macs],
        "name": device.name,
        "manufacturer": device.vendor,
        "model": device.model,
        "sw_version": device.version.raw if device.version else "",
        "suggested_area": device.room,
    }
    return {key: value for key, value in said.items() if value}


def _item(entity: Mapping[str, object]) -> Iterator[str]:
    """Give an entry of a list; JSON's own quoting is YAML's as well."""
    lead = "    - "
    for key, value in entity.items():
        if isinstance(value, dict):
            yield f"{lead}{key}:"
            yield from (f"        {name}: {_quoted(one)}" for name, one in value.items())
        else:
            yield f"{lead}{key}: {_quoted(value)}"
        lead = "      "


def _quoted(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _joined(one: Thing) -> dict[str, object]:
    best = one.places[0] if one.places else None
    return {
        "tags": "; ".join(one.tags),
        "ids": "; ".join(f"{scheme}:{value}" for scheme, value in one.ids),
        "broker": best.broker if best else "",
        "topic": (best.data.get("prefix") or best.id) if best else "",
        "capabilities": "; ".join(each.name for each in one.capabilities),
    }


def _cell(value: object) -> str:
    """Return a cell; what a table program would take for a formula begins with an apostrophe."""
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
