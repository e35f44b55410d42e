"""Where the lines of a plot stand: round numbers, and round moments of the reader's clock. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_ROUND = (1.0, 2.0, 5.0, 10.0)
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_WITHIN_DAY = (
    *(1, 2, 5, 10, 15, 30),
    *(_MINUTE * each for each in (1, 5, 10, 15, 30)),
    *(_HOUR * each for each in (1, 2, 3, 6, 12)),
)
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6, 12)
_MONTH_S = 30.44 * _DAY


class Shown(StrEnum):
    """How a moment is written on an axis."""

    SECOND = "second"
    TIME = "time"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the time axis: seconds since the epoch, and how it is written."""

    at: float
    shown: Shown


def bounds(low: float, high: float) -> tuple[float, float]:
    """Return what an axis goes from and to where values lie between these: never nothing."""
    if high > low:
        room = (high - low) * 0.08
        return low - room, high + room
    room = abs(low) * 0.05 or 1.0
    return low - room, high + room


def numbers(low: float, high: float, most: int) -> tuple[float, ...]:
    """Return at most `most` round numbers within an axis, evenly apart."""
    if high <= low or most < 1:
        return ()
    step = _round_up((high - low) / most)
    while math.floor(high / step) - math.ceil(low / step) + 1 > most:
        step = _round_up(step * 1.01)
    first, last = math.ceil(low / step), math.floor(high / step)
    return tuple(round(number * step, 12) for number in range(first, last + 1))


def moments(since: float, until: float, most: int) -> tuple[Moment, ...]:
    """Return at most `most` round moments between two, by the reader's own clock.

    Midnights and changes of the clock are met: every line stands on a full hour, day or month.
    """
    if until <= since or most < 1:
        return ()
    for make in _makers():
        found = tuple(one for one in make(since, until, most) if since <= one.at <= until)
        if 0 < len(found) <= most:
            return found
    return ()


def _round_up(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * each for each in _ROUND if power * each >= step * (1 - 1e-9))


def _makers() -> Iterator[_Maker]:
    for seconds in _WITHIN_DAY:
        yield _Maker(seconds=seconds)
    for days in _DAYS:
        yield _Maker(days=days)
    for months in _MONTHS:
        yield _Maker(months=months)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """Gives moments so far apart; only one of the three is set."""

    seconds: int = 0
    days: int = 0
    months: int = 0

    def __call__(self, since: float, until: float, most: int) -> Iterator[Moment]:
        """Give them; none where there would be far more than `most`."""
        width = self.seconds or self.days * _DAY or self.months * _MONTH_S
        if (until - since) / width > most + 1:
            return
        day = dt.datetime.fromtimestamp(since).date()  # noqa: DTZ006 - the reader's own clock
        if self.seconds:
            yield from _times(since, until, self.seconds)
        elif self.days:
            yield from _days(day, until, self.days)
        else:
            yield from _months(day, until, self.months)


def _times(since: float, until: float, step: int) -> Iterator[Moment]:
    day = dt.datetime.fromtimestamp(since).date()  # noqa: DTZ006 - the reader's own clock
    midnight = dt.datetime.combine(day, dt.time()).timestamp()
    # An hour before, as the clock may have been put forward since midnight.
    first = max(0, int(since - midnight - _HOUR)) // step * step
    while True:
        for second in range(first, _DAY, step):
            wall = dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=second)
            at = wall.timestamp()  # where the clock is put forward two of them may be one
            if at > until:
                return
            shown = Shown.SECOND if second % _MINUTE else Shown.TIME
            yield Moment(at, shown if second else Shown.DAY)
        day, first = day + dt.timedelta(days=1), 0


def _days(day: dt.date, until: float, step: int) -> Iterator[Moment]:
    day -= dt.timedelta(days=day.weekday() if step >= 7 else day.toordinal() % step)  # noqa: PLR2004 - weeks begin on Monday
    while (at := dt.datetime.combine(day, dt.time()).timestamp()) <= until:
        yield Moment(at, Shown.DAY)
        day += dt.timedelta(days=step)


def _months(day: dt.date, until: float, step: int) -> Iterator[Moment]:
    month = (day.year * 12 + day.month - 1) // step * step
    while (at := dt.datetime(month // 12, month % 12 + 1, 1).timestamp()) <= until:  # noqa: DTZ001 - the reader's own clock
        yield Moment(at, Shown.MONTH if month % 12 else Shown.YEAR)
        month += step
