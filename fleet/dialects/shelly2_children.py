"""Bluetooth devices behind a Shelly: they speak through its status, and are updated by its maker.

Their gateway names what was added to it when it is asked for its components:

    {"key": "bthomedevice:200", "status": {"rssi": -58, "battery": 97, "fw_ver": "v1.1.4"},
     "config": {"addr": "02:00:5e:00:00:7e", "name": "Terrace"}, "attrs": {"model_id": 3}}
    {"key": "bthomesensor:203", "status": {"value": 23.4},
     "config": {"addr": "02:00:5e:00:00:7e", "obj_id": 69, "idx": 0}}

and from then on says only the keys: which sensor is whose is kept as a route.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fleet.capability import Feature
from fleet.dialects import lenient, shelly_words
from fleet.dialects.lenient import Reading
from fleet.dialects.shelly2_features import MODELS, NAME, of_child, sensed, virtual
from fleet.model import Endpoint, Id, Observation

_DEVICES = ("bthomedevice:", "blutrv:")
_SENSOR = "bthomesensor:"
_MOST = 200
_TOLD = ("rssi", "current_C", "target_C", "pos", "event", "event_at")

Owners = Mapping[str, str]
"""Sensor -> whose it is and what it measures: "bthomedevice:200 69 0 02005E00007E"."""


def spoken(
    gateway: str, prefix: str, broker: str, status: Mapping[str, object], owners: Owners
) -> list[Observation]:
    """Return what a gateway's status says of those behind it."""
    found: list[Observation] = []
    for key, part in list(status.items())[:_MOST]:
        if not isinstance(part, dict):
            continue
        if key.startswith(_DEVICES):
            found.append(_said(gateway, prefix, broker, key, part))
        elif key.startswith(_SENSOR) and key in owners:
            found += _measured(gateway, part, owners[key])
    return found


def listed(
    gateway: str, prefix: str, broker: str, components: Sequence[object]
) -> tuple[list[Observation], dict[str, str]]:
    """Return those behind a gateway as its components name them, and whose each sensor is."""
    parts = [each for each in flattened(components) if isinstance(each.get("key"), str)]
    owners: dict[str, str] = {}
    by_address: dict[str, str] = {}
    found: list[Observation] = []
    for each in parts:
        key, config = str(each["key"]), _object(each.get("config"))
        if key.startswith(_DEVICES):
            by_address.setdefault(str(config.get("addr")), key)
            seen = _said(gateway, prefix, broker, key, _object(each.get("status")))
            found.append(_named(seen, config, _object(each.get("attrs"))))
    for each in parts:
        key, config = str(each["key"]), _object(each.get("config"))
        number, index = lenient.number(config.get("obj_id")), lenient.number(config.get("idx"))
        if key.startswith(_SENSOR) and number is not None:
            address = str(config.get("addr"))
            known = lenient.mac(address)
            owner = by_address.get(address, "-")
            owners[key] = f"{owner} {number:.0f} {index or 0:.0f} {known[1] if known else '-'}"
            found += _measured(gateway, _object(each.get("status")), owners[key])
    return found, owners


def own_components(components: Sequence[object]) -> tuple[dict[str, Reading], dict[str, Feature]]:
    """Return the readings and what they are, of the components the owner or a program made."""
    readings: dict[str, Reading] = {}
    features: dict[str, Feature] = {}
    for each in flattened(components):
        found = virtual(str(each.get("key")), _object(each.get("config")))
        if found is None:
            continue
        name, features[name] = found[0], found[1]
        value = _object(each.get("status")).get("value")
        if (reading := _reading(value)) is not None:
            readings[name] = reading
    return readings, features


def flattened(components: Sequence[object]) -> Iterator[Mapping[str, object]]:
    """Give each component; some firmware puts the list of those of a page into another list."""
    for each in components[:_MOST]:
        if isinstance(each, dict):
            inner = each.get("components")
            if isinstance(inner, list):
                yield from (one for one in inner[:_MOST] if isinstance(one, dict))
            yield each


def _said(
    gateway: str, prefix: str, broker: str, key: str, status: Mapping[str, object]
) -> Observation:
    readings = {
        name: reading for name in _TOLD if (reading := _reading(status.get(name))) is not None
    }
    return Observation(
        dialect=NAME,
        ids=frozenset({_id(gateway, key)}),
        via=(NAME, gateway),
        radio="ble",
        version=shelly_words.version(status.get("fw_ver")),
        battery=lenient.percent(status.get("battery")),
        readings=readings,
        features=of_child(key, tuple(readings)),
        endpoint=Endpoint(
            broker=broker, dialect=NAME, id=key, data={"prefix": prefix, "behind": gateway}
        ),
    )


def _named(
    seen: Observation, config: Mapping[str, object], attrs: Mapping[str, object]
) -> Observation:
    address = lenient.mac(config.get("addr"))
    number = attrs.get("model_id")
    code, product, kind = MODELS.get(number, (None, None, None)) if type(number) is int else _NO
    return Observation(
        dialect=NAME,
        ids=seen.ids | ({address} if address else frozenset()),
        name=lenient.text(config.get("name")) or (None if address else product),
        vendor=shelly_words.VENDOR if code else None,
        model=code,
        product=product,
        kind=kind or ("thermostat" if seen.endpoint and "blutrv" in seen.endpoint.id else "sensor"),
        via=seen.via,
        radio=seen.radio,
        version=seen.version,
        battery=seen.battery,
        readings=seen.readings,
        features=seen.features,
        endpoint=seen.endpoint,
    )


_NO = (None, None, None)


def _measured(gateway: str, status: Mapping[str, object], owner: str) -> Iterator[Observation]:
    whose, number, index, address = owner.split(" ")
    found = sensed(int(number), int(index))
    reading = _reading(status.get("value"))
    if found is None or reading is None:
        return
    name, feature = found
    ids: frozenset[Id] = frozenset({("mac", address)} if address != "-" else set())
    if whose != "-":
        ids = frozenset({_id(gateway, whose)})
    if ids:
        yield Observation(
            dialect=NAME,
            ids=ids,
            battery=lenient.percent(reading) if name == "battery" else None,
            readings={name: reading},
            features={name: feature},
        )


def _id(gateway: str, key: str) -> Id:
    return NAME, f"{gateway}/{key}"


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _reading(value: object) -> Reading | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return lenient.number(value)
    return lenient.text(value) if value != "" else None
