"""A message written by hand: whether it is good JSON, saved ones, and what came back after it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import msgspec

from fleet.ring import Noted

REMEMBERED = "saved_messages"
"""Under this name the window remembers saved messages."""

MOST = 200
"""Saved messages."""

BACK_S = 5.0
"""How long after it what came back is shown."""

_SHORTEST = 3  # a level of a topic that is shorter relates nothing
_COMMON = frozenset({"zigbee2mqtt", "homeassistant", "tele", "stat", "cmnd", "shellies", "homie"})
_COMMON |= {"set", "get", "state", "status", "power", "command", "availability", "orangery", "dev"}


class Saved(msgspec.Struct, frozen=True):
    """One message that a person wants to send again."""

    name: str
    topic: str
    payload: str = ""
    qos: int = 0
    retain: bool = False


def fault(payload: str) -> tuple[int, int, str] | None:
    """Return (line, column, words) of what is wrong in a payload that is meant to be JSON.

    None where nothing is, or where it is plain text: it begins with no bracket and no quote.
    """
    if payload.lstrip()[:1] not in {"{", "[", '"'}:
        return None
    try:
        json.loads(payload)
    except json.JSONDecodeError as error:
        return error.lineno, error.colno, error.msg
    except RecursionError:
        return 1, 1, "too deep"
    return None


def is_json(payload: str) -> bool:
    """Return whether a payload is an object or a list in JSON."""
    return payload.lstrip()[:1] in {"{", "["} and fault(payload) is None


def kept(saved: Sequence[Saved], one: Saved) -> tuple[Saved, ...]:
    """Return saved messages and one more, by name; one of the same name is replaced."""
    others = [each for each in saved if each.name != one.name]
    return tuple(sorted([*others, one], key=lambda each: each.name.casefold())[:MOST])


def back(messages: Iterable[Noted], topic: str, device: str, at: float) -> list[Noted]:
    """Return of `messages` those that answer what was sent to `topic` at `at` for `device`.

    They came in the five seconds after it, of the device, or on a topic that shares a name with it.
    """
    names = _names(topic)
    return [
        one
        for one in messages
        if not one.sent
        and not one.retain
        and at <= one.at <= at + BACK_S
        and ((device and device in one.devices) or not names.isdisjoint(_names(one.topic)))
    ]


def _names(topic: str) -> set[str]:
    levels = topic.casefold().split("/")
    return {level for level in levels if len(level) >= _SHORTEST and level not in _COMMON}
