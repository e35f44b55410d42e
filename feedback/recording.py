"""A device recorded for a short while, and made to say as much as before afterwards: the rules.

What it said before is asked and kept before anything is changed. From then on there is no end but
one: the device itself says that it is as it was. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

LONGEST_S: Final = 600.0
MOST_MESSAGES: Final = 2000
MOST_BYTES: Final = 1024 * 1024
KEPT_S: Final = 7 * 86_400.0  # what was recorded, for a report that is written later

_FIRST_S: Final = 30.0  # until it is tried again to put a device back
_LAST_S: Final = 900.0


class Stage(StrEnum):
    """Where a recording stands."""

    BEGINS = "begins"  # asked how loud it is; nothing is changed
    HEARS = "hears"  # only listens: `note` says why it is not made louder
    LOUD = "loud"  # made louder
    RESTORES = "restores"  # over, and not yet seen to be as before


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Fact "recording" of a device, and what is kept of it. Times are seconds since the epoch."""

    device: str
    began: float
    ends: float  # the time left is this less the time now
    stage: Stage = Stage.BEGINS
    note: str = ""  # no_way_to_be_louder, no_answer, already_loud
    before: str = ""  # how loud it was, in its dialect's own word
    tries: int = 0  # to put it back
    next_try: float = 0.0
    messages: int = 0  # recorded, once it has ended


def heard(one: Recording, level: str, loud: str) -> Recording:
    """It says how loud it is: kept, before it is made louder; "" where it did not say.

    `loud`: what it would be turned to; "": nobody knows a way.
    """
    if not loud:
        return replace(one, stage=Stage.HEARS, note="no_way_to_be_louder")
    if not level:
        return replace(one, stage=Stage.HEARS, note="no_answer")
    if level == loud:
        return replace(one, stage=Stage.HEARS, note="already_loud")
    return replace(one, stage=Stage.LOUD, before=level)


def ended(one: Recording, now: float, *, restored: bool, messages: int = 0) -> Recording | None:
    """It is over; None where nothing is left to do: nothing was changed, or all is as before.

    Else it is tried again later, each time a little later.
    """
    if one.stage in (Stage.BEGINS, Stage.HEARS) or restored:
        return None
    wait = min(_LAST_S, _FIRST_S * 2.0 ** min(one.tries, 10))
    return replace(
        one,
        stage=Stage.RESTORES,
        tries=one.tries + 1,
        next_try=now + wait,
        messages=messages or one.messages,
    )


def found_again(one: Recording, now: float) -> Recording | None:
    """What to do with what was kept when the program starts: it was killed in the middle."""
    if one.stage in (Stage.BEGINS, Stage.HEARS):
        return None
    return replace(one, stage=Stage.RESTORES, next_try=now)


def due(one: Recording, now: float, *, came_back: bool = False) -> bool:
    """Whether to try to put it back now: at its time, or because it has come back."""
    return one.stage is Stage.RESTORES and (came_back or now >= one.next_try)
