"""The hub's database: tables, connections and transactions; SQLite, or another by one address.

SQL is kept to what SQLite and PostgreSQL both speak. Every write takes `Store.write`: on SQLite
that is BEGIN IMMEDIATE, so several hub processes on one file wait for each other and never mix.
"""

from __future__ import annotations

import hashlib
import os
import random
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from feedback.wire import HubError
from hub import (  # noqa: F401 - most add their tables to the metadata
    backup_file,
    before,
    locks,
    moving,
    postgres,
    revisions,
    service,
    tables_accounts,
    tables_bridges,
    tables_objects,
    tables_points,
    tables_signals,
    tables_triage,
    tables_voice,
)
from hub.tables import meta, metadata

T = TypeVar("T")
_BUSY_MS: Final = 10_000
_TRIES: Final = 12
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_CHANGE_S: Final = 3600  # systemd lets a start last, where there is much to copy and to change


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of the tables: their versions; `copy` of what was before, if one was made."""

    before: str
    now: str
    copy: Path | None


class Store:
    """One engine. `folder` holds what belongs to the hub; `url` is a database elsewhere."""

    def __init__(self, folder: Path, url: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.engine = _engine(url or f"sqlite:///{folder / 'hub.sqlite'}")

    def migrate(self, *, own_copy: bool = False, held: bool = False) -> Change | None:
        """Bring the tables to this program's version; several processes wait for each other.

        All changes or none, and a copy of what was there before (hub/before.py), but for
        `own_copy`: whoever runs the hub has one. `held`: the caller has the folder alone. HubError,
        and the tables are as they were: database_unreachable, database_damaged, database_moved,
        database_newer, database_changing, database_no_right, hub_is_running, tables_in_use,
        no_room_for_hub_copy, hub_copy_failed.
        """
        with self._turn() as connection:
            here = self._known(connection)
            done = None
            if not here:
                revisions.upgrade(connection)
            elif here != revisions.newest():
                with nullcontext() if held else locks.alone(self._folder):
                    done = self._change(connection, here, own_copy=own_copy)
            insert_once(connection, meta, name="epoch", value=secrets.token_hex(8))
        return done

    def ready(self) -> None:
        """Make the tables where there are none; those of an earlier version are not touched.

        HubError: database_older, and as `migrate`.
        """
        with self._turn() as connection:
            here = self._known(connection)
            if not here:
                revisions.upgrade(connection)
            elif here != revisions.newest():
                raise HubError("database_older", revision=here, known=revisions.newest())
            insert_once(connection, meta, name="epoch", value=secrets.token_hex(8))

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve; nobody changes the tables meanwhile. HubError: hub_is_running, and as `ready`."""
        with locks.serving(self._folder):
            self.ready()
            if self.engine.dialect.name == "postgresql":
                newest = revisions.newest()
                sa.event.listen(
                    self.engine, "connect", lambda own, _record: postgres.serve(own, newest)
                )
                self.engine.dispose()  # what is connected from now on has its part in the lock
                with _told(), self.read():
                    pass
            yield

    @contextmanager
    def unserved(self) -> Iterator[None]:
        """Let no hub, of whatever machine, serve from a PostgreSQL; HubError("hub_is_running").

        Of SQLite that is said by its folder (hub.locks).
        """
        with self.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                postgres.stay(connection)
                postgres.nobody_serves(connection)
            yield

    @contextmanager
    def _turn(self) -> Iterator[Connection]:
        """A transaction in which no other hub, of whatever machine, looks after the tables."""
        with _told(), locks.turn(self._folder), self.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                raw: Any = connection.connection.dbapi_connection
                raw.execute("PRAGMA foreign_keys=OFF")  # a step makes a table anew that others name
                try:
                    with connection.execution_options(orangery_write=True).begin():
                        yield connection
                finally:
                    connection.invalidate()  # the next session looks at them again
                return
            with connection.execution_options(isolation_level=postgres.WRITE).begin():
                postgres.turn(connection, locks.WAIT_S)
                yield connection

    def _known(self, connection: Connection) -> str:
        """The version of the tables that are here, if this program may go on with them."""
        here = revisions.here(connection)
        if here and here not in revisions.known():
            raise HubError("database_newer", revision=here, known=revisions.newest())
        if here:
            moved = one(connection, sa.select(meta.c.value).where(meta.c.name == moving.MOVED))
            if moved is not None:
                raise HubError("database_moved", to=moved["value"])
        return here

    def _change(self, connection: Connection, here: str, *, own_copy: bool) -> Change:
        service.notify(f"EXTEND_TIMEOUT_USEC={_CHANGE_S * 1_000_000}")
        copy = None
        if connection.dialect.name == "sqlite":
            if not own_copy:
                copy = before.of_sqlite(connection, self._folder, here)
        else:
            postgres.nobody_serves(connection)
            if not own_copy:
                copy = before.of_postgresql(connection, self._folder, here)
        revisions.upgrade(connection)
        if connection.dialect.name == "sqlite":
            loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if loose is not None:
                raise RuntimeError(f"a step left a row of {loose[0]} alone")
        return Change(before=here, now=revisions.newest(), copy=copy)

    def secret(self) -> bytes:
        """The hub's own secret for hashing codes: in a file, so that no database holds it."""
        path = self._folder / "secret.key"
        with locks.turn(self._folder):
            if not path.exists():
                part = path.with_suffix(".part")
                part.unlink(missing_ok=True)
                with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
                    file.write(secrets.token_bytes(32))
                    os.fsync(file.fileno())
                locks.give(part)
                part.replace(path)
                backup_file.sync(path.parent)
        return path.read_bytes()

    @contextmanager
    def write(self, *, alone: bool = True) -> Iterator[Connection]:
        """A transaction that may write; committed at the end, or nothing of it.

        No other writes meanwhile, of whatever process or machine. Not `alone`: on PostgreSQL it
        does not wait for others; for what decides nothing by what it read.
        """
        with self.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                writing = connection.execution_options(orangery_write=True)
            else:
                writing = connection.execution_options(isolation_level=postgres.WRITE)
            with writing.begin():
                if alone and connection.dialect.name == "postgresql":
                    writing.exec_driver_sql(f"SELECT pg_advisory_xact_lock({postgres.WRITING})")
                yield writing

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing."""
        with self.engine.connect() as connection:
            if connection.dialect.name != "sqlite":
                connection.execution_options(isolation_level=postgres.READ)
            with connection.begin():
                yield connection

    def run(self, work: Callable[[Connection], T], *, alone: bool = True) -> T:
        """Do `work` in a transaction that may write; anew where another was first.

        `work` may run several times, so all that it changes is in the database.
        """

        def once() -> T:
            with self.write(alone=alone) as db:
                return work(db)

        return self.again(once)

    def again(self, work: Callable[[], T]) -> T:
        """Do `work`, which makes its own transactions, anew where one of them was too late."""
        for tried in range(1, _TRIES):
            try:
                return work()
            except sa.exc.DBAPIError as error:
                if not postgres.again(error):
                    raise
            time.sleep(random.uniform(0.0, 0.004 * 2.0 ** min(tried, 7)))  # noqa: S311 - only spreads
        return work()

    def faults(self, db: Connection) -> list[str]:
        """What the database itself says is wrong, for `doctor`."""
        wrong = []
        if db.dialect.name == "sqlite":
            said = [str(row[0]) for row in db.exec_driver_sql("PRAGMA quick_check(5)")]
            wrong = [f"database: {words}" for words in said if words != "ok"]
        return wrong + before.faults(db, self._folder, metadata.sorted_tables)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _told() -> Iterator[None]:
    """Say in words what a database answers when it is looked after."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        if postgres.state(error) in postgres.DENIED:
            raise HubError("database_no_right", why=error.orig) from error
        if postgres.state(error) == postgres.LOCKED:
            raise HubError("tables_in_use", database="", why=error.orig) from error
        if getattr(error.orig, "sqlite_errorcode", 0) in _DAMAGED:
            raise HubError("database_damaged", why=error.orig) from error
        if isinstance(error, sa.exc.OperationalError):
            raise HubError("database_unreachable", why=error.orig) from error
        raise


