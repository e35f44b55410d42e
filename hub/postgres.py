"""What PostgreSQL needs that SQLite does not: pools, a lock for whoever writes, plain numbers.

Rooms are written against one writer at a time, as SQLite has it: they look, decide and write. Here
a writing transaction takes a lock that makes it so for all processes and machines; only what reads
and notes that it has read goes beside it (docs/adr/0036: what else was tried, and its figures).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError

POOL: Final[dict[str, Any]] = {  # a server's connections are dear: all threads of a hub share these
    "pool_size": 8,
    "max_overflow": 16,
    "pool_timeout": 10,  # seconds; then hub_busy, and the house comes again
    "pool_pre_ping": True,  # the server may have been started anew
    "pool_recycle": 1800,
    "connect_args": {"options": "-c lock_timeout=10000"},  # ms; then hub_busy as well
}
WRITE: Final = "READ COMMITTED"
READ: Final = "REPEATABLE READ"
WRITING: Final = 0x6F72616E6766
MIGRATING: Final = 0x6F72616E6765  # "orange": nobody else's advisory lock has this number
SERVING: Final = 0x6F72616E6768  # each session of a hub that serves shares it
LOCKED: Final = "55P03"  # others held it for as long as lock_timeout says
DENIED: Final = frozenset({"42501", "25006"})  # no such right; a server that only follows another
LOCK_S: Final = 10  # as for all that a hub does
_GONE_S: Final = 900  # a hub that says nothing for so long amid a change is not there any more
_AGAIN: Final = frozenset(
    {
        "40001",  # another transaction was first
        "40P01",  # deadlock
        "23505",  # a key that was free when we looked
    }
)


def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
    """Make a new connection give numbers as Python has them, not Decimal."""
    from psycopg.adapt import Loader  # noqa: PLC0415 - a hub on SQLite has no psycopg

    class Number(Loader):
        """Sums and averages: an int where it is whole and was written so, else a float."""

        def load(self, data: bytes | bytearray | memoryview) -> int | float:
            text = bytes(data).decode()
            return int(text) if text.lstrip("-").isdigit() else float(text)

    connection.adapters.register_loader("numeric", Number)


def state(error: BaseException) -> str:
    """The SQLSTATE of an error of either library; "" where it has none."""
    found = getattr(getattr(error, "orig", error), "sqlstate", None)
    return str(found or "")


def turn(connection: Connection, wait_s: float) -> None:
    """Wait until no other hub, of whatever machine, changes the tables; ours until we commit.

    HubError("database_changing"): another was at it for `wait_s` seconds.
    """
    _set(connection, "lock_timeout", wait_s)
    try:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
    except sa.exc.OperationalError as error:
        if state(error) != LOCKED:
            raise
        raise HubError("database_changing", database=shown(connection)) from error
    _set(connection, "lock_timeout", LOCK_S)
    _set(connection, "statement_timeout", 0)  # an operator may have set one for the account
    _set(connection, "idle_in_transaction_session_timeout", _GONE_S)


def stay(connection: Connection) -> None:
    """Let the transaction wait for its end however long that takes."""
    _set(connection, "idle_in_transaction_session_timeout", 0)


def nobody_serves(connection: Connection) -> None:
    """Let no hub serve from this database until we commit. HubError("hub_is_running")."""
    query = f"SELECT pg_try_advisory_xact_lock({SERVING})"
    if not connection.exec_driver_sql(query).scalar():
        raise HubError("hub_is_running", folder=shown(connection))


def nobody_reads(connection: Connection, tables: Sequence[sa.Table]) -> None:
    """Have the tables to ourselves until we commit, so that what is read is what will change.

    HubError("tables_in_use"): another program has one of them.
    """
    quoted = connection.dialect.identifier_preparer.format_table
    names = ", ".join(sorted(quoted(table) for table in tables))
    try:
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
    except sa.exc.OperationalError as error:
        if state(error) != LOCKED:
            raise
        raise HubError("tables_in_use", database=shown(connection), why=error.orig) from error


def serve(connection: Any, newest: str) -> None:  # noqa: ANN401 - a DBAPI connection
    """Let a new session be one of a hub that serves, which keeps others from changing the tables.

    psycopg.OperationalError, as where the server is away: they are being changed, or were.
    """
    from psycopg import OperationalError  # noqa: PLC0415 - see prepare

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock_shared({SERVING})")
        if not cursor.fetchone()[0]:
            connection.close()
            raise OperationalError("another hub is changing the tables")
        cursor.execute("SELECT version_num FROM alembic_version")
        here = cursor.fetchone()[0]
    if here != newest:
        connection.close()
        raise OperationalError(f"the tables are of version {here}, and this hub's is {newest}")
    connection.rollback()  # the lock is the session's, and stays


def shown(connection: Connection) -> str:
    """The address of its database without the password."""
    return connection.engine.url.render_as_string(hide_password=True)


def again(error: sa.exc.DBAPIError) -> bool:
    """Whether the same transaction may well succeed when it is done anew."""
    return state(error) in _AGAIN


def _set(connection: Connection, name: str, seconds: float) -> None:
    connection.exec_driver_sql(f"SET LOCAL {name} = {round(1000 * seconds)}")
