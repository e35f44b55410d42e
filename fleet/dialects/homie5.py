"""Homie 5: a device in one JSON document, and families of devices behind one connection.

A sensor behind a bridge announces itself (retained) on `homie/5/attic-sensor/$description`:

    {"homie": "5.0", "version": 7, "name": "Attic sensor", "type": "acme-th", "root": "bridge-1",
     "nodes": {"air": {"properties": {"temperature": {"datatype": "float", "unit": "°C"}}}}}

after it has said `ready` on `homie/5/attic-sensor/$state`; it is removed by an empty `$state`. Only
the root of such a family has a last will: when the root is lost, all behind it are, whatever they
said last. The two messages may come in any order, and so may root and child, so each side teaches
the other a route: the child `<domain>/5/<root>/+` (role "root", with what the child has said), the
root `<domain>/5/+/+` (role "tree", with the root's own state).

Source: the Homie convention 5.0, MQTT.md 1.8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from fleet.capability import Capability, Feature
from fleet.dialects import lenient
from fleet.dialects.homie_properties import all_fields, described, line
from fleet.dialects.homie_tree import STATES, Place, kind_of
from fleet.model import Availability, Message, Observation, Route, Unknown

FILTERS = ("+/5/+/$state", "+/5/+/$description")

_NAME = "homie"
_BEGINS = re.compile(r"([^/]+)/5/([^/$][^/]*)/\$(?:state|description)")
_LISTEN = ("+/+",)  # values, alerts; never an order or a target
_LOST = Availability.OFFLINE
_MOST = 300  # properties of one device


def is_one(route: Route) -> bool:
    """Whether these are the facts of a device of Homie 5."""
    return "$domain" in route.args


def begins(topic: str) -> bool:
    """Whether a device of Homie 5 begins on this topic."""
    return _BEGINS.fullmatch(topic) is not None and not set("+#\0") & set(topic)


def read(
    message: Message, route: Route | None, routes: Sequence[Route]
) -> Sequence[Observation] | Unknown:
    """Read what a device says, and what that means for those behind it."""
    facts = route.args if route else _nothing_yet(message.topic)
    place = _place(_own(facts), facts["$prefix"], message.broker)
    rest = message.topic[len(place.prefix) + 1 :]
    if rest == "$description":
        return _announced(place, facts, message, routes)
    said = line(message.payload)
    if said is None:
        return Unknown("not_text")
    if rest == "$state":
        return _stands(place, facts, said, routes)
    if rest.startswith("$alert/"):
        alert = {rest: _alert(rest)}
        return [place.seen(readings={rest: lenient.text(said) or ""}, features=alert)]
    if "$" in rest or (rest.endswith("/set") and rest.count("/") > 1) or not message.payload:
        return ()  # a log line, a target, somebody's order, a value that was taken back
    return _value(place, facts, rest, message.payload)


@lru_cache(maxsize=1_024)
def _alert(rest: str) -> Feature:
    """Return what an alert is: a line of the device's own words, under the alert's id."""
    label = lenient.text(rest.removeprefix("$alert/")) or ""
    return Feature(capability=Capability.TEXT, dialect=_NAME, label=label)


@lru_cache(maxsize=4_096)
def _place(own: str, prefix: str, broker: str) -> Place:
    return Place(_NAME, own, prefix, broker, listen=_LISTEN)


def _nothing_yet(topic: str) -> dict[str, str]:
    found = _BEGINS.fullmatch(topic)
    domain, name = (found[1], found[2]) if found else ("", "")
    return {"$prefix": f"{domain}/5/{name}", "$domain": domain, "$id": name}


def _own(facts: Mapping[str, str]) -> str:
    return _named(facts, facts["$id"])


def _named(facts: Mapping[str, str], name: str) -> str:
    """Return the id of a device of the same domain, the same as Homie 3 and 4 would give it."""
    return name if facts["$domain"] == "homie" else f"{facts['$domain']}/{name}"


def _value(
    place: Place, facts: Mapping[str, str], path: str, payload: bytes
) -> Sequence[Observation] | Unknown:
    found = described(_NAME, path, facts.get(path, ""), tagged=True)
    reading = found.reading(payload)
    if reading is None:
        return Unknown("not_text")
    battery = None
    if found.feature.capability is Capability.BATTERY:
        battery = lenient.percent(reading)
    return [place.seen(readings={path: reading}, battery=battery)]


# --- state, and the family ------------------------------------------------------------------------


def _stands(
    place: Place, facts: Mapping[str, str], said: str, routes: Sequence[Route]
) -> Sequence[Observation] | Unknown:
    if not said:
        return [place.seen(gone=True)]
    if said not in STATES:
        return Unknown("homie_not_understood")
    now = {**facts, "$state": said}
    seen = place.seen(readings={"$state": said}, endpoint=place.endpoint(), **_now(now, routes))
    if now != facts:
        seen = replace(seen, routes=_routes(place, now), features=_features(now))
    return [seen, *_behind(now, routes)]


def _now(facts: Mapping[str, str], routes: Sequence[Route]) -> dict[str, Any]:
    """Return the availability of a device: its own, unless the root of its family is lost."""
    own = STATES.get(facts.get("$state", ""))
    root = facts.get("$root", "")
    for route in routes:
        if route.role == "tree" and route.args["id"] == root and route.args["state"] == "lost":
            own = _LOST
    return {"availability": own}


def _behind(facts: Mapping[str, str], routes: Sequence[Route]) -> list[Observation]:
    """Return what the state of a root makes of each device behind it that we know."""
    lost = facts.get("$state") == "lost"
    return [
        Observation(
            dialect=_NAME,
            ids=frozenset({route.device}),
            availability=_LOST if lost else STATES.get(route.args.get("$state", "")),
        )
        for route in routes
        if route.role == "root" and "$state" in facts
    ]


def _routes(place: Place, facts: Mapping[str, str]) -> tuple[Route, ...]:
    taught = list(place.learned(facts))
    domain, root = facts["$domain"], facts.get("$root", "")
    if root and not set("+#/\0") & set(root):
        topic = f"{domain}/5/{root}/+"
        taught.append(
            Route(topic=topic, device=place.main, role="root", args=facts, subscribe=False)
        )
    if "$leads" in facts:
        args = {"id": facts["$id"], "state": facts.get("$state", "")}
        topic = f"{domain}/5/+/+"
        taught.append(
            Route(topic=topic, device=place.main, role="tree", args=args, subscribe=False)
        )
    return tuple(taught)


# --- the description ------------------------------------------------------------------------------


def _announced(
    place: Place, before: Mapping[str, str], message: Message, routes: Sequence[Route]
) -> Sequence[Observation] | Unknown:
    if not message.payload.strip():
        return ()  # only an empty state removes a device
    said = lenient.json_object(message.payload)
    if said is None:
        return Unknown("not_json_object")
    if not str(said.get("homie", "")).startswith("5"):
        return Unknown("homie_not_understood")
    facts = {
        name: before[name] for name in ("$prefix", "$domain", "$id", "$state") if name in before
    }
    root, parent = lenient.text(said.get("root")), lenient.text(said.get("parent"))
    root = root or parent
    if root:
        facts["$root"] = root
    elif said.get("children"):
        facts["$leads"] = "yes"
    nodes = said.get("nodes")
    facts |= _properties(nodes if isinstance(nodes, dict) else {})
    seen = place.seen(
        name=lenient.text(said.get("name")) or facts["$id"],
        model=lenient.text(said.get("type")),
        kind=_kind(said, nodes),
        via=(_NAME, _named(facts, root)) if root else None,
        parent=parent if parent != root else None,
        features=_features(facts),
        endpoint=place.endpoint(),
        routes=_routes(place, facts),
        **_now(facts, routes),
    )
    return [seen, *_behind(facts, routes)]


def _properties(nodes: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for node, inner in nodes.items():
        properties = inner.get("properties") if isinstance(inner, dict) else None
        for name, said in properties.items() if isinstance(properties, dict) else ():
            if len(found) >= _MOST:
                return found
            if isinstance(said, dict) and not {"$", "\0"} & set(node + name):
                found[f"{node}/{name}"] = all_fields(said)
    return found


def _features(facts: Mapping[str, str]) -> dict[str, Feature]:
    """Return all that is described: a description that names less takes the rest back."""
    return {
        path: described(_NAME, path, known, tagged=True).feature
        for path, known in facts.items()
        if path[0] != "$"
    }


def _kind(said: Mapping[str, object], nodes: object) -> str | None:
    types = [said.get("type")]
    if isinstance(nodes, dict):
        types += [node.get("type") for node in list(nodes.values())[:9] if isinstance(node, dict)]
    kinds = (kind_of(word) for each in types if (word := lenient.text(each)))
    return next((kind for kind in kinds if kind), None)
