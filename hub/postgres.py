"""What PostgreSQL needs that SQLite does not: pools, a lock for whoever writes, plain numbers.

Rooms are written against one writer at a time, as SQLite has it: they look, decide and write. Here
a writing transaction takes a lock that makes it so for all processes and machines; only what reads
and notes that it has read goes beside it (docs/adr/0036: what else was tried, and its figures).
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

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


def again(error: sa.exc.DBAPIError) -> bool:
    """Whether the same transaction may well succeed when it is done anew."""
    return getattr(error.orig, "sqlstate", None) in _AGAIN
