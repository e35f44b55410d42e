"""How releases do, for staff: numbers, the verdict of the halt rule, and a draft of what to sign.

The hub halts nothing. What stops a week in the homes is a train that says `held`, signed by those
who sign weeks; here is only said that it should be, and with which words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import health
from feedback.health import Tally, Verdict
from feedback.wire import HubError, Result
from feedback.wire_outcomes import Mark, MarkKind, StaffHealth
from hub import outcomes, triage
from hub.outcomes import Release
from hub.store import insert_once
from hub.tables import mark
from hub.words import drafted

_WEEKS: Final = 9  # of which the oldest is only what the next one is held against
_WORST: Final = (Verdict.HALT, Verdict.PAUSE, Verdict.WARN, Verdict.GO_ON)
_STOPS: Final = frozenset({Verdict.HALT, Verdict.PAUSE})
_UNTOUCHED: Final = frozenset({Result.OFFERED, Result.DONE})
_Model = tuple[str, str]


def overview(db: Connection, week: str = "") -> tuple[StaffHealth, ...]:
    """Return how `week` does, or, without one, the newest week of each model; the worst first."""
    known, unsafe = _marks(db)
    past: dict[_Model, dict[str, Tally]] = defaultdict(dict)
    shown = []
    for release in outcomes.releases(db, outcomes.weeks(db, _WEEKS), known):  # by week
        of_model = past[release.vendor, release.model]
        safety = (release.week, release.vendor, release.model) in unsafe
        before = [tally for when, tally in of_model.items() if when < release.week]
        tally = of_model[release.week] = _tally(release, safety=safety)
        shown.append(_shown(release, tally, before[-1] if before else None))
    wanted = [one for one in shown if one.week == (week or max(past[one.vendor, one.model]))]
    return tuple(sorted(wanted, key=lambda one: (_WORST.index(one.verdict), -one.chance)))


def set_mark(db: Connection, staff: str, said: Mark, *, now: float) -> None:
    """Set or take off a mark. HubError("invalid_op") where a known failure has no reason."""
    if (said.kind is MarkKind.KNOWN) is not bool(said.reason):
        raise HubError("invalid_op", field="reason")
    place = {name: getattr(said, name) for name in ("week", "vendor", "model", "kind", "reason")}
    if said.on:
        insert_once(db, mark, **place, staff=staff, at=now)
    else:
        db.execute(sa.delete(mark).filter_by(**place))
    subject = f"{said.week} {said.vendor} {said.model}"[:64]
    detail = f"{said.kind} {said.reason} {'on' if said.on else 'off'}"
    triage.note(db, staff, "mark", subject, detail=detail, now=now)


def _marks(
    db: Connection,
) -> tuple[dict[tuple[str, str, str], set[str]], Collection[tuple[str, str, str]]]:
    known: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    unsafe = set()
    for row in db.execute(sa.select(mark)).mappings():
        release = (row["week"], row["vendor"], row["model"])
        if row["kind"] == MarkKind.KNOWN:
            known[release].add(row["reason"])
        else:
            unsafe.add(release)
    return known, unsafe


def _tally(release: Release, *, safety: bool) -> Tally:
    return Tally(
        attempted=release.attempted, failed=release.failed, dead=release.dead, safety=safety
    )


def _shown(release: Release, tally: Tally, before: Tally | None) -> StaffHealth:
    accepted = health.accepted_after(before)
    verdict = health.judge(tally, accepted)
    low, high = health.interval(tally.failed, tally.attempted)
    ways = [one for one in release.ended if one.result not in _UNTOUCHED]
    return StaffHealth(
        week=release.week,
        target=release.target,
        sha256=release.sha256,
        vendor=release.vendor,
        model=release.model,
        homes=release.homes,
        homes_failed=release.homes_failed,
        offered=release.offered,
        attempted=release.attempted,
        healthy=release.healthy,
        failed=release.failed,
        silent=release.devices(Result.SILENT),
        ended=tuple(sorted(ways, key=lambda one: -one.devices)),
        come_back_s=release.come_back_s,
        low=low,
        high=high,
        accepted=float(accepted),
        chance=health.chance(tally.failed, tally.attempted, accepted),
        verdict=verdict,
        hold=drafted(
            "hold", failed=release.failed, attempted=release.attempted, model=release.model
        )
        if verdict in _STOPS
        else {},
    )
