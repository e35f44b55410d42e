"""What a house has not seen yet: the row of changes, its cursor, and the two documents in it.

A cursor is opaque to a house: base64url of "1:<epoch>:<seq>". On SQLite one writer at a time gives
`seq` in the order of the commits, so nobody can read past a row that is still to come. PostgreSQL
gives numbers before the commit: there `since` must ask for (xid, seq) above the cursor and below
pg_snapshot_xmin(pg_current_snapshot()), and the version in the cursor becomes 2. Only `since`,
`_read` and `_write` know how a cursor is made.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import (
    PULL_CHANGES,
    Change,
    Entity,
    HubError,
    HubState,
    MemberDoc,
    ReplyDoc,
    ReportDoc,
)
from hub import ledger
from hub.store import change, member, meta, one, reply, report


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some changes in order, and where the next page starts."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool


def since(db: Connection, member_id: str, cursor: str, *, limit: int = PULL_CHANGES) -> Page:
    """Return what changed for this member after `cursor` ("": everything).

    HubError: cursor_expired (of another epoch or ahead of this hub: it was set back), bad_request.
    """
    epoch = epoch_of(db)
    after = _read(cursor, epoch) if cursor else 0
    newest = db.execute(sa.select(sa.func.max(change.c.seq))).scalar() or 0
    if after > newest:
        raise HubError("cursor_expired")
    query = (
        sa.select(change)
        .where(change.c.member_id == member_id, change.c.seq > after)
        .order_by(change.c.seq)
        .limit(limit + 1)
    )
    rows = db.execute(query).mappings().all()
    shown = rows[:limit]
    return Page(
        changes=tuple(
            Change(
                entity=row["entity"],
                id=row["entity_id"],
                version=row["version"],
                doc=msgspec.Raw(row["doc"].encode()),
            )
            for row in shown
        ),
        cursor=_write(shown[-1]["seq"] if shown else after, epoch),
        more=len(rows) > limit,
    )


def tell_report(db: Connection, report_id: str) -> None:
    """Raise the report's version and let its author's houses know how it stands now."""
    db.execute(
        sa.update(report).where(report.c.id == report_id).values(version=report.c.version + 1)
    )
    row = one(db, sa.select(report).where(report.c.id == report_id))
    if row is None:
        raise HubError("report_unknown")
    doc = ReportDoc(
        id=row["id"],
        state=HubState(row["state"]),
        received=row["received"],
        seen=row["seen"],
        seen_by=row["seen_by"],
        answered=row["answered"],
        fix_week=row["fix_week"],
        fix_version=row["fix_version"],
        reason=row["reason"],
        points=ledger.paid_for(db, report_id),
        replies=replies_of(db, report_id),
    )
    _tell(db, row["member_id"], Entity.REPORT, row["version"], doc)


def tell_member(db: Connection, member_id: str) -> None:
    """Raise the member's version and let its houses know."""
    db.execute(
        sa.update(member).where(member.c.id == member_id).values(version=member.c.version + 1)
    )
    row = one(db, sa.select(member).where(member.c.id == member_id))
    if row is None:
        raise HubError("key_unknown")
    doc = MemberDoc(
        id=member_id, name=row["name"], points=ledger.balance(db, ledger.account(member_id))
    )
    _tell(db, member_id, Entity.MEMBER, row["version"], doc)


def replies_of(db: Connection, report_id: str) -> tuple[ReplyDoc, ...]:
    """The talk about a report, oldest first."""
    query = sa.select(reply).where(reply.c.report_id == report_id).order_by(reply.c.at, reply.c.id)
    return tuple(
        ReplyDoc(
            id=row["id"], author=row["author"], staff=row["staff"], at=row["at"], text=row["text"]
        )
        for row in db.execute(query).mappings()
    )


def epoch_of(db: Connection) -> str:
    """This hub's life: another one after it was set back to an older state."""
    return str(db.execute(sa.select(meta.c.value).where(meta.c.name == "epoch")).scalar() or "")


def _tell(
    db: Connection, whom: str, entity: Entity, version: int, doc: ReportDoc | MemberDoc
) -> None:
    db.execute(
        sa.insert(change).values(
            member_id=whom,
            entity=entity,
            entity_id=doc.id,
            version=version,
            doc=msgspec.json.encode(doc).decode(),
        )
    )


def _read(cursor: str, epoch: str) -> int:
    try:
        kind, of, seq = base64.urlsafe_b64decode(cursor.encode()).decode().split(":")
        number = int(seq)
    except (ValueError, binascii.Error) as error:
        raise HubError("bad_request", why="not a cursor of ours") from error
    if (kind, of) != ("1", epoch):
        raise HubError("cursor_expired")
    return number


def _write(seq: int, epoch: str) -> str:
    return base64.urlsafe_b64encode(f"1:{epoch}:{seq}".encode()).decode()
