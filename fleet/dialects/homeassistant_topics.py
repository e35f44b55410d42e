"""The topics that a Home Assistant announcement teaches, and what is said on them.

One entity gives a route for each topic it names: where it says whether it is there, what it
measures, which firmware is installed and which is the latest. `args` of a route hold what is needed
to read that topic without the announcement: template, payloads, the group of an availability.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from msgspec.structs import replace

from fleet.dialects import lenient
from fleet.dialects.templates import render
from fleet.model import (
    Availability,
    Id,
    Observation,
    Phase,
    Route,
    Unknown,
    UpdateWord,
    Version,
    Vote,
)

_READ = frozenset({"sensor", "binary_sensor"})
_NO_VERSION = frozenset({"", "-1", "none", "null", "unknown", "undefined", "n/a"})
_VERSION_LIMIT = 255
_TEXT_LIMIT = 4_096
_TOPIC_LIMIT = 1_024


# --- what an announcement teaches -----------------------------------------------------------------


def routes_of(main: Id, name: str, entity: Mapping[str, object]) -> list[Route]:
    """Return what one entity teaches: routes to `main` for every topic that it names."""
    taught = _availability_routes(main, entity)
    topic = entity.get("state_topic")
    if is_update(entity):
        taught += _update_routes(main, entity)
    elif str(entity.get("platform")) in _READ and subscribable(topic):
        args = {
            "name": name,
            "template": line(entity.get("value_template")),
            "class": line(entity.get("device_class")),
        }
        taught.append(Route(topic=str(topic), device=main, role=f"reading:{name}", args=args))
    return taught


def _update_routes(main: Id, entity: Mapping[str, object]) -> list[Route]:
    taught = []
    for role, topic, template in (
        ("update_state", "state_topic", "value_template"),
        ("update_latest", "latest_version_topic", "latest_version_template"),
    ):
        if subscribable(entity.get(topic)):
            args = {"template": line(entity.get(template))}
            taught.append(Route(topic=str(entity[topic]), device=main, role=role, args=args))
    return taught


def _availability_routes(main: Id, entity: Mapping[str, object]) -> list[Route]:
    entries = entity.get("availability")
    if not isinstance(entries, list):
        entries = [
            {
                "topic": entity.get("availability_topic"),
                "value_template": entity.get("availability_template"),
                "payload_available": entity.get("payload_available"),
                "payload_not_available": entity.get("payload_not_available"),
            }
        ]
    wanted = [_asked(entry) for entry in entries if subscribable(entry.get("topic"))]
    mode = lenient.text(entity.get("availability_mode")) or "latest"
    common = {
        "mode": mode if mode in {"all", "any", "latest"} else "latest",
        "of": "\n".join(sorted({args["topic"] for args in wanted})),
    }
    said = repr((common["mode"], [sorted(args.items()) for args in wanted]))
    group = hashlib.sha256(said.encode(errors="replace")).hexdigest()[:12]
    return [
        Route(
            topic=args["topic"],
            device=main,
            role=f"availability:{group}",
            args={**common, **args, "group": group},
        )
        for args in wanted
    ]


def _asked(entry: Mapping[str, object]) -> dict[str, str]:
    yes, no = entry.get("payload_available"), entry.get("payload_not_available")
    return {
        "topic": str(entry["topic"]),
        "template": line(entry.get("value_template")),
        "yes": line(yes) if yes is not None else "online",
        "no": line(no) if no is not None else "offline",
    }


def is_update(entity: Mapping[str, object]) -> bool:
    """Whether it is an update entity that is in use: a beta channel's is announced switched off."""
    off = str(entity.get("enabled_by_default")).casefold() == "false"
    return entity.get("platform") == "update" and not off


def subscribable(topic: object) -> bool:
    """Return whether an announced topic is one: a text of a length that brokers take."""
    return (
        isinstance(topic, str)
        and 0 < len(topic.encode(errors="replace")) <= _TOPIC_LIMIT
        and ("\0" not in topic)
    )


def line(value: object) -> str:
    """Return a template, payload or class as text; "" for what is none."""
    if isinstance(value, bool):
        return str(value)
    return str(value)[:_TEXT_LIMIT] if isinstance(value, str | int | float) else ""


# --- what is said on the topics it taught ---------------------------------------------------------


def heard(seen: Observation, route: Route, value: str) -> Observation | Unknown | None:
    """Add to `seen` what `value` means on this route; None: nothing new."""
    role, _, name = route.role.partition(":")
    if role == "config":
        return None
    template = route.args.get("template", "")
    said = render(template, value) if template else value
    if said is None:
        return None  # a template we do not run, or a message without that field
    if role == "availability":
        return _voted(seen, route, said)
    if role == "reading":
        return _measured(seen, name, route, said)
    if role == "update_latest":
        return _latest(seen, said)
    return _installed(seen, said)


def _voted(seen: Observation, route: Route, said: str) -> Observation | None:
    states = {
        route.args.get("no", ""): Availability.OFFLINE,
        route.args.get("yes", ""): Availability.ONLINE,
    }
    state = states.get(said.strip(), states.get(said))
    if state is None:
        return None
    vote = Vote(
        group=route.args.get("group", ""),
        mode=route.args.get("mode", "latest"),
        of=tuple(route.args.get("of", "").split("\n")),
        topic=route.topic,
        says=state,
    )
    return replace(seen, votes=(*seen.votes, vote))


def _measured(seen: Observation, name: str, route: Route, said: str) -> Observation | None:
    line = lenient.text(said, 255)
    if line is None or line in {"None", "unknown", "unavailable"}:
        return None
    exact = lenient.number(line)
    readings = {**seen.readings, name: line if exact is None else exact}
    full = lenient.percent(line) if route.args.get("class") == "battery" else None
    return replace(seen, readings=readings, battery=seen.battery if full is None else full)


def _latest(seen: Observation, said: str) -> Observation | Unknown | None:
    if not said.strip():
        return None
    version = version_in(said)
    return Unknown("not_a_version") if version is None else replace(seen, offer=version)


def _installed(seen: Observation, said: str) -> Observation | Unknown | None:
    """Read an update entity's state: JSON, or the bare installed version."""
    if not said.strip():
        return None
    state = lenient.json_value(said)
    if not isinstance(state, dict):
        version = version_in(said)
        return Unknown("not_a_version") if version is None else replace(seen, version=version)
    version, offer = (
        version_in(state.get("installed_version")),
        version_in(state.get("latest_version")),
    )
    word = _progress(state)
    if version is None and offer is None and word is None:
        return None
    return replace(
        seen, version=version or seen.version, offer=offer or seen.offer, word=word or seen.word
    )


def _progress(state: Mapping[str, object]) -> UpdateWord | None:
    """Home Assistant has no word for failure or success, only for being under way."""
    done = lenient.percent(state.get("update_percentage"))
    under_way = state.get("in_progress")
    if under_way is True or (done is not None and under_way is not False):
        return UpdateWord(phase=Phase.INSTALLING, percent=done)
    return None


def version_in(value: object) -> Version | None:
    """Return a version: a text with a digit in it; placeholders of old firmware are none."""
    line = lenient.text(value, _VERSION_LIMIT)
    if line is None or line.casefold() in _NO_VERSION or not re.search(r"\d", line):
        return None
    return Version(line)
