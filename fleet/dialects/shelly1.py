"""Shelly's first generation: a topic for each value, and a file over HTTP alone.

A relay says on `shellies/announce`, and on `shellies/shelly1-00007F/announce`:

    {"id": "shelly1-00007F", "model": "SHSW-1", "mac": "02005E00007F", "ip": "192.0.2.7",
     "new_fw": false, "fw_ver": "20230913-112003/v1.14.0-gcb84623"}

then `true` (retained) on `shellies/shelly1-00007F/online`, `on` on `.../relay/0`, and all of it as
JSON on `.../info`, there also {"update": {"status": "pending", "has_update": true,
"new_version": "20231107-164219/v1.14.1-g0617c15", "old_version": "20230913-..."}, ...}.

Source: Shelly's API documentation of the first generation (MQTT), MQTT.md 1.6. The id is the
user's to change, and may hold slashes. What an announcement does not tell apart is told by the end
of a topic. Right after a boot `update` says "unknown" and no version: that is no offer.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from fleet.capability import Capability, Reading
from fleet.dialects import lenient, shelly_words
from fleet.dialects.base import Listener, wished
from fleet.dialects.shelly1_features import (
    JSON_TAILS,
    MODELS,
    NAME,
    SLEEPERS,
    features,
    known,
    shape,
)
from fleet.dialects.shelly1_status import readings_of, word_of
from fleet.model import (
    Availability,
    Caps,
    Device,
    Endpoint,
    Install,
    Message,
    Observation,
    Route,
    Unknown,
    Version,
)
from fleet.steps import Ask, HttpRequest, Offer, Publish, Refusal, Step
from fleet.topics import is_wild

_ROOT = "shellies/"
_LEVELS = 6  # of the longest end of a topic
_CAPS = Caps(install=frozenset({Install.HTTP, Install.OWN}), check=True)
_STATES = {"true": Availability.ONLINE, "false": Availability.OFFLINE}


class Shelly1(Listener):
    """Reads Shelly's first generation; starts its maker's update, or names a file over HTTP."""

    name = NAME
    rank = 11
    writes = (
        "shellies/+/command",
        "shellies/+/+/+/command",
        "shellies/+/+/+/command/+",
        "shellies/+/+/+/set",
    )

    def filters(self) -> Sequence[tuple[str, int]]:
        """All below its own root: an id may have any number of levels."""
        return ((_ROOT + "#", 1),)

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read an announcement, or what a known end of a topic says."""
        if routes:
            return _said(message, routes[0].device[1], routes[0].role, routes[0].args)
        found = _split(message.topic)
        return None if found is None else _unrouted(message, *found)

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Ask for its maker's update over MQTT, or name a file over HTTP: it fetches by itself."""
        endpoint = _reached(device)
        if endpoint is None:
            return Refusal("no_command_topic")
        if offer is None:
            return (_order(endpoint.id, "update_fw"),)
        if (no := shelly_words.unfit(offer, _CAPS.url_max)) is not None:
            return no
        place = endpoint.data.get("ip", "")
        query = urllib.parse.quote(offer.url, safe=":/")
        step = HttpRequest(url=f"http://{place}/ota?url={query}")
        return (step,) if place else Refusal("no_home_address")

    def check(self, device: Device) -> Sequence[Publish] | Refusal:
        """Let it announce itself, and say all: that tells whether its maker has something new."""
        endpoint = _reached(device)
        if endpoint is None:
            return Refusal("no_command_topic")
        return (_order(endpoint.id, "announce"), _order(endpoint.id, "update"))

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Send the word itself, or for light one member of its JSON order."""
        found = wished(device, NAME, feature, wish)
        if isinstance(found, Refusal):
            return found
        endpoint = _reached(device)
        if endpoint is None:
            return Refusal("no_command_topic")
        known_as, word = found
        to, key = known_as.args.get("to", ""), known_as.args.get("key", "")
        topic = f"{_ROOT}{endpoint.id}/{to}"
        return (Publish(topic=topic, payload=_payload(known_as.capability, key, word), qos=1),)

    def verify(self, device: Device) -> Sequence[Publish]:
        """Let it announce itself: that names the firmware it runs."""
        endpoint = _reached(device)
        return (_order(endpoint.id, "announce"),) if endpoint else ()


# --- orders ---------------------------------------------------------------------------------------


def _reached(device: Device) -> Endpoint | None:
    endpoint = device.endpoints.get(NAME)
    return endpoint if endpoint and _takes_orders(endpoint.id) else None


def _takes_orders(device: str) -> bool:
    return bool(device) and not set(device) & set("+#\0")


def _order(device: str, word: str) -> Publish:
    return Publish(topic=f"{_ROOT}{device}/command", payload=word.encode(), qos=1)


def _payload(capability: Capability, key: str, word: Reading) -> bytes:
    if capability is Capability.COLOUR:
        red, green, blue = bytes.fromhex(str(word).lstrip("#"))
        return msgspec.json.encode({"turn": "on", "red": red, "green": green, "blue": blue})
    if isinstance(word, float):
        word = int(word) if word == int(word) else word
    if key:
        return msgspec.json.encode({"turn": "on", key: word})
    return str(word).encode()


# --- what it says ---------------------------------------------------------------------------------


def _unrouted(message: Message, device: str, tail: str) -> Sequence[Observation] | Unknown:
    """Read the first word on a topic."""
    if not tail:
        return ()  # an order, to a device or to all
    if tail == "announce":
        return _announced(message, device)
    if tail == "online" and not shelly_words.of_first_generation(device):
        return _somebody(message, device)
    said = _said(message, device, tail, _away(device))
    if isinstance(said, Unknown) or not said:
        return said
    return shelly_words.apart([_met(seen, message, device, tail) for seen in said])


def _split(topic: str) -> tuple[str, str] | None:
    """Return the id ("": of all) and the end of a topic of a Shelly; an empty end for an order."""
    parts = topic.split("/")
    if parts[0] != "shellies":
        return None
    if parts[1:] == ["announce"]:
        return "", "announce"
    if parts[-1] in {"command", "set"} or parts[-2:] == ["command", "pos"]:
        return "", ""
    for at in range(max(2, len(parts) - _LEVELS), len(parts)):
        tail = "/".join(parts[at:])
        if known(tail):
            device = "/".join(parts[1:at])
            return (device, tail) if device else None
    return None


def _announced(message: Message, device: str) -> Sequence[Observation] | Unknown:
    if not message.payload.strip():
        return ()
    values = lenient.json_object(message.payload)
    if values is None:
        return Unknown("not_json_object")
    if "gen" in values:
        return ()  # a script lets later generations announce themselves so: shelly2 reads it
    said = device or lenient.text(values.get("id"))
    if said is None:
        return Unknown("names_no_device")
    code = lenient.text(values.get("model"))
    product, kind, wakes = MODELS.get(code or "", (None, None, None))
    seen = Observation(
        dialect=NAME,
        ids=shelly_words.ids(NAME, said, values.get("mac")),
        name=None if shelly_words.family(said) else said.rpartition("/")[2] or None,
        vendor=shelly_words.VENDOR,
        model=code,
        product=product,
        kind="cover" if values.get("mode") == "roller" else kind,
        version=shelly_words.version(values.get("fw_ver")),
        availability=None if message.retain else Availability.ONLINE,
        wakes_s=wakes or None,
        radio="wifi",
        caps=_CAPS,
        asks=(Ask(step=_order(said, "update")),) if _asks_more(values, said) else (),
    )
    return [_taught(seen, message.broker, said, values.get("ip"), sleeps=wakes is not None)]


def _asks_more(values: Mapping[str, object], device: str) -> bool:
    """Whether to ask what is new: an announcement only says that something is."""
    return values.get("new_fw") is True and _takes_orders(device)


def _taught(
    seen: Observation, broker: str, device: str, address: object, *, sleeps: bool
) -> Observation:
    """Add where it is reached, and what its last will means."""
    where = shelly_words.home_address(address)
    data = {"ip": where} if where else {}
    endpoint = Endpoint(broker=broker, dialect=NAME, id=device, data=data)
    topic = f"{_ROOT}{device}/online"
    route = Route(
        topic=topic,
        device=(NAME, device),
        role="online",
        args={"away": "sleeping" if sleeps else "offline"},
    )
    routes = () if is_wild(topic) else (route,)
    return replace(seen, endpoint=endpoint, routes=routes, source=topic)


def _met(seen: Observation, message: Message, device: str, tail: str) -> Observation:
    """Complete the first word on a topic; the later ones come by the route that it teaches."""
    if not seen.ids:
        return seen
    own = shelly_words.family(device)
    online = None if message.retain else Availability.ONLINE
    route = Route(topic=message.topic, device=(NAME, device), role=tail, args=_away(device))
    data = seen.endpoint.data if seen.endpoint else {}
    return replace(
        seen,
        ids=seen.ids | shelly_words.ids(NAME, device),
        name=None if own else device.rpartition("/")[2] or None,
        vendor=shelly_words.VENDOR,
        radio="wifi",
        availability=seen.availability or online,
        caps=_CAPS,
        endpoint=Endpoint(broker=message.broker, dialect=NAME, id=device, data=data),
        routes=(route,),
        source=message.topic,
        asks=_who_are_you(device),
    )


def _somebody(message: Message, device: str) -> Sequence[Observation]:
    """Ask who says `online` under a name that anybody could have given: it makes no device yet.

    Later generations may be given a prefix below `shellies/`, and say the same there.
    """
    asks = _who_are_you(device) if message.payload == b"true" else ()
    return [Observation(dialect=NAME, ids=frozenset(), asks=asks)] if asks else ()


def _who_are_you(device: str) -> tuple[Ask, ...]:
    """Ask for its announcement: a Motion must not be asked more than once an hour, so none is."""
    return (Ask(step=_order(device, "announce")),) if _takes_orders(device) else ()


@lru_cache(maxsize=1_024)
def _away(device: str) -> dict[str, str]:
    sleeps = shelly_words.family(device).startswith(SLEEPERS)
    return {"away": "sleeping" if sleeps else "offline"}


def _said(
    message: Message, device: str, tail: str, args: Mapping[str, str]
) -> Sequence[Observation] | Unknown:
    if tail == "online":
        return _online(message, device, args)
    said = lenient.words(message.payload)
    if said is None:
        return Unknown("not_text")
    if not said:
        return ()
    ids = frozenset({(NAME, device)})
    if shape(tail) in JSON_TAILS:
        return _document(message, said, device, tail)
    reading = _reading(said)
    if reading is None or (tail.endswith("/pos") and reading == -1):
        return ()  # a roller that was never calibrated knows no position
    return [
        Observation(
            dialect=NAME,
            ids=ids,
            battery=lenient.percent(said) if tail == "sensor/battery" else None,
            readings={tail: reading},
            features=features((tail,)),
        )
    ]


def _online(
    message: Message, device: str, args: Mapping[str, str]
) -> Sequence[Observation] | Unknown:
    said = lenient.words(message.payload)
    state = _STATES.get(said or "")
    if state is None:
        return () if said == "" else Unknown("last_will_unknown")
    if state is Availability.OFFLINE and args.get("away") == "sleeping":
        state = Availability.SLEEPING
    return [Observation(dialect=NAME, ids=frozenset({(NAME, device)}), availability=state)]


def _reading(said: str) -> Reading | None:
    if said in {"true", "false"}:
        return said == "true"
    number = lenient.number(said)
    return lenient.text(said) if number is None else number


def _document(
    message: Message, said: str, device: str, tail: str
) -> Sequence[Observation] | Unknown:
    if tail == "sensor/act_reasons":
        listed = lenient.json_value(said)
        reasons = listed if isinstance(listed, list) else []
        named = ", ".join(word for each in reasons[:8] if (word := lenient.text(each)))
        values: dict[str, object] = {"reasons": named}
    else:
        found = lenient.json_object(said)
        if found is None:
            return Unknown("not_json_object")
        values = found
    readings = readings_of(tail, values, shelly_words.family(device))
    battery = readings.get("sensor/battery")
    seen = Observation(
        dialect=NAME,
        ids=frozenset({(NAME, device)}),
        battery=lenient.percent(battery),
        readings=readings,
        features=features(tuple(readings)),
    )
    return [_informed(seen, message.broker, device, values)] if tail == "info" else [seen]


def _informed(
    seen: Observation, broker: str, device: str, values: Mapping[str, object]
) -> Observation:
    """Add what `info` says beside its measures: its MAC and address, its firmware and the offer."""
    update = values.get("update")
    told = update if isinstance(update, dict) else {}
    wifi = values.get("wifi_sta")
    station = wifi if isinstance(wifi, dict) else {}
    where = shelly_words.home_address(station.get("ip"))
    data = {"ip": where} if where else {}
    return replace(
        seen,
        ids=shelly_words.ids(NAME, device, values.get("mac")),
        version=shelly_words.version(told.get("old_version")),
        offer=_offer(told),
        word=word_of(told),
        endpoint=Endpoint(broker=broker, dialect=NAME, id=device, data=data),
    )


def _offer(update: Mapping[str, object]) -> Version | None:
    """Return what its maker offers; None where it does not know, as right after a boot."""
    status = lenient.text(update.get("status"))
    if status in {None, "unknown"}:
        return None
    new = shelly_words.version(update.get("new_version"))
    old = shelly_words.version(update.get("old_version"))
    if update.get("has_update") is True and new is not None:
        return new if old is None or new.raw != old.raw else Version("")
    return Version("")
