"""A Homie 3 or 4 tree: one attribute a message, in any order; also Valetudo's.

What a device is comes as many small retained messages, and what one of them means may only be
clear with the others: `21.5` is a temperature once `$unit` has said °C. A dialect has no state, so
what was said so far travels in a route: `learned` teaches one with all of it as `args`, which the
registry stores and brings back with each message below the device's prefix. `args` hold

    $prefix          homie/hall-relay
    relay/power      what is known of that property, as fleet/dialects/homie_properties.py writes it
    $fw/name         an attribute of the device itself that another one needs

and stay as they are when a device says the same again: then nothing is learned anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from fleet.capability import Capability, Feature
from fleet.dialects import lenient
from fleet.dialects.homie_properties import FIELDS, described, hints, line, with_field
from fleet.model import (
    Availability,
    Caps,
    Endpoint,
    Id,
    Install,
    Message,
    Observation,
    Phase,
    Route,
    Unknown,
    UpdateWord,
    Version,
)

FACTS = "facts"
"""The role of the route that brings back what was learned."""

STATES = {
    "init": Availability.ONLINE,  # connected, and about to say the rest
    "ready": Availability.ONLINE,
    "alert": Availability.ONLINE,
    "sleeping": Availability.SLEEPING,
    "disconnected": Availability.OFFLINE,
    "lost": Availability.OFFLINE,
}
MOST = 1_500  # facts of one device: some 300 properties

_KINDS = (
    ({"light", "lights", "lamp", "dimmer", "led", "bulb"}, "light"),
    ({"plug", "outlet", "socket"}, "plug"),
    ({"switch", "relay"}, "switch"),
    ({"lock"}, "lock"),
    ({"thermostat", "climate", "hvac", "heater"}, "climate"),
    ({"cover", "blind", "shutter", "curtain", "garage"}, "cover"),
    ({"fan"}, "fan"),
    ({"bridge", "gateway"}, "gateway"),
    ({"sensor", "contact", "motion", "temperature", "humidity", "weather"}, "sensor"),
)
_PRIVATE = frozenset({"ssid", "bssid"})
_NEEDED = frozenset({"implementation", "implementation/ota/enabled", "fw/name", "stats/interval"})
_ELEMENT = re.compile(r"([^/]+)_\d+/(.+)")
_PROGRESS = re.compile(r"206 (\d+)\D(\d+)")
_STATISTICS = {
    "signal": (Capability.SIGNAL, "%"),
    "uptime": (Capability.DURATION, "s"),
    "cputemp": (Capability.TEMPERATURE, "°C"),
    "cpuload": (Capability.NUMBER, "%"),
    "freeheap": (Capability.NUMBER, "B"),
    "supply": (Capability.VOLTAGE, "V"),
    "battery": (Capability.BATTERY, "%"),
}
_TAKES_FILES = Caps(install=frozenset({Install.CHUNKS}), progress=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device speaks, and under which names it is known."""

    dialect: str
    id: str
    prefix: str
    broker: str
    listen: tuple[str, ...] = ()  # what to subscribe to below the prefix
    exact: bool = False  # subscribe to each property by its topic besides, for others are too big

    @property
    def main(self) -> Id:
        """The id that its routes name."""
        return self.dialect, self.id

    def seen(self, **said: Any) -> Observation:  # noqa: ANN401 - the fields of Observation
        """Return what was said of this device."""
        return Observation(dialect=self.dialect, ids=frozenset({self.main}), **said)

    def learned(self, facts: Mapping[str, str]) -> tuple[Route, ...]:
        """Return the routes that bring `facts` back, and those to be subscribed to."""
        topics = [f"{self.prefix}/{rest}" for rest in self.listen]
        if self.exact:
            paths = (path for path in facts if "/" in path and path[0] != "$")
            topics += [f"{self.prefix}/{path}" for path in paths if not _skipped(path)]
        return (
            Route(
                topic=f"{self.prefix}/#", device=self.main, role=FACTS, args=facts, subscribe=False
            ),
            *(Route(topic=topic, device=self.main, role="listen") for topic in topics),
        )

    def endpoint(self, **data: str) -> Endpoint:
        """Return where it takes orders, and what else a plan needs to know."""
        data = {"prefix": self.prefix} | data
        return Endpoint(broker=self.broker, dialect=self.dialect, id=self.id, data=data)


def known(routes: Sequence[Route]) -> Route | None:
    """Return the route with the facts of the device whose topic this is."""
    found: Route | None = None
    for route in routes:
        if route.role == FACTS and (found is None or len(route.topic) > len(found.topic)):
            found = route
    return found


