"""What staff do with a report: see, answer, promise a fix, decline; each step is audited."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import (
    TEXT_MAX,
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
from fleet.model import WeekId
from hub import changes, ledger, outcomes
from hub.intake import check_id
from hub.store import audit, insert_once, member, one, reply, report

_LIST_MAX = 500


def listed(db: Connection, state: str = "") -> tuple[StaffReport, ...]:
    """Reports in `state` ("": all), those that wait longest first, at most 500."""
    query = _joined().order_by(report.c.received, report.c.id).limit(_LIST_MAX)
    if state:
        query = query.where(report.c.state == state)
    return tuple(_shown(db, dict(row)) for row in db.execute(query).mappings())


def read(db: Connection, staff: str, report_id: str, *, now: float) -> StaffReportWhole:
    """One report whole. The first person to read it has seen it, by name and time."""
    row = _row(db, report_id)
    if row["seen"] is None:
        state = HubState.SEEN if row["state"] == HubState.RECEIVED else row["state"]
        _set(db, report_id, seen=now, seen_by=staff, state=state)
        row = _row(db, report_id)
    note(db, staff, "read", report_id, now=now)
    return StaffReportWhole(
        report=_shown(db, row),
        text=row["text"],
        replies=changes.replies_of(db, report_id),
        payload=msgspec.Raw(row["payload"]),
        payload_sha256=row["payload_sha256"],
        outcomes=outcomes.of_device(db, row["device"]) if row["device"] else (),
    )


def answer(db: Connection, staff: str, report_id: str, said: Answer, *, now: float) -> None:
    """Say something to the tester; the same answer asked twice is said once."""
    row = _row(db, report_id)
    check_id(said.id)
    _text(said.text)
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
    early = row["state"] in (HubState.RECEIVED, HubState.SEEN)
    _set(
        db,
        report_id,
        **_seen(row, staff, now),
        answered=row["answered"] or now,
        state=HubState.ANSWERED if early else row["state"],
    )
    note(db, staff, "answer", report_id, detail=said.id, now=now)


def fix(db: Connection, staff: str, report_id: str, said: Fix, *, now: float) -> None:
    """Promise a week that mends it. HubError: invalid_op (no such week), report_closed."""
    row = _row(db, report_id)
    try:
        week = str(WeekId.parse(said.week))
    except ValueError as error:
        raise HubError("invalid_op", field="week") from error
    if row["state"] == HubState.CONFIRMED:
        raise HubError("report_closed")
    if (row["state"], row["fix_week"]) == (HubState.FIX_PLANNED, week):
        return
    _set(
        db,
        report_id,
        **_seen(row, staff, now),
        state=HubState.FIX_PLANNED,
        fix_week=week,
        fix_version=said.version[:64],
        reason="",
    )
    note(db, staff, "fix", report_id, detail=week, now=now)


def decline(db: Connection, staff: str, report_id: str, said: Decline, *, now: float) -> None:
    """Say no, with the reason the tester reads. HubError: report_closed."""
    row = _row(db, report_id)
    _text(said.reason)
    if row["state"] == HubState.CONFIRMED:
        raise HubError("report_closed")
    if (row["state"], row["reason"]) == (HubState.DECLINED, said.reason):
        return
    _set(
        db,
        report_id,
        **_seen(row, staff, now),
        answered=row["answered"] or now,
        state=HubState.DECLINED,
        reason=said.reason,
        fix_week="",
        fix_version="",
    )
    note(db, staff, "decline", report_id, detail=said.reason, now=now)


def note(
    db: Connection, staff: str, action: str, subject: str, *, detail: str = "", now: float
) -> None:
    """Write a step of staff into the audit."""
    db.execute(
        sa.insert(audit).values(at=now, staff=staff, action=action, subject=subject, detail=detail)
    )


def _joined() -> sa.Select[Any]:
    return sa.select(report, member.c.name.label("member_name")).join(
        member, member.c.id == report.c.member_id
    )


def _row(db: Connection, report_id: str) -> dict[str, Any]:
    row = one(db, _joined().where(report.c.id == report_id))
    if row is None:
        raise HubError("report_unknown")
    return row


def _seen(row: dict[str, Any], staff: str, now: float) -> dict[str, Any]:
    return {} if row["seen"] is not None else {"seen": now, "seen_by": staff}


def _set(db: Connection, report_id: str, **values: object) -> None:
    db.execute(sa.update(report).where(report.c.id == report_id).values(**values))
    changes.tell_report(db, report_id)


def _text(text: str) -> None:
    if not text.strip() or len(text) > TEXT_MAX:
        raise HubError("invalid_op", field="text")


def _shown(db: Connection, row: dict[str, Any]) -> StaffReport:
    return StaffReport(
        id=row["id"],
        state=HubState(row["state"]),
        kind=Kind(row["kind"]),
        title=row["title"],
        member=row["member_name"],
        device=row["device"],
        facts=msgspec.json.decode(row["facts"], type=DeviceFacts),
        received=row["received"],
        seen=row["seen"],
        seen_by=row["seen_by"],
        answered=row["answered"],
        fix_week=row["fix_week"],
        points=ledger.paid_for(db, row["id"]),
    )
