"""The promises once more, as a person with a wall clock would keep them: minute by minute.

It shares nothing with hub.clocks but the numbers of the promise. Whether somebody is there is read
off the local time of each minute; seconds are whole, and so is what they count: a second of a date
with n staffed seconds counts UNIT / n.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
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


@cache
def there(team: Team, minute: int) -> bool:
    local = dt.datetime.fromtimestamp(minute * 60, ZoneInfo(team.zone))
    if local.date().isoformat() in team.days_off:
        return False
    clock = f"{local:%H:%M}"
    return any(part[:5] <= clock < part[6:] for part in team.hours[local.weekday()])


@cache
def date_of(team: Team, minute: int) -> dt.date:
    return dt.datetime.fromtimestamp(minute * 60, ZoneInfo(team.zone)).date()


@cache
def counts(team: Team, date: dt.date) -> int:
    """What a staffed second of this date counts of UNIT."""
    noon = int(dt.datetime(date.year, date.month, date.day, 12, tzinfo=dt.UTC).timestamp()) // 60
    near = range(noon - 30 * 60, noon + 30 * 60)
    return UNIT // sum(60 for one in near if date_of(team, one) == date and there(team, one))


def reached(
    name: ClockName,
    started: int,
    team_at,  # moment -> Team, or None: around the clock
    pauses: list[tuple[int, int | None]] = (),
    percent: int = 100,
) -> int:
    """Return the second at which so much of the promise is used up; all moments whole seconds."""
    whole, days = WHOLE[name]
    need, used, paused, now = whole * percent, 0, 0, started
    pauses = pauses if name in PAUSES else []
    while True:
        minute = now // 60
        edges = [minute * 60 + 60]
        edges += [edge for pause in pauses for edge in pause if edge is not None and edge > now]
        edges += [edge for edge in team_at.edges if edge > now]
        stands = any(a <= now and (b is None or now < b) for a, b in pauses)
        if stands and paused < LONGEST_PAUSE_S:
            until = min(*edges, now + LONGEST_PAUSE_S - paused)
            paused += until - now
            now = until
            continue
        until = min(edges)
        team = None if name is ClockName.NOTICE else team_at(now)
        rate = 0
        if team is None:
            rate = UNIT // 86_400 if days else 1
        elif there(team, minute):
            rate = counts(team, date_of(team, minute)) if days else 1
        if used + (until - now) * rate * 100 >= need:
            return now + -(-(need - used) // (rate * 100))
        used += (until - now) * rate * 100
        now = until


class Shifts:
    """Which team's hours count when: [(since, team or None), ...]."""

    def __init__(self, *shifts: tuple[int, Team | None]) -> None:
        self.shifts = shifts
        self.edges = [since for since, _ in shifts]

    def __call__(self, now: int) -> Team | None:
        begun = [team for since, team in self.shifts if since <= now]
        return begun[-1] if begun else self.shifts[0][1]
