"""What the Triage page says: the queue by time left, and one cluster whole. No widgets."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desktop import language
from desktop.language import mark, translate
from desktop.models import clocks, states
from desktop.models.clocks import Promise
from desktop.models.entries import Entry
from desktop.models.reports import Speech
from desktop.models.states import Look
from feedback.wire import (
    Clock,
    ClockName,
    ClusterState,
    HubState,
    Kind,
    ReplyDoc,
    Solution,
    StaffReport,
)
from feedback.wire_triage import (
    Awards,
    Breach,
    Count,
    Event,
    Load,
    Severity,
    StaffCluster,
    StaffClusterWhole,
)
from fleet.model import WeekId

_DAYS_MOST: Final = 28
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STATES: Final = {
    ClusterState.OPEN: (mark("Triage", "Open"), "circle-dashed", "info"),
    ClusterState.PLANNED: (mark("Triage", "Planned"), "clock", "info"),
    ClusterState.DECLINED: (mark("Triage", "Declined"), "info", "muted"),
    ClusterState.MERGED: (mark("Triage", "Merged into another"), "link", "muted"),
    ClusterState.CLOSED: (mark("Triage", "Closed"), "circle-check", "ok"),
}
_SEVERITIES: Final = {
    Severity.UNKNOWN: mark("Triage", "not graded"),
    Severity.MINOR: mark("Triage", "minor: annoying"),
    Severity.MAJOR: mark("Triage", "major: a function is lost"),
    Severity.CRITICAL: mark("Triage", "critical: a device is dead"),
    Severity.SECURITY: mark("Triage", "security"),
}
_REPORT_STATES: Final = {
    HubState.RECEIVED: mark("Triage", "not read yet"),
    HubState.SEEN: mark("Triage", "seen"),
    HubState.ANSWERED: mark("Triage", "answered"),
    HubState.NEED_INFO: mark("Triage", "we wait for them"),
    HubState.FIX_PLANNED: mark("Triage", "fix planned"),
    HubState.CONFIRMED: mark("Triage", "fixed for them"),
    HubState.NOT_FIXED: mark("Triage", "not fixed for them"),
    HubState.DECLINED: mark("Triage", "declined"),
}
_KINDS: Final = {
    Kind.PROBLEM: mark("Triage", "Problem"),
    Kind.WISH: mark("Triage", "Wish"),
    Kind.QUESTION: mark("Triage", "Question"),
    Kind.PRAISE: mark("Triage", "Praise"),
}
_EVENTS: Final = {
    "made": mark("Triage", "first report"),
    "joined": mark("Triage", "one more report"),
    "owner": mark("Triage", "given to"),
    "acknowledged": mark("Triage", "taken on"),
    "answer": mark("Triage", "answered"),
    "ask": mark("Triage", "asked for more"),
    "plan": mark("Triage", "planned"),
    "decline": mark("Triage", "declined"),
    "merge": mark("Triage", "merged"),
    "split": mark("Triage", "split"),
    "known": mark("Triage", "known issue published"),
    "words": mark("Triage", "public words"),
    "grade": mark("Triage", "graded"),
    "reproduced": mark("Triage", "seen to happen"),
    "breach": mark("Triage", "promise missed"),
    "invalid": mark("Triage", "found to be none"),
}
_WAITS: Final = {
    "confirmed": mark("Triage", "waits until it is confirmed"),
    "fixed_for_me": mark("Triage", 'waits for "fixed for me"'),
    "related": mark("Triage", "related by invitation: nothing"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One value and how many households have it; `share` of the most, 0 to 1."""

    word: str
    count: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list: a report, or what happened. `move` can be undone."""

    id: str
    when: str
    text: str
    under: str = ""
    move: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One cluster, told whole."""

    id: str
    title: str
    about: str
    look: Look
    facts: tuple[tuple[str, str], ...]
    promises: tuple[Promise, ...]
    warning: str
    versions: tuple[Bar, ...]
    curve: tuple[Bar, ...]
    reports: tuple[Line, ...]
    speeches: tuple[Speech, ...]
    timeline: tuple[Line, ...]
    others: tuple[tuple[str, str], ...]  # words and id of clusters it could be merged into
    open: bool
    mine: bool
    missed: tuple[tuple[str, tuple[ClockName, int]], ...] = ()  # words, clock and round


def entries(clusters: Iterable[StaffCluster], now: float) -> list[Entry]:
    """Return the queue, in the order of the hub: what runs out first comes first."""
    return [_entry(one, now) for one in clusters]


