"""Whether a broker is this home's, by a mark that the home keeps there. Pure.

The mark is a random id, retained at `orangery/v1/home` (docs/protocol.md). The first desktop of a
home leaves it, the others take it up, and nobody overwrites one. A broker that a house has met
before is asked for it after each connect, before anything is sent or believed. Where there is none
any more (wiped, or replaced by another), the devices themselves are the mark: those that we know by
their hardware. Where another home's is, only a person can say that this is home now.

`now` is in seconds of any clock that does not go back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

TOPIC = "orangery/v1/home"

ASK_S = 2.0  # a broker has long told what it keeps by then
ECHO_S = 5.0
ENOUGH = 3  # of our devices, or all where there are fewer, make a broker without a mark ours


class PlaceState(StrEnum):
    """What a broker is to this home."""

    AWAY = "away"  # not connected
    ASKING = "asking"  # connected, its mark is not known yet
    HOME = "home"
    UNMARKED = "unmarked"  # ours, but it keeps no mark
    BLANK = "blank"  # it has no mark, and ours had one: wiped, replaced, or not ours
    OTHER = "other"  # it has the mark of another home

    @property
    def foreign(self) -> bool:
        """Whether nothing may be sent there and nothing heard there is believed."""
        return self in (PlaceState.BLANK, PlaceState.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The mark this house expects at a broker; `kept`: whether that broker keeps it."""

    id: str
    kept: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What this house knows of one broker. `own`: the id it leaves where there is none."""

    own: str
    mark: Mark | None = None  # None: it was never here before
    state: PlaceState = PlaceState.AWAY
    since: float = 0.0  # asked for the mark, or left it, and no answer yet
    left: bool = False  # we left the mark and it has not come back yet
    there: str = ""  # the mark that is there
    wiped: bool = False  # it had forgotten the mark: what else was retained is gone as well
    seen: frozenset[str] = frozenset()  # our devices heard there while it was blank

    @property
    def open(self) -> bool:
        """Whether what is heard there is ours, and may be answered."""
        asked_first = self.state is PlaceState.ASKING and self.mark is None
        return asked_first or self.state in (PlaceState.HOME, PlaceState.UNMARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What follows; `leave`: publish this mark, retained."""

    here: Here
    leave: str = ""


def connected(here: Here, now: float) -> Here:
    """Ask again, whatever was so before: the same address may be another broker."""
    return Here(own=here.own, mark=here.mark, state=PlaceState.ASKING, since=now)


def lost(here: Here) -> Here:
    """Know nothing of it until the next connect."""
    return Here(own=here.own, mark=here.mark)


def heard(here: Here, mark: str, now: float) -> Moved:
    """Take what stands there; "": somebody removed it."""
    if here.state is PlaceState.AWAY:
        return Moved(here=here)
    if not mark:
        stands = here.state is PlaceState.HOME and not here.left and here.mark is not None
        return _leave(here, now) if stands else Moved(here=here)
    here = replace(here, there=mark)
    ours = here.mark is not None and here.mark.id == mark
    # While a connection stands it is the same broker: another mark is another desktop's of ours.
    if here.open or ours:
        return Moved(here=_at_home(here, Mark(id=mark)))
    return Moved(here=replace(here, state=PlaceState.OTHER))


def ticked(here: Here, now: float) -> Moved:
    """Let time go by: a broker that does not say a mark has none."""
    if here.left and now - here.since >= ECHO_S:
        mark = replace(here.mark, kept=False) if here.mark else Mark(id=here.own, kept=False)
        return Moved(here=replace(here, state=PlaceState.UNMARKED, left=False, mark=mark))
    if here.state is PlaceState.ASKING and not here.left and now - here.since >= ASK_S:
        if here.mark is None:
            return _leave(here, now)
        return Moved(here=replace(here, state=PlaceState.BLANK))
    return Moved(here=here)


def recognised(here: Here, devices: Collection[str], known: int, now: float) -> Moved:
    """Take which of our devices were heard there; `known`: how many we know of that broker."""
    mark = here.mark
    if here.state is not PlaceState.BLANK or mark is None:
        return Moved(here=here)
    here = replace(here, seen=here.seen | frozenset(devices))
    if len(here.seen) < min(ENOUGH, known):
        return Moved(here=here)
    if not mark.kept:
        return Moved(here=replace(here, state=PlaceState.UNMARKED))
    return _leave(replace(here, state=PlaceState.HOME, wiped=True), now)


def claimed(here: Here, now: float) -> Moved:
    """Take a person's word that this is home now; a mark that is there is taken up, not changed."""
    if here.state is PlaceState.OTHER:
        return Moved(here=_at_home(here, Mark(id=here.there)))
    if here.state in (PlaceState.BLANK, PlaceState.UNMARKED):
        wiped = here.state is PlaceState.BLANK
        return _leave(replace(here, state=PlaceState.HOME, wiped=wiped), now)
    return Moved(here=here)


def _at_home(here: Here, mark: Mark) -> Here:
    return replace(here, state=PlaceState.HOME, mark=mark, left=False)


def _leave(here: Here, now: float) -> Moved:
    mark = here.mark.id if here.mark else here.own
    return Moved(here=replace(here, left=True, since=now), leave=mark)