def met(place: Place, message: Message) -> Sequence[Observation] | Unknown:
    """Read the first word of a device: its `$homie` or its `$state`."""
    facts = {"$prefix": place.prefix}
    said = read(place, facts, message)
    if isinstance(said, Unknown) or any(each.gone for each in said):
        return said if isinstance(said, Unknown) else ()
    return (place.seen(endpoint=place.endpoint(), routes=place.learned(facts)), *said)


def read(
    place: Place, facts: Mapping[str, str], message: Message
) -> Sequence[Observation] | Unknown:
    """Return what a message below a device's prefix says; none: nothing new, or nothing of it.

    What a property is and what was learned by it are two observations: the features of one that
    also teaches routes would be all that these routes describe.
    """
    said = _read(place, facts, message)
    if said is None or isinstance(said, Unknown):
        return said or ()
    if said.routes and said.features:
        return (replace(said, features={}), place.seen(features=said.features))
    return (said,)


def _read(place: Place, facts: Mapping[str, str], message: Message) -> Observation | Unknown | None:
    rest = message.topic[len(place.prefix) + 1 :]
    owner, sign, name = rest.partition("$")
    if not sign:
        return _value(place, facts, rest, message.payload)
    said = line(message.payload)
    if said is None:
        return Unknown("not_text")
    if owner:
        return _described(place, facts, owner.rstrip("/"), name, said)
    if name in {"homie", "state"}:
        return _lives(place, facts, name, said)
    return _own(place, facts, name, said, retained=message.retain)


def kind_of(text: str) -> str | None:
    """Return what a device is by the type of it, or of its nodes."""
    words = set(hints(text))
    return next((kind for names, kind in _KINDS if names & words), None)


# --- the device itself ----------------------------------------------------------------------------


def _lives(
    place: Place, facts: Mapping[str, str], name: str, said: str
) -> Observation | Unknown | None:
    if not said:
        return place.seen(gone=True)
    if name == "homie":
        return place.seen() if said[0].isdigit() else Unknown("homie_not_understood")
    if said not in STATES:
        return Unknown("homie_not_understood")
    wakes = lenient.number(facts.get("$stats/interval")) if said == "sleeping" else None
    features = {}
    if said == "alert":  # only who has ever been in alarm has this feature
        features["$state"] = _TROUBLE[place.dialect]
    return place.seen(
        availability=STATES[said], wakes_s=wakes, readings={"$state": said}, features=features
    )


def _own(
    place: Place, facts: Mapping[str, str], name: str, said: str, *, retained: bool
) -> Observation | Unknown | None:
    if name in _NEEDED:
        return _remembered(place, facts, name, said)
    if name.startswith("stats/"):
        return _statistic(place, name, said)
    if name == "implementation/ota/status":
        return None if retained else _update(place, said)  # of some earlier update, else
    text, address = lenient.text(said), lenient.mac(said)
    if name == "mac" and address:
        return Observation(dialect=place.dialect, ids=frozenset({place.main, address}))
    fields: dict[str, dict[str, Any]] = {
        "name": {"name": text},
        "localip": {"endpoint": place.endpoint(ip=text or "")},
        "fw/version": {"version": Version(text or "")},
        "fw/checksum": {
            "readings": {"$fw/checksum": text or ""},
            "features": {"$fw/checksum": _CHECKSUM[place.dialect]},
        },
    }
    return place.seen(**fields[name]) if text and name in fields else None


def _remembered(place: Place, facts: Mapping[str, str], name: str, said: str) -> Observation | None:
    """Keep an attribute that others need, and say what it makes of the device with them."""
    now = _with(facts, f"${name}", lenient.text(said) or "")
    if now is facts:
        return None
    made = now.get("$implementation", "")
    chip = {"chip": "ESP8266"} if made.startswith("esp8266") else {}
    takes = made.startswith("esp8266") and now.get("$implementation/ota/enabled") == "true"
    robot = made == "Valetudo"  # Home Assistant knows it by the same id, whatever its prefix
    ids = {place.main, ("ha", place.prefix.rpartition("/")[2])} if robot else {place.main}
    return Observation(
        dialect=place.dialect,
        ids=frozenset(ids),
        vendor="Homie" if chip else None,  # nobody says who wrote the firmware
        model=None if robot else now.get("$fw/name") or made or None,
        hardware=made if made.startswith("esp") else None,
        radio="wifi" if robot or made.startswith("esp") else None,
        kind="vacuum" if robot else None,
        caps=_TAKES_FILES if takes else Caps(),
        endpoint=place.endpoint(
            implementation=made, ota=now.get("$implementation/ota/enabled", ""), **chip
        ),
        routes=place.learned(now),
    )