def following(clusters: Sequence[StaffCluster], chosen: str) -> str:
    """Return the next most urgent cluster after `chosen`, from the top again; "" for none."""
    owed = [one.id for one in clusters if one.next is not None and not one.next.paused]
    if not owed:
        return ""
    at = owed.index(chosen) + 1 if chosen in owed else 0
    return owed[at % len(owed)]


def today(loads: Iterable[Load]) -> str:
    """Return how much everybody answered today, in one line."""
    each = translate("Triage", "{name} {answers}")
    told = (each.format(name=one.name, answers=one.answers) for one in loads)
    said = " · ".join(told)
    return translate("Triage", "Answered today: {names}").format(names=said) if said else ""


def sheet(whole: StaffClusterWhole, now: float, me: str) -> Sheet:
    """Return one cluster as it stands."""
    one = whole.cluster
    word, icon, tone = _STATES[one.state]
    return Sheet(
        id=one.id,
        title=one.title or translate("Triage", "Untitled"),
        about=_about(one),
        look=Look(word=translate("Triage", word), icon=icon, tone=tone),
        facts=_facts(whole),
        promises=tuple(clocks.promise(each, now) for each in clocks.latest(one.clocks)),
        warning=_warning(one),
        versions=_bars(whole.versions),
        curve=curve(whole.curve, now),
        reports=tuple(_report(each, now) for each in whole.reports),
        speeches=tuple(_speech(each, now, me) for each in whole.replies),
        timeline=tuple(_event(each, _named(whole), now) for each in reversed(whole.timeline)),
        others=tuple((f"{each.title} ({each.households})", each.id) for each in whole.others),
        open=one.state not in {ClusterState.MERGED, ClusterState.CLOSED},
        mine=bool(me) and one.owner == me,
        missed=tuple(_missed(each, now) for each in whole.breaches),
    )


def _missed(breach: Breach, now: float) -> tuple[str, tuple[ClockName, int]]:
    """Return a promise that was not kept, and how many reasons stand beside it."""
    said = translate("Triage", "{clock}, due {when}")
    words = said.format(clock=clocks.name_of(breach.clock), when=language.moment(breach.due, now))
    if breach.reasons:
        words += translate("Triage", " (%n reason(s) given)", None, len(breach.reasons))
    return words, (breach.clock, breach.round)


def curve(counts: Iterable[Count], now: float) -> tuple[Bar, ...]:
    """Return new households by day up to today, with the empty days; at most four weeks."""
    known = {one.value: one.households for one in counts}
    if not known:
        return ()
    last = dt.datetime.fromtimestamp(now, dt.UTC).date()
    first = max(min(map(dt.date.fromisoformat, known)), last - dt.timedelta(days=_DAYS_MOST - 1))
    days = [first + dt.timedelta(days=at) for at in range((last - first).days + 1)]
    most = max((known.get(day.isoformat(), 0) for day in days), default=0) or 1
    made = []
    for day in days:
        count = known.get(day.isoformat(), 0)
        made.append(Bar(word=language.day_in_short(day), count=count, share=count / most))
    return tuple(made)


def awards(found: Awards) -> list[str]:
    """Return what would be paid to whom, a line each; one line where it is nobody."""
    if not found.awards:
        return [translate("Triage", "Nobody would get points for this.")]
    lines = []
    for one in found.awards:
        points = translate("Triage", "%n point(s)", None, one.points)
        said = f"{one.member} · {points} · {one.rule}"
        waits = translate("Triage", _WAITS[one.waits]) if one.waits in _WAITS else one.waits
        paid = translate("Triage", "paid") if one.paid else waits
        lines.append(f"{said} · {paid}" if paid else said)
    return lines


def fridays(now: float, count: int = 6) -> tuple[tuple[str, str], ...]:
    """Return the weeks that something can be planned for: words and "2026-W49"."""
    week, made = WeekId.of(dt.datetime.fromtimestamp(now, dt.UTC).date()), []
    for _ in range(count):
        week = week.next()
        name = f"{states.week_name(str(week))} · {states.week_day(str(week))}"
        made.append((name, str(week)))
    return tuple(made)


def solutions() -> tuple[tuple[str, Solution], ...]:
    """Return what an answer can offer, in words; only what offers something stops a clock."""
    return (
        (translate("Triage", "words alone: no clock stops"), Solution.NONE),
        (translate("Triage", "a workaround"), Solution.WORKAROUND),
        (translate("Triage", "an explanation: it is as it should be"), Solution.EXPLAINED),
    )


def severities() -> tuple[tuple[str, Severity], ...]:
    """Return how bad something can be, in words."""
    return tuple((translate("Triage", word), one) for one, word in _SEVERITIES.items())


