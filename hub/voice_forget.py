"""What becomes of what members decide when one of them is erased.

Its own rows go with it (hub/personal.py). Here is what else hangs on them: others get their votes
on its ideas back, its cases end, and every house hears that these things are gone.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire_voice import VoiceEntity
from hub import changes, voice_record
from hub.tables_voice import (
    appeal,
    appeal_pool,
    appeal_seat,
    circle,
    circle_member,
    idea,
    idea_circle,
    remedy,
    vote,
)


def forget(db: Connection, member_id: str) -> None:
    """Let go of what others have in a member's things; before its rows are deleted."""
    _ideas(db, member_id)
    _cases(db, member_id)
    db.execute(sa.update(circle).where(circle.c.leader == member_id).values(leader=""))
    wanted = sa.select(vote.c.idea_id).where(vote.c.member_id == member_id)
    in_circles = sa.select(circle_member.c.circle_id).where(circle_member.c.member_id == member_id)
    for entity, found in ((VoiceEntity.IDEA, wanted), (VoiceEntity.CIRCLE, in_circles)):
        for thing in db.execute(found).scalars().all():
            voice_record.mark_stale(db, entity, thing)


def _ideas(db: Connection, member_id: str) -> None:
    own = sa.select(idea.c.id).where(idea.c.member_id == member_id)
    voters = sa.select(vote.c.member_id, vote.c.member_id.label("thing")).where(
        vote.c.idea_id.in_(own)
    )
    changes.tell_where(db, VoiceEntity.VOICE, voters)
    named = sa.select(idea_circle.c.circle_id).where(idea_circle.c.idea_id.in_(own)).distinct()
    for circle_id in db.execute(named).scalars().all():
        voice_record.mark_stale(db, VoiceEntity.CIRCLE, circle_id)
    db.execute(sa.delete(vote).where(vote.c.idea_id.in_(own)))
    db.execute(sa.delete(idea_circle).where(idea_circle.c.idea_id.in_(own)))
    for idea_id in db.execute(own).scalars().all():
        changes.tell(db, VoiceEntity.IDEA, idea_id)


def _cases(db: Connection, member_id: str) -> None:
    own = sa.select(appeal.c.id).where(appeal.c.member_id == member_id)
    drawn = sa.select(appeal_seat.c.holder, appeal_seat.c.case_id).where(
        appeal_seat.c.case_id.in_(own), appeal_seat.c.steward.is_(False)
    )
    changes.tell_where(db, VoiceEntity.CASE_FILE, drawn)
    for case_id in db.execute(own).scalars().all():
        changes.tell(db, VoiceEntity.CASE, case_id)
    for table in (appeal_pool, appeal_seat, remedy):
        db.execute(sa.delete(table).where(table.c.case_id.in_(own)))
