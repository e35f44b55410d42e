"""When a team is there: staffed hours as the wall clock of its zone shows them. Pure.

Somebody is there at a moment where the zone's wall clock then shows a time within the hours of that
weekday, on a date that is no day off. So a staffed night is an hour shorter when clocks go forward
and an hour longer when they go back, and nothing is ever worked out from local times alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedback.wire import HubError
from feedback.wire_triage import Team

_HOUR_S: Final = 3600
_DAY_S: Final = 86_400
_EPOCH: Final = dt.date(1970, 1, 1)
# A local date lies within these hours around its date in UTC, in every zone that ever was.
_BEFORE_H, _AFTER_H = 16, 24 + 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Staffed hours of a week from Monday, as seconds of the wall clock, and days off."""

    zone: str
    hours: tuple[tuple[tuple[int, int], ...], ...]
    days_off: frozenset[dt.date] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Span:
    """Staffed from `start` until before `end`; `day` is how long its whole date is staffed."""

    start: int
    end: int
    day: int


def calendar_of(team: Team) -> Calendar:
    """Return a team's calendar. HubError("calendar_bad"): no such zone or date, or never there."""
    try:
        ZoneInfo(team.zone)
        days_off = frozenset(dt.date.fromisoformat(day) for day in team.days_off)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise HubError("calendar_bad", why=error) from error
    hours = tuple(tuple(_seconds(part) for part in day) for day in team.hours)
    for day in hours:
        if any(later[0] < part[1] for part, later in pairwise(sorted(day))):
            raise HubError("calendar_bad", why="hours overlap")
    if not any(hours):
        raise HubError("calendar_bad", why="never there")
    return Calendar(zone=team.zone, hours=hours, days_off=days_off)


def staffed(calendar: Calendar, start: float) -> Iterator[Span]:
    """Yield the spans that end after `start`, in order and for ever."""
    day = _EPOCH + dt.timedelta(days=int(start // _DAY_S) - 1)
    while True:
        for span in spans_of(calendar, day):
            if span.end > start:
                yield span
        day += dt.timedelta(days=1)


@lru_cache(maxsize=20_000)
def spans_of(calendar: Calendar, day: dt.date) -> tuple[Span, ...]:
    """When it is staffed on a local date, in order."""
    if day in calendar.days_off:
        return ()
    midnight = (day - _EPOCH).days * _DAY_S  # as if the zone were UTC
    found = []
    for start, end, offset in _pieces(calendar.zone, day):
        for begins, ends in calendar.hours[day.weekday()]:
            low = max(start, midnight + begins - offset)
            high = min(end, midnight + ends - offset)
            if low < high:
                found.append((low, high))
    whole = sum(high - low for low, high in found)
    return tuple(Span(low, high, whole) for low, high in sorted(found))


@lru_cache(maxsize=20_000)
def _pieces(zone: str, day: dt.date) -> tuple[tuple[int, int, int], ...]:
    """Return (start, end, offset from UTC): all of a local date, cut where the offset changes."""
    midnight = (day - _EPOCH).days * _DAY_S
    place = ZoneInfo(zone)
    first = midnight - _BEFORE_H * _HOUR_S
    last = midnight + _AFTER_H * _HOUR_S
    pieces = []
    start, offset = first, _offset(place, first)
    for hour in range(first + _HOUR_S, last + 1, _HOUR_S):
        if (after := _offset(place, hour)) != offset:
            change = _change(place, hour - _HOUR_S, hour)
            pieces.append((start, change, offset))
            start, offset = change, after
    pieces.append((start, last, offset))
    return tuple(pieces)


def _change(place: ZoneInfo, low: int, high: int) -> int:
    """Return the first second with the offset of `high`."""
    after = _offset(place, high)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(place, middle) == after:
            high = middle
        else:
            low = middle
    return high


def _offset(place: ZoneInfo, at: int) -> int:
    """Seconds that the wall clock is ahead of UTC."""
    offset = dt.datetime.fromtimestamp(at, place).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())


def _seconds(hours: str) -> tuple[int, int]:
    begins, ends = (int(part[:2]) * _HOUR_S + int(part[3:]) * 60 for part in hours.split("-"))
    if ends <= begins:
        raise HubError("calendar_bad", why="ends before it begins")
    return begins, ends
