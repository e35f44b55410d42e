"""Ideas and the votes on them: what houses ask, and what everybody sees.

A member has ten votes out at a time; they come back when an idea ends. One member has one vote on
an idea, from however many machines, and the last word that comes counts. Votes earn nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import voice
from feedback.wire import HubError
from feedback.wire_voice import (
    BUDGET,
    IDEAS_MAX,
    CreateIdea,
    EditIdea,
    IdeaDoc,
    IdeaState,
    Petition,
    Template,
    VoiceEntity,
    VoiceOp,
    Vote,
)
from hub import changes, voice_circles, voice_record
from hub.effect import Effect
from hub.members import Standing
from hub.store import alone, insert_once, one
from hub.tables import cluster, member, meta, report
from hub.tables_voice import breach, idea, idea_circle, product_line, stale, vote

ENDED: Final = (IdeaState.SHIPPED, IdeaState.DECLINED)
_LEAST: Final = "petition_least"  # in meta: what staff set instead of the default


def members_of(db: Connection) -> int:
    """How many have a say: homes of the makers' own have none."""
    query = sa.select(sa.func.count()).select_from(member).where(has_a_say())
    return int(db.execute(query).scalar() or 0)


def has_a_say() -> sa.ColumnElement[bool]:
    """Whether a row of member may vote: it has not left and is no home of the makers'."""
    return sa.and_(member.c.left.is_(None), member.c.lab.is_(False))


def say(who: Standing) -> None:
    """HubError("makers_home") where it is a home of the makers' own that asks."""
    if who.lab:
        raise HubError("makers_home")


def least(db: Connection) -> int:
    """Return from how many votes on an idea may be a petition."""
    said = db.execute(sa.select(meta.c.value).where(meta.c.name == _LEAST)).scalar()
    return voice.PETITION_LEAST if said is None else int(said)


def set_least(db: Connection, votes: int) -> None:
    """Choose another number than the default. HubError("invalid_op") below 1."""
    if votes < 1:
        raise HubError("invalid_op", field="least")
    if not insert_once(db, meta, name=_LEAST, value=str(votes)):
        db.execute(sa.update(meta).where(meta.c.name == _LEAST).values(value=str(votes)))


def row_of(db: Connection, idea_id: str, *, steady: bool = False) -> dict[str, Any]:
    """The row of an idea; `steady`: nobody changes it until we are done, others may read it so too.

    HubError: problem_no_votes (it is a problem), idea_unknown.
    """
    query = sa.select(idea).where(idea.c.id == idea_id)
    row = one(db, query.with_for_update(read=True) if steady else query)
    if row is not None:
        return row
    for table in (report, cluster):
        if one(db, sa.select(table.c.id).where(table.c.id == idea_id)) is not None:
            raise HubError("problem_no_votes")
    raise HubError("idea_unknown")


def left(db: Connection, member_id: str) -> int:
    """How many votes a member has in hand."""
    out = sa.select(sa.func.count()).where(vote.c.member_id == member_id, vote.c.live)
    return BUDGET - int(db.execute(out).scalar() or 0)


def give_back(db: Connection, idea_id: str) -> None:
    """Return the votes on an idea that has ended; how many there were stays known."""
    db.execute(sa.update(vote).where(vote.c.idea_id == idea_id).values(live=False))
    _tell_voters(db, idea_id)


def take_again(db: Connection, idea_id: str) -> None:
    """Put the votes on an idea that is opened again back on it, of those who have one left."""
    out = vote.alias()
    busy = sa.select(out.c.member_id).where(out.c.live).group_by(out.c.member_id)
    busy = busy.having(sa.func.count() >= BUDGET)
    of_it = sa.and_(vote.c.idea_id == idea_id, vote.c.live.is_(False))
    _tell_voters(db, idea_id)
    db.execute(sa.delete(vote).where(of_it, vote.c.member_id.in_(busy)))
    db.execute(sa.update(vote).where(of_it).values(live=True))


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, IdeaDoc]:
    """Ideas as everybody sees them."""
    votes = _votes(db, ids)
    tags = _circles(db, ids)
    broken = set(
        db.execute(
            sa.select(breach.c.subject).where(
                breach.c.subject.in_(ids), breach.c.what.in_(("petition", "outside"))
            )
        ).scalars()
    )
    needed = voice.needed(members_of(db), least(db))
    rows = db.execute(sa.select(idea).where(idea.c.id.in_(ids))).mappings()
    return {
        row["id"]: _shown(
            row,
            votes=votes.get(row["id"], 0),
            circles=tuple(tags.get(row["id"], ())),
            needed=needed,
            breached=row["id"] in broken,
        )
        for row in rows
    }


