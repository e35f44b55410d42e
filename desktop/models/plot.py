"""What a plot of a device's values shows and says; the widget only draws it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, Protocol

from desktop import language, measures
from desktop.language import translate
from desktop.models import measured, scale
from desktop.models.scale import Moment, Shown
from desktop.plot_commands import Plotted
from fleet.capability import TWO_STATES, Capability, Value, values
from fleet.model import Device
from fleet.series import Point

_DAY_S = 86_400
_EXACT_S = 900.0  # in less time than that seconds can be told apart
_COLUMNS = ("value", "unit", "at", "time", "low", "mean", "high")


class Span(StrEnum):
    """How far back a plot goes."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    YEAR = "year"


SECONDS = {Span.HOUR: 3_600, Span.DAY: _DAY_S, Span.WEEK: 7 * _DAY_S, Span.YEAR: 365 * _DAY_S}
LEAST_S = 300.0
"""The shortest stretch of time that is shown: values are kept once in five seconds."""


class Drawn(Protocol):
    """What is drawn of a stretch of time: a Point of the history, or a Spot of what is said now."""

    @property
    def at(self) -> float:
        """When it begins, in seconds since the epoch."""

    @property
    def low(self) -> float:
        """The least."""

    @property
    def mean(self) -> float:
        """The mean."""

    @property
    def high(self) -> float:
        """The greatest."""


class Spot(NamedTuple):
    """One value as it was said, to the fraction of a second."""

    at: float
    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One value over time."""

    feature: str
    title: str
    kind: Capability
    unit: str
    states: bool  # two states: drawn as bars
    low: float  # of the axis
    high: float
    now: str  # what it is now, in words
    said: str  # all of it in a sentence
    stretches: tuple[tuple[Drawn, ...], ...] = ()  # without a gap inside
    until: float = 0.0  # so long the last point holds
    times: tuple[float, ...] = field(default=(), repr=False)  # of all points, for the pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Values over one stretch of time, below each other."""

    since: float
    until: float
    lanes: tuple[Lane, ...] = ()
    empty: str = ""  # why there is nothing to draw


def compose(
    device: Device, found: Sequence[Plotted], since: float, until: float, span: Span | None
) -> Plot:
    """Return what is drawn of what was found. `span`: where it is one of them up to now."""
    lanes = tuple(_lane(device, one, since, until, span) for one in found)
    nothing = translate("Plot", "Nothing was kept of this time.")
    return Plot(
        since=since,
        until=until,
        lanes=lanes,
        empty="" if any(lane.stretches for lane in lanes) else nothing,
    )


def worth(device: Device, kept: Sequence[str]) -> tuple[str, ...]:
    """Return the values that are kept, those of most interest first."""
    order = {name: place for place, name in enumerate(_RANK)}
    features = device.features

    def rank(name: str) -> tuple[bool, int, str]:
        known = features.get(name)
        if known is None:
            return True, len(order), name
        return known.aside, order.get(known.capability, len(order)), name

    return tuple(sorted(kept, key=rank))


def at(lane: Lane, moment: float) -> Drawn | None:
    """Return the point that holds at this moment; None in a gap."""
    number = bisect_right(lane.times, moment) - 1
    if number < 0:
        return None
    for stretch in lane.stretches:
        if number < len(stretch):
            last = number == len(stretch) - 1
            ends = lane.until if stretch is lane.stretches[-1] else stretch[-1].at
            return None if last and moment > max(ends, stretch[-1].at) else stretch[number]
        number -= len(stretch)
    return None


def told(lane: Lane, point: Drawn) -> str:
    """Return what a value was at a point: "21.3 °C", "18.2 to 22.4 °C", "on 35 % of the time"."""
    if lane.states:
        if point.low == point.high:
            value = Value(capability=lane.kind, value=bool(point.mean))
            return measured.told(value)
        return _share(lane.kind, point.mean)
    if point.low == point.high:
        return measured.quantity(point.mean, lane.kind, lane.unit)
    said = translate("Plot", "{low} to {high}")
    low = measured.quantity(point.low, lane.kind, "")
    return said.format(low=low, high=measured.quantity(point.high, lane.kind, lane.unit))


def silent() -> str:
    """Return what is said of a moment of which nothing is known."""
    return translate("Plot", "nothing said")


def when(moment: float, span_s: float) -> str:
    """Return a moment as the pointer says it, as exactly as it can be seen."""
    day = translate("Dates", "ddd d MMM")
    exact = span_s < _EXACT_S
    time = translate("Dates", "HH:mm:ss") if exact else translate("Dates", "HH:mm")
    return language.said(moment, time if span_s <= _DAY_S else f"{day} {time}")


def tick(moment: Moment) -> str:
    """Return how a line of the time axis is named."""
    pattern = {
        Shown.SECOND: translate("Dates", "HH:mm:ss"),
        Shown.TIME: translate("Dates", "HH:mm"),
        Shown.DAY: translate("Dates", "d MMM"),
        Shown.MONTH: translate("Dates", "MMM"),
        Shown.YEAR: "yyyy",
    }[moment.shown]
    return language.said(moment.at, pattern)


