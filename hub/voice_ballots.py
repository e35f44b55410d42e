"""Ballots: who may vote is fixed at the opening, what was voted is sealed at the close.

While a ballot is open its rows join a name on the roll (a hash) to a choice, so that one can change
it; sealing writes the list without the names and deletes what joined them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NoReturn

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import ballots
from feedback.wire import HubError
from feedback.wire_voice import BallotDoc, BallotKind, Cast, ReceiptDoc, VoiceEntity, VoiceOp
from feedback.wire_voice_staff import AskAll
from hub import changes, voice_ideas
from hub.effect import Effect
from hub.members import Standing
from hub.store import alone, one
from hub.tables import member
from hub.tables_voice import ballot, ballot_cast, ballot_line, ballot_roll

_MANY: Final = 10_000  # rows read or written at once
_LONGEST_S: Final = 90 * 24 * 3600.0

_unsorted = sa.Table(
    "ballot_unsorted",
    sa.MetaData(),
    sa.Column("tag", sa.String(64), nullable=False),
    prefixes=["TEMPORARY"],
)

Settled = Callable[[Connection, BallotDoc, float], None]
"""(db, a ballot that was just sealed, now): what follows from it."""


def put(db: Connection, said: AskAll, *, by: str, now: float, about: str = "") -> BallotDoc:
    """Put a question to all members. HubError: ballot_too_short, ballot_options, id_taken."""
    return open_(db, said, kind=BallotKind.QUESTION, by=by, about=about, now=now)


def open_(
    db: Connection, said: AskAll, *, kind: BallotKind, by: str, about: str, now: float
) -> BallotDoc:
    """Open a ballot: the roll is everybody who has a say now. Opened again, the same answer.

    HubError: ballot_too_short (open_s below 72 hours, or above 90 days), ballot_options, id_taken.
    """
    few, many = ballots.OPTIONS[kind]
    if not few <= len(said.options) <= many or len(set(said.options)) != len(said.options):
        raise HubError("ballot_options", few=few, many=many)
    if not ballots.LEAST_OPEN_S <= said.open_s <= _LONGEST_S:
        raise HubError("ballot_too_short")
    known = one(db, sa.select(ballot).where(ballot.c.id == said.id))
    if known is not None:
        if (known["title"], known["about"]) != (said.title, about):
            raise HubError("id_taken")
        return documents(db, [said.id], changes.PUBLIC)[said.id]
    eligible, roll = _write_roll(db, said.id)
    db.execute(
        sa.insert(ballot).values(
            id=said.id,
            kind=kind,
            title=said.title.strip(),
            text=said.text,
            options=msgspec.json.encode(said.options).decode(),
            binding=said.binding,
            opened=now,
            closes=now + said.open_s,
            by=by,
            about=about,
            eligible=eligible,
            roll=roll,
            cast=0,
            totals="[]",
            sealed="",
            winners="[]",
        )
    )
    changes.tell(db, VoiceEntity.BALLOT, said.id)
    return documents(db, [said.id], changes.PUBLIC)[said.id]


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, BallotDoc]:
    """Ballots as everybody sees them."""
    rows = db.execute(sa.select(ballot).where(ballot.c.id.in_(ids))).mappings()
    return {row["id"]: _shown(row) for row in rows}


def listed(db: Connection) -> tuple[BallotDoc, ...]:
    """The newest ballots first, at most 500."""
    query = sa.select(ballot).order_by(ballot.c.opened.desc(), ballot.c.id).limit(500)
    return tuple(_shown(row) for row in db.execute(query).mappings())


def receipts(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, ReceiptDoc]:
    """What a member has cast in these ballots while they are open, for its other machines."""
    tags = [ballots.tag(found, member_id) for found in ids]
    query = sa.select(ballot_cast).where(
        ballot_cast.c.ballot_id.in_(ids), ballot_cast.c.tag.in_(tags)
    )
    return {
        row["ballot_id"]: ReceiptDoc(
            ballot=row["ballot_id"], choice=row["choice"], salt=row["salt"]
        )
        for row in db.execute(query).mappings()
    }


def cast_by(db: Connection, member_id: str) -> tuple[ReceiptDoc, ...]:
    """What a member has cast in the ballots that are open."""
    query = sa.select(ballot.c.id).where(ballot.c.closed.is_(None))
    found = receipts(db, db.execute(query).scalars().all(), member_id)
    return tuple(found[each] for each in sorted(found))


def settle(db: Connection, after: Settled, *, now: float) -> None:
    """Seal every ballot whose time is over, by the order in which they closed."""
    query = (
        sa.select(ballot)
        .where(ballot.c.closed.is_(None), ballot.c.closes <= now)
        .order_by(ballot.c.closes, ballot.c.id)
        .with_for_update()  # whoever casts holds it until the vote is in
    )
    for row in db.execute(query).mappings().all():
        _seal(db, row)
        after(db, documents(db, [row["id"]], changes.PUBLIC)[row["id"]], now)


def faults(db: Connection) -> list[str]:
    """Which sealed ballots no longer count as they did, in words; all are counted again."""
    said = []
    query = sa.select(ballot).where(ballot.c.closed.is_not(None)).order_by(ballot.c.id)
    for row in db.execute(query).mappings().all():
        doc = _shown(row)
        try:
            found = ballots.faults(doc, ballots.count(_lines(db, doc.id), len(doc.options)))
        except HubError as error:
            found = [ballots.Fault.LIST]
            said.append(f"ballot {doc.id}: {error}")
        said += [f"ballot {doc.id} does not count as it did: {each}" for each in found]
    return said


def published(db: Connection, ballot_id: str) -> Iterator[bytes]:
    """The public file of a sealed ballot, line by line. HubError: ballot_unknown, ballot_open."""
    doc = documents(db, [ballot_id], changes.PUBLIC).get(ballot_id)
    if doc is None:
        raise HubError("ballot_unknown")
    if doc.closed is None:
        raise HubError("ballot_open")
    yield msgspec.json.encode(doc) + b"\n"
    yield from _lines(db, ballot_id)


def _cast(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    asked = msgspec.json.decode(body, type=Cast)
    query = sa.select(ballot).where(ballot.c.id == asked.ballot)
    row = one(db, query.with_for_update(read=True))  # it is not sealed while we write
    alone(db, f"cast:{who.member_id}")  # two machines of one member have one vote
    if row is None:
        raise HubError("ballot_unknown")
    if row["closed"] is not None or now >= row["closes"]:
        raise HubError("ballot_closed")
    if asked.choice >= len(msgspec.json.decode(row["options"])):
        raise HubError("invalid_op", field="choice")
    tag = ballots.tag(asked.ballot, who.member_id)
    name = sa.and_(ballot_roll.c.ballot_id == asked.ballot, ballot_roll.c.tag == tag)
    if not db.execute(sa.update(ballot_roll).where(name).values(voted=True)).rowcount:
        raise HubError("not_on_roll")
    own = sa.and_(ballot_cast.c.ballot_id == asked.ballot, ballot_cast.c.tag == tag)
    values = {
        "token": ballots.token(asked.ballot, asked.choice, tag, asked.salt),
        "choice": asked.choice,
        "salt": asked.salt,
    }
    db.execute(sa.delete(ballot_cast).where(own))
    db.execute(sa.insert(ballot_cast).values(ballot_id=asked.ballot, tag=tag, **values))
    changes.tell(db, VoiceEntity.RECEIPT, asked.ballot, who.member_id)
    changes.tell(db, VoiceEntity.VOICE, who.member_id, who.member_id)


EFFECTS: Final[Mapping[str, Effect]] = {VoiceOp.CAST: _cast}


def _write_roll(db: Connection, ballot_id: str) -> tuple[int, str]:
    """Fix who may vote; returns how many, and the digest of the roll.

    The tags are sorted by the database before they go into the table: in the order in which
    members come they would touch a page each, and millions of them would take minutes.
    """
    streaming = {"yield_per": _MANY}
    chosen = sa.select(member.c.id).where(voice_ideas.has_a_say())
    _unsorted.create(db)
    if db.dialect.name == "postgresql":  # it can hash by itself, and takes single rows slowly
        start = sa.literal(ballots.tag_of(ballot_id, ""), sa.Text)
        hashed = sa.func.sha256(sa.func.convert_to(start + member.c.id, "UTF8"))
        tags = sa.select(sa.func.encode(hashed, "hex")).where(voice_ideas.has_a_say())
        db.execute(sa.insert(_unsorted).from_select(["tag"], tags))
    else:
        members = iter(db.execute(chosen, execution_options=streaming).scalars())
        while some := list(islice(members, _MANY)):
            rows = [{"tag": ballots.tag(ballot_id, each)} for each in some]
            db.execute(sa.insert(_unsorted), rows)
    number = int(db.execute(sa.select(sa.func.count()).select_from(_unsorted)).scalar() or 0)
    columns = ("ballot_id", "tag", "voted")
    tagged = sa.select(sa.literal(ballot_id, sa.String), _unsorted.c.tag, sa.false())
    db.execute(sa.insert(ballot_roll).from_select(columns, tagged.order_by(_unsorted.c.tag)))
    _unsorted.drop(db)
    roll = (
        sa.select(ballot_roll.c.tag)
        .where(ballot_roll.c.ballot_id == ballot_id)
        .order_by(ballot_roll.c.tag)
    )
    return number, ballots.roll_digest(db.execute(roll, execution_options=streaming).scalars())


def _seal(db: Connection, row: sa.RowMapping) -> None:
    of_it = ballot_cast.c.ballot_id == row["id"]
    columns = ("ballot_id", "token", "choice")
    chosen = sa.select(*(ballot_cast.c[name] for name in columns)).where(of_it)
    db.execute(sa.insert(ballot_line).from_select(columns, chosen.order_by(ballot_cast.c.token)))
    db.execute(sa.delete(ballot_cast).where(of_it))
    said = ballots.count(_lines(db, row["id"]), len(msgspec.json.decode(row["options"])))
    _check(said, row)
    won = ballots.winners(BallotKind(row["kind"]), said.totals, said.sealed)
    db.execute(
        sa.update(ballot)
        .where(ballot.c.id == row["id"])
        .values(
            closed=row["closes"],
            cast=said.cast,
            totals=msgspec.json.encode(said.totals).decode(),
            sealed=said.sealed,
            winners=msgspec.json.encode(won).decode(),
        )
    )
    changes.tell(db, VoiceEntity.BALLOT, row["id"])


def _check(said: ballots.Count, row: sa.RowMapping) -> None:
    """Never seal what every recount would find wrong."""
    if (said.roll, said.eligible, said.voted) != (row["roll"], row["eligible"], said.cast):
        _broken(row["id"])


def _broken(ballot_id: str) -> NoReturn:
    raise HubError("ballot_damaged", fact=ballot_id)


def _lines(db: Connection, ballot_id: str) -> Iterator[bytes]:
    lines_ = (
        sa.select(ballot_line.c.token, ballot_line.c.choice)
        .where(ballot_line.c.ballot_id == ballot_id)
        .order_by(ballot_line.c.token)
    )
    roll = (
        sa.select(ballot_roll.c.tag, ballot_roll.c.voted)
        .where(ballot_roll.c.ballot_id == ballot_id)
        .order_by(ballot_roll.c.tag)
    )
    streaming = {"yield_per": _MANY}
    return ballots.lines(
        ((row[0], row[1]) for row in db.execute(lines_, execution_options=streaming)),
        ((row[0], row[1]) for row in db.execute(roll, execution_options=streaming)),
    )


def _shown(row: sa.RowMapping) -> BallotDoc:
    return BallotDoc(
        id=row["id"],
        kind=BallotKind(row["kind"]),
        title=row["title"],
        text=row["text"],
        options=msgspec.json.decode(row["options"], type=tuple[str, ...]),
        binding=row["binding"],
        opened=row["opened"],
        closes=row["closes"],
        by=row["by"],
        eligible=row["eligible"],
        roll=row["roll"],
        about=row["about"],
        closed=row["closed"],
        cast=row["cast"],
        totals=msgspec.json.decode(row["totals"], type=tuple[int, ...]),
        sealed=row["sealed"],
        winners=msgspec.json.decode(row["winners"], type=tuple[int, ...]),
    )
