"""Rows in every table of a hub, made from the columns themselves: for moves and backups."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.tables import ledger, meta, metadata

ROWS = 7
TEXTS = ("", "plain", "\u6a58\u5b50 \u706f", "'quoted' \"twice\"", "line\nline", "\U0001f7e0", "zz")


def fill(db: Connection, tables: Sequence[sa.Table] | None = None) -> int:
    """Put rows into each table but meta, or into each of those of an earlier version."""
    made = 0
    for table in metadata.sorted_tables if tables is None else tables:
        if table.name == meta.name:
            continue
        for n in range(1, ROWS + 1):
            db.execute(sa.insert(table).values(**_row(table, n)))
            made += 1
    return made


def _row(table: sa.Table, n: int) -> dict[str, object]:
    return {column.name: _value(table, column, n) for column in table.columns}


def _value(table: sa.Table, column: sa.Column, n: int) -> object:  # noqa: PLR0911 - a kind each
    if column.foreign_keys:
        (target,) = column.foreign_keys
        return _value(target.column.table, target.column, n)
    if column.name == "facts":
        return '{"vendor": "acme", "model": "lamp"}'  # a step of the tables looks into it
    if table.name == ledger.name and column.name == "points":
        return n
    kind = column.type
    if column.nullable and n == 1:
        return None
    if isinstance(kind, sa.Boolean):
        return n % 2 == 0
    if isinstance(kind, sa.Integer):
        return 0 if column.name == "xid" else n
    if isinstance(kind, sa.Float):
        return 1_795_000_000.123456 + n / 7
    if isinstance(kind, sa.LargeBinary):
        return bytes([n, 0, 255])
    unique = (
        column.primary_key
        or column.unique
        or any(
            column.name in index.columns for index in table.constraints if hasattr(index, "columns")
        )
    )
    text = f"{n}-{column.name}" if unique else TEXTS[n % len(TEXTS)]
    return text[: kind.length] if getattr(kind, "length", None) else text
