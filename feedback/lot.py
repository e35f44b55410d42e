"""Who judges: a lot that nobody can choose and everybody can draw again. Pure.

Who may be drawn is fixed when a case is opened, as marks under which only the members know
themselves; the digest of all marks is told to every house at once. The seed is the hash of
the ledger's first checkpoint after that: whoever opens a case cannot know it, and the checkpoint is
signed with the week's release. The marks with the smallest sha256 of seed and mark are drawn.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Collection, Iterable, Mapping
from typing import Final

PANEL: Final = 10  # members
STEWARDS: Final = 2

_FORMAT: Final = "orangery-lot-1"


def mark(case: str, member_id: str) -> str:
    """Return under which name a member is in the lot of one case; another one in each."""
    return _hash("mark", case, member_id)


def digest(marks: Iterable[str]) -> str:
    """Return the digest of all who may be drawn."""
    return _hash("pool", *sorted(marks))


def seed(week: str, at: float, rows: int, head: str) -> str:
    """Return the seed that a checkpoint gives: its time counts, so a quiet ledger tells nothing."""
    return _hash("seed", week, repr(float(at)), str(rows), head)


def draw(by_seed: str, marks: Iterable[str], number: int = PANEL) -> tuple[str, ...]:
    """Return who is drawn, in the order of the lot; fewer where there are not so many.

    ValueError where there is no seed: a lot without one is nobody's.
    """
    if not by_seed:
        raise ValueError("no seed")
    return tuple(heapq.nsmallest(number, set(marks), key=lambda one: _hash("draw", by_seed, one)))


def pool(
    members: Iterable[str],
    opener: str,
    *,
    invited_by: Mapping[str, str | None],
    leaders: Collection[str],
) -> list[str]:
    """Return the members who have no part in it.

    Not: the household that opened the case, whoever came by the same invitation tree, and leaders
    of circles.
    """
    origin = root(opener, invited_by)
    return [
        one
        for one in members
        if one != opener and one not in leaders and root(one, invited_by) != origin
    ]


def root(member_id: str, invited_by: Mapping[str, str | None]) -> str:
    """Return whom the makers invited at the top of a member's tree; ends in a ring as well."""
    path = [member_id]
    while (above := invited_by.get(path[-1])) and above not in path:
        path.append(above)
    return min(path[path.index(above) :]) if above else path[-1]


def _hash(*parts: str) -> str:
    return hashlib.sha256("|".join((_FORMAT, *parts)).encode()).hexdigest()
