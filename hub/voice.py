"""What members decide, put together: effects, documents and jobs of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire_voice import BallotDoc, BallotKind, VoiceDoc, VoiceEntity
from hub import (
    changes,
    voice_ballots,
    voice_cases,
    voice_charter,
    voice_circles,
    voice_committees,
    voice_ideas,
    voice_petitions,
    voice_record,
    voice_terms,
)
from hub.effect import Effect
from hub.jobs import Job
from hub.tables_voice import circle_member, idea, product_line, seat, stand, vote

if TYPE_CHECKING:
    from hub.app import Hub


def documents(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, VoiceDoc]:
    """What the member who asks has said itself; nothing of others."""
    if member_id not in ids:
        return {}
    seats = (
        sa.select(seat.c.line)
        .join(product_line, product_line.c.id == seat.c.line)
        .where(seat.c.member_id == member_id, seat.c.term == product_line.c.term)
        .order_by(seat.c.line)
    )
    stands = (
        sa.select(stand.c.line)
        .join(product_line, product_line.c.id == stand.c.line)
        .where(stand.c.member_id == member_id, stand.c.term > product_line.c.term)
        .order_by(stand.c.line)
    )
    own = vote.c.member_id == member_id
    return {
        member_id: VoiceDoc(
            id=member_id,
            left=voice_ideas.left(db, member_id),
            votes=_texts(db, sa.select(vote.c.idea_id).where(own, vote.c.live).order_by(vote.c.at)),
            mine=_texts(
                db,
                sa.select(idea.c.id)
                .where(idea.c.member_id == member_id)
                .order_by(idea.c.received, idea.c.id),
            ),
            circles=_texts(
                db,
                sa.select(circle_member.c.circle_id)
                .where(circle_member.c.member_id == member_id)
                .order_by(circle_member.c.circle_id),
            ),
            cast=voice_ballots.cast_by(db, member_id),
            seats=_texts(db, seats),
            stands=_texts(db, stands),
        )
    }


DOCS: Final[Mapping[str, changes.Compose]] = {
    VoiceEntity.IDEA: voice_ideas.documents,
    VoiceEntity.BALLOT: voice_ballots.documents,
    VoiceEntity.RECEIPT: voice_ballots.receipts,
    VoiceEntity.CASE: voice_cases.documents,
    VoiceEntity.CASE_FILE: voice_cases.files,
    VoiceEntity.COMMITTEE: voice_terms.documents,
    VoiceEntity.CANDIDATES: voice_terms.candidates,
    VoiceEntity.CIRCLE: voice_circles.documents,
    VoiceEntity.CHARTER: voice_charter.documents,
    VoiceEntity.VOICE: documents,
    VoiceEntity.VOICE_RECORD: voice_record.documents,
}
EFFECTS: Final[Mapping[str, Effect]] = {
    **voice_ideas.EFFECTS,
    **voice_ballots.EFFECTS,
    **voice_cases.EFFECTS,
    **voice_committees.EFFECTS,
    **voice_circles.EFFECTS,
}


def _settled(db: Connection, doc: BallotDoc, _now: float) -> None:
    """Do what follows from a ballot that was just sealed."""
    if doc.kind is BallotKind.ELECTION:
        voice_terms.seat_winners(db, doc)
    elif doc.kind is BallotKind.CHARTER:
        voice_charter.after_ballot(db, doc)
    elif doc.about and doc.closed is not None:
        voice_petitions.after_ballot(db, doc.about, binding=doc.binding, now=doc.closed)


def _ballots(hub: Hub, now: float) -> None:
    with hub.store.write() as db:
        voice_terms.turn(db, now=now)
        voice_terms.elect(db, now=now)
    with hub.store.write() as db:
        voice_ballots.settle(db, _settled, now=now)


def _clocks(hub: Hub, now: float) -> None:
    with hub.store.write() as db:
        voice_petitions.watch(db, now=now)
        voice_cases.watch(db, now=now)
        voice_committees.watch_holds(db, now=now)


def _tell(hub: Hub, now: float) -> None:
    with hub.store.write() as db:
        voice_ideas.catch_up(db, now=now)
        voice_record.tell_stale(db)


JOBS: Final[tuple[Job, ...]] = (
    Job(name="voice_ballots", every_s=30.0, run=_ballots),
    Job(name="voice_clocks", every_s=30.0, run=_clocks),
    Job(name="voice_tell", every_s=60.0, run=_tell),
)


def _texts(db: Connection, query: sa.Select[Any]) -> tuple[str, ...]:
    return tuple(db.execute(query).scalars())
