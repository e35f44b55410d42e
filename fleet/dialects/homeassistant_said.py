"""What is said on the topics that a Home Assistant announcement taught.

A route's role says what it is, and of a reading how to read it ("reading:hs"); its `args` hold the
template and the reading's name. What one message says on several routes is collected in a `Said`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fleet.capability import Reading
from fleet.dialects import colours, homeassistant_light, lenient
from fleet.dialects.homeassistant_topics import notes_in
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

_NO_VERSION = frozenset({"", "-1", "none", "null", "unknown", "undefined", "n/a"})
_NO_STATE = frozenset({"None", "unknown", "unavailable"})
_VERSION_LIMIT = 255
_ATTRIBUTES = 20
_PRIVATE = frozenset({"latitude", "longitude", "ssid", "SSID", "SSId", "bssid", "BSSID", "BSSId"})
_FRAMEWORK = re.compile(r"(\S+) \([^()]*\)")
"""What it is built with comes after it: "1.4.0 (ESPHome 2026.1)", "2026.8.0 (config hash 0x1)"."""


@dataclass(slots=True)
class Said:
    """What one message says about one device, as far as its routes were read."""

    readings: dict[str, Reading] = field(default_factory=dict)
    votes: list[Vote] = field(default_factory=list)
    battery: float | None = None
    version: Version | None = None
    offer: Version | None = None
    notes: str | None = None
    word: UpdateWord | None = None

    def observation(self, dialect: str, device: Id) -> Observation | None:
        """Return it for the registry; None where nothing was said."""
        if not (self.readings or self.votes or self.version or self.offer or self.word):
            return None
        return Observation(
            dialect=dialect,
            ids=frozenset({device}),
            readings=self.readings,
            votes=tuple(self.votes),
            battery=self.battery,
            version=self.version,
            offer=self.offer,
            notes=self.notes,
            word=self.word,
        )


def hear(said: Said, route: Route, value: str) -> Unknown | None:
    """Add what `value` means on this route; Unknown where it should mean something and does not."""
    args = route.args
    template = args.get("template", "")
    text = render(template, value) if template else value
    if text is None:
        return None  # a template we do not run, or a message without that field
    role, _, how = route.role.partition(":")
    if role == "reading":
        _READERS.get(how, _word)(said, args, text)
    elif role == "availability":
        _vote(said, route, text)
    elif role == "light":
        _light(said, args, text)
    elif role == "attributes":
        _attributes(said, args, text)
    elif role == "update_state":
        return _installed(said, text)
    elif role == "update_latest":
        return _latest(said, text)
    return None


# --- readings -------------------------------------------------------------------------------------


def _measured(said: Said, args: Mapping[str, str], text: str) -> None:
    word = lenient.text(text, _VERSION_LIMIT)
    if word is None or word in _NO_STATE:
        return
    exact = lenient.number(word)
    said.readings[args["name"]] = word if exact is None else exact
    if args.get("battery"):
        said.battery = lenient.percent(word)


def _word(said: Said, args: Mapping[str, str], text: str) -> None:
    """A word stays one, also where it looks like a number: "1" may be its word for on."""
    word = lenient.text(text, _VERSION_LIMIT)
    if word is not None and word not in _NO_STATE:
        said.readings[args["name"]] = word


def _exact(said: Said, args: Mapping[str, str], text: str) -> None:
    """A number where nothing is lost by it: "2.10" may be a version, "007" a code."""
    word = text.strip()
    number = lenient.number(word)
    lossless = number is not None and word in (repr(number), f"{number:.0f}")
    (_measured if lossless else _word)(said, args, text)


def _translated(said: Said, args: Mapping[str, str], text: str) -> None:
    word = text.strip()
    _word(said, args, args.get(f"word:{word}", word))


def _siren(said: Said, args: Mapping[str, str], text: str) -> None:
    state = lenient.json_object(text) if text.startswith("{") else None
    _word(said, args, text if state is None else str(state.get("state", "")))


def _event(said: Said, args: Mapping[str, str], text: str) -> None:
    """{"event_type": "press", ...}: what somebody did."""
    state = lenient.json_object(text)
    kind = lenient.text(state.get("event_type")) if state else None
    if kind is not None:
        said.readings[args["name"]] = kind


def _trigger(said: Said, args: Mapping[str, str], text: str) -> None:
    if args.get("payload", text) == text:
        said.readings[args["name"]] = args["says"]


def _vacuum(said: Said, args: Mapping[str, str], text: str) -> None:
    """{"state": "docked", "fan_speed": "high", "battery_level": 80}."""
    state = lenient.json_object(text) or {}
    name = args["name"]
    if (word := lenient.text(state.get("state"))) is not None:
        said.readings[name] = word
    if (speed := lenient.text(state.get("fan_speed"))) is not None:
        said.readings[f"{name.removesuffix('.state')}.fan_speed"] = speed
    if (full := lenient.percent(state.get("battery_level"))) is not None:
        said.battery = said.readings["battery"] = full


def _valve(said: Said, args: Mapping[str, str], text: str) -> None:
    state = lenient.json_object(text) if text.startswith("{") else None
    if state is None:
        _measured(said, args, text)
        return
    if (position := lenient.number(state.get("position"))) is not None:
        said.readings[args["name"]] = position
    if (word := lenient.text(state.get("state"))) is not None:
        said.readings[f"{args['name'].removesuffix('.position')}.state"] = word


def _rgb(said: Said, args: Mapping[str, str], text: str) -> None:
    _colour(said, args, colours.of_rgb(text.split(",", 5)))


def _hs(said: Said, args: Mapping[str, str], text: str) -> None:
    _colour(said, args, colours.of_hs(text.split(",", 2)))


def _xy(said: Said, args: Mapping[str, str], text: str) -> None:
    _colour(said, args, colours.of_xy(text.split(",", 2)))


def _colour(said: Said, args: Mapping[str, str], colour: str | None) -> None:
    if colour is not None:
        said.readings[args["name"]] = colour


_READERS: Mapping[str, Callable[[Said, Mapping[str, str], str], None]] = {
    "": _measured,
    "text": _word,
    "exact": _exact,
    "words": _translated,
    "siren": _siren,
    "event": _event,
    "trigger": _trigger,
    "vacuum": _vacuum,
    "valve": _valve,
    "rgb": _rgb,
    "rgbw": _rgb,
    "rgbww": _rgb,
    "hs": _hs,
    "xy": _xy,
}


def _light(said: Said, args: Mapping[str, str], text: str) -> None:
    state = lenient.json_object(text)
    if state is not None:
        names = {key[5:]: name for key, name in args.items() if key.startswith("name:")}
        said.readings |= homeassistant_light.said(state, names)


def _attributes(said: Said, args: Mapping[str, str], text: str) -> None:
    """Add what an entity says beside its state; where somebody is is not ours to keep.

    Without what is nested: Valetudo says its events so, each under an id of its own, for ever new.
    """
    state = lenient.json_object(text)
    plain = {key: value for key, value in (state or {}).items() if not isinstance(value, dict)}
    found = lenient.flat(plain, skip=_PRIVATE)
    for name, reading in list(found.items())[:_ATTRIBUTES]:
        said.readings.setdefault(f"{args['name']}.{name}", reading)


def _vote(said: Said, route: Route, text: str) -> None:
    args = route.args
    states = {args.get("no", ""): Availability.OFFLINE, args.get("yes", ""): Availability.ONLINE}
    state = states.get(text.strip(), states.get(text))
    if state is not None:
        said.votes.append(
            Vote(
                group=args.get("group", ""),
                mode=args.get("mode", "latest"),
                of=tuple(args.get("of", "").split("\n")),
                topic=route.topic,
                says=state,
            )
        )


# --- updates --------------------------------------------------------------------------------------


def _latest(said: Said, text: str) -> Unknown | None:
    if not text.strip():
        return None
    said.offer = version_in(text) or said.offer
    return None if said.offer else Unknown("not_a_version")


def _installed(said: Said, text: str) -> Unknown | None:
    """Read an update entity's state: JSON, or the bare installed version."""
    if not text.strip():
        return None
    state = lenient.json_value(text)
    if not isinstance(state, dict):
        said.version = version_in(text) or said.version
        return None if said.version else Unknown("not_a_version")
    said.version = version_in(state.get("installed_version")) or said.version
    said.offer = version_in(state.get("latest_version")) or said.offer
    said.notes = notes_in(state) or said.notes
    said.word = _progress(state) or said.word
    return None


def _progress(state: Mapping[str, object]) -> UpdateWord | None:
    """Home Assistant has no word for failure or success, only for being under way."""
    done = lenient.percent(state.get("update_percentage"))
    under_way = state.get("in_progress")
    if under_way is True or (done is not None and under_way is not False):
        return UpdateWord(phase=Phase.INSTALLING, percent=done)
    return None


def version_in(value: object) -> Version | None:
    """Return a version: a text with a digit in it; placeholders of old firmware are none."""
    word = lenient.text(value, _VERSION_LIMIT)
    if word is None or word.casefold() in _NO_VERSION or not re.search(r"\d", word):
        return None
    found = _FRAMEWORK.fullmatch(word)
    return Version(word, plain=found[1]) if found else Version(word)
