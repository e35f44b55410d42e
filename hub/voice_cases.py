"""The appeal panel: a member's case against a decision, ten drawn members, two stewards.

Who may be drawn is fixed at the opening; the seed is the first checkpoint of the points' ledger
after it (feedback/lot.py). What runs out does so by a stored time, whoever looks and when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import lot, voice
from feedback.wire import HubError
from feedback.wire_voice import (
    Appealed,
    CaseDoc,
    CaseFile,
    CaseState,
    JudgeCase,
    OpenCase,
    Remedy,
    VoiceEntity,
    VoiceOp,
)
from hub import changes, voice_circles, voice_ideas, voice_record
from hub.effect import Effect
from hub.members import Standing
from hub.rights import Right, may
from hub.store import alone, insert_once, one
from hub.tables import audit, member, report, staff
from hub.tables_points import checkpoint
from hub.tables_voice import appeal, appeal_pool, appeal_seat, breach, idea, remedy

_ACTIONS: Final[Mapping[Appealed, tuple[str, ...]]] = {
    Appealed.DECLINED: ("decline", "invalid", "idea_decline"),
    Appealed.DUPLICATE: ("merge",),
    Appealed.POINTS: ("award", "grade", "invalid", "release", "reproduced", "reverse", "idea_ship"),
    Appealed.SEAT: ("seat_return", "member_forget"),
    Appealed.MODERATION: ("member_name", "limit"),
}
"""What each decision is called in the audit."""

_MANY: Final = 10_000
_GOING: Final = (CaseState.OPEN, CaseState.DRAWN)


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, CaseDoc]:
    """Cases as everybody sees them."""
    rows = db.execute(sa.select(appeal).where(appeal.c.id.in_(ids))).mappings().all()
    seats = _seats(db, ids)
    orders = {
        row["case_id"]: row
        for row in db.execute(sa.select(remedy).where(remedy.c.case_id.in_(ids))).mappings()
    }
    late = set(
        db.execute(
            sa.select(breach.c.subject).where(
                breach.c.subject.in_(ids), breach.c.what.in_(("case", "remedy"))
            )
        ).scalars()
    )
    return {
        row["id"]: _shown(
            row, seats.get(row["id"], ()), orders.get(row["id"]), breached=row["id"] in late
        )
        for row in rows
    }


def files(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, CaseFile]:
    """Cases as who opened one, or is drawn for it, reads them; nobody else."""
    mine = sa.select(appeal_seat.c.case_id, appeal_seat.c.uphold).where(
        appeal_seat.c.holder == member_id,
        appeal_seat.c.steward.is_(False),
        appeal_seat.c.case_id.in_(ids),
    )
    seats = dict(db.execute(mine).all())
    rows = db.execute(sa.select(appeal).where(appeal.c.id.in_(ids))).mappings().all()
    words = dict(
        db.execute(
            sa.select(remedy.c.case_id, remedy.c.words).where(remedy.c.case_id.in_(ids))
        ).all()
    )
    return {
        row["id"]: CaseFile(
            id=row["id"],
            against=Appealed(row["against"]),
            subject=row["subject"],
            text=row["text"],
            makers=row["makers"],
            remedy=Remedy(row["asked"]),
            mine=row["member_id"] == member_id,
            due=row["due"],
            uphold=seats.get(row["id"]),
            words=words.get(row["id"], "") if row["member_id"] == member_id else "",
        )
        for row in rows
        if row["member_id"] == member_id or row["id"] in seats
    }


def row_of(db: Connection, case_id: str) -> dict[str, Any]:
    """The row of a case; HubError("case_unknown")."""
    row = one(db, sa.select(appeal).where(appeal.c.id == case_id))
    if row is None:
        raise HubError("case_unknown")
    return row


def pool(db: Connection, case_id: str) -> tuple[str, ...]:
    """The marks of all who could be drawn, in order. HubError("case_unknown")."""
    row_of(db, case_id)
    query = sa.select(appeal_pool.c.mark).where(appeal_pool.c.case_id == case_id)
    return tuple(db.execute(query.order_by(appeal_pool.c.mark)).scalars())


def watch(db: Connection, *, now: float) -> None:
    """Draw for the cases whose checkpoint has come, decide those whose time is over."""
    for case in _with_state(db, CaseState.OPEN):
        _draw(db, case, now)
    for case in _with_state(db, CaseState.DRAWN):
        decide(db, case, now=now)
    query = sa.select(remedy).where(remedy.c.done.is_(None), remedy.c.due < now)
    for row in db.execute(query).mappings().all():
        if voice_record.note_breach(db, "remedy", row["case_id"], row["due"]):
            changes.tell(db, VoiceEntity.CASE, row["case_id"])


def decide(db: Connection, case: Mapping[str, Any], *, now: float) -> None:
    """End a case if it is time to: all have voted, or the seven days are over."""
    seats = _seats(db, [case["id"]]).get(case["id"], ())
    for_it = sum(each["uphold"] is True for each in seats)
    against = sum(each["uphold"] is False for each in seats)
    state = voice.verdict(
        uphold=for_it,
        reject=against,
        seats=len(seats),
        due=case["due"],
        now=now,
        points=case["against"] == Appealed.POINTS,
    )
    if state is None:
        return
    in_time = for_it + against >= voice.QUORUM
    early = in_time and for_it + against == len(seats)
    at = max(each["at"] for each in seats) if early else case["due"]
    if not in_time:
        voice_record.note_breach(db, "case", case["id"], case["due"])
    db.execute(
        sa.update(appeal)
        .where(appeal.c.id == case["id"])
        .values(
            state=state,
            decided=at,
            by_deadline=state is CaseState.UPHELD and not in_time,
            votes=for_it + against,
            upheld=for_it,
        )
    )
    if state is CaseState.UPHELD:
        insert_once(
            db,
            remedy,
            case_id=case["id"],
            what=case["asked"],
            due=at + voice.REMEDY_S,
            done_by="",
            words="",
        )
    voice_record.mark_stale(db, VoiceEntity.VOICE_RECORD, voice_record.ALL)
    tell(db, case["id"])


def tell(db: Connection, case_id: str) -> None:
    """Let everybody hear how a case stands, and those who may read it what is in it."""
    changes.tell(db, VoiceEntity.CASE, case_id)
    opener = sa.select(appeal.c.member_id, appeal.c.id).where(
        appeal.c.id == case_id,
        appeal.c.member_id != changes.PUBLIC,  # erased: nobody's
    )
    drawn = sa.select(appeal_seat.c.holder, appeal_seat.c.case_id).where(
        appeal_seat.c.case_id == case_id, appeal_seat.c.steward.is_(False)
    )
    for audience in (opener, drawn):
        changes.tell_where(db, VoiceEntity.CASE_FILE, audience)


def judge(
    db: Connection, case_id: str, holder: str, *, steward: bool, uphold: bool, now: float
) -> None:
    """Vote from a seat. HubError: case_unknown, case_closed, not_drawn."""
    case = row_of(db, case_id)
    if case["state"] != CaseState.DRAWN or now >= case["due"]:
        raise HubError("case_closed")
    own = sa.and_(
        appeal_seat.c.case_id == case_id,
        appeal_seat.c.holder == holder,
        appeal_seat.c.steward.is_(steward),
    )
    if not db.execute(sa.update(appeal_seat).where(own).values(uphold=uphold, at=now)).rowcount:
        raise HubError("not_drawn")
    decide(db, case, now=now)
    tell(db, case_id)


def _open(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    asked = msgspec.json.decode(body, type=OpenCase)
    subject = asked.subject or who.member_id
    alone(db, f"case:{who.member_id}")
    at, by = _decision(db, who, asked.against, subject)
    if now > at + voice.APPEAL_S:
        raise HubError("case_too_late")
    going = sa.select(appeal.c.id).where(
        appeal.c.member_id == who.member_id,
        appeal.c.subject == subject,
        appeal.c.against == asked.against,
        appeal.c.opened >= at,
    )
    if db.execute(going).first() is not None:
        raise HubError("case_known")
    marks = _marks(db, asked.id, who.member_id)
    new = insert_once(
        db,
        appeal,
        id=asked.id,
        member_id=who.member_id,
        against=asked.against,
        subject=subject,
        decided_by=by,
        text=asked.text,
        makers="",
        asked=asked.remedy,
        opened=now,
        state=CaseState.OPEN,
        pool=len(marks),
        pool_digest=lot.digest(marks),
        checkpoint="",
        seed="",
        drawn="[]",
        by_deadline=False,
        votes=0,
        upheld=0,
    )
    if not new:
        raise HubError("id_taken")
    for start in range(0, len(marks), _MANY):
        some = marks[start : start + _MANY]
        db.execute(sa.insert(appeal_pool), [{"case_id": asked.id, "mark": each} for each in some])
    voice_record.mark_stale(db, VoiceEntity.VOICE_RECORD, voice_record.ALL)
    tell(db, asked.id)


def _judge(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    asked = msgspec.json.decode(body, type=JudgeCase)
    judge(db, asked.case, who.member_id, steward=False, uphold=asked.uphold, now=now)


EFFECTS: Final[Mapping[str, Effect]] = {VoiceOp.APPEAL: _open, VoiceOp.JUDGE: _judge}


def _decision(db: Connection, who: Standing, against: Appealed, subject: str) -> tuple[float, str]:
    """When, and by whom, the newest such decision about a thing of this member was made.

    It is looked for in the audit, in which every act of staff stands. HubError("no_decision").
    """
    about = _subjects(db, who, subject)
    query = (
        sa.select(audit.c.at, audit.c.staff)
        .where(audit.c.subject.in_(about), audit.c.action.in_(_ACTIONS[against]))
        .order_by(audit.c.at.desc())
        .limit(1)
    )
    row = db.execute(query).first() if about else None
    if row is None:
        raise HubError("no_decision")
    return float(row[0]), str(row[1])


def _subjects(db: Connection, who: Standing, subject: str) -> list[str]:
    """Under which ids staff may have decided about this; none where it is not the member's own."""
    if subject == who.member_id:
        return [subject]
    if one(db, sa.select(idea.c.id).where(idea.c.id == subject, idea.c.member_id == who.member_id)):
        return [subject]
    own = sa.select(report.c.cluster_id).where(
        report.c.id == subject, report.c.member_id == who.member_id
    )
    row = one(db, own)
    return [subject, row["cluster_id"]] if row is not None else []


