"""The rows of the devices table as a sheet to copy or to keep (desktop/tables.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from desktop.language import translate
from desktop.models import columns
from desktop.models.columns import Column
from desktop.models.rows import Row
from desktop.tables import Cell, Sheet


def sheet(rows: Iterable[Row], shown: Sequence[Column], now: float) -> Sheet:
    """Return these columns of these rows; versions in two columns, times as ISO 8601 has them."""
    ids: list[str] = []
    titles: list[str] = []
    for column in shown:
        ids.append(column.id)
        titles.append(columns.title(column))
        if column is Column.VERSION:
            ids.append("update_to")
            titles.append(translate("Devices", "Update to"))
    return Sheet(
        ids=tuple(ids),
        titles=tuple(titles),
        rows=tuple(
            tuple(cell for column in shown for cell in _cells(row, column, now)) for row in rows
        ),
    )


def _cells(row: Row, column: Column, now: float) -> tuple[Cell, ...]:
    if column is Column.VERSION:
        return (row.version, row.target)
    if column is Column.SEEN:
        at = row.device.last_seen
        return ("" if at is None else _iso(at),)
    if column is Column.BATTERY:
        return (row.device.battery,)
    if column is Column.TAGS:
        return (", ".join(sorted(row.device.tags, key=str.casefold)),)
    return (columns.text(column, row, now),)


def _iso(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="seconds")
