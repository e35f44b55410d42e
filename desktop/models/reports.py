"""What the Reports page says: the list, and one report with its way and its talk. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop import language
from desktop.language import translate
from desktop.models import clocks, states
from desktop.models.clocks import Promise
from desktop.models.entries import Entry
from desktop.models.mirror import Mirror
from desktop.models.states import Look
from feedback.report import Membership, Reply, Report, ReportState
from feedback.wire_board import BoardOp
from fleet.later import later

if TYPE_CHECKING:
    from desktop.models import attached
    from feedback import acts
else:  # the rail counts reports at the start; files and acts are told later
    attached, acts = later("desktop.models.attached"), later("feedback.acts")

_BADGE_S, _CARRY_S = 86_400.0, 7 * 86_400.0
"""How long a report waits before it is said quietly, and before it can be carried by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step on a report's way: done, the one it is at, or still to come."""

    word: str
    note: str
    done: bool
    now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One line of the talk."""

    author: str
    when: str
    text: str
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One report, told whole."""

    id: str
    title: str
    about: str
    look: Look
    stages: tuple[Stage, ...]
    promises: tuple[Promise, ...]
    speeches: tuple[Speech, ...]
    banner: str
    asks: bool  # "It is fixed for me / Not fixed"
    question: bool  # the makers wait for an answer: their clocks stand still
    draft: bool
    can_reply: bool
    waits: bool
    rates: bool  # a fix that was confirmed: how good was it?
    files: tuple[attached.AttachedLine, ...]
    enrols: bool  # it waits because this house is at no hub yet
    sent: str


def entries(mirror: Mirror, now: float) -> list[Entry]:
    """Return the list."""
    return [_entry(mirror, report, now) for report in mirror.reports()]


