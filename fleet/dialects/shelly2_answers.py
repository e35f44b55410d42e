"""What Shelly's later generations notify and answer, as observations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from fleet.dialects import lenient, shelly_words
from fleet.dialects.shelly2_children import flattened, listed, own_components, spoken
from fleet.dialects.shelly2_features import NAME, RESTART, VIRTUAL, features
from fleet.dialects.shelly2_met import (
    Place,
    endpoint,
    kind_of,
    met,
    prefix_name,
    routes,
    shelly_id,
    vendor,
)
from fleet.dialects.shelly2_rpc import Number, components, orderable
from fleet.dialects.shelly2_status import (
    CHILDREN,
    Events,
    battery_of,
    offer_of,
    radio_of,
    readings_of,
    stable,
    wakes_s,
)
from fleet.model import (
    Availability,
    Message,
    Observation,
    Phase,
    Route,
    Unknown,
    UpdateWord,
)

_NOTHING = Events()
_UNDER_WAY = frozenset({-109, -32900})  # it is at it already; its answer was not awaited
_FORBIDDEN = 401
_PAGES = 1_000  # components; no Shelly has as many


def told(
    message: Message,
    place: Place,
    status: Mapping[str, object],
    *,
    whole: bool = False,
    happened: Events = _NOTHING,
) -> Sequence[Observation]:
    """Return what the status of components, whole or changed, and events come to."""
    readings = readings_of(status)
    if happened.readings:
        readings |= happened.readings
    seen = Observation(
        dialect=NAME,
        ids=frozenset({(NAME, place.device)}),
        battery=battery_of(readings),
        readings=readings,
        features=features(tuple(readings)),
        word=happened.word,
        availability=Availability.SLEEPING if happened.sleeps else None,
    )
    if "sys" in status:
        seen = replace(seen, offer=offer_of(status), wakes_s=wakes_s(status))
    if whole:
        added = any(key.startswith((*CHILDREN, *VIRTUAL)) for key in status)
        asks = (components(place.prefix),) if added and orderable(place.prefix) else ()
        seen = replace(seen, radio=radio_of(status), asks=asks)
    if not place.args:
        seen = met(seen, message, place) if place.prefix else _unplaced(seen, message, place)
    elif seen.wakes_s and place.args.get("away") != "sleeping":
        seen = replace(seen, routes=routes(place, sleeps=True))
    if not any(key.startswith(CHILDREN) for key in status):
        return (seen,)
    children = spoken(place.device, place.prefix, message.broker, status, place.owners)
    return [seen, *children]


def script(message: Message) -> Sequence[Observation]:
    """Read what a script of theirs says in the first generation's way: who it is."""
    values = lenient.json_object(message.payload)
    device = shelly_id(values.get("id")) if values else None
    if values is None or device is None or "gen" not in values:
        return ()
    return [_introduced(values, message, Place(device=device))]


def answer(message: Message, place: Place) -> Sequence[Observation] | Unknown:
    """Read the answer to a question: ours, or of another program that we may hear."""
    frame = lenient.json_object(message.payload)
    if frame is None:
        return Unknown("not_json_object") if message.payload.strip() else ()
    if "method" in frame:
        return ()  # a question or an order
    if not isinstance(frame.get("src"), str) or not {"result", "error"} & frame.keys():
        return Unknown("answer_not_understood")
    device = shelly_id(frame["src"])
    if device is None:
        return ()  # other programs answer in this way too
    return _read(frame, device, message, place)


def _read(
    frame: Mapping[str, object], device: str, message: Message, place: Place
) -> Sequence[Observation]:
    if device != place.device:
        place = replace(place, device=device, args={})
    number = frame.get("id") if place.prefix else None
    result = frame.get("result")
    if isinstance(error := frame.get("error"), dict):
        return [_refused(error, number, message, place)]
    if isinstance(result, dict):
        return _answered(result, number, message, place)
    word = UpdateWord(phase=Phase.ACCEPTED) if number == Number.UPDATE else None
    return [replace(_alive(message, place), word=word)]


def _answered(
    result: Mapping[str, object], number: object, message: Message, place: Place
) -> Sequence[Observation]:
    """Tell by its members what was asked: an answer does not say."""
    if "fw_id" in result or "gen" in result:
        return [_introduced(result, message, place)]
    if isinstance(listing := result.get("components"), list):
        return _listed(listing, result, message, place)
    if isinstance(system := result.get("sys"), dict):
        if isinstance(system.get("device"), dict):
            return [_configured(result, message, place)]
        return told(message, place, result, whole=True)
    if "rpc_ntf" in result:
        return [_configured({"mqtt": result}, message, place)]
    asked = "stable" in result or "beta" in result or number == Number.CHECK
    return [replace(_alive(message, place), offer=stable(result) if asked else None)]


def _alive(message: Message, place: Place) -> Observation:
    """Return what any answer says: that it is there, and where it takes questions."""
    seen = Observation(
        dialect=NAME, ids=frozenset({(NAME, place.device)}), availability=Availability.ONLINE
    )
    if not place.prefix:
        return _unplaced(seen, message, place)
    if not place.args:
        seen = met(seen, message, place)
    return replace(seen, endpoint=endpoint(message.broker, place, rpc="on", auth=""))


