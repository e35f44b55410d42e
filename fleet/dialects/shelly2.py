"""Shelly's second generation and later: notifications, JSON-RPC, updates from our address.

A plug says `true` (retained) on `shellyplus1pm-02005e00007f/online`, and on its `.../events/rpc`:

    {"src": "shellyplus1pm-02005e00007f", "dst": "shellyplus1pm-02005e00007f/events",
     "method": "NotifyStatus", "params": {"ts": 1700000000.5,
        "switch:0": {"id": 0, "output": true, "apower": 42.0}}}

only what has changed; NotifyFullStatus has all, NotifyEvent what happens ({"events": [{"component":
"sys", "event": "ota_progress", "progress_percent": 48}]}). With "generic status" switched on each
component's whole status is on `.../status/switch:0` too. The prefix is the owner's to change, the
id in `src` is not. Others say `true` on an `online` of theirs: such a prefix is asked who it is
(fleet/dialects/shelly2_rpc.py), and is no device before it answers.

Source: Shelly's API documentation of the second generation (MQTT, Shelly, Sys), MQTT.md 1.6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fleet.capability import Capability, Reading
from fleet.dialects import lenient, shelly_words
from fleet.dialects.base import Listener, wished
from fleet.dialects.shelly2_answers import answer, script, told
from fleet.dialects.shelly2_features import NAME
from fleet.dialects.shelly2_met import Place, met, named_by_the_factory, shelly_id
from fleet.dialects.shelly2_rpc import (
    ANSWERS,
    Number,
    answered_by,
    introductions,
    orderable,
    request,
    who_are_you,
)
from fleet.dialects.shelly2_status import events_of
from fleet.model import Availability, Device, Message, Observation, Route, Unknown
from fleet.steps import Ask, Offer, Publish, Refusal, Step

_EVENTS = "/events/rpc"
_ONLINE = "/online"
_STATUS = "/status/"
_STATES = {b"true": Availability.ONLINE, b"false": Availability.OFFLINE}


class Shelly2(Listener):
    """Reads Shelly's later generations; gives them an address to fetch their firmware from."""

    name = NAME
    rank = 12
    writes = ("+/rpc", "+/+/rpc")

    def filters(self) -> Sequence[tuple[str, int]]:
        """Where any of them speaks, under a prefix of up to three levels; and answers to us."""
        events = ("+/events/rpc", "+/+/events/rpc", "+/+/+/events/rpc")
        return tuple((each, 1) for each in ("+/online", "+/+/online", *events, ANSWERS))

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read what a known prefix says; of others what only a Shelly says so."""
        topic = message.topic
        said: Sequence[Observation] | Unknown | None = None
        if routes:
            said = _known(message, routes)
        elif topic.endswith(_EVENTS):
            said = _events(message, Place(prefix=topic.removesuffix(_EVENTS)))
        elif topic.endswith("/rpc"):
            said = answer(message, Place(prefix=answered_by(topic)))
        elif topic.endswith(_ONLINE) and not _of_first_generation(topic):
            said = _somebody(message, topic.removesuffix(_ONLINE))
        elif topic.startswith("shellies/") and topic.endswith("announce"):
            said = script(message)
        elif named_by_the_factory(prefix := topic.rpartition(_STATUS)[0]):
            said = _stranger(message, prefix, topic.rpartition(_STATUS)[2])
        return said if said is None or isinstance(said, Unknown) else shelly_words.apart(said)

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Name the address, or its maker's stable channel: exactly one of both."""
        prefix = _reached(device)
        if isinstance(prefix, Refusal):
            return prefix
        if offer is None:
            return (request(prefix, Number.UPDATE, "Shelly.Update", {"stage": "stable"}),)
        no = shelly_words.unfit(offer, device.caps.url_max)
        return no or (request(prefix, Number.UPDATE, "Shelly.Update", {"url": offer.url}),)

    def check(self, device: Device) -> Sequence[Publish] | Refusal:
        """Let it ask its maker."""
        prefix = _reached(device)
        if isinstance(prefix, Refusal):
            return prefix
        return (request(prefix, Number.CHECK, "Shelly.CheckForUpdate"),)

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Call the method of the component."""
        found = wished(device, NAME, feature, wish)
        if isinstance(found, Refusal):
            return found
        prefix = _reached(device, behind=True)
        if isinstance(prefix, Refusal):
            return prefix
        known, word = found
        call, params = _called(known.capability, known.args, word)
        return (request(prefix, Number.ORDER, call, params),)

    def verify(self, device: Device) -> Sequence[Publish]:
        """Ask for its version: what it notifies has none. Also one that has never answered."""
        endpoint = device.endpoints.get(NAME)
        data = endpoint.data if endpoint else {}
        prefix = data.get("prefix", "")
        return (who_are_you(prefix),) if orderable(prefix) and not data.get("behind") else ()


# --- orders ---------------------------------------------------------------------------------------


def _reached(device: Device, *, behind: bool = False) -> str | Refusal:
    """Return the prefix a device takes orders at; `behind`: its gateway's will do."""
    endpoint = device.endpoints.get(NAME)
    prefix = endpoint.data.get("prefix", "") if endpoint else ""
    if endpoint is None or not orderable(prefix):
        return Refusal("no_command_topic")
    if endpoint.data.get("behind"):
        return prefix if behind else Refusal("no_way_to_install")
    if endpoint.data.get("rpc") == "off":
        return Refusal("rpc_switched_off")
    if endpoint.data.get("auth") == "needed":
        return Refusal("needs_password")
    if endpoint.data.get("rpc") != "on" and device.version is None:
        return Refusal("rpc_not_answered")
    return prefix