def whole(mirror: Mirror, report: Report, now: float) -> Whole:
    """Return one report as it stands."""
    state = report.state
    unsent = state in {ReportState.DRAFT, ReportState.WAITING}
    return Whole(
        id=report.id,
        title=report.title or translate("Reports", "Untitled"),
        about=_about(mirror, report),
        look=states.of_report(state),
        stages=() if state is ReportState.DRAFT else _stages(report, now),
        promises=clocks.promises(report, now) if not state.settled else (),
        speeches=_speeches(report, now),
        banner=_banner(mirror, report, now),
        asks=state.asks,
        question=state is ReportState.NEED_INFO,
        rates=state is ReportState.CONFIRMED
        and bool(report.fix_week)
        and not _rated(mirror, report),
        files=attached.lines(mirror.attachments(report.id)),
        draft=state is ReportState.DRAFT,
        can_reply=not unsent and state is not ReportState.REFUSED,
        enrols=state is ReportState.WAITING and not _at_hub(mirror.member()),
        waits=state is ReportState.WAITING or report.pending > 0,
        sent=_sent(report),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """Reports that wait longer than a day to be sent; `carry`: longer than a week."""

    count: int
    text: str
    carry: bool


def unsent(mirror: Mirror, now: float) -> Unsent | None:
    """Return what is to be said of reports that have waited too long; None: nothing."""
    waiting = [one for one in mirror.reports() if one.state is ReportState.WAITING]
    since = min((one.queued or now for one in waiting), default=now)
    if now - since < _BADGE_S:
        return None
    count = len(waiting)
    span = language.lasting(now - since)
    if now - since < _CARRY_S:
        said = translate("Reports", "%n report(s) not sent yet, for {span}", None, count)
        return Unsent(count=count, text=said.format(span=span), carry=False)
    said = translate(
        "Reports",
        "%n report(s) could not be sent for {span}. You can save them as a file, signed by this "
        "house, and carry it to any computer that reaches the hub.",
        None,
        count,
    )
    return Unsent(count=count, text=said.format(span=span), carry=True)


def waiting(mirror: Mirror, now: float) -> int:
    """Return the number on the rail: what asks something, and what could not be sent for a day."""
    stuck = unsent(mirror, now)
    return asking(mirror) + (stuck.count if stuck is not None else 0)


def asking(mirror: Mirror) -> int:
    """Return how many reports want something of the tester."""
    wanted = (ReportState.ON_DEVICE, ReportState.REFUSED, ReportState.NEED_INFO)
    return sum(report.state in wanted or _unanswered(report) for report in mirror.reports())


def standing(member: Membership | None) -> str:
    """Return points and membership on one line."""
    if member is None or not member.hub_url:
        return translate("Reports", "Not enrolled yet: reports wait here until you are")
    if member.enrolled is None:
        return translate("Reports", "Your invitation waits for the hub")
    points = translate("Reports", "%n popcorn point(s)", None, member.points)
    return " · ".join(part for part in (points, member.name, member.hub_name) if part)


def _unanswered(report: Report) -> bool:
    open_ones = {ReportState.ANSWERED}
    return report.state in open_ones and bool(report.replies) and report.replies[-1].staff


def _entry(mirror: Mirror, report: Report, now: float) -> Entry:
    look = states.of_report(report.state)
    last = mirror_time(report)
    parts = [look.word]
    if report.fix_week and report.state in {ReportState.FIX_PLANNED, ReportState.ON_DEVICE}:
        asked = translate("Reports", "for you too?") if report.state.asks else ""
        parts = [part for part in (_fixed_in(report), asked) if part]
    if report.points:
        parts.append(f"+{report.points}")
    parts.append(language.moment(last, now))
    del mirror
    title = report.title or translate("Reports", "Untitled")
    under = " · ".join(parts)
    return Entry(id=report.id, title=title, look=look, under=under)


def mirror_time(report: Report) -> float:
    """Return when something last happened to a report."""
    last = max((reply.at for reply in report.replies), default=0.0)
    times = (report.changed, report.queued, report.sent, report.seen, report.on_device)
    return max(last, report.made, report.confirmed or 0.0, *(at or 0.0 for at in times))


def _rated(mirror: Mirror, report: Report) -> bool:
    rated = mirror.documents("act", acts.Act).values()
    return any(one.kind == BoardOp.RATE and one.about == report.id for one in rated)


def _about(mirror: Mirror, report: Report) -> str:
    device = mirror.devices.get(report.device)
    name = device.name if device else translate("Reports", "the house")
    homes = translate("Reports", "%n home(s) have it", None, report.households)
    parts = (
        name,
        report.facts.model,
        report.facts.version,
        homes if report.households else "",
    )
    return " · ".join(part for part in parts if part)


def _fixed_in(report: Report) -> str:
    week = states.week_name(report.fix_week)
    return translate("Reports", "Fixed in {week}").format(week=week)


def _stages(report: Report, now: float) -> tuple[Stage, ...]:
    def when(at: float | None) -> str:
        return language.moment(at, now) if at else ""

    by = f"{when(report.seen)} · {report.seen_by}" if report.seen_by else when(report.seen)
    planned = bool(report.fix_week)
    points = f"+{report.points}" if report.points else ""
    told = [
        (translate("Reports", "Sent"), when(report.sent), report.sent is not None),
        (translate("Reports", "Seen"), by, report.seen is not None),
        (translate("Reports", "Answered"), when(report.answered), report.answered is not None),
        (
            translate("Reports", "Fixed"),
            states.week_name(report.fix_week) if planned else "",
            planned,
        ),
        (
            translate("Reports", "Confirmed"),
            " · ".join(part for part in (when(report.confirmed), points) if part),
            report.confirmed is not None,
        ),
    ]
    return _marked(told)


def _marked(told: list[tuple[str, str, bool]]) -> tuple[Stage, ...]:
    # A fix may come without an answer before it: what lies behind the last step done is done too.
    last = max((place for place, (*_, done) in enumerate(told) if done), default=-1)
    return tuple(
        Stage(word=word, note=note, done=place <= last, now=place == last + 1)
        for place, (word, note, _) in enumerate(told)
    )


def _speeches(report: Report, now: float) -> tuple[Speech, ...]:
    first = Speech(
        author=translate("Reports", "You"),
        when=language.moment(report.made, now),
        text=report.text,
        mine=True,
    )
    said = (first,) if report.text else ()
    return (*said, *(_speech(reply, now) for reply in report.replies))


def _speech(reply: Reply, now: float) -> Speech:
    when = language.moment(reply.at, now)
    if reply.waiting:
        when = translate("Reports", "waiting to be sent")
    return Speech(
        author=reply.author or translate("Reports", "You"),
        when=when,
        text=reply.text,
        mine=not reply.staff,
    )


def _banner(mirror: Mirror, report: Report, now: float) -> str:
    if report.state is ReportState.WAITING:
        return _why_waiting(mirror.member())
    if report.state is ReportState.REFUSED:
        return states.because(report.error)
    if report.state is ReportState.DECLINED:
        return report.reason
    if report.state is ReportState.NEED_INFO:
        return translate(
            "Reports", "The makers need to know more. Their clocks stand still until you answer."
        )
    return _of_the_fix(mirror, report, now)


def _of_the_fix(mirror: Mirror, report: Report, now: float) -> str:
    device = mirror.devices.get(report.device)
    name = device.name if device else translate("Reports", "your device")
    week = states.week_name(report.fix_week)
    version = f" ({report.fix_version})" if report.fix_version else ""
    if report.state is ReportState.ON_DEVICE:
        said = translate(
            "Reports", "Fixed in {week}{version}, on {device} since {time}. Is it fixed for you?"
        )
        since = language.since(report.on_device or now, now)
        return said.format(week=week, version=version, device=name, time=since)
    if report.state is ReportState.FIX_PLANNED:
        said = translate(
            "Reports", "Fixed in {week}{version}. You are asked once it runs on {device}."
        )
        return said.format(week=week, version=version, device=name)
    return ""


def _at_hub(member: Membership | None) -> bool:
    return member is not None and bool(member.hub_url)


def _why_waiting(member: Membership | None) -> str:
    if member is None or not _at_hub(member):
        return translate(
            "Reports", "It is kept here. To send it, enrol with an invitation code of your hub."
        )
    why = states.because(member.error, member.fact) if member.error else ""
    kept = translate("Reports", "It is kept here and goes out by itself. Nothing is lost.")
    return f"{why} {kept}".strip()


def _sent(report: Report) -> str:
    if not report.size:
        return ""
    size = language.size(report.size)
    if report.sent is None:
        return translate("Reports", "{size} will be sent").format(size=size)
    return translate("Reports", "{size} were sent").format(size=size)
