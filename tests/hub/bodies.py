"""A body that a type allows, for any type of the wire: what generated tests ask with."""

from __future__ import annotations

import enum
import types
import typing
from typing import Any

import msgspec

from feedback import invitation


def smallest(kind: Any, name: str = "") -> Any:
    """A value as JSON has it that `kind` takes, as small as may be; defaults are left out."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return smallest(typing.get_args(kind)[0], name)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind)
        return {
            each.encode_name: smallest(hints[each.name], each.name)
            for each in msgspec.structs.fields(kind)
            if each.required
        }
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind)).value
    if origin is typing.Literal:
        return typing.get_args(kind)[0]
    if origin is not None:
        return [] if origin in (tuple, list, set, frozenset) else {}
    named = {
        "id": "8a4f2a52-3a34-4c9f-9a3e-0c58b2d8a001",
        "week": "2026-W49",
        "code": invitation.read(invitation.of_number(1)),
    }
    simple = {str: named.get(name, name or "x"), int: 1, float: 1.0, bool: False, bytes: ""}
    return simple.get(kind, {})
