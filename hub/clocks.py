"""When a promise falls due: from its start, staffed hours, changes of them, and pauses. Pure.

Nothing here asks what time it is: a due moment follows from what is stored, so it is the same
however late it is worked out, and after every restart. Moments are fractions until the end, since a
day of eleven staffed hours has no third in binary.

How "3 days" counts: a date counts as one day in all, spread evenly over its staffed seconds; a day
off counts nothing. So what comes on Friday at 15:00 to a team that is there from 9 to 21 and off on
weekends is due on Wednesday at 15:00. Around the clock a day is 86,400 seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import msgspec

from feedback.wire import Clock, ClockName
from hub.calendars import Calendar, Span, staffed

_RULES: Final = Path(__file__).parent / "rules" / "clocks.json"
_DAY_S: Final = 86_400


class Promise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long something may take: staffed seconds, or staffed days."""

    seconds: int = 0
    days: int = 0
    always: bool = False  # around the clock, whatever it is about
    pauses: bool = False  # stands still while testers are asked for more


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """hub/rules/clocks.json."""

    version: int
    promises: dict[ClockName, Promise]
    steps: tuple[int, ...]  # per cent at which somebody is told; the last is a breach
    longest_pause_s: int  # in all, for one round of a clock
    always_when: tuple[str, ...]  # severities


@dataclass(frozen=True, slots=True)
class Shift:
    """From `since` on this calendar counts; None: around the clock."""

    since: float
    calendar: Calendar | None


@dataclass(frozen=True, slots=True)
class Pause:
    """Testers were asked at `since` and answered at `until`; None: not yet."""

    since: float
    until: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One promise as it is stored. `shifts` are in order; the first also counts before itself."""

    name: ClockName
    started: float
    shifts: tuple[Shift, ...]
    pauses: tuple[Pause, ...] = ()
    met: float | None = None
    round: int = 1
    always: bool = False  # this round runs around the clock, whatever its calendar


@dataclass(frozen=True, slots=True)
class Reading:
    """What follows from a run: when it reaches each step, in per cent, and when it is due."""

    steps: Mapping[int, float]

    @property
    def due(self) -> float:
        """The moment until which it is kept, itself included."""
        return self.steps[max(self.steps)]

    def reached(self, met: float | None, now: float) -> tuple[int, ...]:
        """Steps it went beyond before it was met, or until now."""
        end = now if met is None else min(met, now)
        return tuple(step for step, at in self.steps.items() if at < end)


@cache
def rules() -> Rules:
    """The rules in force."""
    return msgspec.json.decode(_RULES.read_bytes(), type=Rules)


@lru_cache(maxsize=100_000)
def read(run: Run) -> Reading:
    """Work out when a run reaches its steps."""
    promise = rules().promises[run.name]
    around = run.always or promise.always
    shifts = (Shift(run.started, None),) if around else run.shifts
    stops = tuple(_stops(run.pauses)) if promise.pauses else ()
    whole = Fraction(promise.days or promise.seconds)
    steps: dict[int, float] = {}
    done = Fraction(0)
    waiting = list(rules().steps)
    for low, high, day in _worked(Fraction(run.started), shifts, stops):
        rate = Fraction(1, day) if promise.days else Fraction(1)
        while waiting and done + (high - low) * rate >= whole * waiting[0] / 100:
            step = waiting.pop(0)
            steps[step] = float(low + (whole * step / 100 - done) / rate)
        if not waiting:
            break
        done += (high - low) * rate
    return Reading(steps)


def shown(run: Run, now: float) -> Clock:
    """A run as people see it at `now`."""
    reached = read(run).reached(run.met, now)
    paused = [float(low) for low, high in _stops(run.pauses) if low <= Fraction(now) < high]
    return _clock(
        run,
        around=_calendar_at(run.shifts, now) is None,
        paused=paused[0] if paused else None,
        breached=rules().steps[-1] in reached,
        escalated=max(reached, default=0),
    )


def stored(run: Run, *, breached: bool) -> Clock:
    """A run by what is stored of it alone, for a document that is made at no certain time."""
    waiting = [pause.since for pause in run.pauses if pause.until is None]
    late = run.met is not None and run.met > read(run).due
    return _clock(
        run,
        around=run.shifts[-1].calendar is None if run.shifts else False,
        paused=waiting[0] if waiting else None,
        breached=breached or late,
        escalated=rules().steps[-1] if breached else 0,
    )


def _clock(
    run: Run, *, around: bool, paused: float | None, breached: bool, escalated: int
) -> Clock:
    promise = rules().promises[run.name]
    return Clock(
        name=run.name,
        started=run.started,
        due=read(run).due,
        always=run.always or promise.always or around,
        met=run.met,
        paused=paused if promise.pauses and run.met is None else None,
        breached=breached,
        escalated=escalated,
        round=run.round,
    )


def _calendar_at(shifts: Sequence[Shift], now: float) -> Calendar | None:
    begun = [shift for shift in shifts if shift.since <= now] or list(shifts[:1])
    return begun[-1].calendar


def _stops(pauses: Sequence[Pause]) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield pauses in order, without overlaps, as long as there is something left of the most."""
    left = Fraction(rules().longest_pause_s)
    before = Fraction(0)
    for pause in sorted(pauses, key=lambda one: one.since):
        start = max(Fraction(pause.since), before)
        until = start + left if pause.until is None else Fraction(pause.until)
        end = min(until, start + left)
        if end > start:
            yield start, end
            left -= end - start
            before = end


def _worked(
    start: Fraction, shifts: Sequence[Shift], stops: Sequence[tuple[Fraction, Fraction]]
) -> Iterator[tuple[Fraction, Fraction, int]]:
    """Yield what counts, in order and for ever: (from, until before, seconds of a day)."""
    for number, shift in enumerate(shifts):
        last = shifts[number + 1].since if number + 1 < len(shifts) else None
        end = None if last is None else Fraction(last)
        if end is not None and end <= start:
            continue
        for span in _spans(shift.calendar, start):
            low = max(Fraction(span.start), start)
            if end is not None and low >= end:
                break
            high = Fraction(span.end) if end is None else min(Fraction(span.end), end)
            for piece in _without(low, high, stops):
                yield (*piece, span.day)
        start = start if end is None else end


def _spans(calendar: Calendar | None, start: Fraction) -> Iterator[Span]:
    if calendar is not None:
        yield from staffed(calendar, float(start))
        return
    day = int(start) // _DAY_S * _DAY_S
    while True:
        yield Span(day, day + _DAY_S, _DAY_S)
        day += _DAY_S


def _without(
    low: Fraction, high: Fraction, stops: Sequence[tuple[Fraction, Fraction]]
) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield what is left of a span between the stops."""
    for start, end in stops:
        if low < start < high:
            yield low, start
        if start < high and end > low:
            low = max(low, end)
    if low < high:
        yield low, high
