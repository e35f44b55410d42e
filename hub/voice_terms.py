"""Committees over time: product lines, half-yearly elections, frozen weeks, and their documents."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import ballots, voice
from feedback.wire import HubError
from feedback.wire_voice import (
    BallotDoc,
    BallotKind,
    CandidateDoc,
    CandidatesDoc,
    CommitteeDoc,
    HoldDoc,
    Line,
    MotionDoc,
    MotionKind,
    SeatDoc,
    TopDoc,
    VoiceEntity,
    WeekList,
)
from feedback.wire_voice_staff import AnswerHold, AskAll, Freeze, SetLine
from fleet.model import WeekId
from hub import changes, triage, voice_ballots, voice_committees, voice_ideas, voice_record
from hub.store import insert_once, one
from hub.tables import member
from hub.tables_voice import (
    ballot,
    election,
    frozen,
    hold,
    motion,
    product_line,
    seat,
    stand,
    support,
    top,
)

_WEEKS: Final = 8  # lists that seats see
_HOLDS: Final = 20
_TOPS: Final = 4
_SPACE: Final = uuid.UUID("5a1c7e52-5e1f-4f3a-9a6e-3f1d5d0f7c11")


def set_line(db: Connection, by: str, line: str, said: SetLine, *, now: float) -> None:
    """Make a product line, or name it and its manager anew. HubError("invalid_op"): its name."""
    try:
        msgspec.convert(line, Line)
    except msgspec.ValidationError as error:
        raise HubError("invalid_op", field="line") from error
    values = {"title": said.title, "manager": said.manager}
    if not insert_once(db, product_line, id=line, term=voice.term_of(now), **values):
        db.execute(sa.update(product_line).where(product_line.c.id == line).values(**values))
    triage.note(db, by, "line_set", line, detail=said.manager, now=now)
    changes.tell(db, VoiceEntity.COMMITTEE, line)


def freeze(db: Connection, by: str, line: str, week: str, said: Freeze, *, now: float) -> None:
    """Say what a week brings to the seats of a line, once.

    HubError: product_line_unknown, list_frozen, invalid_op (week).
    """
    voice_ideas.check_line(db, line)
    items = msgspec.json.encode(said.items).decode()
    if not insert_once(db, frozen, line=line, week=_week(week), items=items, at=now, by=by):
        row = one(db, sa.select(frozen).where(frozen.c.line == line, frozen.c.week == week))
        if row is None or row["items"] != items:
            raise HubError("list_frozen")
        return
    triage.note(db, by, "week_freeze", f"{line}/{week}", now=now)
    voice_committees.tell_seats(db, line, voice.term_of(now))


def answer_hold(
    db: Connection, by: str, line: str, week: str, said: AnswerHold, *, now: float
) -> None:
    """Answer a hold in writing. HubError("hold_unknown")."""
    of_it = sa.and_(hold.c.line == line, hold.c.week == week)
    row = one(db, sa.select(hold).where(of_it))
    if row is None:
        raise HubError("hold_unknown")
    if row["answered"] is None and now > row["at"] + voice.HOLD_S:
        voice_record.note_breach(db, "hold", f"{line}/{week}", row["at"] + voice.HOLD_S)
    values = {"answer": said.text, "answered_by": by, "answered": row["answered"] or now}
    db.execute(sa.update(hold).where(of_it).values(**values))
    triage.note(db, by, "hold_answer", f"{line}/{week}", now=now)
    changes.tell(db, VoiceEntity.COMMITTEE, line)


def turn(db: Connection, *, now: float) -> None:
    """Begin the half year: whoever was elected sits from its first moment."""
    term = voice.term_of(now)
    query = sa.select(product_line).where(product_line.c.term != term)
    for line in db.execute(query).mappings().all():
        of_line = product_line.c.id == line["id"]
        db.execute(sa.update(product_line).where(of_line).values(term=term))
        changes.tell(db, VoiceEntity.COMMITTEE, line["id"])
        for one_term in (line["term"], term):
            voice_committees.tell_seats(db, line["id"], one_term)
            for member_id in voice_committees.seats_of(db, line["id"], one_term):
                changes.tell(db, VoiceEntity.VOICE, member_id, member_id)


def elect(db: Connection, *, now: float) -> None:
    """Open the elections of the next half year two weeks before it, once for each line.

    Where no more stand than there are seats, they have them without a ballot.
    """
    term, begins = voice.next_term(now)
    if now < begins - voice.ELECTION_BEFORE_S:
        return
    for line in db.execute(sa.select(product_line).order_by(product_line.c.id)).mappings().all():
        known = sa.select(election.c.line).where(
            election.c.line == line["id"], election.c.term == term
        )
        if db.execute(known).first() is None:
            _open_election(db, dict(line), term, begins, now)


def seat_winners(db: Connection, doc: BallotDoc) -> None:
    """Give the seats to who was elected in a ballot that was just sealed."""
    row = one(db, sa.select(election).where(election.c.ballot_id == doc.id))
    if row is None:
        return
    people = msgspec.json.decode(row["candidates"], type=list[str])
    won = [(people[place], doc.totals[place]) for place in doc.winners]
    _seat(db, row["line"], row["term"], won)


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, CommitteeDoc]:
    """Committees as everybody sees them."""
    query = sa.select(product_line).where(product_line.c.id.in_(ids))
    return {row["id"]: _shown(db, row) for row in db.execute(query).mappings().all()}


def listed(db: Connection) -> tuple[CommitteeDoc, ...]:
    """All product lines with their committees."""
    query = sa.select(product_line).order_by(product_line.c.id)
    return tuple(_shown(db, row) for row in db.execute(query).mappings().all())


def candidates(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, CandidatesDoc]:
    """What the seats of a line see; nothing for who has none."""
    query = sa.select(product_line).where(product_line.c.id.in_(ids))
    return {
        row["id"]: CandidatesDoc(
            id=row["id"],
            weeks=_weeks(db, row["id"]),
            motions=_motions(db, row["id"], row["term"], member_id),
        )
        for row in db.execute(query).mappings().all()
        if member_id in voice_committees.seats_of(db, row["id"], row["term"])
    }


def _open_election(
    db: Connection, line: Mapping[str, Any], term: str, begins: float, now: float
) -> None:
    _, most = ballots.OPTIONS[BallotKind.ELECTION]
    query = (
        sa.select(stand.c.member_id, stand.c.words, member.c.name)
        .join(member, member.c.id == stand.c.member_id)
        .where(stand.c.line == line["id"], stand.c.term == term, voice_ideas.has_a_say())
        .order_by(stand.c.at, stand.c.member_id)
        .limit(most)
    )
    people = db.execute(query).all()
    contested = len(people) > ballots.SEATS
    ballot_id = str(uuid.uuid5(_SPACE, f"{line['id']}/{term}")) if contested else ""
    ids = [found for found, _, _ in people]
    db.execute(
        sa.insert(election).values(
            line=line["id"],
            term=term,
            ballot_id=ballot_id,
            candidates=msgspec.json.encode(ids).decode(),
        )
    )
    if contested:
        closes = begins - voice.ELECTION_BEFORE_S + voice.ELECTION_S
        said = AskAll(
            id=ballot_id,
            title=f"{line['title']}: {term}",
            text="\n".join(f"{name}: {words}" for _, words, name in people),
            options=tuple(f"{n}. {name}" for n, (_, _, name) in enumerate(people, start=1)),
            binding=True,
            open_s=max(closes - now, ballots.LEAST_OPEN_S),
        )
        voice_ballots.open_(db, said, kind=BallotKind.ELECTION, by="", about=line["id"], now=now)
    else:
        _seat(db, line["id"], term, [(found, 0) for found in ids])
    changes.tell(db, VoiceEntity.COMMITTEE, line["id"])


def _seat(db: Connection, line: str, term: str, won: Sequence[tuple[str, int]]) -> None:
    for place, (member_id, votes) in enumerate(won):
        insert_once(db, seat, line=line, term=term, member_id=member_id, place=place, votes=votes)
        changes.tell(db, VoiceEntity.VOICE, member_id, member_id)
    voice_committees.tell_seats(db, line, term)
    changes.tell(db, VoiceEntity.COMMITTEE, line)


def _shown(db: Connection, line: sa.RowMapping) -> CommitteeDoc:
    term = line["term"]
    of_line = line["id"]
    seats = (
        sa.select(member.c.name, seat.c.votes)
        .join(member, member.c.id == seat.c.member_id)
        .where(seat.c.line == of_line, seat.c.term == term)
        .order_by(seat.c.place)
    )
    stands = (
        sa.select(member.c.name, stand.c.words)
        .join(member, member.c.id == stand.c.member_id)
        .where(stand.c.line == of_line, stand.c.term > term)
        .order_by(stand.c.at, stand.c.member_id)
    )
    last = (
        sa.select(ballot.c.id)
        .where(ballot.c.kind == BallotKind.ELECTION, ballot.c.about == of_line)
        .order_by(ballot.c.opened.desc())
        .limit(1)
    )
    return CommitteeDoc(
        id=of_line,
        title=line["title"],
        term=term,
        manager=line["manager"],
        seats=tuple(SeatDoc(name=name, votes=votes) for name, votes in db.execute(seats)),
        candidates=tuple(CandidateDoc(name=name, words=said) for name, said in db.execute(stands)),
        election=db.execute(last).scalar() or "",
        holds=_holds(db, of_line),
        top=_tops(db, of_line),
    )


def _holds(db: Connection, line: str) -> tuple[HoldDoc, ...]:
    query = sa.select(hold).where(hold.c.line == line).order_by(hold.c.week.desc()).limit(_HOLDS)
    return tuple(
        HoldDoc(
            week=row["week"],
            title=row["title"],
            text=row["text"],
            at=row["at"],
            answer=row["answer"],
            answered_by=row["answered_by"],
            answered=row["answered"],
        )
        for row in db.execute(query).mappings()
    )


def _tops(db: Connection, line: str) -> tuple[TopDoc, ...]:
    query = sa.select(top).where(top.c.line == line).order_by(top.c.quarter.desc()).limit(_TOPS)
    return tuple(
        TopDoc(
            quarter=row["quarter"],
            ideas=msgspec.json.decode(row["ideas"], type=tuple[str, ...]),
            at=row["at"],
        )
        for row in db.execute(query).mappings()
    )


def _weeks(db: Connection, line: str) -> tuple[WeekList, ...]:
    query = (
        sa.select(frozen).where(frozen.c.line == line).order_by(frozen.c.week.desc()).limit(_WEEKS)
    )
    return tuple(
        WeekList(
            week=row["week"],
            frozen=row["at"],
            items=msgspec.json.decode(row["items"], type=tuple[str, ...]),
        )
        for row in db.execute(query).mappings()
    )


def _motions(db: Connection, line: str, term: str, member_id: str) -> tuple[MotionDoc, ...]:
    query = (
        sa.select(motion)
        .where(motion.c.line == line, motion.c.term == term)
        .order_by(motion.c.made.desc(), motion.c.id)
    )
    rows = db.execute(query).mappings().all()
    named = sa.select(support).where(support.c.motion_id.in_([row["id"] for row in rows]))
    pairs = db.execute(named).all()
    return tuple(
        MotionDoc(
            id=row["id"],
            kind=MotionKind(row["kind"]),
            title=row["title"],
            text=row["text"],
            supported=sum(found == row["id"] for found, _ in pairs),
            needed=voice.SEATS_NEEDED,
            week=row["week"],
            options=msgspec.json.decode(row["options"], type=tuple[str, ...]),
            ideas=msgspec.json.decode(row["ideas"], type=tuple[str, ...]),
            mine=(row["id"], member_id) in pairs,
            done=row["done"],
        )
        for row in rows
    )


def _week(text: str) -> str:
    try:
        return str(WeekId.parse(text))
    except ValueError as error:
        raise HubError("invalid_op", field="week") from error