def _called(
    capability: Capability, args: Mapping[str, str], word: Reading
) -> tuple[str, dict[str, object]]:
    """Return the method and its parameters; a wish is what `wished` let through."""
    call, key, number = args.get("call", ""), args.get("key", ""), int(args.get("id", "0"))
    value: object = word
    if capability is Capability.COLOUR:
        value = list(bytes.fromhex(str(word).lstrip("#")))
    elif isinstance(word, float) and word == int(word):
        value = int(word)
    if call == "Cover":
        return f"Cover.{str(word).capitalize()}", {"id": number}
    if call == "Shelly.Reboot":
        return call, {}
    if call == "Button.Trigger":
        return call, {"id": number, "event": "single_push"}
    if call == "Thermostat.SetConfig":
        return call, {"id": number, "config": {key: value}}
    if call == "BluTrv.Call":
        inner = {"id": 0, key: value}
        return call, {"id": number, "method": "TRV.SetTarget", "params": inner}
    return call, {"id": number, key: value}


# --- what it says ---------------------------------------------------------------------------------


def _known(message: Message, routes: Sequence[Route]) -> Sequence[Observation] | Unknown:
    """Read what comes from a prefix that was met before."""
    route = routes[-1]
    owners: Mapping[str, str] = {}
    for each in routes:
        if each.role == "components":
            owners = {**owners, **each.args}
        else:
            route = each
    prefix = route.args.get("prefix", "")
    place = Place(prefix=prefix, device=route.device[1], owners=owners, args=route.args)
    if route.role == "online":
        return _online(message, place)
    if route.role == "answers":
        return answer(message, place)
    if route.role == "status":
        component = message.topic.removeprefix(f"{prefix}/status/")
        values = lenient.json_object(message.payload)
        if values is None:
            return () if not message.payload.strip() else Unknown("not_json_object")
        return told(message, place, {component: values})
    return _events(message, place)


def _online(message: Message, place: Place) -> Sequence[Observation] | Unknown:
    state = _STATES.get(message.payload)
    if state is None:
        return () if not message.payload else Unknown("last_will_unknown")
    if state is Availability.OFFLINE and place.args.get("away") == "sleeping":
        state = Availability.SLEEPING
    asks = introductions(place.prefix, again=True) if state is Availability.ONLINE else ()
    ids = frozenset({(NAME, place.device)})
    return [Observation(dialect=NAME, ids=ids, availability=state, asks=asks)]


def _of_first_generation(topic: str) -> bool:
    root, _, device = topic.removesuffix(_ONLINE).partition("/")
    return root == "shellies" and shelly_words.of_first_generation(device)


def _somebody(message: Message, prefix: str) -> Sequence[Observation]:
    """Read `online` of a prefix not met before: only an id as the factory sets it says a Shelly."""
    state = _STATES.get(message.payload)
    if state is None or not prefix:
        return ()
    if named_by_the_factory(prefix):
        place = Place(prefix=prefix, device=prefix)
        seen = Observation(dialect=NAME, ids=frozenset(), availability=state)
        return [met(seen, message, place)]
    if state is Availability.OFFLINE or not orderable(prefix):
        return ()
    return [Observation(dialect=NAME, ids=frozenset(), asks=(Ask(step=who_are_you(prefix)),))]


def _events(message: Message, place: Place) -> Sequence[Observation] | Unknown:
    frame = lenient.json_object(message.payload)
    if frame is None:
        return Unknown("not_json_object") if message.payload.strip() else ()
    source, params, method = frame.get("src"), frame.get("params"), frame.get("method")
    if source != place.device:
        source = shelly_id(source)
    if source is None or not isinstance(params, dict) or not isinstance(method, str):
        return Unknown("names_no_device" if source is None else "notification_not_understood")
    if source != place.device:
        place = Place(
            prefix=place.prefix, device=source
        )  # new here, or the prefix is another's now
    if method == "NotifyEvent":
        happened = events_of(params)
        return told(message, place, happened.children, happened=happened)
    if method not in {"NotifyStatus", "NotifyFullStatus"}:
        return ()
    return told(message, place, params, whole=method == "NotifyFullStatus")


def _stranger(message: Message, prefix: str, component: str) -> Sequence[Observation] | Unknown:
    """Read a component's status below a prefix not met before that is a Shelly's own id."""
    values = lenient.json_object(message.payload)
    if values is None:
        return () if not message.payload.strip() else Unknown("not_json_object")
    return told(message, Place(prefix=prefix, device=prefix), {component: values})
