"""What a person is told outside the window, at which level, and never twice. Pure.

A notice is true of the house as it is now; `fresh` gives those that were not told before. A device
that merely sleeps is never one, nor is what it does not answer while it sleeps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from desktop import language
from desktop.language import mark, translate
from desktop.models import members, program, states, trust
from desktop.models.location import Location
from desktop.models.mirror import Mirror
from feedback.report import Report, ReportState
from fleet.model import Availability, BrokerState, RolloutState, Update, UpdateState

KEPT = 500
"""So many notices are remembered as told."""

_LOST_S = 300.0  # a broker that is back by then is not worth a word
_RECENT_S = 7 * 86_400.0  # what is older is history, not news
_TOGETHER = 3  # more of one kind at once are told as one


class Level(StrEnum):
    """How much a person wants to hear."""

    FAILURES = "failures"
    USUAL = "usual"  # also updates and replies
    ALL = "all"


class Weight(IntEnum):
    """From which level on a notice is told."""

    FAILURE = 0
    USUAL = 1
    DETAIL = 2


_LEAST = {Level.FAILURES: Weight.FAILURE, Level.USUAL: Weight.USUAL, Level.ALL: Weight.DETAIL}

NAMES = {
    Level.FAILURES: mark("Notices", "Failures only"),
    Level.USUAL: mark("Notices", "Updates and replies"),
    Level.ALL: mark("Notices", "Everything"),
}
"""What the levels are called, to be translated in "Notices"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell: `key` is the same as long as it is the same thing."""

    key: str
    weight: Weight
    title: str
    text: str
    place: Location

    @property
    def kind(self) -> str:
        """What it is about: several of one kind may be told as one."""
        return self.key.partition(":")[0]


def compose(
    mirror: Mirror, now: float, level: Level, told: Collection[str] = ()
) -> tuple[Notice, ...]:
    """Return all that is worth a notice at this level as of `now`, the gravest first.

    `told`: keys whose words nobody needs any more; what is costly to say of them is left out.
    """
    most = _LEAST[level]
    every = [
        *_claim(mirror),
        *_updates(mirror, now),
        *_rollouts(mirror, now),
        *_trust(mirror, now),
        *_brokers(mirror, now),
        *_reports(mirror, now),
        *_week(mirror, told),
        *_program(mirror, now),
        *(_offline(mirror, now) if most is Weight.DETAIL else ()),
    ]
    return tuple(sorted((one for one in every if one.weight <= most), key=lambda one: one.weight))


def heard(notices: Sequence[Notice], level: Level) -> tuple[Notice, ...]:
    """Return those of them that are told at this level."""
    return tuple(one for one in notices if one.weight <= _LEAST[level])


def fresh(notices: Sequence[Notice], told: Sequence[str]) -> tuple[Notice, ...]:
    """Return what was not told yet; many of one kind as one notice that opens their page."""
    before = frozenset(told)
    new = [one for one in notices if one.key not in before]
    found: list[Notice] = []
    for kind in dict.fromkeys(one.kind for one in new):
        of_kind = [one for one in new if one.kind == kind]
        found += of_kind if len(of_kind) <= _TOGETHER else [_together(of_kind)]
    return tuple(found)


def remembered(told: Sequence[str], notices: Sequence[Notice]) -> tuple[str, ...]:
    """Return what is told from now on; what is true longest is forgotten last."""
    now = [one.key for one in notices]
    older = [key for key in told if key not in set(now)]
    return (*older, *now)[-KEPT:]


def _together(several: Sequence[Notice]) -> Notice:
    first = several[0]
    names = "\n".join(one.title for one in several[:_TOGETHER])
    return Notice(
        key=first.key,
        weight=first.weight,
        title=translate("Notices", "%n notice(s)", None, len(several)),
        text=f"{names}\n…",
        place=Location(first.place.page),
    )


# --- what there is to tell ---


def _claim(mirror: Mirror) -> Iterator[Notice]:
    """Heirs claim the house: told each day anew, since a no is all that stops it."""
    claim, look = mirror.claim(), members.banner(mirror)
    if claim is not None and look is not None:
        yield Notice(
            key=f"claim:{int(claim.begun_at)}:{look.word}",
            weight=Weight.FAILURE,
            title=look.word,
            text=translate("Notices", "If you are here, refuse it."),
            place=Location("settings", "members"),
        )


def _updates(mirror: Mirror, now: float) -> Iterator[Notice]:
    for update in mirror.updates():
        device = mirror.devices.get(update.device)
        if device is None or now - update.since > _RECENT_S:
            continue
        weight = _weight(update, sleeps=device.availability is Availability.SLEEPING)
        if weight is None:
            continue
        look = states.of_update(update)
        yield Notice(
            key=f"update:{update.device}:{update.state}:{int(update.since)}",
            weight=weight,
            title=f"{device.name}: {look.word}",
            text=look.note,
            place=Location("devices", update.device),
        )


def _weight(update: Update, *, sleeps: bool) -> Weight | None:
    if update.state is UpdateState.DONE:
        return Weight.FAILURE if states.is_unwell(update) else Weight.DETAIL
    if update.state is UpdateState.SILENT and sleeps:
        return None
    return Weight.FAILURE if update.state in states.DECIDE else None


def _rollouts(mirror: Mirror, now: float) -> Iterator[Notice]:
    for one in mirror.rollouts():
        if now - one.started > _RECENT_S:
            continue
        week = states.week_name(one.week)
        if one.state is RolloutState.HALTED:
            device = mirror.devices.get(one.device)
            name = device.name if device else one.device
            because = translate("Notices", "Because of {device}.")
            yield Notice(
                key=f"halt:{one.id}:{one.reason}:{one.device}",
                weight=Weight.FAILURE,
                title=translate("Notices", "{week}: the updates stand still").format(week=week),
                text=because.format(device=name) if name else "",
                place=Location("updates"),
            )
        elif one.state is RolloutState.FINISHED:
            ends = [u.state for u in mirror.updates() if u.rollout == one.id]
            done = sum(state is UpdateState.DONE for state in ends)
            if done:
                yield Notice(
                    key=f"finished:{one.id}",
                    weight=Weight.USUAL,
                    title=translate("Notices", "{week}: all is done").format(week=week),
                    text=translate("Notices", "%n device(s) confirmed", None, done),
                    place=Location("updates"),
                )


def _trust(mirror: Mirror, now: float) -> Iterator[Notice]:
    standing = mirror.standing()
    code = standing.barred(now) if standing is not None else ""
    trouble = trust.trouble(mirror, mirror.week(), now) if code else None
    if standing is not None and trouble is not None:
        yield Notice(
            key=f"trust:{standing.maker}:{code}:{int(standing.failing_since or 0)}",
            weight=Weight.FAILURE,
            title=trouble.title,
            text=trouble.text,
            place=Location("updates"),
        )


def _brokers(mirror: Mirror, now: float) -> Iterator[Notice]:
    for link in mirror.connections():
        refused = link.state is BrokerState.REFUSED
        lost = link.state is BrokerState.LOST and now - link.since > _LOST_S
        if refused or lost:
            word = translate("Notices", "{broker} refuses us") if refused else ""
            word = word or translate("Notices", "{broker} does not answer")
            yield Notice(
                key=f"broker:{link.broker}:{link.state}:{int(link.since)}",
                weight=Weight.FAILURE,
                title=word.format(broker=link.address or link.broker),
                text=translate("Notices", "Its devices are not seen until it does."),
                place=Location("settings"),
            )


def _reports(mirror: Mirror, now: float) -> Iterator[Notice]:
    for report in mirror.reports():
        for reply in report.replies:
            if reply.staff and now - reply.at <= _RECENT_S:
                yield _of(report, f"reply:{report.id}:{reply.id}", reply.author, reply.text)
        said, weight = _MOVES.get(report.state, ("", Weight.USUAL))
        at = report.changed or report.made
        if said and now - max(at, _moved(report)) <= _RECENT_S:
            key = f"report:{report.id}:{report.state}"
            yield _of(report, key, translate("Notices", said), report.title, weight)


_MOVES = {
    ReportState.REFUSED: (mark("Notices", "The hub did not take your report"), Weight.FAILURE),
    ReportState.SEEN: (mark("Notices", "Somebody looks at your report"), Weight.DETAIL),
    ReportState.NEED_INFO: (mark("Notices", "The makers ask you something"), Weight.USUAL),
    ReportState.FIX_PLANNED: (mark("Notices", "A fix is planned"), Weight.USUAL),
    ReportState.ON_DEVICE: (mark("Notices", "The fix runs here: is it fixed?"), Weight.USUAL),
    ReportState.DECLINED: (mark("Notices", "Your report was declined"), Weight.USUAL),
}  # fmt: skip


def _of(report: Report, key: str, title: str, text: str, weight: Weight = Weight.USUAL) -> Notice:
    return Notice(
        key=key, weight=weight, title=title, text=text, place=Location("reports", report.id)
    )


def _moved(report: Report) -> float:
    times = (report.queued, report.sent, report.seen, report.answered, report.on_device)
    return max(time or 0.0 for time in times)


def _week(mirror: Mirror, told: Collection[str]) -> Iterator[Notice]:
    week = mirror.week()
    if week is None:
        return
    key = f"week:{week.maker}:{week.id}:{week.counter}"
    if key in told:  # counting 10,000 devices once a second would be felt
        yield Notice(key=key, weight=Weight.USUAL, title="", text="", place=Location("updates"))
        return
    ready = sum(mirror.ready(key) is not None for key in mirror.devices)
    if ready:
        yield Notice(
            key=key,
            weight=Weight.USUAL,
            title=translate("Notices", "{week} is here").format(week=states.week_name(week.id)),
            text=translate("Notices", "%n device(s) can be updated", None, ready),
            place=Location("updates"),
        )


def _program(mirror: Mirror, now: float) -> Iterator[Notice]:
    """Yield what is to be known of this program: exchanged, taken back, untrue, ready, or there.

    That a version did not start is told as a crash (desktop/selfupdate/returning.py).
    """
    known = mirror.told("program") and mirror.program()
    if not known or not (known.maker or known.exchanged):
        return
    key, weight = "", Weight.USUAL
    if known.exchanged:
        key = f"exchanged:{known.version}:{known.exchanged}"
    elif known.gone is not None:
        key, weight = f"gone:{known.version}", Weight.FAILURE
    elif known.ready:
        key = f"ready:{known.ready}"
    elif program.says_false(known):
        key, weight = f"false:{known.code}:{int(known.failing_since)}", Weight.FAILURE
    elif known.offer is not None and not known.renews_itself:
        key = f"offer:{known.offer.version}"
    if key:
        shown = program.state(known, now)
        yield Notice(
            key=f"program:{key}",
            weight=weight,
            title=shown.title,
            text=shown.text,
            place=Location("settings", "program"),
        )


def _offline(mirror: Mirror, now: float) -> Iterator[Notice]:
    for device in mirror.devices.values():
        if device.availability is not Availability.OFFLINE or device.last_seen is None:
            continue
        if now - device.last_seen > _RECENT_S:
            continue
        yield Notice(
            key=f"offline:{device.key}:{int(device.last_seen // 86_400)}",  # once a day at most
            weight=Weight.DETAIL,
            title=translate("Notices", "{device} is offline").format(device=device.name),
            text=translate("Notices", "Heard last {when}.").format(
                when=language.ago(device.last_seen, now)
            ),
            place=Location("devices", device.key),
        )