def _entry(one: StaffCluster, now: float) -> Entry:
    look = _urgency(one, now)
    homes = translate("Triage", "%n home(s)", None, one.households)
    owner = one.owner or translate("Triage", "nobody's yet")
    danger = translate("Triage", "dangerous") if one.safety else ""
    under = " · ".join(part for part in (look.word, danger, owner, homes) if part)
    return Entry(
        id=one.id, title=one.title or translate("Triage", "Untitled"), look=look, under=under
    )


def _urgency(one: StaffCluster, now: float) -> Look:
    """The clock that runs out first, in words and colour."""
    if one.next is None:
        word, icon, tone = _STATES[one.state]
        return Look(word=translate("Triage", word), icon=icon, tone=tone)
    owed = next((each for each in _last(one.clocks) if each.name is one.next.clock), None)
    told = owed.escalated if owed else 0
    late = one.next.due < now and not one.next.paused
    word, icon, tone = clocks.urgency(told, late=late, paused=one.next.paused)
    name = clocks.name_of(one.next.clock)
    if one.next.paused:
        said = f"{name}: {word}"
    else:
        said = f"{name}: {clocks.left(one.next.due, now)}"
        said = said if late else f"{said} ({word})"
    return Look(word=said, icon="shield-x" if one.safety else icon, tone=tone)


def _last(each: Iterable[Clock]) -> tuple[Clock, ...]:
    return clocks.latest(each)


def _about(one: StaffCluster) -> str:
    kind = translate("Triage", _KINDS[one.kind])
    homes = translate("Triage", "%n home(s)", None, one.households)
    reports = translate("Triage", "%n report(s)", None, one.reports)
    where = " ".join(part for part in (one.vendor, one.model) if part)
    return " · ".join(part for part in (kind, where, one.component, homes, reports) if part)


def _facts(whole: StaffClusterWhole) -> tuple[tuple[str, str], ...]:
    one = whole.cluster
    week = states.week_name(one.fix_week) if one.fix_week else ""
    owner = one.owner or translate("Triage", "nobody's yet")
    if one.owner and not one.acknowledged:
        owner = translate("Triage", "{name}, not taken on yet").format(name=one.owner)
    yes = translate("Triage", "yes")
    told = (
        (translate("Triage", "Owner"), owner),
        (translate("Triage", "Team"), one.team),
        (translate("Triage", "How bad"), translate("Triage", _SEVERITIES[one.severity])),
        (translate("Triage", "Dangerous"), yes if one.safety else ""),
        (translate("Triage", "Fix"), " ".join(part for part in (week, one.fix_version) if part)),
        (translate("Triage", "Known issue"), yes if one.known else ""),
        (translate("Triage", "Signature"), whole.signature),
        (translate("Triage", "Reason"), whole.reason),
    )
    return tuple((name, said) for name, said in told if said)


def _warning(one: StaffCluster) -> str:
    if not one.not_fixed:
        return ""
    return translate("Triage", "%n tester(s) say that the fix mends nothing.", None, one.not_fixed)


def _bars(counts: Iterable[Count]) -> tuple[Bar, ...]:
    each = list(counts)
    most = max((one.households for one in each), default=0) or 1
    return tuple(
        Bar(
            word=one.value or translate("Triage", "not said"),
            count=one.households,
            share=one.households / most,
        )
        for one in each
    )


def _report(one: StaffReport, now: float) -> Line:
    state = translate("Triage", _REPORT_STATES[one.state])
    under = " · ".join(part for part in (one.member, one.facts.version, state) if part)
    return Line(id=one.id, when=language.moment(one.received, now), text=one.title, under=under)


def _speech(one: ReplyDoc, now: float, me: str) -> Speech:
    when = language.moment(one.at, now)
    return Speech(author=one.author, when=when, text=one.text, mine=one.author == me or one.staff)


def _named(whole: StaffClusterWhole) -> dict[str, str]:
    """Return what stands for the ids that a history speaks of: whose report, which cluster."""
    reports = {one.id: one.member for one in whole.reports}
    return {**reports, **{one.id: one.title for one in whole.others}}


def _event(one: Event, named: Mapping[str, str], now: float) -> Line:
    what = translate("Triage", _EVENTS[one.what]) if one.what in _EVENTS else one.what
    detail = named.get(one.detail, "" if _ID.fullmatch(one.detail) else one.detail)
    text = f"{what}: {detail}" if detail else what
    if one.undone:
        text = translate("Triage", "{what} (undone)").format(what=text)
    who = one.who or translate("Triage", "the hub")
    move = "" if one.undone else one.move
    return Line(id=one.move, when=language.moment(one.at, now), text=text, under=who, move=move)
