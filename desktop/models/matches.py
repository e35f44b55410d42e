"""What is known already of what a tester writes about: similar problems and known issues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from desktop.language import mark, translate
from desktop.models import community, states
from desktop.models.mirror import Mirror
from feedback.commands import Similar
from feedback.report import ReportState
from feedback.wire import ClusterState
from feedback.wire_triage import ClusterDoc

SHOWN_MOST: Final = 3
"""More than three are a list to study, not a hint."""
OWN: Final = "report"
_STATES: Final = {
    ClusterState.DECLINED: mark("Report", "will not be changed"),
    ClusterState.CLOSED: mark("Report", "solved"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One problem that others, or this home, have reported."""

    id: str  # of its cluster, or of our own report
    title: str
    note: str  # "3 homes · fix planned for Week 49"
    workaround: str = ""
    own: bool = False  # a report of this home: it can be looked at, not taken up


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An answer that a rule of the makers gives before anything is sent."""

    id: str
    title: str
    text: str = ""
    workaround: str = ""


def known_here(mirror: Mirror, device: str) -> tuple[Known, ...]:
    """Return what the makers' rules say of this device, the worst first."""
    return tuple(_known(one) for one in mirror.known_issues(device))


def _known(one: ClusterDoc) -> Known:
    fix = ""
    if one.fix_week:
        said = translate("Report", "fix planned for {week}")
        fix = said.format(week=states.week_name(one.fix_week))
    return Known(
        id=one.id,
        title=community.words({name: words.title for name, words in one.words.items()}),
        text=" · ".join(
            part
            for part in (
                community.words({name: words.text for name, words in one.words.items()}),
                fix,
            )
            if part
        ),
        workaround=community.words({name: each.workaround for name, each in one.words.items()}),
    )


def of_similar(found: Iterable[Similar]) -> tuple[Match, ...]:
    """Return what is shown of what looks alike, in its order."""
    return tuple(_match(one) for one in found)[:SHOWN_MOST]


def _match(one: Similar) -> Match:
    own = one.kind == OWN
    return Match(
        id=one.id,
        title=community.words(one.titles),
        note=" · ".join(part for part in _notes(one, own=own) if part),
        workaround=community.words(one.workarounds),
        own=own,
    )


def _notes(one: Similar, *, own: bool) -> list[str]:
    if own:
        told = [translate("Report", "from this home")]
        if one.state in set(ReportState):
            told.append(states.of_report(ReportState(one.state)).word)
        return told
    told = []
    if one.households:
        told.append(translate("Report", "%n home(s) have it", None, one.households))
    if one.fix_week:
        said = translate("Report", "fix planned for {week}")
        told.append(said.format(week=states.week_name(one.fix_week)))
    elif one.state in _STATES:
        told.append(translate("Report", _STATES[ClusterState(one.state)]))
    return told
