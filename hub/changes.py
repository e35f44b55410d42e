"""What a house has not heard yet: one stream of changes, and the cursor into it.

A row says only who is to hear of what; its document is made when a house asks, so it is never older
than the row, and a thing that changes often costs one row. When it changes again its row moves to
the end of the stream.

A cursor is opaque to a house: base64url of "2:<epoch>:<xid>:<seq>". On SQLite one writer at a time
gives `seq` in the order of the commits and xid is 0. PostgreSQL gives numbers before the commit, so
a reader of `seq` alone would pass rows that are still to come: there rows are read in the order of
(transaction, seq), and only of transactions below pg_snapshot_xmin, which have all ended.
"""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import PULL_CHANGES, Change, Entity, HubError
from hub.tables import change, meta, report

PUBLIC: Final = ""
"""The audience of what every house may know."""

Compose = Callable[[Connection, Sequence[str], str], Mapping[str, msgspec.Struct]]
"""(db, ids, who asks) -> documents; an id that is missing is gone."""

_VERSION: Final = "2"
_GONE: Final = msgspec.Raw(b"null")


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
    after = _read(cursor, epoch) if cursor else (0, 0)
    if after > _newest(db):
        raise HubError("cursor_expired")
    place = sa.tuple_(change.c.xid, change.c.seq)
    query = (
        sa.select(change)
        .where(change.c.audience.in_((member_id, PUBLIC)), place > sa.tuple_(*after))
        .order_by(change.c.xid, change.c.seq)
        .limit(limit + 1)
    )
    if db.dialect.name == "postgresql":
        query = query.where(change.c.xid < sa.literal_column(_ENDED))
    rows = [dict(row) for row in db.execute(query).mappings()]
    shown = rows[:limit]
    last = (shown[-1]["xid"], shown[-1]["seq"]) if shown else after
    return Page(
        changes=_told(db, shown, member_id),
        cursor=_write(last, epoch),
        more=len(rows) > limit,
    )


def tell(db: Connection, entity: str, entity_id: str, audience: str = PUBLIC) -> None:
    """Let `audience` hear of this thing anew."""
    row = {"whom": audience, "what": entity, "which": entity_id}
    db.execute(_telling(db.dialect.name), row)


def tell_where(db: Connection, entity: str, rows: sa.Select[Any, Any]) -> None:
    """Let everybody in `rows`, a query of (audience, id), hear of these things anew."""
    audience, thing = rows.subquery().c
    chosen = sa.select(audience, sa.literal(entity, sa.String), thing)
    columns = ("audience", "entity", "entity_id")
    if db.dialect.name == "sqlite":
        db.execute(sa.insert(change).prefix_with("OR REPLACE").from_select(columns, chosen))
        return
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - only there

    xid: sa.ColumnElement[int] = sa.literal_column(_OWN)
    insert = postgresql.insert(change).from_select((*columns, "xid"), chosen.add_columns(xid))
    # Numbered again under the row's lock: whoever changes it later has the higher number.
    db.execute(insert.on_conflict_do_update(constraint="change_once", set_=_anew()))


@cache
def _telling(dialect: str) -> sa.Insert:
    """Tell of one thing; made once, since nearly every write does it."""
    row: dict[str, sa.ColumnElement[Any]] = {
        "audience": sa.bindparam("whom"),
        "entity": sa.bindparam("what"),
        "entity_id": sa.bindparam("which"),
    }
    if dialect == "sqlite":
        return sa.insert(change).prefix_with("OR REPLACE").values(row).inline()
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - only there

    row["xid"] = sa.literal_column(_OWN)
    insert = postgresql.insert(change).values(row).inline()
    return insert.on_conflict_do_update(constraint="change_once", set_=_anew())


def _anew() -> dict[str, sa.ColumnElement[Any]]:
    number: sa.ColumnElement[int] = sa.literal_column("nextval('change_seq_seq')")
    return {"xid": sa.literal_column(_OWN), "seq": number}


def tell_report(db: Connection, report_id: str) -> None:
    """Let the report's author hear how it stands now."""
    tell_reports(db, report.c.id == report_id)


def tell_reports(db: Connection, which: sa.ColumnElement[bool]) -> None:
    """Let the authors of all these reports hear how they stand now, in one statement."""
    tell_where(db, Entity.REPORT, sa.select(report.c.member_id, report.c.id).where(which))


def tell_member(db: Connection, member_id: str) -> None:
    """Let a member hear how it stands now."""
    tell(db, Entity.MEMBER, member_id, member_id)


def epoch_of(db: Connection) -> str:
    """This hub's life: another one after it was set back to an older state."""
    return str(db.execute(sa.select(meta.c.value).where(meta.c.name == "epoch")).scalar() or "")


@cache
def _composers() -> Mapping[str, Compose]:
    from hub.documents import DOCS  # noqa: PLC0415 - the rooms that make documents also tell

    return DOCS


def _told(db: Connection, rows: Iterable[Mapping[str, Any]], member_id: str) -> tuple[Change, ...]:
    wanted: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        wanted[row["entity"]].append(row["entity_id"])
    docs = {
        entity: _composers()[entity](db, ids, member_id)
        for entity, ids in wanted.items()
        if entity in _composers()
    }
    return tuple(
        Change(
            entity=row["entity"],
            id=row["entity_id"],
            version=row["seq"],
            doc=_raw(docs.get(row["entity"], {}).get(row["entity_id"])),
        )
        for row in rows
    )


def _raw(doc: msgspec.Struct | None) -> msgspec.Raw:
    return _GONE if doc is None else msgspec.Raw(msgspec.json.encode(doc))


_OWN: Final = "pg_current_xact_id()::text::bigint"
_ENDED: Final = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


def _newest(db: Connection) -> tuple[int, int]:
    row = db.execute(
        sa.select(change.c.xid, change.c.seq)
        .order_by(change.c.xid.desc(), change.c.seq.desc())
        .limit(1)
    ).first()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _read(cursor: str, epoch: str) -> tuple[int, int]:
    try:
        kind, of, xid, seq = base64.urlsafe_b64decode(cursor.encode()).decode().split(":")
        place = (int(xid), int(seq))
    except (ValueError, binascii.Error) as error:
        if _is_older(cursor):
            raise HubError("cursor_expired") from error
        raise HubError("bad_request", why="not a cursor of ours") from error
    if (kind, of) != (_VERSION, epoch):
        raise HubError("cursor_expired")
    return place


def _is_older(cursor: str) -> bool:
    """Whether this is a cursor of a former form: the house asks again from the start."""
    try:
        return base64.urlsafe_b64decode(cursor.encode()).startswith(b"1:")
    except (ValueError, binascii.Error):
        return False


def _write(place: tuple[int, int], epoch: str) -> str:
    xid, seq = place
    return base64.urlsafe_b64encode(f"{_VERSION}:{epoch}:{xid}:{seq}".encode()).decode()
