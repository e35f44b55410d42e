"""What staff do with a report: see, answer, promise a fix, decline; each step is audited.

What is promised or declined is so for the whole cluster of the report: everybody in it hears it.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from feedback.wire import (
    Answer,
    Decline,
    DeviceFacts,
    Fix,
    HubError,
    HubState,
    Kind,
    StaffReport,
    StaffReportWhole,
)
from feedback.wire_triage import Plan, Refuse, Say
from hub import audit, clusters, ledger, outcomes, reports
from hub.tables import report
from hub.valid import check_id

_LIST_MAX = 500


def listed(db: Connection, state: str = "") -> tuple[StaffReport, ...]:
    """Reports in `state` ("": all), those that wait longest first, at most 500."""
    query = reports.joined().order_by(report.c.received, report.c.id)
    rows = (dict(row) for row in db.execute(query).mappings())
    wanted = (row for row in rows if not state or reports.state_of(row) == state)
    found = list(islice(wanted, _LIST_MAX))  # no more rows are read than that takes
    points = ledger.paid_for(db, [row["id"] for row in found])
    return tuple(shown(row, points[row["id"]]) for row in found)


def read(db: Connection, staff: str, report_id: str, *, now: float) -> StaffReportWhole:
    """One report whole. The first person to read one of its cluster has seen it, by name."""
    row = reports.whole(db, report_id)
    if row["seen"] is None:
        clusters.see(db, staff, row["cluster_id"], now=now)
        row = reports.whole(db, report_id)
    note(db, staff, "read", report_id, now=now)
    return StaffReportWhole(
        report=shown(row, ledger.paid_for(db, [report_id])[report_id]),
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
    words = Say(id=said.id, text=said.text, solution=said.solution, reports=(report_id,))
    clusters.answer(db, staff, row["cluster_id"], words, now=now)


def fix(db: Connection, staff: str, report_id: str, said: Fix, *, now: float) -> None:
    """Promise a week that mends it. HubError: invalid_op (no such week), report_closed."""
    row = reports.whole(db, report_id)
    _still_open(row)
    plan = Plan(week=said.week, version=said.version[:64])
    clusters.plan(db, staff, row["cluster_id"], plan, now=now)


def decline(db: Connection, staff: str, report_id: str, said: Decline, *, now: float) -> None:
    """Say no, with the reason the testers read. HubError: report_closed."""
    row = reports.whole(db, report_id)
    _still_open(row)
    clusters.decline(db, staff, row["cluster_id"], Refuse(reason=said.reason), now=now)


note = audit.note
"""Write a step of staff into the audit."""


def _still_open(row: dict[str, Any]) -> None:
    if reports.state_of(row) is HubState.CONFIRMED:
        raise HubError("report_closed")


def shown(row: dict[str, Any], points: int) -> StaffReport:
    """A report as staff see it in a list, from a row of reports.joined."""
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
