"""What staff and stewards do in a case: say the makers' side, vote, carry the remedy out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from feedback.wire_voice import CaseState, Remedy, VoiceEntity
from feedback.wire_voice_staff import Execute, MakersSide, StaffCase
from hub import changes, clusters, ledger, triage, voice_cases, voice_petitions, voice_record
from hub.store import one
from hub.tables import report
from hub.tables_voice import appeal, appeal_seat, idea, remedy

_LIST_MAX: Final = 500
_RULE: Final = "appeal"


def listed(db: Connection, staff: str) -> tuple[StaffCase, ...]:
    """Cases as this person reads them: those that go on first, then the newest; at most 500."""
    over = sa.case((appeal.c.decided.is_(None), 0), else_=1)
    query = sa.select(appeal).order_by(over, appeal.c.opened.desc(), appeal.c.id).limit(_LIST_MAX)
    rows = db.execute(query).mappings().all()
    ids = [row["id"] for row in rows]
    docs = voice_cases.documents(db, ids, changes.PUBLIC)
    own = sa.select(appeal_seat.c.case_id, appeal_seat.c.uphold).where(
        appeal_seat.c.holder == staff, appeal_seat.c.steward
    )
    seats = dict(db.execute(own).all())
    words = dict(db.execute(sa.select(remedy.c.case_id, remedy.c.words)).all())
    return tuple(
        StaffCase(
            case=docs[row["id"]],
            subject=row["subject"],
            text=row["text"],
            makers=row["makers"],
            asked=Remedy(row["asked"]),
            decided_by=row["decided_by"],
            mine=row["id"] in seats,
            uphold=seats.get(row["id"]),
            words=words.get(row["id"], ""),
        )
        for row in rows
    )


def side(db: Connection, staff: str, case_id: str, said: MakersSide, *, now: float) -> None:
    """Say the makers' side while the case goes on. HubError: case_unknown, case_closed."""
    case = voice_cases.row_of(db, case_id)
    if case["decided"] is not None:
        raise HubError("case_closed")
    db.execute(sa.update(appeal).where(appeal.c.id == case_id).values(makers=said.text))
    voice_cases.tell(db, case_id)
    triage.note(db, staff, "case_side", case_id, now=now)


def vote(db: Connection, staff: str, case_id: str, *, uphold: bool, now: float) -> None:
    """Vote as a steward. HubError: case_unknown, case_closed, not_drawn."""
    voice_cases.judge(db, case_id, staff, steward=True, uphold=uphold, now=now)
    triage.note(db, staff, "case_vote", case_id, now=now)


def execute(db: Connection, staff: str, case_id: str, said: Execute, *, now: float) -> None:
    """Carry the remedy out and say so to the member, once. HubError: case_unknown, no_remedy."""
    case = voice_cases.row_of(db, case_id)
    order = one(db, sa.select(remedy).where(remedy.c.case_id == case_id))
    if case["state"] != CaseState.UPHELD or order is None:
        raise HubError("no_remedy")
    if order["done"] is not None:
        return
    if now > order["due"]:
        voice_record.note_breach(db, "remedy", case_id, order["due"])
    _do(db, case, Remedy(order["what"]), said, staff=staff, now=now)
    db.execute(
        sa.update(remedy)
        .where(remedy.c.case_id == case_id)
        .values(done=now, done_by=staff, words=said.words)
    )
    voice_record.mark_stale(db, VoiceEntity.VOICE_RECORD, voice_record.ALL)
    voice_cases.tell(db, case_id)
    triage.note(db, staff, "case_execute", case_id, detail=order["what"], now=now)


def _do(
    db: Connection, case: Mapping[str, Any], what: Remedy, said: Execute, *, staff: str, now: float
) -> None:
    """Do what the hub can do itself; the rest is in the words."""
    if what is Remedy.REOPEN:
        _reopen(db, case["subject"], now)
    elif what is Remedy.AWARD and case["member_id"]:  # else who opened it was erased
        ledger.pay(db, _RULE, case["id"], case["member_id"], now=now, times=said.times, by=staff)
    elif what is Remedy.CLAW_BACK:
        ledger.reverse(db, case["subject"], by=staff, why=f"case {case['id']}", now=now)


def _reopen(db: Connection, subject: str, now: float) -> None:
    if one(db, sa.select(idea.c.id).where(idea.c.id == subject)) is not None:
        voice_petitions.reopen(db, subject)
        return
    row = one(db, sa.select(report.c.cluster_id).where(report.c.id == subject))
    if row is None:
        return
    clusters.reopen(db, row["cluster_id"], now=now)
