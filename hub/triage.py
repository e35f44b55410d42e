"""What staff do with a report: see, answer, promise a fix, decline; each step is audited.

What is promised or declined is so for the whole cluster of the report: everybody in it hears it.
"""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import (
    Answer,
    ClusterState,
    Decline,
    DeviceFacts,
    Fix,
    HubError,
    HubState,
    Kind,
    StaffReport,
    StaffReportWhole,
)
from fleet.model import WeekId
from hub import audit, changes, ledger, outcomes, reports
from hub.store import insert_once
from hub.tables import cluster, reply, report
from hub.valid import check_id, check_text

_LIST_MAX = 500


def listed(db: Connection, state: str = "") -> tuple[StaffReport, ...]:
    """Reports in `state` ("": all), those that wait longest first, at most 500."""
    query = reports.joined().order_by(report.c.received, report.c.id)
    rows = (dict(row) for row in db.execute(query).mappings())
    wanted = [row for row in rows if not state or reports.state_of(row) == state][:_LIST_MAX]
    points = ledger.paid_for(db, [row["id"] for row in wanted])
    return tuple(_shown(row, points[row["id"]]) for row in wanted)


def read(db: Connection, staff: str, report_id: str, *, now: float) -> StaffReportWhole:
    """One report whole. The first person to read one of its cluster has seen it, by name."""
    row = reports.whole(db, report_id)
    if row["seen"] is None:
        _set(db, row["cluster_id"], seen=now, seen_by=staff)
        row = reports.whole(db, report_id)
    note(db, staff, "read", report_id, now=now)
    return StaffReportWhole(
        report=_shown(row, ledger.paid_for(db, [report_id])[report_id]),
        text=row["text"],
        replies=tuple(reports.replies_of(db, [row])[report_id]),
        payload=msgspec.Raw(row["payload"]),
        payload_sha256=row["payload_sha256"],
        outcomes=outcomes.of_device(db, row["device"]) if row["device"] else (),
    )


def answer(db: Connection, staff: str, report_id: str, said: Answer, *, now: float) -> None:
    """Say something to the tester alone; the same answer asked twice is said once."""
    row = reports.whole(db, report_id)
    check_id(said.id)
    check_text(said.text)
    new = insert_once(
        db,
        reply,
        id=said.id,
        report_id=report_id,
        author=staff,
        staff=True,
        at=now,
        text=said.text,
    )
    if not new:
        return
    if row["answered"] is None:
        db.execute(sa.update(report).where(report.c.id == report_id).values(answered=now))
    if row["seen"] is None:
        _set(db, row["cluster_id"], seen=now, seen_by=staff)
    changes.tell_report(db, report_id)
    note(db, staff, "answer", report_id, detail=said.id, now=now)


def fix(db: Connection, staff: str, report_id: str, said: Fix, *, now: float) -> None:
    """Promise a week that mends it. HubError: invalid_op (no such week), report_closed."""
    row = reports.whole(db, report_id)
    try:
        week = str(WeekId.parse(said.week))
    except ValueError as error:
        raise HubError("invalid_op", field="week") from error
    _still_open(row)
    if (row["cluster_state"], row["fix_week"]) == (ClusterState.PLANNED, week):
        return
    _set(
        db,
        row["cluster_id"],
        **_seen(row, staff, now),
        state=ClusterState.PLANNED,
        fix_week=week,
        fix_version=said.version[:64],
        reason="",
    )
    note(db, staff, "fix", report_id, detail=week, now=now)


def decline(db: Connection, staff: str, report_id: str, said: Decline, *, now: float) -> None:
    """Say no, with the reason the testers read. HubError: report_closed."""
    row = reports.whole(db, report_id)
    check_text(said.reason, "reason")
    _still_open(row)
    if (row["cluster_state"], row["reason"]) == (ClusterState.DECLINED, said.reason):
        return
    _set(
        db,
        row["cluster_id"],
        **_seen(row, staff, now),
        answered=row["cluster_answered"] or now,
        state=ClusterState.DECLINED,
        reason=said.reason,
        fix_week="",
        fix_version="",
    )
    note(db, staff, "decline", report_id, detail=said.reason, now=now)


note = audit.note
"""Write a step of staff into the audit."""


def _still_open(row: dict[str, Any]) -> None:
    if reports.state_of(row) is HubState.CONFIRMED:
        raise HubError("report_closed")


def _seen(row: dict[str, Any], staff: str, now: float) -> dict[str, Any]:
    return {} if row["seen"] is not None else {"seen": now, "seen_by": staff}


def _set(db: Connection, cluster_id: str, **values: object) -> None:
    db.execute(sa.update(cluster).where(cluster.c.id == cluster_id).values(**values))
    changes.tell_reports(db, report.c.cluster_id == cluster_id)


def _shown(row: dict[str, Any], points: int) -> StaffReport:
    return StaffReport(
        id=row["id"],
        state=reports.state_of(row),
        kind=Kind(row["kind"]),
        title=row["title"],
        member=row["member_name"],
        device=row["device"],
        facts=msgspec.json.decode(row["facts"], type=DeviceFacts),
        received=row["received"],
        seen=row["seen"],
        seen_by=row["seen_by"],
        answered=reports.first_answer(row),
        fix_week=row["fix_week"],
        points=points,
    )
