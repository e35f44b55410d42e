"""All rows of a hub from one database into another: the same way for a move, a backup and back.

Rows are read in one state of the source and written in one transaction, so the target has all of
them or none. Both sides are then counted and digested row by row before anything is committed.
Where the order of the stream was PostgreSQL's own (numbers of its transactions) it is numbered
anew, because another database counts otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from hub.tables import change, meta, metadata

Tables = Sequence[sa.Table]

MOVED: Final = "moved"
"""Name in `meta`: this database was left for another; no hub opens it any more."""

_BATCH: Final = 100  # a report may have 1 MiB, and a hub has 512
_SUMS: Final = 1 << 256
_OWN: Final = frozenset({"epoch", MOVED})


class Digest(NamedTuple):
    """What is in a table: how many rows, and one sum over all of them."""

    rows: int
    sha256: str


def copy(source: Connection, target: Connection) -> Mapping[str, Digest]:
    """Write all rows of `source` into the empty `target`; returns what is there then.

    HubError: target_filled; move_failed (the target does not hold the same rows).
    """
    if filled(target):
        raise HubError("target_filled")
    if target.dialect.name == "sqlite":
        target.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    target.execute(sa.delete(meta))
    after = write(source, target, metadata.sorted_tables)
    _count_on(target)
    return after


def write(source: Connection, target: Connection, tables: Tables) -> Mapping[str, Digest]:
    """Write all rows of these tables, empty in the target; returns what is there then.

    They may be those of an earlier version. HubError("move_failed").
    """
    for table in tables:
        for batch in _batches(source, table):
            target.execute(sa.insert(table), batch)
    before, after = digests(source, tables), digests(target, tables)
    if wrong := sorted(name for name in before if before[name] != after[name]):
        raise HubError("move_failed", tables=", ".join(wrong))
    return after


def digests(db: Connection, tables: Tables | None = None) -> Mapping[str, Digest]:
    """The digest of each table; of the stream without its numbers, which are a database's own."""
    chosen = metadata.sorted_tables if tables is None else tables
    return {table.name: _digest(db, table) for table in chosen}


def filled(db: Connection) -> bool:
    """Whether anybody has used this database."""
    unused = {meta.name, "job"}
    return any(
        db.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
        for table in metadata.sorted_tables
        if table.name not in unused
    )


def numbered_anew(db: Connection) -> bool:
    """Whether the stream of this database has to be numbered anew elsewhere."""
    return _own_numbers(db, change)


def _own_numbers(db: Connection, table: sa.Table) -> bool:
    if not _is_stream(table):
        return False
    own = sa.select(sa.literal(1)).where(table.c.xid != 0).limit(1)
    return db.execute(own).first() is not None


def _is_stream(table: sa.Table) -> bool:
    """Whether its order is PostgreSQL's own; that of the first version is not."""
    return table.name == change.name and "xid" in table.c


def _batches(db: Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    anew = _own_numbers(db, table)
    batch: list[dict[str, Any]] = []
    for n, row in enumerate(db.execute(_ordered(table)).mappings(), start=1):
        said = dict(row)
        if anew:
            said |= {"seq": n, "xid": 0}
        batch.append(said)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _ordered(table: sa.Table) -> sa.Select[Any]:
    key: Sequence[sa.ColumnElement[Any]] = tuple(table.primary_key.columns)
    if _is_stream(table):
        key = (table.c.xid, table.c.seq)
    return sa.select(table).order_by(*key).execution_options(yield_per=_BATCH)


def _digest(db: Connection, table: sa.Table) -> Digest:
    """In the same room however many rows there are.

    Databases sort texts in orders of their own, so the rows' sums are added up; the stream's order
    is a part of what it says.
    """
    stream, total, rows = hashlib.sha256(), 0, 0
    own = {"seq", "xid"} if _is_stream(table) else set()
    for row in db.execute(_ordered(table)).mappings():
        if table.name == meta.name and row["name"] in _OWN:
            continue
        rows += 1
        said = "\0".join(_plain(value) for name, value in row.items() if name not in own)
        one = hashlib.sha256(said.encode()).digest()
        if _is_stream(table):
            stream.update(one)
        else:
            total = (total + int.from_bytes(one)) % _SUMS
    return Digest(rows, stream.hexdigest() if _is_stream(table) else f"{total:064x}")


def _plain(value: object) -> str:
    """One writing of a value, whichever database it came from."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, bool):
        return repr(int(value))
    return repr(value)


def _count_on(db: Connection) -> None:
    """Let PostgreSQL's counters go on behind what was written."""
    if db.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        last = db.execute(sa.select(sa.func.max(column))).scalar()
        if last is not None:
            name = sa.func.pg_get_serial_sequence(table.name, column.name)
            db.execute(sa.select(sa.func.setval(name, last)))
