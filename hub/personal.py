"""What in the database is a member's own: found by the shape of the tables, exported and erased.

A row is a member's where it names the member, or refers to a row that is a member's (a report, an
outbox, a key). So a new room's rows are exported and erased without anybody thinking of it; tables
of which that cannot be known are listed here, and a test asks that every table is one or the other.
What others stand on (an idea they voted for, a case that was decided) stays without its author.
The books of points know members by a pseudonym only: totals stay, nobody can be found by them once
the member's row is gone. Outcomes of updates are nobody's from the start (docs/adr/0023).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire_voice import VoiceEntity
from hub import audit, changes, voice_record
from hub.store import insert_once
from hub.tables import cluster, key, metadata, report
from hub.tables_accounts import gone_key, staff_account
from hub.tables_objects import attachment, object_drop
from hub.tables_signals import board, nickname
from hub.tables_voice import appeal, appeal_seat, circle, idea, idea_circle, vote

WHOSE: Final[Mapping[str, tuple[str, ...]]] = {
    "member": ("id",),
    "change": ("audience",),
    "invitation": ("made_by", "desk_of"),
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
        *("incident", "incident_subject", "incident_event", "campaign"),  # of the staff
        *("campaign_home", "campaign_sample"),  # under a name that only the household knows
        *("staff", "staff_account", "session", "login_tries", "sign_in", "audit"),  # the staff's
        *("breach", "excuse", "move", "move_report", "nudge", "pause", "promise", "proof", "shift"),
        *("stale", "team", "week", "week_line"),  # what the makers did, and when
        "object_drop",
        *("ballot", "ballot_cast", "ballot_line", "ballot_roll"),  # tags that only members can tell
        *("charter", "product_line", "voice_breach", "voice_remedy", "voice_stale"),
        *("committee_election", "committee_frozen", "committee_hold", "committee_motion"),
        *("committee_top", "idea_circle"),
        *("bridged", "bridge_heard", "bridge_proposal", "bridge_state", "bridge_task"),
        *("circle", "board", "appeal_pool", "appeal_seat"),  # see `_leave`
    }
)
"""Tables without anything of a member, or with a name in them that `erase` takes out."""

LEFT: Final = frozenset({"idea", "appeal"})
"""What others stand on: it stays, but belongs to nobody any more."""

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
    touched = {row.cluster_id: row.title for row in db.execute(mine)}
    _leave(db, member_id, now)
    conditions = [
        (table, _ids(db, table, member_id)) for table in tables() if table.name not in LEFT
    ]
    for table, which in reversed(conditions):
        db.execute(sa.delete(table).where(which))
    _leave_ideas(db, member_id)
    for cluster_id, title in touched.items():
        _retitle(db, cluster_id, title)
    audit.note(db, by, "erase", member_id, now=now)


def _leave(db: Connection, member_id: str, now: float) -> None:
    """Take a member out of what stays: of others' votes, decisions, boards; let its files go."""
    voice_record.leave(db, member_id)
    own = staff_account.c.member_id == member_id
    db.execute(sa.update(staff_account).where(own).values(member_id=None))
    case = appeal.c.member_id == member_id
    db.execute(sa.update(appeal).where(case).values(member_id="", text=""))
    judged = sa.and_(appeal_seat.c.holder == member_id, ~appeal_seat.c.steward)
    db.execute(sa.update(appeal_seat).where(judged).values(holder=str(uuid.uuid4())))
    db.execute(sa.update(circle).where(circle.c.leader == member_id).values(leader=""))
    known = sa.select(nickname.c.nickname).where(nickname.c.member_id == member_id)
    if (called := db.execute(known).scalar()) is not None:
        _off_the_boards(db, called)
    files = sa.select(attachment.c.object).where(
        attachment.c.member_id == member_id, attachment.c.object != ""
    )
    for name in list(db.execute(files).scalars()):
        insert_once(db, object_drop, name=name, at=now)


def _leave_ideas(db: Connection, member_id: str) -> None:
    """Take away ideas that nobody else voted for; the others stay, of nobody."""
    own = idea.c.member_id == member_id
    voted = sa.exists().where(vote.c.idea_id == idea.c.id)
    gone = list(db.execute(sa.select(idea.c.id).where(own, ~voted)).scalars())
    db.execute(sa.delete(idea_circle).where(idea_circle.c.idea_id.in_(gone)))
    db.execute(sa.delete(idea).where(idea.c.id.in_(gone)))
    left = list(db.execute(sa.select(idea.c.id).where(own)).scalars())
    db.execute(sa.update(idea).where(own).values(member_id=""))
    for idea_id in (*gone, *left):
        changes.tell(db, VoiceEntity.IDEA, idea_id)


def _off_the_boards(db: Connection, called: str) -> None:
    """Old boards keep the places and forget the nickname."""
    for row in db.execute(sa.select(board)).mappings().all():
        said = msgspec.json.decode(row["rows"])
        if _unnamed(said, called):
            here = sa.and_(board.c.week == row["week"], board.c.name == row["name"])
            text = msgspec.json.encode(said).decode()
            db.execute(sa.update(board).where(here).values(rows=text))


def _unnamed(said: Any, called: str) -> bool:  # noqa: ANN401 - decoded JSON
    """Empty each "nickname" that is `called`, however deep; True where there was one."""
    if isinstance(said, list):
        return sum(_unnamed(each, called) for each in said) > 0
    if not isinstance(said, dict):
        return False
    found = sum(_unnamed(each, called) for each in said.values()) > 0
    if said.get("nickname") == called:
        said["nickname"] = ""
        return True
    return found


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
    if named:  # whatever it refers to, it is theirs whom it names
        return tuple(_naming(column) for column in named)
    if name in BY_KEY:
        return (_keyed(BY_KEY[name]),)
    reasons: list[Any] = []
    for foreign in sorted(table.foreign_keys, key=lambda f: f.parent.name):
        target = foreign.column.table
        if target is not table and target.name not in LEFT and _reasons(target.name):
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
