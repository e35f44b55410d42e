"""The promises once more, as a person with a wall clock would keep them: minute by minute.

It shares nothing with hub.clocks but the numbers of the promise. Whether somebody is there is read
off the local time of each minute; seconds are whole, and so is what they count: a second of a date
with n staffed seconds counts UNIT / n.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from math import lcm
from zoneinfo import ZoneInfo

from feedback.wire import ClockName
from feedback.wire_triage import Team

# Lengths of staffed dates that the tests use, with those of nights on which clocks change.
UNIT = lcm(*(hours * 3600 for hours in (2, 3, 4, 5, 8, 9, 11, 12, 13, 23, 24, 25)))
WHOLE = {
    ClockName.NAMED: (30 * 60, False),
    ClockName.SOLUTION: (3 * 3600, False),
    ClockName.CLOSED: (3 * UNIT, True),
    ClockName.NOTICE: (4 * 3600, False),
}
PAUSES = (ClockName.SOLUTION, ClockName.CLOSED)
LONGEST_PAUSE_S = 14 * 24 * 3600


class Wall:
    """A team's wall clock, looked at once a minute and remembered."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.zone = ZoneInfo(team.zone)
        self._there: dict[int, bool] = {}
        self._counts: dict[int, int] = {}

    def date(self, minute: int) -> dt.date:
        return dt.datetime.fromtimestamp(minute * 60, self.zone).date()

    def there(self, minute: int) -> bool:
        if minute not in self._there:
            local = dt.datetime.fromtimestamp(minute * 60, self.zone)
            clock = f"{local:%H:%M}"
            hours = self.team.hours[local.weekday()]
            off = local.date().isoformat() in self.team.days_off
            self._there[minute] = not off and any(p[:5] <= clock < p[6:] for p in hours)
        return self._there[minute]

    def counts(self, minute: int) -> int:
        """What a second of this staffed minute counts of UNIT."""
        if minute not in self._counts:
            date = self.date(minute)
            near = range(minute - 26 * 60, minute + 26 * 60)
            same = [one for one in near if self.there(one) and self.date(one) == date]
            self._counts |= dict.fromkeys(same, UNIT // (60 * len(same)))
        return self._counts[minute]


WALLS: dict[Team, Wall] = {}


def wall(team: Team | None) -> Wall | None:
    return None if team is None else WALLS.setdefault(team, Wall(team))


def reached(
    name: ClockName,
    started: int,
    shifts: Sequence[tuple[int, Team | None]],  # whose hours count from when; None: all of them
    pauses: Sequence[tuple[int, int | None]] = (),
    percent: int = 100,
    *,
    always: bool = False,
) -> int:
    """Return the second at which so much of the promise is used up; all moments whole seconds."""
    whole, days = WHOLE[name]
    if always or name is ClockName.NOTICE:
        shifts = [(started, None)]
    walls = [(since, wall(team)) for since, team in shifts]
    pauses = pauses if name in PAUSES else ()
    edges = sorted(
        {since for since, _ in shifts}
        | {edge for one in pauses for edge in one if edge is not None}
    )
    need, used, paused, now = whole * percent, 0, 0, started
    while True:
        later = next((edge for edge in edges if edge > now), None)
        stands = any(a <= now and (b is None or now < b) for a, b in pauses)
        if stands and paused < LONGEST_PAUSE_S:
            until = now + LONGEST_PAUSE_S - paused
            until = until if later is None else min(until, later)
            paused += until - now
            now = until
            continue
        here = next((one for since, one in reversed(walls) if since <= now), walls[0][1])
        while later is None or now < later:
            minute = now // 60
            until = minute * 60 + 60
            until = until if later is None else min(until, later)
            rate = 0
            if here is None:
                rate = UNIT // 86_400 if days else 1
            elif here.there(minute):
                rate = here.counts(minute) if days else 1
            if used + (until - now) * rate * 100 >= need:
                return now + -(-(need - used) // (rate * 100))
            used += (until - now) * rate * 100
            now = until
