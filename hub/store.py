"""The hub's database: tables, connections and transactions; SQLite, or another by one address.

SQL is kept to what SQLite and PostgreSQL both speak. Every write takes `Store.write`: on SQLite
that is BEGIN IMMEDIATE, so several hub processes on one file wait for each other and never mix.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_BUSY_MS: Final = 10_000

metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
invitation = sa.Table(
    "invitation",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("expires", sa.Float(53), nullable=False),
    sa.Column("used", sa.Float(53)),
    sa.Column("used_by", sa.String(32)),  # key id
    sa.Column("lab", sa.Boolean, nullable=False, server_default=sa.false()),  # for the makers' own
)
member = sa.Table(
    "member",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("enrolled", sa.Float(53), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("lab", sa.Boolean, nullable=False, server_default=sa.false()),
)
key = sa.Table(
    "key",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("member_id", sa.String(36), sa.ForeignKey("member.id"), nullable=False),
    sa.Column("public", sa.String(44), nullable=False, unique=True),
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("revoked", sa.Float(53)),
)
nonce = sa.Table(
    "nonce",
    metadata,
    sa.Column("key_id", sa.String(32), primary_key=True),
    sa.Column("nonce", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float(53), nullable=False, index=True),
)
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("member_id", sa.String(36), sa.ForeignKey("member.id"), nullable=False),
    sa.Column("acked", sa.Integer, nullable=False),
)
op = sa.Table(
    "op",
    metadata,
    sa.Column("op_id", sa.String(36), primary_key=True),
    sa.Column("outbox_id", sa.String(36), sa.ForeignKey("outbox.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("member_id", sa.String(36), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("code", sa.String(40), nullable=False),
    sa.Column("received", sa.Float(53), nullable=False),
    sa.UniqueConstraint("outbox_id", "seq", name="op_number"),
    sa.Index("op_of_member", "member_id", "kind", "received"),
)
report = sa.Table(
    "report",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("member_id", sa.String(36), sa.ForeignKey("member.id"), nullable=False, index=True),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("device", sa.String(64), nullable=False),
    sa.Column("facts", sa.Text, nullable=False),  # JSON of wire.DeviceFacts
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("received", sa.Float(53), nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),  # as it was sent, byte for byte
    sa.Column("payload_sha256", sa.String(64), nullable=False),
    sa.Column("seen", sa.Float(53)),
    sa.Column("seen_by", sa.String(60), nullable=False),
    sa.Column("answered", sa.Float(53)),
    sa.Column("fix_week", sa.String(8), nullable=False),
    sa.Column("fix_version", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
reply = sa.Table(
    "reply",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("report_id", sa.String(36), sa.ForeignKey("report.id"), nullable=False, index=True),
    sa.Column("author", sa.String(60), nullable=False),
    sa.Column("staff", sa.Boolean, nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
change = sa.Table(
    "change",
    metadata,
    sa.Column(
        "seq",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    sa.Column("member_id", sa.String(36), nullable=False),
    sa.Column("entity", sa.String(16), nullable=False),
    sa.Column("entity_id", sa.String(36), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("change_of_member", "member_id", "seq"),
    sqlite_autoincrement=True,
)
staff = sa.Table(
    "staff",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("revoked", sa.Float(53)),
)
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("staff", sa.String(60), nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("rule", sa.String(40), nullable=False),
    sa.Column("cause", sa.String(64), nullable=False),
    sa.Column("debit", sa.String(64), nullable=False),
    sa.Column("account", sa.String(64), nullable=False, index=True),
    sa.Column("points", sa.Integer, nullable=False),
    sa.UniqueConstraint("rule", "cause", "account", name="ledger_once"),
    sa.CheckConstraint("points > 0", name="ledger_points"),
    sqlite_autoincrement=True,
)
# Nothing in it tells who sent it: no member, no operation, no hour; and without row numbers not
# even the order in which rows came (docs/adr/0023).
outcome = sa.Table(
    "outcome",
    metadata,
    sa.Column("attempt", sa.String(36), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("home", sa.String(32), nullable=False),
    sa.Column("device", sa.String(32), nullable=False, index=True),
    sa.Column("lab", sa.Boolean, nullable=False),
    sa.Column("day", sa.Integer, nullable=False),  # of its first word, since the epoch
    sa.Column("week", sa.String(8), nullable=False),
    sa.Column("target", sa.String(200), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("vendor", sa.String(64), nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("hardware", sa.String(64), nullable=False),
    sa.Column("version_from", sa.String(64), nullable=False),
    sa.Column("version_to", sa.String(64), nullable=False),
    sa.Column("result", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("transient", sa.Boolean, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("staging_s", sa.Integer),
    sa.Column("transfer_s", sa.Integer),
    sa.Column("install_s", sa.Integer),
    sa.Column("come_back_s", sa.Integer),
    sa.Index("outcome_of_week", "week", "target", "sha256", "device"),
    sqlite_with_rowid=False,
)
mark = sa.Table(
    "mark",
    metadata,
    sa.Column("week", sa.String(8), primary_key=True),
    sa.Column("vendor", sa.String(64), primary_key=True),
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),  # wire_outcomes.MarkKind
    sa.Column("reason", sa.String(40), primary_key=True),  # of failures that are known; "": safety
    sa.Column("staff", sa.String(60), nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),
)


class Store:
    """One engine. `folder` holds what belongs to the hub; `url` is a database elsewhere."""

    def __init__(self, folder: Path, url: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.engine = _engine(url or f"sqlite:///{folder / 'hub.sqlite'}")

    def migrate(self) -> None:
        """Bring the tables to this program's version; several processes wait for each other."""
        with (self._folder / "migrate.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with self.engine.connect() as connection:
                config = Config()
                config.set_main_option("script_location", str(MIGRATIONS))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            with self.write() as db:
                insert_once(db, meta, name="epoch", value=secrets.token_hex(8))

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
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; committed at the end, or nothing of it."""
        with self.engine.connect() as connection:
            writing = connection.execution_options(orangery_write=True)
            with writing.begin():
                yield writing

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def faults(self, db: Connection) -> list[str]:
        """What the database itself says is wrong, for `doctor`."""
        if db.dialect.name != "sqlite":
            return []
        said = [str(row[0]) for row in db.exec_driver_sql("PRAGMA quick_check(5)")]
        return [f"database: {words}" for words in said if words != "ok"]

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def insert_once(db: Connection, table: sa.Table, **values: object) -> bool:
    """Insert unless a row with one of the same unique keys is there; True where it was new."""
    insert: Any = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    return bool(db.execute(insert(table).values(**values).on_conflict_do_nothing()).rowcount)


def one(db: Connection, query: sa.Select[Any]) -> dict[str, Any] | None:
    """Return the first row as a dict, or None."""
    row = db.execute(query).mappings().first()
    return None if row is None else dict(row)


def _engine(url: str) -> Engine:
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
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
