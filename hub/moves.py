"""Merging and splitting clusters: moves of reports, each with its history, and each can be undone.

A move notes which reports it moved and what else it changed, so undoing it brings back exactly
what was, unless somebody has changed that since. A merge stops no clock by itself: those who came
with it are still owed what they were promised, except where what they now read (a plan, a refusal,
a name) was said by a person already. A part that is split off keeps what runs; where its reporters
had been told an end that no longer holds, a solution and an end are promised anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import wire_triage as wire
from feedback.wire import ClockName, ClusterState, HubError
from hub import audit, changes, clusters, joining, promises
from hub.store import one
from hub.tables import cluster, report
from hub.tables_triage import move, move_report, pause, promise, shift

MERGE: Final = "merge"
SPLIT: Final = "split"
_PAGE: Final = 500
_KEPT: Final = (cluster, promise, pause, shift)


def merge(
    db: Connection,
    staff: str,
    cluster_id: str,
    said: wire.Merge,
    *,
    by_rule: bool = False,
    now: float,
) -> None:
    """Put all reports into another cluster. HubError: cluster_unknown, merge_into_itself.

    `by_rule`: no person looked at it, so it meets no promise.
    """
    if _known(db, said.id):
        return
    lost, kept = clusters.row_of(db, cluster_id), clusters.row_of(db, said.into)
    if lost["id"] == kept["id"]:
        raise HubError("merge_into_itself")
    before = _state_of(db, [*promises.family(db, lost["id"]), *promises.family(db, kept["id"])])
    names = list(_ids(db, lost["id"]))
    db.execute(
        sa.update(report).where(report.c.cluster_id == lost["id"]).values(cluster_id=kept["id"])
    )
    values = {"state": ClusterState.MERGED, "merged_into": kept["id"]}
    db.execute(sa.update(cluster).where(cluster.c.id == lost["id"]).values(**values))
    if not by_rule:
        _told_already(db, staff, lost["id"], kept, now=now)
    promises.wait_or_go_on(db, kept["id"], now=now)
    place = {"id": said.id, "kind": MERGE, "cluster_id": lost["id"], "other_id": kept["id"]}
    _keep(db, place, names, before, staff="" if by_rule else staff, now=now)
    _tell(db, lost, kept)
    audit.note(db, staff, MERGE, kept["id"], detail=lost["id"], now=now)


def split(db: Connection, staff: str, cluster_id: str, said: wire.Split, *, now: float) -> None:
    """Put some reports into a cluster of their own. HubError: invalid_op (not its, or all)."""
    if _known(db, said.id):
        return
    row = clusters.row_of(db, cluster_id)
    names = sorted(set(said.reports))
    every = set(_ids(db, row["id"]))
    if not every > set(names) or one(db, sa.select(cluster).where(cluster.c.id == said.cluster)):
        raise HubError("invalid_op", field="reports")
    before = _state_of(db, promises.family(db, row["id"]))
    first = _first(db, names)
    facts = msgspec.json.decode(first["facts"])
    ended = row["state"] != ClusterState.OPEN
    fresh = row | {
        "id": said.cluster,
        "title": said.title or first["title"],
        "kind": first["kind"],
        "vendor": facts.get("vendor", "")[:64],
        "model": facts.get("model", "")[:64],
        "signature": first["signature"] if first["signature"] != row["signature"] else "",
        "state": ClusterState.OPEN,
        "made": first["received"],
        "public": False,
        "words": "",
        "rule": "",
        **({"fix_week": "", "fix_version": "", "reason": "", "invalid": False} if ended else {}),
    }
    db.execute(sa.insert(cluster).values(**fresh))
    _copy_clocks(db, row["id"], said.cluster)
    for part in _parts(names):
        db.execute(sa.update(report).where(report.c.id.in_(part)).values(cluster_id=said.cluster))
    if ended:
        clusters.not_fixed(db, said.cluster, now=now)
    for name in (row["id"], said.cluster):
        promises.wait_or_go_on(db, name, now=now)
    place = {"id": said.id, "kind": SPLIT, "cluster_id": row["id"], "other_id": said.cluster}
    _keep(db, place, names, before, staff=staff, now=now)
    _tell(db, row, fresh)
    audit.note(db, staff, SPLIT, row["id"], detail=said.cluster, now=now)


def undo(db: Connection, staff: str, said: wire.Undo, *, now: float) -> None:
    """Take a move back. HubError: move_unknown, move_not_last (a later one stands on it)."""
    row = one(db, sa.select(move).where(move.c.id == said.move))
    if row is None:
        raise HubError("move_unknown")
    if row["undone"] is not None:
        return
    places = (row["cluster_id"], row["other_id"])
    later = sa.select(move.c.id).where(
        move.c.n > row["n"],
        move.c.undone.is_(None),
        move.c.cluster_id.in_(places) | move.c.other_id.in_(places),
    )
    if db.execute(later).first() is not None:
        raise HubError("move_not_last")
    changed = msgspec.json.decode(row["changed"], type=_Changed)
    for name, key, was, became in changed:
        _put_back(db, name, key, was=was, became=became)
    promises.look_again(db, {key.get("cluster_id") or key["id"] for _, key, _, _ in changed})
    names = list(
        db.execute(sa.select(move_report.c.report_id).filter_by(move_id=said.move)).scalars()
    )
    if row["kind"] == MERGE:
        names += _came_since(db, row)
    else:
        names = list(_ids(db, row["other_id"]))
        _dissolve(db, row, now=now)
    for part in _parts(names):
        db.execute(
            sa.update(report).where(report.c.id.in_(part)).values(cluster_id=row["cluster_id"])
        )
    db.execute(sa.update(move).where(move.c.id == said.move).values(undone=now, undone_by=staff))
    _tell(db, *(_row(db, name) for name in places))
    audit.note(db, staff, "undo", row["cluster_id"], detail=said.move, now=now)


def stays(db: Connection, ids: Sequence[str]) -> Iterator[tuple[tuple[str, float, float], str]]:
    """Where reports were before: ((cluster, since, until), report), `since` itself left out."""
    for part in _parts(ids):
        query = (
            sa.select(move, move_report.c.report_id)
            .join(move_report, move_report.c.move_id == move.c.id)
            .where(move_report.c.report_id.in_(part))
        )
        for row in db.execute(query).mappings():
            yield (row["cluster_id"], float("-inf"), row["at"]), row["report_id"]
            if row["undone"] is not None:
                yield (row["other_id"], row["at"], row["undone"]), row["report_id"]


# --- what a move changes --------------------------------------------------------------------------


def _told_already(
    db: Connection, staff: str, lost: str, kept: dict[str, Any], *, now: float
) -> None:
    """What those who come with a merge read from now on was said by a person."""
    met: list[ClockName] = []
    if kept["owned"] is not None:
        met += clusters.NAMED
    if kept["state"] != ClusterState.OPEN:
        met += clusters.CLOSED
    promises.meet(db, lost, met, staff, now=now)


def _copy_clocks(db: Connection, cluster_id: str, fresh: str) -> None:
    for table in (promise, pause, shift):
        names = [column.name for column in table.columns if column.name != "cluster_id"]
        chosen = sa.select(sa.literal(fresh, sa.String), *(table.c[name] for name in names))
        chosen = chosen.where(table.c.cluster_id == cluster_id)
        db.execute(sa.insert(table).from_select(["cluster_id", *names], chosen))


def _dissolve(db: Connection, row: dict[str, Any], *, now: float) -> None:
    """A part that was split off goes back: it is a name for the whole again, and owes nothing."""
    promises.drop(db, row["other_id"], tuple(ClockName), now=now)
    values = {
        "state": ClusterState.MERGED,
        "merged_into": row["cluster_id"],
        "public": False,
        "signature": "",
    }
    db.execute(sa.update(cluster).where(cluster.c.id == row["other_id"]).values(**values))


def _came_since(db: Connection, row: dict[str, Any]) -> list[str]:
    """Reports that joined since by the signature of what was merged away: they go with it."""
    lost, kept = _row(db, row["cluster_id"]), _row(db, row["other_id"])
    if not lost["signature"] or lost["signature"] == kept["signature"]:
        return []
    query = sa.select(report.c.id).where(
        report.c.cluster_id == kept["id"],
        report.c.signature == lost["signature"],
        report.c.received > row["at"],
        report.c.me_too.is_(sa.false()),
    )
    return list(db.execute(query).scalars())


# --- how it is noted ------------------------------------------------------------------------------


_Rows = dict[tuple[str, str], dict[str, Any]]


def _state_of(db: Connection, ids: Collection[str]) -> _Rows:
    """Every row about these clusters: (table, key as JSON) -> values."""
    found: _Rows = {}
    for table in _KEPT:
        column = table.c.id if table is cluster else table.c.cluster_id
        for row in db.execute(sa.select(table).where(column.in_(ids))).mappings():
            values = {str(name): value for name, value in row.items()}
            key = {str(one.name): row[one.name] for one in table.primary_key.columns}
            found[str(table.name), msgspec.json.encode(key).decode()] = values
    return found


def _keep(
    db: Connection,
    place: dict[str, str],
    names: Sequence[str],
    before: _Rows,
    *,
    staff: str,
    now: float,
) -> None:
    after = _state_of(db, {row["id"] for (table, _), row in before.items() if table == "cluster"})
    changed = [
        (spot[0], msgspec.json.decode(spot[1]), before.get(spot), after.get(spot))
        for spot in sorted(before.keys() | after.keys())
        if before.get(spot) != after.get(spot)
    ]
    db.execute(
        sa.insert(move).values(
            **place,
            at=now,
            by=staff,
            changed=msgspec.json.encode(changed).decode(),
            undone_by="",
        )
    )
    for part in _parts(names):
        db.execute(
            sa.insert(move_report), [{"move_id": place["id"], "report_id": name} for name in part]
        )


def _put_back(
    db: Connection,
    name: str,
    key: dict[str, Any],
    *,
    was: dict[str, Any] | None,
    became: dict[str, Any] | None,
) -> None:
    """Give back each value that is still what the move made of it."""
    table = next(one for one in _KEPT if one.name == name)
    here = one(db, sa.select(table).filter_by(**key))
    if was is None:
        if here == became:
            db.execute(sa.delete(table).filter_by(**key))
    elif here is None or became is None:
        if here is None:
            db.execute(sa.insert(table).values(**was))
    else:
        values = {
            column: was[column]
            for column in was
            if was[column] != became[column] and here[column] == became[column]
        }
        if values:
            db.execute(sa.update(table).filter_by(**key).values(**values))


_Changed = list[tuple[str, dict[str, Any], dict[str, Any] | None, dict[str, Any] | None]]
"""(table, key, values before, values after) of each row that a move changed."""


def _known(db: Connection, move_id: str) -> bool:
    return one(db, sa.select(move.c.id).where(move.c.id == move_id)) is not None


def _row(db: Connection, cluster_id: str) -> dict[str, Any]:
    row = one(db, sa.select(cluster).where(cluster.c.id == cluster_id))
    if row is None:
        raise HubError("cluster_unknown")
    return row


def _ids(db: Connection, cluster_id: str) -> Sequence[str]:
    query = sa.select(report.c.id).where(report.c.cluster_id == cluster_id)
    return db.execute(query.order_by(report.c.id)).scalars().all()


def _first(db: Connection, names: Sequence[str]) -> dict[str, Any]:
    rows = [
        dict(row)
        for part in _parts(names)
        for row in db.execute(sa.select(report).where(report.c.id.in_(part))).mappings()
    ]
    return min(rows, key=lambda row: (row["received"], row["id"]))


def _parts(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[at : at + _PAGE] for at in range(0, len(names), _PAGE)]


def _tell(db: Connection, *rows: dict[str, Any]) -> None:
    """Let houses hear of these clusters and of all reports in them."""
    for row in rows:
        changes.tell_reports(db, report.c.cluster_id == row["id"])
        if row["public"]:
            changes.tell(db, joining.ENTITY, row["id"])
