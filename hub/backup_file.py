"""The file that a backup is: a SQLite database with all rows, checked and durable before it counts.

Of PostgreSQL it is written row by row, also where the tables are of an earlier version: the file
gets the tables of that version by the same steps as a hub on SQLite had them, so the program of
that version reads it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from hub import moving, revisions


def copy_file(of: sqlite3.Connection, part: Path) -> None:
    """Copy what is committed in a SQLite database by SQLite's own means."""
    with closing(sqlite3.connect(part)) as to:
        of.backup(to, pages=2000)
        to.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def tables_of(part: Path, revision: str) -> Iterator[tuple[Connection, Sequence[sa.Table]]]:
    """Make a new file with the tables of `revision`; what is written in the block is in it.

    Without a journal: where the block fails the file is worth nothing.
    """
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(part)))
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    try:
        with engine.connect() as file, file.begin():
            revisions.upgrade(file, revision)
            seen = sa.MetaData()
            seen.reflect(file)
            yield file, [table for table in seen.sorted_tables if table.name != "alembic_version"]
    finally:
        engine.dispose()


def fill(source: Connection, file: Connection, tables: Sequence[sa.Table]) -> None:
    """Write all rows of `tables` into the file. HubError("move_failed"): they are not the same."""
    for table in reversed(tables):
        file.execute(sa.delete(table))  # what the steps themselves have put there
    moving.write(source, file, tables)


def check(file: Path) -> Mapping[str, int]:
    """Count the rows of each table. HubError("backup_damaged")."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            said = [row[0] for row in db.execute("PRAGMA integrity_check(5)")]
            if said != ["ok"] or db.execute("PRAGMA foreign_key_check").fetchone():
                raise HubError("backup_damaged", file=file, fact="; ".join(said))
            tables = [
                row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            if "alembic_version" not in tables:
                raise HubError("backup_damaged", file=file, fact="not a hub's")
            return {
                name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - names from the file's own catalogue
                for name in sorted(tables)
                if not name.startswith(("sqlite_", "alembic_"))
            }
    except sqlite3.DatabaseError as error:
        raise HubError("backup_damaged", file=file, fact=error) from error


@contextmanager
def becoming(file: Path) -> Iterator[Path]:
    """A place to write to; at the end of the block it is on the disk, and is `file`.

    Nothing of it is left where the block fails; what a kill left is taken away first.
    """
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(0o600)
    try:
        yield part
        sync(part)
        part.replace(file)
        sync(file.parent)
    finally:
        part.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, onto the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")  # the whole file is synced once, at the end
