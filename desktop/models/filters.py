"""What the user typed into the search and which chip is pressed: a rule over rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.finding import Query, Wrong
from desktop.models.rows import Row
from desktop.models.states import Group


@dataclass(frozen=True, slots=True)
class Filter:
    """Words (desktop/finding.py) and a group; every word must hold."""

    text: str = ""
    group: Group = Group.ALL
    _query: Query = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the words once, not once per row."""
        object.__setattr__(self, "_query", Query(self.text))

    @property
    def wrong(self) -> list[Wrong]:
        """The words that are not understood."""
        return self._query.wrong

    @property
    def narrows(self) -> bool:
        """Whether it may leave anything out."""
        return self.group is not Group.ALL or bool(self.text.strip())

    def passes(self, row: Row, now: float) -> bool:
        """Whether this row is shown."""
        if self.group is not Group.ALL and self.group not in row.groups:
            return False
        return self._query.passes(row.traits, now)
