"""What staff do with ideas, and the clock of petitions: a named person answers in seven days."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import voice
from feedback.wire import HubError
from feedback.wire_voice import BallotDoc, IdeaDoc, IdeaState, Petition, VoiceEntity
from feedback.wire_voice_staff import AskAll, DeclineIdea, PlanIdea, ShipIdea, Take
from fleet.model import WeekId
from hub import changes, ledger, triage, voice_ballots, voice_ideas, voice_record
from hub.store import one
from hub.tables_voice import ballot, breach, idea, idea_circle

_LIST_MAX: Final = 500
_BREACH: Final = "petition"
_LATE: Final = "outside"


def listed(db: Connection, state: str = "") -> tuple[IdeaDoc, ...]:
    """Ideas in `state` ("": all): petitions by time left, then the longest waiting; at most 500."""
    waiting = sa.case((sa.and_(idea.c.due.is_not(None), idea.c.answered.is_(None)), 0), else_=1)
    query = sa.select(idea.c.id).order_by(waiting, idea.c.due, idea.c.received, idea.c.id)
    if state:
        query = query.where(idea.c.state == state)
    ids = list(db.execute(query.limit(_LIST_MAX)).scalars())
    docs = voice_ideas.documents(db, ids, changes.PUBLIC)
    return tuple(docs[found] for found in ids)


def take(db: Connection, staff: str, idea_id: str, said: Take, *, now: float) -> None:
    """Name the product manager who answers this petition. HubError: idea_unknown, idea_closed."""
    row = _open(db, idea_id)
    owner = said.owner.strip() or staff
    if row["owner"] != owner:
        _set(db, idea_id, owner=owner)
        triage.note(db, staff, "idea_take", idea_id, detail=owner, now=now)


def plan(db: Connection, staff: str, idea_id: str, said: PlanIdea, *, now: float) -> None:
    """Promise a week; a petition is accepted by that. HubError: idea_closed, invalid_op (week)."""
    row = _open(db, idea_id)
    week = _week(said.week)
    if (row["state"], row["week"]) == (IdeaState.PLANNED, week):
        return
    answered = _answered(db, row, staff, Petition.ACCEPT, now)
    _set(db, idea_id, state=IdeaState.PLANNED, week=week, **answered)
    triage.note(db, staff, "idea_plan", idea_id, detail=week, now=now)


def ship(db: Connection, staff: str, idea_id: str, said: ShipIdea, *, now: float) -> None:
    """Say that it is in a week: its votes come back, and who proposed it is paid, once.

    HubError: idea_closed, invalid_op (week).
    """
    row = voice_ideas.row_of(db, idea_id)
    week = _week(said.week)
    if row["state"] == IdeaState.SHIPPED and row["week"] == week:
        return
    row = _open(db, idea_id)
    answered = _answered(db, row, staff, Petition.ACCEPT, now)
    _end(db, row, now, state=IdeaState.SHIPPED, week=week, **answered)
    if row["member_id"]:  # else who proposed it was erased
        ledger.pay(db, "idea_shipped", idea_id, row["member_id"], now=now, by=staff)
    triage.note(db, staff, "idea_ship", idea_id, detail=week, now=now)


def decline(db: Connection, staff: str, idea_id: str, said: DeclineIdea, *, now: float) -> None:
    """Say no, with the reason everybody reads; its votes come back.

    HubError: idea_closed, ballot_binds (a binding ballot was won by it).
    """
    row = voice_ideas.row_of(db, idea_id)
    if (row["state"], row["reason"]) == (IdeaState.DECLINED, said.reason):
        return
    row = _open(db, idea_id)
    if row["ballot"] and _is_bound(db, row["ballot"]):
        raise HubError("ballot_binds")
    due = row["received"] + voice.OUTSIDE_S
    if said.outside and now > due:
        voice_record.note_breach(db, _LATE, idea_id, due)
    answered = _answered(db, row, staff, Petition.DECLINE, now)
    _end(
        db,
        row,
        now,
        state=IdeaState.DECLINED,
        reason=said.reason,
        outside=said.outside,
        week="",
        **answered,
    )
    triage.note(db, staff, "idea_decline", idea_id, detail=said.reason, now=now)


def ask_all(db: Connection, staff: str, idea_id: str, said: AskAll, *, now: float) -> BallotDoc:
    """Answer a petition by a ballot about it. HubError: idea_closed, not_a_petition, ballot_*."""
    row = _open(db, idea_id)
    if row["petition"] is None:
        raise HubError("not_a_petition")
    if row["ballot"] not in {"", said.id}:
        raise HubError("ballot_taken")
    made = voice_ballots.put(db, said, by=staff, about=idea_id, now=now)
    if not row["ballot"]:
        _set(db, idea_id, ballot=said.id, **_answered(db, row, staff, Petition.BALLOT, now))
        triage.note(db, staff, "idea_ballot", idea_id, detail=said.id, now=now)
    return made


def reopen(db: Connection, idea_id: str) -> None:
    """Open an idea again that was declined, by order of a panel: its petition is due anew."""
    row = voice_ideas.row_of(db, idea_id)
    if row["state"] != IdeaState.DECLINED:
        return
    voice_ideas.take_again(db, idea_id)
    _set(
        db,
        idea_id,
        state=IdeaState.OPEN,
        reason="",
        outside=False,
        ended=None,
        answer=Petition.NONE,
        answered=None,
        answered_by="",
        petition=None,
        due=None,
    )


def after_ballot(db: Connection, idea_id: str, *, binding: bool, now: float) -> None:
    """Start the clock again when a binding ballot has been counted: accept, or say no if it may."""
    row = one(db, sa.select(idea).where(idea.c.id == idea_id))
    if row is None or row["state"] != IdeaState.OPEN or not binding:
        return
    _set(
        db,
        idea_id,
        answer=Petition.NONE,
        answered=None,
        answered_by="",
        due=now + voice.PETITION_S,
    )


def watch(db: Connection, *, now: float) -> None:
    """Record every petition whose time is over without an answer, with the moment it was due."""
    late = sa.and_(idea.c.petition.is_not(None), idea.c.answered.is_(None), idea.c.due < now)
    known = sa.select(breach.c.subject).where(breach.c.what == _BREACH)
    query = sa.select(idea.c.id, idea.c.due).where(late, idea.c.id.not_in(known))
    for idea_id, due in db.execute(query).all():
        voice_record.note_breach(db, _BREACH, idea_id, due)
        changes.tell(db, VoiceEntity.IDEA, idea_id)


def _open(db: Connection, idea_id: str) -> dict[str, Any]:
    row = voice_ideas.row_of(db, idea_id)
    if row["state"] in voice_ideas.ENDED:
        raise HubError("idea_closed")
    return row


def _answered(
    db: Connection, row: dict[str, Any], staff: str, answer: Petition, now: float
) -> dict[str, object]:
    """Stop the clock of a petition; a late answer is one, and late."""
    if row["petition"] is None or row["answered"] is not None:
        return {}
    if now > row["due"]:
        voice_record.note_breach(db, _BREACH, row["id"], row["due"])
    voice_record.mark_stale(db, VoiceEntity.VOICE_RECORD, voice_record.ALL)
    return {"answer": answer, "answered": now, "answered_by": staff, "owner": row["owner"] or staff}


def _end(db: Connection, row: dict[str, Any], now: float, **values: object) -> None:
    voice_ideas.give_back(db, row["id"])
    circles = sa.select(idea_circle.c.circle_id).where(idea_circle.c.idea_id == row["id"])
    for named in db.execute(circles).scalars().all():
        voice_record.mark_stale(db, VoiceEntity.CIRCLE, named)
    voice_record.mark_stale(db, VoiceEntity.VOICE_RECORD, voice_record.ALL)
    _set(db, row["id"], ended=now, **values)


def _set(db: Connection, idea_id: str, **values: object) -> None:
    db.execute(sa.update(idea).where(idea.c.id == idea_id).values(**values))
    changes.tell(db, VoiceEntity.IDEA, idea_id)


def _is_bound(db: Connection, ballot_id: str) -> bool:
    """Whether a binding ballot about an idea was won by its first option, which is the idea."""
    row = one(db, sa.select(ballot.c.binding, ballot.c.winners).where(ballot.c.id == ballot_id))
    return row is not None and row["binding"] and row["winners"] == "[0]"


def _week(text: str) -> str:
    try:
        return str(WeekId.parse(text))
    except ValueError as error:
        raise HubError("invalid_op", field="week") from error
