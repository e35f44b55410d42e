"""The makers' promises as a tester and as staff see them: by words and by colour. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from desktop import language
from desktop.language import mark, translate
from feedback.report import Report, ReportState
from feedback.wire import Clock, ClockName

_NAMES: Final = {
    ClockName.NAMED: mark("Clocks", "A named person"),
    ClockName.SOLUTION: mark("Clocks", "First solution"),
    ClockName.CLOSED: mark("Clocks", "Closed loop"),
    ClockName.NOTICE: mark("Clocks", "Public notice"),
}
_PROMISED: Final = {
    ClockName.NAMED: mark("Clocks", "within 30 minutes"),
    ClockName.SOLUTION: mark("Clocks", "within 3 hours"),
    ClockName.CLOSED: mark("Clocks", "within 3 days"),
    ClockName.NOTICE: mark("Clocks", "within 4 hours"),
}
_NUDGE, _LEAD = 50, 80
"""Per cent of its time after which the makers themselves are told; the hub says which was last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One clock: what was promised, how it stands. `share` of its time is used, 0 to 1."""

    name: ClockName
    word: str
    note: str
    under: str
    icon: str
    tone: str  # of desktop/theme.py
    share: float


def promises(report: Report, now: float) -> tuple[Promise, ...]:
    """Return the clocks of a report; before it is sent they have not started, and say so."""
    if report.clocks:
        return tuple(promise(clock, now) for clock in latest(report.clocks))
    if report.state is ReportState.WAITING:
        names = (ClockName.NAMED, ClockName.SOLUTION, ClockName.CLOSED)
        return tuple(_not_started(name) for name in names)
    return ()


def latest(clocks: Iterable[Clock]) -> tuple[Clock, ...]:
    """Return each clock once, in the order of the promise, in its last round."""
    last: dict[ClockName, Clock] = {}
    for clock in clocks:
        known = last.get(clock.name)
        if known is None or clock.round >= known.round:
            last[clock.name] = clock
    return tuple(last[name] for name in ClockName if name in last)


def promise(clock: Clock, now: float) -> Promise:
    """Return how one clock stands now."""
    note, icon, tone = _stands(clock, now)
    return Promise(
        name=clock.name,
        word=name_of(clock.name),
        note=note,
        under=_under(clock, now),
        icon=icon,
        tone=tone,
        share=share(clock, now),
    )


def name_of(name: ClockName) -> str:
    """Return what a clock is called."""
    return translate("Clocks", _NAMES[name])


def share(clock: Clock, now: float) -> float:
    """Return how much of its time is used: 0 to 1, also where that is past."""
    until = clock.met or clock.paused or now
    whole = clock.due - clock.started
    return 1.0 if whole <= 0 else min(1.0, max(0.0, (until - clock.started) / whole))


def urgency(escalated: int, *, late: bool, paused: bool) -> tuple[str, str, str]:
    """Return (word, icon, tone) of a clock by what the makers were told of it last."""
    if paused:
        return translate("Clocks", "stands still"), "circle-pause", "muted"
    if late:
        return translate("Clocks", "late"), "triangle-alert", "bad"
    if escalated >= _LEAD:
        return translate("Clocks", "urgent"), "clock", "bad"
    if escalated >= _NUDGE:
        return translate("Clocks", "soon"), "clock", "warn"
    return translate("Clocks", "in time"), "clock", "info"


def left(due: float, now: float) -> str:
    """Return the time that is left, or how late it is."""
    if due >= now:
        return translate("Clocks", "{span} left").format(span=language.span(due - now))
    return translate("Clocks", "{span} late").format(span=language.span(now - due))


def _stands(clock: Clock, now: float) -> tuple[str, str, str]:
    if clock.met is not None:
        took = language.span(clock.met - clock.started)
        if clock.breached or clock.met > clock.due:
            said = translate("Clocks", "kept late, after {span}")
            return said.format(span=took), "triangle-alert", "warn"
        return translate("Clocks", "kept after {span}").format(span=took), "circle-check", "ok"
    if clock.paused is not None:
        return translate("Clocks", "stands still: they wait for you"), "circle-pause", "warn"
    late = clock.due < now
    _, icon, tone = urgency(clock.escalated, late=late, paused=False)
    return left(clock.due, now), icon, tone


def _under(clock: Clock, now: float) -> str:
    if clock.met is not None or clock.paused is not None:
        return translate("Clocks", _PROMISED[clock.name])
    by = translate("Clocks", "by {time}").format(time=language.when(clock.due, now))
    if clock.always:
        return by
    return translate("Clocks", "{by} · counts while the team is there").format(by=by)


def _not_started(name: ClockName) -> Promise:
    return Promise(
        name=name,
        word=name_of(name),
        note=translate("Clocks", "clock not started: not sent yet"),
        under=translate("Clocks", _PROMISED[name]),
        icon="circle-dashed",
        tone="muted",
        share=0.0,
    )
