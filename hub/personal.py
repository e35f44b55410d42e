"""What in the database is a member's own: found by the shape of the tables, exported and erased.

A row is a member's where it names the member, or refers to a row that is a member's (a report, an
outbox, a key). So a new room's rows are exported and erased without anybody thinking of it; tables
of which that cannot be known are listed here, and a test asks that every table is one or the other.
The books of points know members by a pseudonym only: totals stay, nobody can be found by them once
the member's row is gone. Outcomes of updates are nobody's from the start (docs/adr/0023).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import audit, changes, voice_forget
from hub.store import insert_once
from hub.tables import cluster, key, member, metadata, report
from hub.tables_accounts import gone_key, staff_account

WHOSE: Final[Mapping[str, tuple[str, ...]]] = {
    "member": ("id",),
    "change": ("audience",),
    "invitation": ("made_by", "desk_of"),
    "appeal_seat": ("holder",),
}
"""Columns that name a member under another name than member_id."""

BY_KEY: Final[Mapping[str, str]] = {
    "nonce": "key_id",
    "key_successor": "old_id",
    "waiting": "key_id",
}
"""Tables that know a household by one of its keys."""

NOBODYS: Final = frozenset(
    {
        *("meta", "job", "tally", "gone_key", "checkpoint"),
        *("cluster", "ledger", "outcome", "mark"),  # about things, and about pseudonyms
        *("signal_series", "signal_day", "signal_alert", "open_data", "board"),  # numbers
        *("incident", "incident_model", "incident_event", "campaign"),  # of the staff
        *("campaign_home", "campaign_sample"),  # under a name that only the household knows
        *("ballot", "ballot_roll", "ballot_cast", "ballot_line"),  # names are hashes
        *("appeal_pool", "voice_breach", "voice_stale", "voice_remedy"),
        *("product_line", "circle", "charter", "committee_election", "committee_motion"),
        *("committee_hold", "committee_top", "committee_frozen"),
        *("staff", "staff_account", "session", "login_tries", "sign_in", "audit"),  # the staff's
    }
)
"""Tables without anything of a member."""

_NOT_SHOWN: Final = frozenset({"nonce", "change", "key_successor"})  # our own bookkeeping
_HIDDEN: Final = frozenset({"hash", "used_by"})
_FORGET_S: Final = 400 * 86_400.0


def tables() -> tuple[sa.Table, ...]:
    """Return all tables with something of a member in them, those that refer to others last."""
    return tuple(table for table in metadata.sorted_tables if _reasons(table.name))


def rows(db: Connection, member_id: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield what there is of a member, table by table, for an export."""
    for table in tables():
        if table.name in _NOT_SHOWN:
            continue
        found = db.execute(sa.select(table).where(_of(table, member_id))).mappings()
        shown = [
            {name: value for name, value in row.items() if name not in _HIDDEN} for row in found
        ]
        if shown:
            yield table.name, shown


def erase(db: Connection, member_id: str, *, by: str, now: float) -> None:
    """Remove everything of a member, for good; its houses hear that when they come next."""
    keys = db.execute(sa.select(key.c.id).where(key.c.member_id == member_id)).scalars()
    for key_id in list(keys):
        insert_once(db, gone_key, id=key_id, code="member_erased", at=now)
    db.execute(sa.delete(gone_key).where(gone_key.c.at < now - _FORGET_S))
    mine = sa.select(report.c.cluster_id, report.c.title).where(report.c.member_id == member_id)
    voice_forget.forget(db, member_id)
    touched = {row.cluster_id: row.title for row in db.execute(mine)}
    conditions = [(table, _ids(db, table, member_id)) for table in tables()]
    for table, which in reversed(conditions):
        db.execute(sa.delete(table).where(which))
    own = staff_account.c.member_id == member_id
    db.execute(sa.update(staff_account).where(own).values(member_id=None))
    for cluster_id, title in touched.items():
        _retitle(db, cluster_id, title)
    audit.note(db, by, "erase", member_id, now=now)


def _retitle(db: Connection, cluster_id: str, title: str) -> None:
    """Call a cluster by the words of those who are still in it; where nobody is, by none."""
    left = (
        sa.select(report.c.title)
        .where(report.c.cluster_id == cluster_id)
        .order_by(report.c.received)
        .limit(1)
    )
    other = str(db.execute(left).scalar() or "")
    here = sa.and_(cluster.c.id == cluster_id, cluster.c.title == title)
    db.execute(sa.update(cluster).where(here).values(title=other))
    changes.tell_reports(db, report.c.cluster_id == cluster_id)


def _ids(db: Connection, table: sa.Table, member_id: str) -> sa.ColumnElement[bool]:
    """Return a condition on primary keys alone: it holds while what it was found by goes away."""
    columns = list(table.primary_key.columns)
    found = db.execute(sa.select(*columns).where(_of(table, member_id))).all()
    return sa.tuple_(*columns).in_([tuple(row) for row in found])


def _of(table: sa.Table, member_id: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(reason(table, member_id) for reason in _reasons(table.name)))


@cache
def _reasons(name: str) -> tuple[Any, ...]:
    """Return why rows of a table may be a member's: functions of (table, member id)."""
    table = metadata.tables[name]
    if name in NOBODYS:
        return ()
    named = [c for c in (*WHOSE.get(name, ()), "member_id") if c in table.c]
    reasons: list[Any] = [_naming(column) for column in named]
    if name in BY_KEY:
        reasons.append(_keyed(BY_KEY[name]))
    for foreign in sorted(table.foreign_keys, key=lambda f: f.parent.name):
        target = foreign.column.table
        if target is not member and target is not table and _reasons(target.name):
            reasons.append(_referring(foreign))
    return tuple(reasons)


def _naming(column: str) -> Any:  # noqa: ANN401 - a function of (table, member id)
    return lambda table, member_id: table.c[column] == member_id


def _keyed(column: str) -> Any:  # noqa: ANN401 - likewise
    def condition(table: sa.Table, member_id: str) -> sa.ColumnElement[bool]:
        return table.c[column].in_(sa.select(key.c.id).where(key.c.member_id == member_id))

    return condition


def _referring(foreign: sa.ForeignKey) -> Any:  # noqa: ANN401 - likewise
    def condition(table: sa.Table, member_id: str) -> sa.ColumnElement[bool]:
        target = foreign.column.table
        return table.c[foreign.parent.name].in_(
            sa.select(foreign.column).where(_of(target, member_id))
        )

    return condition
