"""The record of what was promised to members: breaches, and how often promises were kept.

A breach is written once with the moment at which it was due, by whoever notices it first; nobody
can take it back. Numbers that move quickly are told at most once a minute.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import voice
from feedback.wire_voice import (
    CaseState,
    IdeaState,
    Template,
    VoiceBreach,
    VoiceEntity,
    VoiceRecord,
)
from hub import changes
from hub.store import insert_once
from hub.tables_voice import appeal, breach, circle_member, idea, remedy, stale, vote

ALL: Final = "all"
"""The id of the record."""

_SHOWN: Final = 100


def note_breach(db: Connection, what: str, subject: str, due: float) -> bool:
    """Record that what was due was not done; True where that was new."""
    new = insert_once(db, breach, what=what, subject=subject, due=due)
    if new:
        mark_stale(db, VoiceEntity.VOICE_RECORD, ALL)
    return new


def mark_stale(db: Connection, entity: str, entity_id: str) -> None:
    """Let everybody hear of this thing within a minute."""
    insert_once(db, stale, entity=entity, entity_id=entity_id)


def leave(db: Connection, member_id: str) -> None:
    """Let everybody hear of what a member voted for and was in, which is about to be erased."""
    wanted = sa.select(vote.c.idea_id).where(vote.c.member_id == member_id)
    among = sa.select(circle_member.c.circle_id).where(circle_member.c.member_id == member_id)
    for entity, found in ((VoiceEntity.IDEA, wanted), (VoiceEntity.CIRCLE, among)):
        for thing in db.execute(found).scalars().all():
            mark_stale(db, entity, thing)


def tell_stale(db: Connection) -> None:
    """Tell what was marked, and forget the marks."""
    for entity in db.execute(sa.select(stale.c.entity).distinct()).scalars().all():
        public = sa.literal(changes.PUBLIC, sa.String)
        of_it = stale.c.entity == entity
        changes.tell_where(db, entity, sa.select(public, stale.c.entity_id).where(of_it))
    db.execute(sa.delete(stale))


def record(db: Connection) -> VoiceRecord:
    """Count how promises were kept, from all that was."""
    of_petitions = sa.select(breach.c.subject).where(breach.c.what == "petition")
    late = _count(db, of_petitions)
    petitions = _count(
        db,
        sa.select(idea.c.id).where(
            idea.c.petition.is_not(None),
            sa.or_(idea.c.answered.is_not(None), idea.c.id.in_(of_petitions)),
        ),
    )
    outside = _count(db, sa.select(idea.c.id).where(idea.c.outside))
    stopped = _days_until_stopped(db)
    remedies = _count(db, sa.select(remedy.c.case_id))
    newest = sa.select(breach).order_by(breach.c.due.desc(), breach.c.subject).limit(_SHOWN)
    return VoiceRecord(
        id=ALL,
        petitions=petitions,
        petitions_kept=petitions - late,
        outside=outside,
        outside_kept=outside
        - _count(db, sa.select(breach.c.subject).where(breach.c.what == "outside")),
        unwanted=len(stopped),
        unwanted_days=statistics.median(stopped) if stopped else None,
        cases=_count(db, sa.select(appeal.c.id)),
        decided=_count(
            db,
            sa.select(appeal.c.id).where(appeal.c.state.not_in((CaseState.OPEN, CaseState.DRAWN))),
        ),
        remedies=remedies,
        executed=_count(db, sa.select(remedy.c.case_id).where(remedy.c.done.is_not(None))),
        breaches=tuple(VoiceBreach(**row) for row in db.execute(newest).mappings()),
    )


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, VoiceRecord]:
    """The one record, as everybody sees it."""
    return {ALL: record(db)} if ALL in ids else {}


def _days_until_stopped(db: Connection) -> list[float]:
    query = sa.select(idea.c.ended - idea.c.received).where(
        idea.c.template == Template.UNWANTED, idea.c.state == IdeaState.SHIPPED
    )
    return [float(seconds) / voice.DAY_S for seconds in db.execute(query).scalars()]


def _count(db: Connection, query: sa.Select[tuple[str]]) -> int:
    return int(db.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar() or 0)
