"""What staff ask of the hub over HTTP: reports, and how releases do."""

from __future__ import annotations

from typing import Final

from feedback import wire, wire_outcomes
from feedback.wire_points import Awarded, Checkpoint, GiveAward
from hub import health, points, triage
from hub.http import Call, Endpoint
from hub.rights import Right


def listed(call: Call[None]) -> wire.StaffReports:
    """List reports, those that wait longest first."""
    return wire.StaffReports(reports=triage.listed(call.db, call.query.get("state", "")))


def read(call: Call[None]) -> wire.StaffReportWhole:
    """Read one; it is seen by this person from now on."""
    return triage.read(call.db, call.staff, call.path["id"], now=call.now)


def answer(call: Call[wire.Answer]) -> None:
    """Say something to the tester."""
    triage.answer(call.db, call.staff, call.path["id"], call.said, now=call.now)


def fix(call: Call[wire.Fix]) -> None:
    """Promise a week."""
    triage.fix(call.db, call.staff, call.path["id"], call.said, now=call.now)


def decline(call: Call[wire.Decline]) -> None:
    """Say no, and why."""
    triage.decline(call.db, call.staff, call.path["id"], call.said, now=call.now)


def how_it_does(call: Call[None]) -> wire_outcomes.StaffHealths:
    """Say how a week does."""
    found = health.overview(call.db, call.query.get("week", ""))
    return wire_outcomes.StaffHealths(releases=found, hub_time=call.now)


def mark(call: Call[wire_outcomes.Mark]) -> None:
    """Set or take off a mark."""
    health.set_mark(call.db, call.staff, call.said, now=call.now)


def checkpoint(call: Call[None]) -> Checkpoint:
    """Note how the books stand for a week, for the release to sign."""
    made = points.make_checkpoint(call.db, call.path["week"], now=call.now)
    triage.note(call.db, call.staff, "checkpoint", made.id, detail=made.head, now=call.now)
    return made


def award(call: Call[GiveAward]) -> Awarded:
    """Pay what a person says is due."""
    return points.give(call.db, call.staff, call.said, now=call.now)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/staff/reports",
        work=listed,
        who=Right.READ,
        says=wire.StaffReports,
        summary="Reports in ?state=",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/reports/{id}",
        work=read,
        who=Right.READ,
        says=wire.StaffReportWhole,
        summary="One report whole; marks it as seen",
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/reports/{id}/answer",
        work=answer,
        who=Right.ANSWER,
        asks=wire.Answer,
        summary="Say something to its author",
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/reports/{id}/fix",
        work=fix,
        who=Right.PLAN,
        asks=wire.Fix,
        summary="Promise a week that mends it",
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/reports/{id}/decline",
        work=decline,
        who=Right.PLAN,
        asks=wire.Decline,
        summary="Say no, with a reason",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/health",
        work=how_it_does,
        who=Right.READ,
        says=wire_outcomes.StaffHealths,
        summary="How the releases of ?week= do",
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/marks",
        work=mark,
        who=Right.RELEASE,
        asks=wire_outcomes.Mark,
        summary="Mark a release as dangerous, or failures as known",
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/checkpoints/{week}",
        work=checkpoint,
        who=Right.RELEASE,
        says=Checkpoint,
        summary="Note how the books stand for a week",
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/awards",
        work=award,
        who=Right.AWARD_MORE,
        asks=GiveAward,
        says=Awarded,
        summary="Pay by a rule that is given by hand: words, a duplicate, a halt found",
    ),
)