def _marks(db: Connection, case_id: str, opener: str) -> list[str]:
    query = sa.select(member.c.id, member.c.invited_by, member.c.left, member.c.lab)
    people = db.execute(query).all()
    free = lot.pool(
        (found for found, _, gone, lab in people if gone is None and not lab),
        opener,
        invited_by={found: by for found, by, _, _ in people},
        leaders=voice_circles.leaders(db),
    )
    return sorted(lot.mark(case_id, found) for found in free)


def _draw(db: Connection, case: Mapping[str, Any], now: float) -> None:
    """Draw the panel by the first checkpoint after the opening, if there is one."""
    query = (
        sa.select(checkpoint)
        .where(checkpoint.c.at > case["opened"])
        .order_by(checkpoint.c.at, checkpoint.c.id)
        .limit(1)
    )
    point = one(db, query)
    if point is None:
        return
    seed = lot.seed(point["id"], point["at"], point["rows"], point["head"])
    drawn = lot.draw(seed, pool(db, case["id"]))
    chosen = set(drawn)
    members = db.execute(sa.select(member.c.id).where(voice_ideas.has_a_say())).scalars().all()
    holders = [(each, False) for each in members if lot.mark(case["id"], each) in chosen]
    stewards = lot.draw(seed, _stewards(db, case["decided_by"]), lot.STEWARDS)
    for holder, steward in [*holders, *((name, True) for name in stewards)]:
        insert_once(db, appeal_seat, case_id=case["id"], holder=holder, steward=steward)
    db.execute(
        sa.update(appeal)
        .where(appeal.c.id == case["id"])
        .values(
            state=CaseState.DRAWN,
            checkpoint=point["id"],
            seed=seed,
            drawn=msgspec.json.encode(drawn).decode(),
            drawn_at=now,
            due=now + voice.PANEL_S,  # from when they can hear of it
        )
    )
    tell(db, case["id"])


