"""Saved views: what is looked for, which columns stand how, under a name that the user gave."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from desktop.models.columns import Arrangement
from desktop.models.states import Group

MOST = 50
_LONGEST = 60  # characters of a name


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One saved view."""

    name: str
    text: str = ""
    group: Group = Group.ALL
    columns: Arrangement = field(default_factory=Arrangement)

    def shows(self, other: View) -> bool:
        """Whether both show the same, however they are called and how wide the columns are."""
        return _bare(self) == _bare(other)


@dataclass(frozen=True, slots=True)
class Views:
    """All of them, in the order of their making; names differ whatever their case."""

    each: tuple[View, ...] = ()

    def named(self, name: str) -> View | None:
        """Return the view of that name."""
        wanted = name.strip().casefold()
        return next((one for one in self.each if one.name.casefold() == wanted), None)

    def showing(self, now: View) -> View | None:
        """Return the saved view that shows what is shown now."""
        return next((one for one in self.each if one.shows(now)), None)

    def saved(self, view: View) -> Views:
        """Return them with this one, in the place of one of that name; at most `MOST`."""
        name = " ".join(view.name.split())[:_LONGEST]
        if not name:
            return self
        view = replace(view, name=name)
        if self.named(name) is None:
            return Views((*self.each, view)[-MOST:])
        same = name.casefold()
        return Views(tuple(view if one.name.casefold() == same else one for one in self.each))

    def renamed(self, view: View, name: str) -> Views:
        """Return them with a view called otherwise; one of the new name gives way."""
        name = " ".join(name.split())[:_LONGEST]
        if not name:
            return self
        other = self.named(name)
        left = (one for one in self.each if one == view or one != other)
        return Views(tuple(replace(one, name=name) if one == view else one for one in left))

    def without(self, view: View) -> Views:
        """Return them without one."""
        return Views(tuple(one for one in self.each if one != view))


def _bare(view: View) -> tuple[object, ...]:
    columns = view.columns
    order = tuple(one.id for one in columns.shown)
    return " ".join(view.text.split()), view.group, order, columns.sorted_by, columns.down