def insert_once(db: Connection, table: sa.Table, **values: object) -> bool:
    """Insert unless a row with one of the same unique keys is there; True where it was new."""
    return db.execute(_once(table, db.dialect.name), values).first() is not None


@cache
def _once(table: sa.Table, dialect: str) -> Any:  # noqa: ANN401 - an insert of either database
    """Made once: to put a statement together takes longer than SQLite takes to do it."""
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # A row that comes back, not a count of rows: psycopg's is -1 here, which is no answer.
    return insert(table).on_conflict_do_nothing().returning(sa.literal(1))


def alone(db: Connection, what: str) -> None:
    """Wait until no other transaction is alone with `what`; ours is until it ends.

    On SQLite whoever writes is alone anyway.
    """
    if db.dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def one(db: Connection, query: sa.Select[Any]) -> dict[str, Any] | None:
    """Return the first row as a dict, or None."""
    row = db.execute(query).mappings().first()
    return None if row is None else dict(row)


def _engine(url: str) -> Engine:
    try:
        address = sa.make_url(url)
        pool = {} if address.get_backend_name() == "sqlite" else postgres.POOL
        engine = sa.create_engine(address, **pool)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError, ValueError) as error:
        raise HubError("database_address_bad", why=error) from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        sa.event.listen(engine, "connect", postgres.prepare)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
    connection.isolation_level = None  # transactions are ours, see _begin_sqlite
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("orangery_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