def span_words(span: Span) -> str:
    """Return what a span is called."""
    return {
        Span.HOUR: translate("Plot", "Hour"),
        Span.DAY: translate("Plot", "Day"),
        Span.WEEK: translate("Plot", "Week"),
        Span.YEAR: translate("Plot", "Year"),
    }[span]


def as_csv(plot: Plot) -> str:
    """Return all that is shown as CSV; times also in seconds since the epoch."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for lane in plot.lanes:
        for point in (one for stretch in lane.stretches for one in stretch):
            written = dt.datetime.fromtimestamp(point.at).astimezone().isoformat()
            numbers = (point.low, point.mean, point.high)
            rows.writerow((lane.feature, lane.unit, point.at, written, *numbers))
    return text.getvalue()


def file_name(device: Device, plot: Plot, ending: str) -> str:
    """Return a good name for a file of it."""
    name = "".join(one if one.isalnum() else "-" for one in device.name).strip("-") or device.key
    day = dt.datetime.fromtimestamp(plot.until).date().isoformat()  # noqa: DTZ006 - the reader's own clock
    return f"{name}-{day}.{ending}"


_RANK = (
    Capability.TEMPERATURE,
    Capability.HUMIDITY,
    Capability.POWER,
    Capability.ON_OFF,
    Capability.CO2,
    Capability.CONTACT,
    Capability.POSITION,
    Capability.LEVEL,
    Capability.ENERGY,
    Capability.MOTION,
    Capability.PRESENCE,
    Capability.ILLUMINANCE,
)
"""What people look at first; the rest as its device names it."""


def _lane(device: Device, found: Plotted, since: float, until: float, span: Span | None) -> Lane:
    kind = Capability(found.capability)
    states = kind in TWO_STATES
    lang = language.current()
    feature = device.features.get(found.feature)
    title = found.feature
    if feature is not None:
        title = measures.label(found.feature, feature, device.features, lang)
    points = found.points
    low = min((one.low for one in points), default=0.0)
    high = max((one.high for one in points), default=1.0)
    axis = (0.0, 1.0) if states else scale.bounds(low, high)
    now = _now(device, found.feature) or (_last(kind, found.unit, points) if points else "")
    ends = min(until, points[-1].at + found.hold_s) if points else since
    return Lane(
        feature=found.feature,
        title=title,
        kind=kind,
        unit=found.unit,
        states=states,
        low=axis[0],
        high=axis[1],
        now=now,
        said=_sentence(title, found, (since, ends), now, span),
        stretches=_stretches(found),
        until=ends,
        times=tuple(one.at for one in points),
    )


def _stretches(found: Plotted) -> tuple[tuple[Point, ...], ...]:
    cut = pairwise((0, *found.breaks, len(found.points)))
    return tuple(found.points[first:last] for first, last in cut if last > first)


def _sentence(
    title: str, found: Plotted, ends: tuple[float, float], now: str, span: Span | None
) -> str:
    """Return it as it is said to who does not see it: from what to what, and now."""
    kind = Capability(found.capability)
    time = _time_words(span, ends)
    if not found.points:
        return translate("Plot", "{title}, {time}: nothing was kept").format(title=title, time=time)
    if kind in TWO_STATES:
        body = _share(kind, share(found, ends[1]))
    else:
        low = min(one.low for one in found.points)
        high = max(one.high for one in found.points)
        body = translate("Plot", "from {low} to {high}").format(
            low=measured.quantity(low, kind, ""),
            high=measured.quantity(high, kind, found.unit),
        )
    said = translate("Plot", "{title}, {time}: {body}, now {now}")
    return said.format(title=title, time=time, body=body, now=now)


def share(found: Plotted, ends: float) -> float:
    """Return the share of the time that was told in which a state held, from 0 to 1."""
    whole = held = 0.0
    breaks = set(found.breaks)
    for number, point in enumerate(found.points):
        following = number + 1
        until = found.points[following].at if following < len(found.points) else ends
        if following in breaks:
            until = min(until, point.at + found.hold_s)
        whole += max(0.0, until - point.at)
        held += max(0.0, until - point.at) * point.mean
    return held / whole if whole else 0.0


def _share(kind: Capability, part: float) -> str:
    word = measured.told(Value(capability=kind, value=True))
    said = translate("Plot", "{state} {share} % of the time")
    return said.format(state=word, share=language.number(part * 100, 0 if part > 0.02 else 1))  # noqa: PLR2004 - little is told exactly


def _time_words(span: Span | None, ends: tuple[float, float]) -> str:
    if span is not None:
        return {
            Span.HOUR: translate("Plot", "last hour"),
            Span.DAY: translate("Plot", "last day"),
            Span.WEEK: translate("Plot", "last week"),
            Span.YEAR: translate("Plot", "last year"),
        }[span]
    said = translate("Plot", "{begin} until {end}")
    begin, end = (when(one, _DAY_S + 1) for one in ends)
    return said.format(begin=begin, end=end)


def _now(device: Device, name: str) -> str:
    feature = device.features.get(name)
    if feature is None:
        return ""
    found = values({name: feature}, device.readings)
    return next((measured.told(value) for _, _, value in found), "")


def _last(kind: Capability, unit: str, points: Sequence[Point]) -> str:
    if kind in TWO_STATES:
        return measured.told(Value(capability=kind, value=bool(round(points[-1].mean))))
    return measured.quantity(points[-1].mean, kind, unit)
