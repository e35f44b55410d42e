"""What is to be told at trackers: a table of clusters, and how each stands there.

A row says only that a cluster is to be looked at; what is written is worked out when it is told, so
that a cluster that changed ten times is told once, and one that did not change costs no request.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import ClusterState, DeviceFacts
from feedback.wire_triage import LEAST_HOMES, Count
from hub import published, similar
from hub.bridges.base import Issue, Page
from hub.bridges.page import mirrored, page, withdrawn
from hub.bridges.settings import Settings
from hub.store import insert_once, one
from hub.tables import cluster, report
from hub.tables_bridges import bridge_state, bridge_task, bridged

_OVERLAP_S: Final = 120.0  # a transaction that took so long is still seen
_DAY_S: Final = 86_400.0
_FIRST_WAIT_S: Final = 30.0
_LONGEST_WAIT_S: Final = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One cluster that is to be told."""

    cluster: str
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is to stand there, and what does."""

    page: Page | None  # None: nothing is to be there, and nothing is
    number: int | None
    hash: str
    made: float


def state(db: Connection, bridge: str) -> dict[str, Any]:
    """How a bridge stands; of one that is new, at its beginning."""
    insert_once(
        db, bridge_state, bridge=bridge, looked=0.0, heard=0.0, bot="", tries=0, not_before=0.0,
        error="",
    )  # fmt: skip
    found = one(db, sa.select(bridge_state).where(bridge_state.c.bridge == bridge))
    return found or {}


def note(db: Connection, bridge: str, **values: object) -> None:
    """Write how it stands now."""
    db.execute(sa.update(bridge_state).where(bridge_state.c.bridge == bridge).values(**values))


def look(db: Connection, bridge: str, *, now: float) -> None:
    """Put clusters into the table that changed since the last time; all of them the first time.

    Once a day all that stand there are looked at anew: no request, where nothing changed.
    """
    since = state(db, bridge)["looked"]
    ids = set(similar.touched(db, since - _OVERLAP_S))
    waits = sa.select(cluster.c.id).join(bridged, bridged.c.cluster_id == cluster.c.id)
    planned = sa.and_(
        bridged.c.bridge == bridge,
        bridged.c.closed.is_(sa.false()),
        cluster.c.state == ClusterState.PLANNED,  # its week may have come out
    )
    ids |= set(db.execute(waits.where(planned)).scalars())
    if now // _DAY_S > since // _DAY_S:  # what nobody of the staff did: words of members erased
        ids |= set(db.execute(waits.where(bridged.c.bridge == bridge)).scalars())
    there = set(db.execute(sa.select(cluster.c.id).where(cluster.c.id.in_(ids))).scalars())
    for name in sorted(there):
        want(db, bridge, name, now=now)
    note(db, bridge, looked=now)


def want(db: Connection, bridge: str, cluster_id: str, *, now: float) -> None:
    """A cluster is to be told."""
    values = {"bridge": bridge, "cluster_id": cluster_id}
    if not insert_once(db, bridge_task, **values, since=now, round=0):
        again = sa.update(bridge_task).filter_by(**values)
        db.execute(again.values(round=bridge_task.c.round + 1))


def due(db: Connection, bridge: str, limit: int) -> tuple[Task, ...]:
    """Those that wait longest."""
    query = (
        sa.select(bridge_task.c.cluster_id, bridge_task.c.round)
        .where(bridge_task.c.bridge == bridge)
        .order_by(bridge_task.c.since, bridge_task.c.cluster_id)
        .limit(limit)
    )
    return tuple(Task(cluster=name, round=turn) for name, turn in db.execute(query))


def told(db: Connection, bridge: Settings, cluster_id: str, hub_url: str) -> Told:
    """What is to stand there now. A cluster that is gone is nothing."""
    row = one(db, sa.select(cluster).where(cluster.c.id == cluster_id))
    there = one(db, sa.select(bridged).filter_by(bridge=bridge.name, cluster_id=cluster_id)) or {
        "number": None,
        "hash": "",
        "done": False,
    }
    wanted: Page | None = None
    if row is not None and mirrored(row, everything=bridge.everything):
        ended = there["done"] or bool(published.released(db, [cluster_id]))
        wanted = page(
            row,
            published.words_of(row),
            households=published.households(db, [cluster_id]).get(cluster_id, 0),
            versions=_versions(db, cluster_id),
            hub_url=hub_url,
            ended=ended,
        )
    elif row is not None and there["number"] is not None:
        wanted = withdrawn(row)
    made = row["made"] if row is not None else 0.0
    return Told(page=wanted, number=there["number"], hash=there["hash"], made=made)


def done(
    db: Connection, bridge: str, task: Task, page_: Page | None = None, issue: Issue | None = None
) -> None:
    """It stands there; the task ends unless it was wanted again meanwhile."""
    place = {"bridge": bridge, "cluster_id": task.cluster}
    if page_ is not None:
        values: dict[str, Any] = {"hash": page_.hash, "closed": page_.closed}
        if issue is not None:
            values |= {"number": issue.number, "url": issue.url}
        insert_once(db, bridged, **place, number=None, url="", hash="", closed=False, done=False)
        db.execute(sa.update(bridged).filter_by(**place).values(**values))
    db.execute(sa.delete(bridge_task).filter_by(**place, round=task.round))


def forget(db: Connection, bridge: str, cluster_id: str) -> None:
    """The issue is not there any more: it is made anew."""
    place = sa.update(bridged).filter_by(bridge=bridge, cluster_id=cluster_id)
    db.execute(place.values(number=None, hash="", url=""))


def later(db: Connection, bridge: str, task: Task, *, now: float) -> None:
    """Put one behind all others: what is refused of it does not stop them."""
    place = sa.update(bridge_task).filter_by(bridge=bridge, cluster_id=task.cluster)
    db.execute(place.values(since=now))


def failed(db: Connection, bridge: str, code: str, *, now: float, wait: float = 0.0) -> None:
    """It did not work: again after `wait` seconds, or ever later with each failure."""
    tries = state(db, bridge)["tries"] + 1
    backoff = min(_FIRST_WAIT_S * 2.0 ** min(tries - 1, 10), _LONGEST_WAIT_S)
    note(db, bridge, tries=tries, not_before=now + (wait or backoff), error=code)


def _versions(db: Connection, cluster_id: str) -> tuple[Count, ...]:
    """Firmware versions with the number of their households, where enough have it."""
    homes: dict[str, set[str]] = defaultdict(set)
    query = sa.select(report.c.facts, report.c.member_id).where(report.c.cluster_id == cluster_id)
    for facts, member in db.execute(query):
        homes[msgspec.json.decode(facts, type=DeviceFacts).version].add(member)
    counts = [
        Count(value=name, households=len(members))
        for name, members in homes.items()
        if len(members) >= LEAST_HOMES
    ]
    return tuple(sorted(counts, key=lambda each: (-each.households, each.value)))
