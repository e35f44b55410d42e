"""Circles: members who share a model, a room, a use or a language, and what is asked for there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from feedback.wire_voice import CIRCLES_MAX, CircleDoc, IdeaState, Join, VoiceEntity, VoiceOp
from hub import changes, voice_record
from hub.effect import Effect
from hub.members import Standing
from hub.store import alone, insert_once, one
from hub.tables import member
from hub.tables_voice import circle, circle_member, idea, idea_circle, vote

_LIVE: Final = (IdeaState.OPEN, IdeaState.PLANNED)


def begin(db: Connection, circle_id: str, *, now: float) -> None:
    """Let there be a circle of this name."""
    if insert_once(db, circle, id=circle_id, leader="", made=now):
        voice_record.mark_stale(db, VoiceEntity.CIRCLE, circle_id)


def listed(db: Connection, kind: str = "") -> tuple[CircleDoc, ...]:
    """All circles, or those of a kind, the largest first."""
    which = circle.c.id.startswith(f"{kind}:", autoescape=True) if kind else sa.true()
    found = _docs(db, which)
    return tuple(sorted(found, key=lambda each: (-each.members, -each.ideas, each.id)))


def lead(db: Connection, circle_id: str, member_id: str) -> None:
    """Let a member lead a circle: it is never drawn to judge. "": nobody does.

    HubError: circle_unknown, member_unknown.
    """
    if member_id and one(db, sa.select(member.c.id).where(member.c.id == member_id)) is None:
        raise HubError("member_unknown")
    named = circle.c.id == circle_id
    if not db.execute(sa.update(circle).where(named).values(leader=member_id)).rowcount:
        raise HubError("circle_unknown")


def leaders(db: Connection) -> frozenset[str]:
    """Every member who leads a circle."""
    query = sa.select(circle.c.leader).where(circle.c.leader != "")
    return frozenset(db.execute(query).scalars())


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, CircleDoc]:
    """Circles as everybody sees them."""
    return {doc.id: doc for doc in _docs(db, circle.c.id.in_(ids))}


def _join(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    asked = msgspec.json.decode(body, type=Join)
    alone(db, f"circles:{who.member_id}")
    own = circle_member.c.member_id == who.member_id
    if asked.on:
        begin(db, asked.circle, now=now)
        insert_once(db, circle_member, circle_id=asked.circle, member_id=who.member_id)
        held = sa.select(sa.func.count()).select_from(circle_member).where(own)
        if int(db.execute(held).scalar() or 0) > CIRCLES_MAX:
            raise HubError("too_many_circles")
    else:
        db.execute(sa.delete(circle_member).where(own, circle_member.c.circle_id == asked.circle))
    voice_record.mark_stale(db, VoiceEntity.CIRCLE, asked.circle)
    changes.tell(db, VoiceEntity.VOICE, who.member_id, who.member_id)


EFFECTS: Final[Mapping[str, Effect]] = {VoiceOp.JOIN: _join}


def _docs(db: Connection, which: sa.ColumnElement[bool]) -> list[CircleDoc]:
    """Documents of these circles, in three queries however many they are."""
    ids = sa.select(circle.c.id).where(which)
    people = (
        sa.select(circle_member.c.circle_id, sa.func.count())
        .where(circle_member.c.circle_id.in_(ids))
        .group_by(circle_member.c.circle_id)
    )
    wishes = (
        sa.select(
            idea_circle.c.circle_id,
            sa.func.count(idea.c.id.distinct()),
            sa.func.count(vote.c.member_id),
        )
        .join(idea, idea.c.id == idea_circle.c.idea_id)
        .outerjoin(vote, vote.c.idea_id == idea.c.id)
        .where(idea_circle.c.circle_id.in_(ids), idea.c.state.in_(_LIVE))
        .group_by(idea_circle.c.circle_id)
    )
    members = {name: int(count) for name, count in db.execute(people)}
    asked = {name: (int(ideas), int(votes)) for name, ideas, votes in db.execute(wishes)}
    return [
        CircleDoc(
            id=name,
            members=members.get(name, 0),
            ideas=asked.get(name, (0, 0))[0],
            votes=asked.get(name, (0, 0))[1],
        )
        for name in db.execute(ids).scalars()
    ]
