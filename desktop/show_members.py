"""Who belongs to this home, as the command line prints it."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from desktop.members_commands import Here, Person
from fleet.members import MAY, Right, Role
from fleet.model import Snapshot

_HIGH = (Role.OWNER, Role.ADMIN)


def household(snapshot: Snapshot, here: Here) -> RenderableType:
    """Return the members, a line each, and who is taken to be here."""
    people: Any = list(snapshot.facts.get("person", {}).values())
    if not people:
        return "This home knows only its owner: whoever opens it."
    table = Table(box=None, pad_edge=False)
    for name in ("name", "role", "PIN", "may"):
        table.add_column(name)
    for one in people:
        table.add_row(one.name, one.role, "set" if one.pin else "none", rights_of(one.role))
    return Group(table, "", *_notes(people, here))


def added(person: Person) -> str:
    """Return what is said after somebody was added."""
    return "\n".join(
        [f"{person.name} belongs to this home now, as {person.role}.", *_open([person])]
    )


def rights_of(role: Role) -> str:
    """Return what a role may do, in the table's order."""
    may = MAY[role]
    if may == frozenset(Right):
        return "everything"
    return ", ".join(right for right in Right if right in may and right not in _ALWAYS)


_ALWAYS = frozenset({Right.SELF, Right.CLAIM})


def _notes(people: list[Person], here: Here) -> list[str]:
    who = f"You are here as {here.name}." if here.id else "Nobody has said who is here: --as NAME."
    return [who, *_open(people)]


def _open(people: list[Person]) -> list[str]:
    return [
        f"{one.name} has no PIN: whoever says that name is {one.role}."
        for one in people
        if one.role in _HIGH and not one.pin
    ]