def _statistic(place: Place, name: str, said: str) -> Observation | None:
    found = lenient.number(said)
    what = name.removeprefix("stats/")
    if found is None or what not in _STATISTICS:
        return None
    return place.seen(
        readings={f"${name}": found},
        features={f"${name}": _STATISTIC[place.dialect][what]},
        battery=lenient.percent(found) if what == "battery" else None,
    )


def _update(place: Place, said: str) -> Observation | Unknown:
    """Read "202", "206 1405/345520", "200", "304", "400 BAD_CHECKSUM", "403", "500 FLASH_ERROR"."""
    phases = {
        "200": Phase.REBOOTING,
        "202": Phase.ACCEPTED,
        "206": Phase.TRANSFERRING,
        "304": Phase.COMMITTED,  # it runs these very bytes; its version will say whether
        "400": Phase.FAILED,
        "403": Phase.REFUSED,
        "500": Phase.FAILED,
    }
    phase = phases.get(said[:3])
    if phase is None:
        return Unknown("homie_not_understood")
    done = _PROGRESS.match(said)
    percent = 100 * int(done[1][:12]) / int(done[2][:12]) if done and int(done[2][:12]) else None
    bad = phase in {Phase.FAILED, Phase.REFUSED}
    error = lenient.text(said) or "" if bad else ""
    percent = min(100.0, percent) if percent is not None else None
    return place.seen(word=UpdateWord(phase=phase, percent=percent, error=error))


# --- nodes and properties -------------------------------------------------------------------------


def _described(
    place: Place, facts: Mapping[str, str], path: str, name: str, said: str
) -> Observation | None:
    """Read an attribute of a node or of a property."""
    if "/" not in path:
        kind = kind_of(said) if name == "type" and "$kind" not in facts else None
        now = _with(facts, "$kind", kind) if kind else facts
        return None if now is facts else place.seen(kind=kind, routes=place.learned(now))
    if name not in FIELDS or _skipped(path):
        return None
    now = _with(facts, path, with_field(facts.get(path, ""), name, said))
    if now is facts:
        return None
    feature = described(place.dialect, path, now[path]).feature
    return place.seen(features={path: feature}, routes=place.learned(now))


def _value(
    place: Place, facts: Mapping[str, str], path: str, payload: bytes
) -> Observation | Unknown | None:
    orders = path.endswith("/set") and path.count("/") > 1
    if not payload or orders or "/" not in path or _skipped(path):
        return None
    told = facts.get(path)
    features: dict[str, Feature] = {}
    found = described(place.dialect, path, told or "")
    if told is None and (element := _ELEMENT.fullmatch(path)):  # of a Homie 3 array of nodes
        told = facts.get(f"{element[1]}/{element[2]}")
        if told is not None:
            found = described(place.dialect, path, told)
            features = {path: found.feature}
    reading = found.reading(payload)
    if reading is None:
        return Unknown("not_text")
    battery = None
    if found.feature.capability is Capability.BATTERY:
        battery = lenient.percent(reading)
    return Observation(
        dialect=place.dialect,
        ids=frozenset({place.main}),
        readings={path: reading},
        features=features,
        battery=battery,
    )


def _with(facts: Mapping[str, str], name: str, said: str) -> Mapping[str, str]:
    """Return facts with one more; the same where it is known, or where there is no more room."""
    if facts.get(name) == said or (len(facts) >= MOST and name not in facts):
        return facts
    return {**facts, name: said}


def _skipped(path: str) -> bool:
    """Whether a property is nobody's business, is meant for Home Assistant, or is a map."""
    return path.rpartition("/")[2] in _PRIVATE or path.startswith(("MapData/map", "hass/"))


def _aside(dialect: str, capability: Capability, unit: str, label: str) -> Feature:
    return Feature(capability=capability, dialect=dialect, unit=unit, label=label, aside=True)


_SPEAKERS = ("homie", "valetudo")
_VENDOR = "Homie"  # of Homie for ESP8266: its owner builds it, and no other is told
_CHECKSUM = {name: _aside(name, Capability.TEXT, "", "firmware MD5") for name in _SPEAKERS}
_TROUBLE = {
    name: Feature(capability=Capability.PROBLEM, dialect=name, on="alert", off="ready")
    for name in _SPEAKERS
}
_STATISTIC = {
    name: {
        what: _aside(name, capability, unit, "" if what in {"battery", "signal"} else what)
        for what, (capability, unit) in _STATISTICS.items()
    }
    for name in _SPEAKERS
}