def _stewards(db: Connection, decided_by: str) -> list[str]:
    """The people who may sit for the makers: never who decided first."""
    people = db.execute(sa.select(staff.c.name, staff.c.roles).where(staff.c.revoked.is_(None)))
    return [name for name, roles in people if may(roles, Right.ARBITER) and name != decided_by]


def _with_state(db: Connection, state: CaseState) -> list[dict[str, Any]]:
    query = sa.select(appeal).where(appeal.c.state == state).order_by(appeal.c.opened, appeal.c.id)
    return [dict(row) for row in db.execute(query).mappings()]


def _seats(db: Connection, ids: Sequence[str]) -> dict[str, list[sa.RowMapping]]:
    query = sa.select(appeal_seat).where(appeal_seat.c.case_id.in_(ids))
    found: dict[str, list[sa.RowMapping]] = {}
    for row in db.execute(query).mappings():
        found.setdefault(row["case_id"], []).append(row)
    return found


def _shown(
    row: sa.RowMapping,
    seats: Sequence[sa.RowMapping],
    order: sa.RowMapping | None,
    *,
    breached: bool,
) -> CaseDoc:
    over = row["decided"] is not None
    return CaseDoc(
        id=row["id"],
        against=Appealed(row["against"]),
        state=CaseState(row["state"]),
        opened=row["opened"],
        pool=row["pool"],
        pool_digest=row["pool_digest"],
        checkpoint=row["checkpoint"],
        seed=row["seed"],
        drawn=msgspec.json.decode(row["drawn"], type=tuple[str, ...]),
        stewards=sum(each["steward"] for each in seats),
        drawn_at=row["drawn_at"],
        due=row["due"],
        votes=row["votes"] if over else sum(each["uphold"] is not None for each in seats),
        upheld=row["upheld"],
        decided=row["decided"],
        by_deadline=row["by_deadline"],
        remedy=Remedy(order["what"]) if order is not None else None,
        remedy_due=order["due"] if order is not None else None,
        executed=order["done"] if order is not None else None,
        breached=breached,
    )
