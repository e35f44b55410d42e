"""How several desktops of a home come to say the same of its devices and its policy. Pure.

Of each thing (a device, the policy) there is a document: for each field its value, and a stamp that
says who wrote it upon what. Documents are merged field by field, the higher stamp wins; so whatever
comes in whatever order, twice or late, all who have heard the same say the same.

A stamp is (generation, wall, desktop). Who writes over another's word takes the next generation,
and that alone decides where one has seen the other. The clock decides only between two that had not
heard of each other; so a desktop whose clock is wrong wins such a draw at most, and its word falls
to the next that is written by anybody who has heard it. A value that is taken back is written as
its empty one, with a stamp like any other: nothing is ever removed, so nothing old comes back.

A document is believed by its seal: a code made with the home's own key, which its desktops share
(docs/agreement.md). Whoever may write to the broker without it changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Annotated, TypeAlias

import msgspec
from msgspec.structs import replace

TOPICS = "orangery/v1/home/+/+"
"""The documents of all things (docs/protocol.md)."""

POLICY = "policy/plan"
"""The name of the thing that is the household's policy."""

DEVICE_FIELDS = ("name", "room", "tags", "ask_first", "spare", "pinned")
"""What desktops agree on of a device, as fleet/identity.py Record has it."""

LARGEST = 16 * 1024
"""Bytes of a document; a larger one is not read and none is written."""

_PREFIX = "orangery/v1/home/"
_FIELDS = 64
_GENERATIONS = 1 << 40
_LATEST_MS = 1 << 46  # the year 4199

Value: TypeAlias = str | bool | float | int | list[str] | dict[str, object] | None
_Word = Annotated[str, msgspec.Meta(max_length=64)]


class Stamp(msgspec.Struct, frozen=True, order=True, array_like=True):
    """Who wrote a value, and upon what; the higher one wins."""

    generation: Annotated[int, msgspec.Meta(ge=0, le=_GENERATIONS)]
    wall: Annotated[int, msgspec.Meta(ge=0, le=_LATEST_MS)]  # milliseconds of its writer's clock
    desktop: Annotated[str, msgspec.Meta(max_length=32)]


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A value of one field with its stamp."""

    stamp: Stamp
    value: msgspec.Raw

    @property
    def rank(self) -> tuple[Stamp, bytes]:
        """What decides; two values under one stamp come of a copied folder: any order will do."""
        return self.stamp, bytes(self.value)


Fields: TypeAlias = Mapping[str, Entry]


class Document(msgspec.Struct, frozen=True):
    """The payload (resources/schemas/agreement.json): what is said of one thing, and its seal."""

    fields: dict[_Word, Entry]
    seal: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


def written(value: Value) -> msgspec.Raw:
    """Return a value as it stands in an entry; the same for the same value."""
    return msgspec.Raw(msgspec.json.encode(value, order="deterministic"))


def read(entry: Entry) -> Value:
    """Return the value of an entry."""
    value: Value = msgspec.json.decode(entry.value)
    return value


def merged(one: Fields, other: Fields) -> dict[str, Entry]:
    """Return what both say: of each field the entry with the higher stamp."""
    found = dict(one)
    for name, entry in other.items():
        if name not in found or entry.rank > found[name].rank:
            found[name] = entry
    return found


def wanting(there: Fields, ours: Fields) -> bool:
    """Whether `there` lacks anything that we know better."""
    return any(name not in there or there[name].rank < one.rank for name, one in ours.items())


def edited(
    fields: Fields, now: Mapping[str, Value], desktop: str, at: float, *, first: int | None = None
) -> dict[str, Entry]:
    """Return the fields after somebody at `desktop` made them what they are `now`.

    `at`: seconds of this desktop's clock. first: these values were here before there was anything
    to agree on: they take this generation and no time, and say nothing where they are empty.
    """
    found = dict(fields)
    for name, value in now.items():
        before, said = fields.get(name), written(value)
        if before is None:
            if value or first is None:
                start = Stamp(1, _wall(at), desktop) if first is None else Stamp(first, 0, desktop)
                found[name] = Entry(start, said)
        elif bytes(before.value) != bytes(said):
            found[name] = Entry(_next(before.stamp, desktop, at), said)
    return found


def sealed(name: str, fields: Fields, key: bytes) -> bytes:
    """Return the payload for the thing `name`; b"" where it would be too large to be read."""
    document = Document(fields=dict(sorted(fields.items())), seal=_seal(name, fields, key))
    said = msgspec.json.encode(document)
    return said if len(said) <= LARGEST else b""


def opened(name: str, payload: bytes, key: bytes) -> dict[str, Entry] | None:
    """Return the fields in a payload; None where it is not of this home, or cannot be read."""
    if len(payload) > LARGEST:
        return None
    try:
        document = msgspec.json.decode(payload, type=Document)
    except (msgspec.MsgspecError, RecursionError):
        return None
    if len(document.fields) > _FIELDS:
        return None
    same = hmac.compare_digest(document.seal, _seal(name, document.fields, key))
    return dict(document.fields) if same else None


def topic(name: str) -> str:
    """Return where the document of a thing stands."""
    return _PREFIX + name


def name_of(topic: str) -> str:
    """Return of which thing a topic tells."""
    return topic.removeprefix(_PREFIX)


def device(name: str) -> str:
    """Return the name of a device here, from its name in lease topics (fleet/lease.py)."""
    return f"device/{name}"


def adopted(fields: Iterable[str], entries: Fields) -> dict[str, Value]:
    """Return the values that are agreed of these fields."""
    return {name: read(entries[name]) for name in fields if name in entries}


def _next(before: Stamp, desktop: str, at: float) -> Stamp:
    """Upon another's word, or what was here before, the next generation; upon our own, later."""
    if before.desktop == desktop and before.wall:
        return replace(before, wall=min(max(_wall(at), before.wall + 1), _LATEST_MS))
    return Stamp(min(before.generation + 1, _GENERATIONS), _wall(at), desktop)


def _wall(at: float) -> int:
    return min(max(0, round(at * 1000)), _LATEST_MS)


def _seal(name: str, fields: Fields, key: bytes) -> str:
    """Return the code over the thing's name and all that is said of it."""
    said = msgspec.json.encode([name, sorted((one, entry) for one, entry in _said(fields))])
    return hmac.new(key, b"orangery/agreement\n" + said, hashlib.sha256).hexdigest()


def _said(fields: Fields) -> list[tuple[str, list[object]]]:
    return [
        (name, [*msgspec.structs.astuple(one.stamp), bytes(one.value).decode()])
        for name, one in fields.items()
    ]
