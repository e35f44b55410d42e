"""Who stands where on a week's board, and who earned a medal. Pure.

A week goes from one Friday's train to the next. Of two with the same score the one who reached it
first stands before: to be quick is no reason to be pushed down by who comes later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from feedback.wire_board import BOARD_ROWS, BoardRow, MedalName

DAY_S: Final = 86_400.0
TRAIN: Final = dt.time(18)  # on Friday, in the hub's own zone
_FRIDAY: Final = 5  # ISO
_KNIGHT_POINTS: Final = 300
_KNIGHT_S: Final = 90 * DAY_S
_KNIGHT_RIGHT: Final = 0.7
_ELDER_TRAINS: Final = 12
_ELDER_POINTS: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Points (or popcorn) that somebody got at a time."""

    who: str
    at: float
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """What is known of a member, for medals. `vested` within the last 90 days, `lifetime` ever."""

    vested: int
    lifetime: int
    confirmed: int  # reports that were right
    invalid: int  # reports that were not
    trains: int  # weeks of which it verified a fix
    patches: int
    halts: int

    @property
    def reliability(self) -> float:
        """How often its reports are right; who is new is believed two times out of three."""
        return (self.confirmed + 2) / (self.confirmed + self.invalid + 3)


def week_of(at: float, zone: ZoneInfo) -> tuple[str, float, float]:
    """Return the week (by the train that ends it), its begin and its end, in that zone.

    Both ends are 18:00 on the wall, so a week in which clocks change is an hour longer or shorter.
    """
    day = dt.datetime.fromtimestamp(at, zone).date()
    friday = day + dt.timedelta(days=(_FRIDAY - day.isoweekday()) % 7)
    if at >= _train(friday, zone):
        friday += dt.timedelta(days=7)
    year, week, _ = friday.isocalendar()
    begin = _train(friday - dt.timedelta(days=7), zone)
    return f"{year}-W{week:02d}", begin, _train(friday, zone)


def rows(gains: Iterable[Gain], names: Mapping[str, str], most: int = BOARD_ROWS) -> list[BoardRow]:
    """Return the best of those who have a nickname, the most points first, then who was earlier."""
    scores: dict[str, int] = {}
    reached: dict[str, float] = {}
    for gain in sorted(gains, key=lambda one: one.at):
        if gain.who in names and gain.points:
            scores[gain.who] = scores.get(gain.who, 0) + gain.points
            reached[gain.who] = gain.at
    best = [who for who in scores if scores[who] > 0]
    best.sort(key=lambda who: (-scores[who], reached[who], who))
    return [
        BoardRow(place=place, nickname=names[who], score=scores[who], at=reached[who])
        for place, who in enumerate(best[:most], start=1)
    ]


def medals(deeds: Deeds) -> dict[MedalName, str]:
    """Return the medals that these deeds earn, each with why. One once earned is kept for good."""
    earned = {}
    right = deeds.reliability
    if deeds.vested >= _KNIGHT_POINTS and right >= _KNIGHT_RIGHT:
        earned[MedalName.ORANGE_KNIGHT] = f"{deeds.vested} points in 90 days, {right:.0%} right"
    if deeds.trains >= _ELDER_TRAINS and deeds.lifetime >= _ELDER_POINTS:
        earned[MedalName.GEEK_ELDER] = f"{deeds.trains} weeks verified, {deeds.lifetime} points"
    if deeds.patches:
        earned[MedalName.ACADEMICIAN] = f"{deeds.patches} merged"
    if deeds.halts:
        earned[MedalName.GUARDIAN] = f"{deeds.halts} halted"
    return earned


def _train(friday: dt.date, zone: ZoneInfo) -> float:
    return dt.datetime.combine(friday, TRAIN, zone).timestamp()
