"""What is wrong with a hub, in words for whoever runs it: database, books, attachments, jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from hub import attachments, audit, incidents, ledger, voice_ballots
from hub.app import Hub
from hub.tables import job, member, metadata, op, outbox, report
from hub.tables import ledger as ledger_table

_LATE: Final = 10.0  # times its own pace, and at least an hour
_LATE_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Empty `faults`: nothing was found. `rows`: how much there is of what counts."""

    faults: list[str]
    rows: Mapping[str, int]


def examine(hub: Hub, now: float) -> Findings:
    """Look at everything; a store of attachments that is away is a finding like another."""
    with hub.store.read() as db:
        faults = hub.store.faults(db) + _loose(db) + _jobs(db, now)
        for chained in (ledger.faults, audit.verify, incidents.faults, voice_ballots.faults):
            faults += chained(db)
        try:
            faults += attachments.faults(hub, db)
        except HubError as error:
            faults.append(f"attachments: {error}")
        rows = {table.name: _count(db, table) for table in (member, report, ledger_table)}
    return Findings(faults=faults, rows=rows)


def _jobs(db: Connection, now: float) -> list[str]:
    """Those that fail, and those that a hub which serves would have run long ago."""
    from hub.work import JOBS  # noqa: PLC0415 - the rooms that have jobs know the hub

    paces = {one.name: one.every_s for one in JOBS}
    rows = {row["name"]: row for row in db.execute(sa.select(job)).mappings()}
    newest = max((row["ran"] for row in rows.values()), default=0.0)
    said = [f"job {name}: {row['error']}" for name, row in sorted(rows.items()) if row["error"]]
    serves = now - newest < _LATE_S
    for name, pace in sorted(paces.items()):
        ran = rows[name]["ran"] if name in rows else None
        if serves and ran is not None and now - ran > max(_LATE * pace, _LATE_S):
            said.append(f"job {name}: stuck since {round(now - ran)} s")
    return said


def _loose(db: Connection) -> list[str]:
    """Rows that speak of a row that is not there, over all tables."""
    said = []
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            there = sa.select(key.column).where(key.column == key.parent).exists()
            query = (
                sa.select(sa.func.count())
                .select_from(table)
                .where(key.parent.is_not(None), ~there.correlate(table))
            )
            if loose := db.execute(query).scalar():
                said.append(
                    f"{loose} rows of {table.name}: their {key.column.table.name} is missing"
                )
    return said + _behind(db)


def _behind(db: Connection) -> list[str]:
    """Outboxes whose count says more than their operations."""
    taken = sa.select(sa.func.max(op.c.seq)).where(op.c.outbox_id == outbox.c.id).scalar_subquery()
    query = sa.select(outbox.c.id).where(taken > outbox.c.acked)
    return [f"outbox {name}: counts less than it took" for name in db.execute(query).scalars()]


def _count(db: Connection, table: sa.Table) -> int:
    return int(db.execute(sa.select(sa.func.count()).select_from(table)).scalar() or 0)
