"""Committees: five seats for each product line, elected for half a year, and what they may do.

They see what a week is to bring before it comes, may hold its train once together, which makes the
makers answer in writing, put an advisory ballot, and keep a list of ten for each quarter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import ballots, voice
from feedback.wire import HubError
from feedback.wire_voice import BallotKind, MotionKind, Move, Stand, Support, VoiceEntity, VoiceOp
from feedback.wire_voice_staff import AskAll
from fleet.model import WeekId
from hub import changes, voice_ballots, voice_ideas, voice_record
from hub.effect import Effect
from hub.members import Standing
from hub.store import alone, insert_once, one
from hub.tables_voice import hold, idea, motion, seat, stand, support, top


def seats_of(db: Connection, line: str, term: str) -> tuple[str, ...]:
    """Who sits for a line in a half year, by place."""
    query = sa.select(seat.c.member_id).where(seat.c.line == line, seat.c.term == term)
    return tuple(db.execute(query.order_by(seat.c.place)).scalars())


def tell_seats(db: Connection, line: str, term: str) -> None:
    """Let the seats of a line hear what they alone may see."""
    query = sa.select(seat.c.member_id, seat.c.line).where(seat.c.line == line, seat.c.term == term)
    changes.tell_where(db, VoiceEntity.CANDIDATES, query)


def watch_holds(db: Connection, *, now: float) -> None:
    """Record every hold that has no written answer after three days."""
    late = sa.select(hold).where(hold.c.answered.is_(None), hold.c.at < now - voice.HOLD_S)
    for row in db.execute(late).mappings().all():
        name = f"{row['line']}/{row['week']}"
        if voice_record.note_breach(db, "hold", name, row["at"] + voice.HOLD_S):
            changes.tell(db, VoiceEntity.COMMITTEE, row["line"])


def _stand(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """Stand for the term after this one, as long as its election has not begun."""
    asked = msgspec.json.decode(body, type=Stand)
    voice_ideas.say(who)
    voice_ideas.check_line(db, asked.line)
    term, begins = voice.next_term(now)
    if now >= begins - voice.ELECTION_BEFORE_S:
        raise HubError("election_begun")
    own = {"line": asked.line, "term": term, "member_id": who.member_id}
    mine = sa.and_(*(stand.c[name] == value for name, value in own.items()))
    db.execute(sa.delete(stand).where(mine))
    if asked.on:
        db.execute(sa.insert(stand).values(**own, words=asked.words, at=now))
    changes.tell(db, VoiceEntity.COMMITTEE, asked.line)
    changes.tell(db, VoiceEntity.VOICE, who.member_id, who.member_id)


def _move(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    asked = msgspec.json.decode(body, type=Move)
    term = _seated(db, asked.line, who, now)
    _check(db, asked)
    new = insert_once(
        db,
        motion,
        id=asked.id,
        line=asked.line,
        term=term,
        kind=asked.kind,
        title=asked.title,
        text=asked.text,
        week=asked.week or "",
        options=msgspec.json.encode(asked.options).decode(),
        ideas=msgspec.json.encode(asked.ideas).decode(),
        made=now,
    )
    if not new:
        raise HubError("id_taken")
    _supported(db, asked.id, who.member_id, now)


def _support(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    asked = msgspec.json.decode(body, type=Support)
    row = one(db, sa.select(motion).where(motion.c.id == asked.motion))
    if row is None:
        raise HubError("motion_unknown")
    if _seated(db, row["line"], who, now) != row["term"]:
        raise HubError("motion_unknown")
    _supported(db, asked.motion, who.member_id, now)


EFFECTS: Final[Mapping[str, Effect]] = {
    VoiceOp.STAND: _stand,
    VoiceOp.MOVE: _move,
    VoiceOp.SUPPORT: _support,
}


def _seated(db: Connection, line: str, who: Standing, now: float) -> str:
    """The half year, where this member has a seat in it. HubError("no_committee_seat")."""
    term = voice.term_of(now)
    if who.member_id not in seats_of(db, line, term):
        raise HubError("no_committee_seat")
    return term


def _check(db: Connection, asked: Move) -> None:
    """HubError: invalid_op, ballot_options, hold_taken, where it could never come to be."""
    if asked.kind is MotionKind.HOLD:
        try:
            WeekId.parse(asked.week or "")
        except ValueError as error:
            raise HubError("invalid_op", field="week") from error
        query = sa.select(hold.c.at).where(hold.c.line == asked.line, hold.c.week == asked.week)
        if db.execute(query).first() is not None:
            raise HubError("hold_taken")
    few, many = ballots.OPTIONS[BallotKind.QUESTION]
    fits = few <= len(asked.options) <= many and len(set(asked.options)) == len(asked.options)
    if asked.kind is MotionKind.BALLOT and not fits:
        raise HubError("ballot_options", few=few, many=many)
    if asked.kind is MotionKind.TOP:
        known = sa.select(sa.func.count()).where(idea.c.id.in_(asked.ideas))
        if not asked.ideas or db.execute(known).scalar() != len(asked.ideas):
            raise HubError("idea_unknown")


def _supported(db: Connection, motion_id: str, member_id: str, now: float) -> None:
    """Count one seat for a motion; the third makes it happen, once."""
    alone(db, f"motion:{motion_id}")
    insert_once(db, support, motion_id=motion_id, member_id=member_id)
    row = one(db, sa.select(motion).where(motion.c.id == motion_id))
    count = sa.select(sa.func.count()).where(support.c.motion_id == motion_id)
    if row is not None and row["done"] is None and _enough(db.execute(count).scalar()):
        db.execute(sa.update(motion).where(motion.c.id == motion_id).values(done=now))
        _happen(db, row, now)
        changes.tell(db, VoiceEntity.COMMITTEE, row["line"])
    if row is not None:
        tell_seats(db, row["line"], row["term"])


def _enough(supported: int | None) -> bool:
    return (supported or 0) >= voice.SEATS_NEEDED


def _happen(db: Connection, row: Mapping[str, Any], now: float) -> None:
    kind = MotionKind(row["kind"])
    if kind is MotionKind.HOLD:
        values = {name: row[name] for name in ("line", "week", "title", "text")}
        new = insert_once(db, hold, **values, at=now, answer="", answered_by="")
        if not new:
            raise HubError("hold_taken")
    elif kind is MotionKind.BALLOT:
        said = AskAll(
            id=row["id"],
            title=row["title"],
            text=row["text"],
            options=msgspec.json.decode(row["options"], type=tuple[str, ...]),
            binding=False,
            open_s=voice.MOTION_BALLOT_S,
        )
        voice_ballots.put(db, said, by=f"committee {row['line']}", about=row["line"], now=now)
    else:
        values = {"line": row["line"], "quarter": voice.quarter_of(now)}
        db.execute(sa.delete(top).where(*(top.c[name] == value for name, value in values.items())))
        db.execute(sa.insert(top).values(**values, ideas=row["ideas"], at=now))
