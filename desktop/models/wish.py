"""A wish is not a fact: what was asked of a device, until its own word comes or is missed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fleet.capability import SHARES, TWO_STATES, WORDS, Capability, Reading

LATE_S = 8.0
"""Seconds within which a device that is awake is expected to say what came of a wish."""

FORGET_S = 60.0
"""Seconds after which it is no longer said that it did not: what it shows is old news then."""

_BYTE = (
    24  # of each colour channel: lamps count colours in coordinates of their own and come back near
)
_WARMTH = 0.03  # of a colour temperature: lamps count it in whole mireds
_SHARE = 1.0  # per cent: lamps count levels in 254 steps


class Stand(StrEnum):
    """Where a wish stands."""

    ASKED = "asked"
    KEPT = "kept"  # the device says so itself
    LATE = "late"  # it has not said so in time
    REFUSED = "refused"  # it could not be asked at all
    OLD = "old"  # nobody waits for it any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked of one feature, and when (seconds since the epoch)."""

    feature: str
    capability: Capability
    value: Reading | None  # None: a press
    at: float
    before: Reading | None  # what the device said when it was asked
    error: str = ""  # why it could not be asked, in words


def stand(wish: Wish, said: Reading | None, now: float) -> Stand:
    """Return where a wish stands, by what the device `said` of the feature last."""
    if wish.error:
        return Stand.REFUSED if now - wish.at < FORGET_S else Stand.OLD
    if wish.value is None or _stops(wish):  # what comes of it, no value tells
        return Stand.ASKED if now - wish.at < LATE_S else Stand.OLD
    if keeps(wish, said):
        return Stand.KEPT
    if now - wish.at < LATE_S:
        return Stand.ASKED
    return Stand.LATE if now - wish.at < FORGET_S else Stand.OLD


def keeps(wish: Wish, said: Reading | None) -> bool:
    """Whether what the device says is what was wished, as near as devices count."""
    wanted, kind = wish.value, wish.capability
    if said is None or wanted is None:
        return False
    if kind is Capability.COVER:  # "open" is an order; that it moves is its answer
        return said != wish.before or str(said).casefold().startswith(str(wanted).casefold())
    if kind in TWO_STATES or kind in WORDS:
        return str(said).casefold() == str(wanted).casefold()
    if kind is Capability.COLOUR:
        return said != wish.before or _near_colour(str(said), str(wanted))
    said_number, wanted_number = float(said), float(wanted)
    if kind in SHARES:
        return abs(said_number - wanted_number) <= _SHARE
    room = _WARMTH if kind is Capability.COLOUR_TEMPERATURE else 1e-6
    return abs(said_number - wanted_number) <= room * max(abs(wanted_number), 1e-3)


def _stops(wish: Wish) -> bool:
    """Whether it is the order to stop: a cover that stands still says nothing new."""
    return wish.capability is Capability.COVER and str(wish.value).casefold() == "stop"


def _near_colour(one: str, other: str) -> bool:
    parts = (
        abs(int(one[place : place + 2], 16) - int(other[place : place + 2], 16))
        for place in (1, 3, 5)
    )
    return max(parts) <= _BYTE
