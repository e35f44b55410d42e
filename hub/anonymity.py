"""What of counted households may be published: nothing that less than k of them stand behind. Pure.

A cell below k is not left out, because total less the rest would give it back: cells of one group
are folded together into a rest, the smallest first, until k households stand behind the rest too.
Nor may a cell move by less than k from one night to the next, or two copies would give away what
one of them hides: until then it keeps what was published before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

K: Final = 5
REST: Final = "(rest)"

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One line of a table: where it stands, the households behind it, and what it says.

    `homes` are their names where they are known, so that a household in two cells counts once in
    their rest; they are never published.
    """

    place: Place
    homes: frozenset[str]
    numbers: Mapping[str, int] = field(default_factory=dict)  # these can be added up

    @property
    def count(self) -> int:
        """How many households stand behind it."""
        return len(self.homes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One line as everybody reads it."""

    place: Place
    homes: int
    numbers: Mapping[str, int] = field(default_factory=dict)


def fold(cells: Iterable[Cell], *, group: int, k: int = K) -> list[Cell]:
    """Return the cells of every group (the first `group` words of their place), none below k.

    What was too small stands in one REST of the group; where even all of a group are fewer than k
    households, it is gone whole, and so is what a total of several groups would say of it.
    """
    groups: dict[Place, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.place[:group], []).append(cell)
    return [kept for name in sorted(groups) for kept in _folded(groups[name], name, k)]


def publish(
    cells: Iterable[Cell], before: Mapping[Place, Published] | None = None, *, k: int = K
) -> list[Published]:
    """Return the lines of tonight; one that moved by less than k stays as it was `before`."""
    shown = []
    for cell in cells:
        known = (before or {}).get(cell.place)
        moved = known is None or cell.count == known.homes or abs(cell.count - known.homes) >= k
        fresh = Published(place=cell.place, homes=cell.count, numbers=dict(cell.numbers))
        shown.append(fresh if moved or known is None else known)
    return shown


def _folded(cells: list[Cell], group: Place, k: int) -> list[Cell]:
    ordered = sorted(cells, key=lambda cell: (cell.count, cell.place))
    small = [cell for cell in ordered if cell.count < k]
    large = [cell for cell in ordered if cell.count >= k]
    rest = _together(small, group, ordered[0])
    while small and rest.count < k and large:
        small.append(large.pop(0))
        rest = _together(small, group, ordered[0])
    whole = sorted(large, key=lambda cell: cell.place)
    return [*whole, rest] if small and rest.count >= k else whole


def _together(cells: list[Cell], group: Place, like: Cell) -> Cell:
    blanks = ("",) * (len(like.place) - len(group) - 1)
    place = (*group, REST, *blanks) if len(like.place) > len(group) else group
    numbers: Counter[str] = Counter()
    for cell in cells:
        numbers.update(cell.numbers)
    homes = frozenset(home for cell in cells for home in cell.homes)
    return replace(like, place=place, homes=homes, numbers=dict(numbers))
