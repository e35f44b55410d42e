"""The copy of a hub's database that is made before its tables change; the newest two stay.

It is a backup like others (hub/backup_file.py): of a SQLite file its copy, of PostgreSQL all rows
in a file of the hub's folder, because that needs neither a right at the server nor its programs.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from hub import backup_file, locks, postgres

COPIES: Final = 2
_SPARE: Final = 16 << 20  # bytes that the change itself may need
_ROW: Final = 64  # bytes of a row beside its texts: numbers, and its place in the file
_UNFINISHED: Final = ".part"  # hub.backup_file.becoming; what a kill has left
_FULL: Final = sqlite3.SQLITE_FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy: the version of its tables, and when it was made (seconds since 1970)."""

    file: Path
    tables: str
    made: float
    size: int  # bytes


def of_sqlite(connection: Connection, folder: Path, revision: str) -> Path:
    """Copy what is committed, durably, under a name that says which tables it has.

    HubError, and nothing was changed: no_room_for_hub_copy, hub_copy_failed.
    """
    file = _file(connection)
    _have_room(_sqlite_bytes(connection), folder)
    to = _named(folder, connection, revision)
    try:
        with backup_file.becoming(to) as part:
            with closing(sqlite3.connect(file)) as own:  # the other one is amid its transaction
                backup_file.copy_file(own, part)
            backup_file.check(part)
    except (HubError, sqlite3.Error, OSError) as error:
        raise _failed(error, connection, folder) from error
    locks.give(to)
    _keep_newest(folder, connection, to)
    return to


def of_postgresql(connection: Connection, folder: Path, revision: str) -> Path:
    """Write all rows into a file, durably; nobody changes one until the transaction ends.

    HubError, and nothing was changed: tables_in_use, no_room_for_hub_copy, hub_copy_failed.
    """
    to = _named(folder, connection, revision)
    try:
        with backup_file.becoming(to) as part:
            with backup_file.tables_of(part, revision) as (file, tables):
                postgres.nobody_reads(connection, tables)
                _have_room(_postgresql_bytes(connection, tables), folder)
                backup_file.fill(connection, file, tables)
            backup_file.check(part)
    except (HubError, sa.exc.DBAPIError, OSError) as error:
        raise _failed(error, connection, folder) from error
    locks.give(to)
    _keep_newest(folder, connection, to)
    return to


def faults(connection: Connection, folder: Path, tables: Sequence[sa.Table]) -> list[str]:
    """What `doctor` says of it: the next version could not copy the database."""
    sqlite = connection.dialect.name == "sqlite"
    held = _sqlite_bytes(connection) if sqlite else _postgresql_bytes(connection, tables)
    need, free = held + _SPARE, shutil.disk_usage(folder).free
    if free >= need:
        return []
    words = f"{-(-need >> 20)} MB are needed for the copy before the next version"
    return [f"disk: {free >> 20} MB free, {words}"]


def copies(folder: Path) -> tuple[Copy, ...]:
    """Return the copies in a hub's folder, the newest first, whatever database they are of."""
    found = []
    for file in folder.glob("hub.*.at-*"):
        if file.suffix != _UNFINISHED:
            with suppress(FileNotFoundError):  # the hub that serves takes old ones away
                seen = file.stat()
                tables = file.name.rpartition(".at-")[2]
                found.append((seen.st_mtime_ns, file.name, tables, seen.st_size))
    return tuple(
        Copy(file=folder / name, tables=tables, made=made / 1e9, size=size)
        for made, name, tables, size in sorted(found, reverse=True)
    )


def forget(folder: Path, until: float) -> None:
    """Take away the copies that were made before `until` (seconds since 1970), and broken ones.

    For a hub that serves: none is being made meanwhile.
    """
    for part in folder.glob(f"hub.*.at-*{_UNFINISHED}"):
        part.unlink(missing_ok=True)
    for one in copies(folder):
        if one.made < until:
            one.file.unlink(missing_ok=True)


def _named(folder: Path, connection: Connection, revision: str) -> Path:
    return folder / f"hub.{connection.dialect.name}.at-{revision}"


def _keep_newest(folder: Path, connection: Connection, made: Path) -> None:
    """Keep `made` and the newest others: they may be dated by a clock that went back."""
    kind = _named(folder, connection, "").name
    others = [one.file for one in copies(folder) if one.file != made]
    own = [file for file in others if file.name.startswith(kind)]
    for old in own[COPIES - 1 :]:
        old.unlink(missing_ok=True)


def _have_room(held: int, folder: Path) -> None:
    need, free = held + _SPARE, shutil.disk_usage(folder).free
    if free < need:
        raise HubError("no_room_for_hub_copy", folder=folder, need=-(-need >> 20), free=free >> 20)


def _sqlite_bytes(connection: Connection) -> int:
    pages, size = (
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0)
        for name in ("page_count", "page_size")
    )
    return pages * size


def _postgresql_bytes(connection: Connection, tables: Sequence[sa.Table]) -> int:
    """About as many as the rows and their indexes take in a file, whose pages are not all full.

    PostgreSQL packs long texts, so its own sizes say little.
    """
    total = 0
    for table in tables:
        texts = [
            sa.func.coalesce(sa.func.octet_length(column), 0)
            for column in table.columns
            if isinstance(column.type, sa.String | sa.LargeBinary)
        ]
        row = sum(texts, start=sa.literal(_ROW))
        name = connection.dialect.identifier_preparer.format_table(table)
        indexes = sa.func.pg_indexes_size(sa.cast(name, sa.dialects.postgresql.REGCLASS))
        query = sa.select(sa.func.coalesce(2 * sa.func.sum(row), 0), indexes).select_from(table)
        total += sum(int(part) for part in connection.execute(query).one())
    return total


def _file(connection: Connection) -> Path:
    return Path(str(connection.engine.url.database))


def _failed(error: Exception, connection: Connection, folder: Path) -> HubError:
    """The words for a copy that was not made."""
    if isinstance(error, HubError) and error.code in {"tables_in_use", "no_room_for_hub_copy"}:
        return error
    why = getattr(error, "orig", error)
    if getattr(why, "sqlite_errorcode", 0) == _FULL:
        free = shutil.disk_usage(folder).free >> 20
        return HubError("no_room_for_hub_copy", folder=folder, need="?", free=free)
    return HubError("hub_copy_failed", database=postgres.shown(connection), why=why)
