"""What must be at the hub in the end: written down when people say it, compared when all is calm.

It knows nothing of outboxes, numbers or versions. What a house said and then lost with its disk may
have arrived or not; all else must have arrived, once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Said:
    """One thing that somebody said. `lost`: with the disk of the house, maybe before it went."""

    what: str  # report, reply, vote, confirm
    name: str  # of its own; of a vote the idea
    value: object = None
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the hub has of one member in the end, straight from its tables."""

    reports: Mapping[str, int]  # title -> how often
    replies: Mapping[str, int]  # text -> how often
    votes: Mapping[str, int]  # idea -> how many of this member
    paid: Mapping[str, int]  # report's title -> rows of the books for its confirmed fix
    states: Mapping[str, str]  # title -> where it stands
    talks: Mapping[str, tuple[str, ...]]  # title -> texts, sorted
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the house shows in the end."""

    states: Mapping[str, str]
    talks: Mapping[str, tuple[str, ...]]
    points: int
    waiting: int
    refused: frozenset[str] = frozenset()  # names of what the hub said no to


@dataclass(slots=True)
class Story:
    """All that one house said, in its order."""

    said: list[Said] = field(default_factory=list)

    def say(self, what: str, name: str, value: object = None) -> None:
        """Note that somebody said something."""
        self.said.append(Said(what, name, value))

    def set_back(self, place: int) -> None:
        """The house forgot what it said behind this place."""
        for one in self.said[place:]:
            one.lost = True

    def wrong(self, found: Found, shown: Shown) -> list[str]:
        """What is not as it must be, in words."""
        return [
            *self._once("report", found.reports, shown.refused),
            *self._once("reply", found.replies, shown.refused),
            *self._votes(found.votes),
            *self._paid(found.paid),
            *_alike(found, shown),
        ]

    def _once(self, what: str, found: Mapping[str, int], refused: frozenset[str]) -> Iterable[str]:
        must = {one.name for one in self.said if one.what == what and not one.lost}
        may = {one.name for one in self.said if one.what == what and one.lost}
        for name in sorted(must - refused - found.keys()):
            yield f"{what} {name} never arrived"
        for name, count in sorted(found.items()):
            if count != 1:
                yield f"{what} {name} is there {count} times"
            if name not in must | may:
                yield f"{what} {name} was never said"

    def _votes(self, found: Mapping[str, int]) -> Iterable[str]:
        by_idea: dict[str, list[Said]] = defaultdict(list)
        for one in self.said:
            if one.what == "vote":
                by_idea[one.name].append(one)
        for idea, ones in by_idea.items():
            sure = [one.value for one in ones if not one.lost]
            fine = {int(bool(sure[-1]))} if sure else {0}
            if not sure or ones[-1].lost:  # words after the last sure one may have come through
                tail = ones[max((n for n, o in enumerate(ones) if not o.lost), default=-1) + 1 :]
                fine |= {int(bool(one.value)) for one in tail}
            if found.get(idea, 0) not in fine:
                yield f"vote on {idea} counts {found.get(idea, 0)}, not {sorted(fine)}"

    def _paid(self, found: Mapping[str, int]) -> Iterable[str]:
        confirmed = {one.name for one in self.said if one.what == "confirm"}
        for title, rows in sorted(found.items()):
            if rows > 1:
                yield f"{title} was paid {rows} times"
            if title not in confirmed:
                yield f"{title} was paid without a word of the tester"


def _alike(found: Found, shown: Shown) -> Iterable[str]:
    if shown.waiting:
        yield f"{shown.waiting} still wait"
    for title, state in sorted(shown.states.items()):
        if found.states.get(title) != state:
            yield f"{title}: {state} in the house, {found.states.get(title)} at the hub"
        elif found.talks.get(title, ()) != shown.talks[title]:
            yield f"{title}: another talk in the house than at the hub"
    if found.points != shown.points:
        yield f"{shown.points} points in the house, {found.points} at the hub"


def counted(names: Iterable[str]) -> Mapping[str, int]:
    """How often each is there."""
    return Counter(names)
