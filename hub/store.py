"""The hub's database: tables, connections and transactions; SQLite, or another by one address.

SQL is kept to what SQLite and PostgreSQL both speak. Every write takes `Store.write`: on SQLite
that is BEGIN IMMEDIATE, so several hub processes on one file wait for each other and never mix.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from feedback.wire import HubError
from hub import (  # noqa: F401 - most add their tables to the metadata
    before,
    postgres,
    tables_accounts,
    tables_bridges,
    tables_objects,
    tables_points,
    tables_signals,
    tables_triage,
    tables_voice,
)
from hub.tables import meta

T = TypeVar("T")
MIGRATIONS: Final = Path(__file__).parent / "migrations"
_BUSY_MS: Final = 10_000
_TRIES: Final = 12


class Store:
    """One engine. `folder` holds what belongs to the hub; `url` is a database elsewhere."""

    def __init__(self, folder: Path, url: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.engine = _engine(url or f"sqlite:///{folder / 'hub.sqlite'}")

    def migrate(self) -> None:
        """Bring the tables to this program's version; several processes wait for each other.

        An SQLite file is copied before (hub/before.py). HubError: database_unreachable,
        database_moved, database_newer, no_room_for_hub_copy; then the tables are as they were.
        """
        with (self._folder / "migrate.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with _reached(), self._alone(), self.engine.connect() as connection:
                self._bring_up(connection)
            with self.write() as db:
                insert_once(db, meta, name="epoch", value=secrets.token_hex(8))
                moved = one(db, sa.select(meta.c.value).where(meta.c.name == "moved"))
            if moved is not None:
                raise HubError("database_moved", to=moved["value"])

    def _bring_up(self, connection: Connection) -> None:
        here = _revision(connection)
        if here == _newest_revision():
            return
        if here and here not in _revisions()[0]:
            raise HubError("database_newer", revision=here, known=_newest_revision())
        if here and connection.dialect.name == "sqlite":
            before.copy_before(connection, self._file, here)
        _upgrade(connection)

    def secret(self) -> bytes:
        """The hub's own secret for hashing codes: in a file, so that no database holds it."""
        path = self._folder / "secret.key"
        with (self._folder / "migrate.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                part = path.with_suffix(".part")
                part.unlink(missing_ok=True)
                with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
                    file.write(secrets.token_bytes(32))
                    os.fsync(file.fileno())
                part.replace(path)
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

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other hub, of whatever machine, changes the tables meanwhile."""
        if self.engine.dialect.name == "sqlite":  # the file's lock is enough
            yield
            return
        with self.engine.connect() as connection:
            connection.exec_driver_sql("SET lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({postgres.MIGRATING})")
            try:
                yield
            finally:
                connection.invalidate()  # ends its session, and the lock with it

    def faults(self, db: Connection) -> list[str]:
        """What the database itself says is wrong, for `doctor`."""
        if db.dialect.name != "sqlite":
            return []
        said = [str(row[0]) for row in db.exec_driver_sql("PRAGMA quick_check(5)")]
        wrong = [f"database: {words}" for words in said if words != "ok"]
        return wrong + before.faults(db, self._file)

    @property
    def _file(self) -> Path:
        return Path(str(self.engine.url.database))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _revision(connection: Connection) -> str:
    """The version of the tables; "" where there are none."""
    with connection.begin():
        if not sa.inspect(connection).has_table("alembic_version"):
            return ""
        said = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars()
        return ",".join(said)


def _newest_revision() -> str:
    """The one version that none follows: read from the files, so that a hub at it needs no Alembic.

    Alembic and what it brings are a tenth of a small hub's memory.
    """
    made, followed = _revisions()
    return ",".join(made - followed)


def _revisions() -> tuple[set[str], set[str]]:
    """All versions of the tables that this program knows, and those that another one follows."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in MIGRATIONS.glob("versions/*.py"))
    made, followed = (
        set(re.findall(rf'^{name} = "(\w+)"', text, re.MULTILINE))
        for name in ("revision", "down_revision")
    )
    return made, followed


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - see _newest_revision
    from alembic.config import Config  # noqa: PLC0415 - likewise

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except sa.exc.OperationalError as error:
        raise HubError("database_unreachable", why=error.orig) from error


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