def _create(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    asked = msgspec.json.decode(body, type=CreateIdea)
    say(who)
    check_line(db, asked.line)
    alone(db, f"ideas:{who.member_id}")
    own = sa.and_(idea.c.member_id == who.member_id, idea.c.state == IdeaState.OPEN)
    if (db.execute(sa.select(sa.func.count()).where(own)).scalar() or 0) >= IDEAS_MAX:
        raise HubError("too_many_ideas")
    new = insert_once(
        db,
        idea,
        id=asked.id,
        member_id=who.member_id,
        title=asked.title.strip(),
        text=asked.text,
        template=asked.template,
        line=asked.line or "",
        received=now,
        state=IdeaState.OPEN,
        week="",
        reason="",
        outside=False,
        owner="",
        answer=Petition.NONE,
        answered_by="",
        ballot="",
    )
    if not new:
        raise HubError("id_taken")
    for named in sorted(set(asked.circles)):
        voice_circles.begin(db, named, now=now)
        insert_once(db, idea_circle, idea_id=asked.id, circle_id=named)
    changes.tell(db, VoiceEntity.IDEA, asked.id)
    _moved(db, asked.id, who.member_id)


def _edit(db: Connection, who: Standing, body: msgspec.Raw, _now: float) -> None:
    asked = msgspec.json.decode(body, type=EditIdea)
    row_of(db, asked.idea)
    db.execute(sa.select(idea.c.id).where(idea.c.id == asked.idea).with_for_update())
    row = row_of(db, asked.idea)
    if row["member_id"] != who.member_id:
        raise HubError("idea_not_yours")
    if row["state"] != IdeaState.OPEN:
        raise HubError("idea_closed")
    others = sa.select(vote.c.member_id).where(
        vote.c.idea_id == asked.idea, vote.c.member_id != who.member_id
    )
    if db.execute(others).first() is not None:
        raise HubError("idea_has_votes")
    values = {"title": asked.title.strip(), "text": asked.text}
    db.execute(sa.update(idea).where(idea.c.id == asked.idea).values(**values))
    changes.tell(db, VoiceEntity.IDEA, asked.idea)


def _vote(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    asked = msgspec.json.decode(body, type=Vote)
    say(who)
    alone(db, f"votes:{who.member_id}")  # two machines of one member have one budget
    row = row_of(db, asked.idea, steady=True)
    if row["state"] in ENDED:
        raise HubError("idea_closed")
    own = sa.and_(vote.c.idea_id == asked.idea, vote.c.member_id == who.member_id)
    has = one(db, sa.select(vote).where(own)) is not None
    if has and not asked.on:
        db.execute(sa.delete(vote).where(own))
    elif asked.on and not has:
        if left(db, who.member_id) <= 0:
            raise HubError("no_votes_left")
        values = {"idea_id": asked.idea, "member_id": who.member_id, "at": now, "live": True}
        db.execute(sa.insert(vote).values(**values))
        _cross(db, row, now)
    _moved(db, asked.idea, who.member_id)


def catch_up(db: Connection, *, now: float) -> None:
    """Make petitions of what has the votes, where those came together and saw not each other."""
    moved = sa.select(stale.c.entity_id).where(stale.c.entity == VoiceEntity.IDEA)
    near = sa.and_(idea.c.state == IdeaState.OPEN, idea.c.petition.is_(None), idea.c.id.in_(moved))
    for row in db.execute(sa.select(idea).where(near)).mappings().all():
        _cross(db, dict(row), now)


def check_line(db: Connection, line: str | None) -> None:
    """HubError("product_line_unknown") where a line is named that is none."""
    if line and one(db, sa.select(product_line).where(product_line.c.id == line)) is None:
        raise HubError("product_line_unknown")


EFFECTS: Final[Mapping[str, Effect]] = {
    VoiceOp.IDEA: _create,
    VoiceOp.EDIT: _edit,
    VoiceOp.VOTE: _vote,
}


def _cross(db: Connection, row: Mapping[str, Any], now: float) -> None:
    """Make an idea a petition when its votes are enough; one it stays."""
    if row["petition"] is not None or row["state"] != IdeaState.OPEN:
        return
    votes = _votes(db, [row["id"]]).get(row["id"], 0)
    fewest = least(db)
    if votes < fewest or votes < voice.needed(members_of(db), fewest):
        return
    manager = sa.select(product_line.c.manager).where(product_line.c.id == row["line"])
    db.execute(
        sa.update(idea)
        .where(idea.c.id == row["id"])
        .values(
            petition=now,
            due=now + voice.PETITION_S,
            owner=db.execute(manager).scalar() or "",
        )
    )
    changes.tell(db, VoiceEntity.IDEA, row["id"])


def _moved(db: Connection, idea_id: str, member_id: str) -> None:
    """Let the member hear at once, and everybody else within a minute."""
    changes.tell(db, VoiceEntity.VOICE, member_id, member_id)
    voice_record.mark_stale(db, VoiceEntity.IDEA, idea_id)
    for named in _circles(db, [idea_id]).get(idea_id, ()):
        voice_record.mark_stale(db, VoiceEntity.CIRCLE, named)


def _tell_voters(db: Connection, idea_id: str) -> None:
    voters = sa.select(vote.c.member_id, vote.c.member_id.label("thing")).where(
        vote.c.idea_id == idea_id
    )
    changes.tell_where(db, VoiceEntity.VOICE, voters)


def _votes(db: Connection, ids: Sequence[str]) -> dict[str, int]:
    query = (
        sa.select(vote.c.idea_id, sa.func.count())
        .where(vote.c.idea_id.in_(ids))
        .group_by(vote.c.idea_id)
    )
    return {found: int(votes) for found, votes in db.execute(query)}


def _circles(db: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    query = (
        sa.select(idea_circle)
        .where(idea_circle.c.idea_id.in_(ids))
        .order_by(idea_circle.c.circle_id)
    )
    found: dict[str, list[str]] = {}
    for idea_id, circle_id in db.execute(query):
        found.setdefault(idea_id, []).append(circle_id)
    return found


def _shown(
    row: sa.RowMapping, *, votes: int, circles: tuple[str, ...], needed: int, breached: bool
) -> IdeaDoc:
    return IdeaDoc(
        id=row["id"],
        title=row["title"],
        text=row["text"],
        received=row["received"],
        state=IdeaState(row["state"]),
        votes=votes,
        template=Template(row["template"]),
        line=row["line"],
        circles=circles,
        week=row["week"],
        reason=row["reason"],
        outside=row["outside"],
        needed=needed,
        petition=row["petition"],
        due=row["due"],
        owner=row["owner"],
        answer=Petition(row["answer"]),
        answered=row["answered"],
        answered_by=row["answered_by"],
        ballot=row["ballot"],
        breached=breached,
        ended=row["ended"],
    )