def _unplaced(seen: Observation, message: Message, place: Place) -> Observation:
    """Complete what was said to another program: who it is, but not where it takes questions."""
    known = met(seen, message, place)
    return replace(known, endpoint=None, asks=())


def _introduced(values: Mapping[str, object], message: Message, place: Place) -> Observation:
    """Read Shelly.GetDeviceInfo."""
    program = lenient.text(values.get("app"))
    seen = _alive(message, place)
    known = shelly_words.ids(NAME, place.device, values.get("mac"))
    locked = values.get("auth_en")
    readings = {"sys.auth_en": locked} if isinstance(locked, bool) else {}
    return replace(
        seen,
        ids=seen.ids | known,
        readings={**seen.readings, **readings},
        features={**seen.features, **features((*readings, RESTART))},
        name=lenient.text(values.get("name")) or prefix_name(place),
        vendor=vendor(place.device),
        model=lenient.text(values.get("model")),
        kind=kind_of(program or "", lenient.text(values.get("profile")) or "")
        or kind_of(shelly_words.family(place.device)),
        version=shelly_words.version(values.get("fw_id"), values.get("ver")),
    )


def _configured(values: Mapping[str, object], message: Message, place: Place) -> Observation:
    """Read Shelly.GetConfig, or of it what it says of itself and of its way to the broker."""
    own = _object(_object(values.get("sys")).get("device"))
    mqtt = _object(values.get("mqtt"))
    if mqtt and not place.prefix:
        place = replace(place, prefix=lenient.text(mqtt.get("topic_prefix")) or place.device)
        seen = met(_alive(message, Place(device=place.device)), message, place)
    else:
        seen = _alive(message, place)
    if mqtt.get("enable_rpc") is False:
        seen = replace(seen, endpoint=endpoint(message.broker, place, rpc="off"))
    readings: dict[str, str | float | bool] = {}
    if {"rpc_ntf", "status_ntf"} <= mqtt.keys():
        readings["mqtt.says_nothing"] = not (mqtt["rpc_ntf"] or mqtt["status_ntf"])
    return replace(
        seen,
        name=lenient.text(own.get("name")) or seen.name,
        version=shelly_words.version(own.get("fw_id")),
        readings={**seen.readings, **readings},
        features={**seen.features, **features(tuple(readings))},
    )


def _listed(
    listing: Sequence[object], result: Mapping[str, object], message: Message, place: Place
) -> Sequence[Observation]:
    """Read Shelly.GetComponents: what was added to it; its next page is asked for."""
    config = {str(each.get("key")): each for each in flattened(listing)}
    about = {key: _object(config.get(key, {}).get("config")) for key in ("sys", "mqtt")}
    seen = _configured({key: part for key, part in about.items() if part}, message, place)
    readings, known = own_components(listing)
    status = {key: each.get("status") for key, each in config.items()}
    measured = readings_of({key: part for key, part in status.items() if key != "mqtt"})
    seen = replace(
        seen,
        offer=offer_of(status),
        readings={**seen.readings, **measured, **readings},
        features={**seen.features, **features(tuple(measured)), **known},
    )
    prefix = seen.endpoint.data["prefix"] if seen.endpoint else place.prefix
    children, owners = listed(place.device, prefix, message.broker, listing)
    begin = min(max(0, int(lenient.number(result.get("offset")) or 0)), _PAGES)
    found = [seen, *children]
    if place.prefix and owners:
        found.append(_owners(place, owners, begin))
    total = lenient.number(result.get("total")) or 0
    if place.prefix and listing and begin + len(listing) < min(total, _PAGES):
        found[0] = replace(seen, asks=(*seen.asks, components(prefix, begin + len(listing))))
    return found


def _owners(place: Place, owners: Mapping[str, str], page: int) -> Observation:
    """Keep whose each Bluetooth sensor is, beside the topics on which they are heard."""
    device = (NAME, place.device)
    return Observation(
        dialect=NAME,
        ids=frozenset({device}),
        source=f"components {page}",
        routes=tuple(
            Route(topic=f"{place.prefix}/{topic}", device=device, role="components", args=owners)
            for topic in ("events/rpc", "status/+")
        ),
    )


def _refused(
    error: Mapping[str, object], number: object, message: Message, place: Place
) -> Observation:
    """Read an error: of an update's order it is the device's no, where it is not at it already."""
    seen = _alive(message, place)
    code = lenient.number(error.get("code"))
    if code == _FORBIDDEN and place.prefix:
        seen = replace(seen, endpoint=endpoint(message.broker, place, rpc="on", auth="needed"))
    if number != Number.UPDATE:
        return seen
    if code in _UNDER_WAY:
        return replace(seen, word=UpdateWord(phase=Phase.ACCEPTED))
    said = "" if code == _FORBIDDEN else lenient.text(error.get("message")) or ""
    text = f"{'?' if code is None else f'{code:g}'} {said}".strip()
    return replace(seen, word=UpdateWord(phase=Phase.REFUSED, error=text))


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
