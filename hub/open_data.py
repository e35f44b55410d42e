"""Open data: made every night, in JSON and CSV, so that nobody can be told from it.

Households are counted by hub/open_tables.py, folded and held against what was published before by
hub/anonymity.py. What is here stays as it was made: whoever fetches it twice has the same.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from feedback.wire_open import OpenTable, OpenTableInfo, OpenTables, Value
from hub import anonymity
from hub.anonymity import K, Place, Published
from hub.app import Hub
from hub.jobs import Job
from hub.open_tables import TABLES, Counted, Plain, Row
from hub.store import insert_once, one
from hub.tables_signals import open_data
from hub.trend_rule import DAY_S

_KEPT_NIGHTS: Final = 400
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def make(db: Connection, *, now: float) -> bool:
    """Make tonight's tables, once; returns whether they are new."""
    if is_made(db, now=now):
        return False
    keep(db, build(db, now=now), now=now)
    return True


def is_made(db: Connection, *, now: float) -> bool:
    """Whether tonight's tables are there."""
    known = sa.select(open_data.c.name).where(open_data.c.night == int(now // DAY_S))
    return db.execute(known).first() is not None


def build(db: Connection, *, now: float) -> list[OpenTable]:
    """Work out tonight's tables; it only reads, for it may take a while."""
    found = []
    for name, table in TABLES.items():
        if isinstance(table, Plain):
            rows = list(table.rows(db, now))
        else:
            rows = _counted(db, name, table, now)
        found.append(
            OpenTable(
                name=name,
                about=table.about,
                made=now,
                least_homes=K,
                columns=table.columns,
                rows=tuple(rows),
            )
        )
    return found


def keep(db: Connection, tables: Iterable[OpenTable], *, now: float) -> None:
    """Publish these as tonight's."""
    night = int(now // DAY_S)
    for table in tables:
        doc = msgspec.json.encode(table).decode()
        insert_once(db, open_data, name=table.name, night=night, made=now, doc=doc)
    db.execute(sa.delete(open_data).where(open_data.c.night < night - _KEPT_NIGHTS))


def listed(db: Connection) -> OpenTables:
    """What there is, of the newest night."""
    found = [read(db, name) for name in TABLES if _newest(db, name) is not None]
    return OpenTables(
        tables=tuple(
            OpenTableInfo(
                name=one.name,
                about=one.about,
                made=one.made,
                columns=one.columns,
                rows=len(one.rows),
            )
            for one in found
        )
    )


def read(db: Connection, name: str) -> OpenTable:
    """A table of the newest night. HubError("table_unknown")."""
    text = _newest(db, name)
    if text is None:
        raise HubError("table_unknown", name=name)
    return msgspec.json.decode(text, type=OpenTable)


def as_csv(table: OpenTable) -> str:
    """The same as CSV (RFC 4180). Words that a spreadsheet would take for a formula are quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    writer.writerows([_safe(value) for value in row] for row in table.rows)
    return out.getvalue()


def _counted(db: Connection, name: str, table: Counted, now: float) -> list[Row]:
    before = _before(db, name, table)
    cells = anonymity.fold(table.cells(db, now), group=table.group)
    shown = {one.place: one for one in anonymity.publish(cells, before)}
    if table.keeps:
        groups = {place[: table.group] for place in shown}
        shown |= {place: one for place, one in before.items() if place[: table.group] not in groups}
    return [
        (*place, shown[place].homes, *(shown[place].numbers.get(n, 0) for n in table.numbers))
        for place in sorted(shown)
    ]


def _before(db: Connection, name: str, table: Counted) -> dict[Place, Published]:
    text = _newest(db, name)
    if text is None:
        return {}
    said = msgspec.json.decode(text, type=OpenTable)
    if said.columns != table.columns:
        return {}
    width = len(table.words)
    found = {}
    for row in said.rows:
        place = tuple(str(word) for word in row[:width])
        numbers: dict[str, Any] = dict(zip(table.numbers, row[width + 1 :], strict=True))
        homes = int(row[width] or 0)
        found[place] = Published(place=place, homes=homes, numbers=numbers)
    return found


def _newest(db: Connection, name: str) -> str | None:
    query = sa.select(open_data.c.doc).where(open_data.c.name == name)
    row = one(db, query.order_by(open_data.c.night.desc()).limit(1))
    return None if row is None else str(row["doc"])


def _safe(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _work(hub: Hub, now: float) -> None:
    with hub.store.read() as db:
        tables = [] if is_made(db, now=now) else build(db, now=now)
    if tables:
        with hub.store.write() as db:
            keep(db, tables, now=now)


JOBS: Final = (Job(name="open_data", every_s=3600.0, run=_work),)
