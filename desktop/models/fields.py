"""A name and what is said of it: the one shape of everything that is told in two columns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One line; lines of the same name take each other's place, so nothing moves."""

    name: str
    value: str
    fixed: bool = False  # in fixed width: versions, addresses
    icon: str = ""  # before the value
    tone: str = "text"
    device: str = ""  # key of a device that the value leads to
    url: str = ""  # or a page
    copied: str = ""  # what a button beside it copies
    swatch: str = ""  # "#rrggbb", shown before the value


def some(*fields: Field) -> tuple[Field, ...]:
    """Return those that say something."""
    return tuple(one for one in fields if one.value)
