"""The charter: a text in versions. The first stands at once, any other when a ballot takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from feedback.wire_voice import BallotDoc, BallotKind, CharterDoc, VoiceEntity
from feedback.wire_voice_staff import AskAll, ProposeCharter
from hub import changes, triage, voice_ballots
from hub.store import alone, one
from hub.tables_voice import charter


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, CharterDoc]:
    """Versions as everybody reads them."""
    numbers = [int(found) for found in ids if found.isdecimal()]
    rows = db.execute(sa.select(charter).where(charter.c.version.in_(numbers))).mappings()
    return {
        str(row["version"]): CharterDoc(
            id=str(row["version"]),
            text=row["text"],
            proposed=row["proposed"],
            adopted=row["adopted"],
            rejected=row["rejected"],
            ballot=row["ballot"],
        )
        for row in rows
    }


def propose(db: Connection, by: str, said: ProposeCharter, *, now: float) -> CharterDoc:
    """Put a new text to all members; asked again, the same answer.

    HubError: charter_waits (another is being voted on), charter_same, ballot_too_short.
    """
    alone(db, "charter")
    last = one(db, sa.select(charter).order_by(charter.c.version.desc()).limit(1))
    if last is not None and last["text"] == said.text:
        if last["ballot"] in {"", said.id} and last["rejected"] is None:
            return documents(db, [str(last["version"])], changes.PUBLIC)[str(last["version"])]
        raise HubError("charter_same")
    if last is not None and last["adopted"] is None and last["rejected"] is None:
        raise HubError("charter_waits")
    version = 1 if last is None else last["version"] + 1
    if last is not None:
        _ask(db, by, said, version, now)
    db.execute(
        sa.insert(charter).values(
            version=version,
            text=said.text,
            by=by,
            proposed=now,
            adopted=now if last is None else None,
            ballot="" if last is None else said.id,
        )
    )
    triage.note(db, by, "charter_propose", str(version), now=now)
    changes.tell(db, VoiceEntity.CHARTER, str(version))
    return documents(db, [str(version)], changes.PUBLIC)[str(version)]


def after_ballot(db: Connection, doc: BallotDoc) -> None:
    """Take the new text where more were for it than against, else keep the old one."""
    column = "adopted" if doc.winners == (0,) else "rejected"
    of_it = sa.and_(charter.c.version == int(doc.about), charter.c.ballot == doc.id)
    db.execute(sa.update(charter).where(of_it).values({column: doc.closed}))
    changes.tell(db, VoiceEntity.CHARTER, doc.about)


def _ask(db: Connection, by: str, said: ProposeCharter, version: int, now: float) -> None:
    question = AskAll(
        id=said.id,
        title=f"Charter {version}",
        text="",
        options=("take it", "keep the old one"),
        binding=True,
        open_s=said.open_s,
    )
    voice_ballots.open_(db, question, kind=BallotKind.CHARTER, by=by, about=str(version), now=now)
