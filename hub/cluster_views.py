"""Clusters as staff see them: what runs out first, one cluster whole, and who said how much."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import Clock, ClockName, ClusterState, Kind, ReplyDoc
from feedback.wire_triage import (
    Breach,
    Count,
    Event,
    Left,
    Load,
    Nudge,
    Queue,
    Severity,
    StaffCluster,
    StaffClusterWhole,
)
from hub import clusters, ledger, promises, published, reports, triage
from hub.signatures import family_of
from hub.tables import audit, cluster, reply, report
from hub.tables_triage import breach, excuse, move, nudge, promise

_MOST: Final = 500
_OTHERS: Final = 20
_DAY_S: Final = 86_400
_SPOKEN: Final = ("answer", "ask", "plan", "decline", "invalid", "known")

Row = Mapping[str, Any]


def queue(
    db: Connection, staff: str, *, team: str, owner: str, state: str, model: str, now: float
) -> Queue:
    """What runs out first comes first; `state` "": what owes something, "all": everything.

    At most 500 clusters; of those that owe nothing the newest.
    """
    query = sa.select(cluster).where(cluster.c.state != ClusterState.MERGED)
    for column, wanted in ((cluster.c.team, team), (cluster.c.owner, owner)):
        query = query.where(column == wanted) if wanted else query
    if state not in {"", "all"}:
        query = query.where(cluster.c.state == state)
    if model:
        query = query.where(sa.func.lower(cluster.c.model) == model.lower())
    owing = _owing(db)
    rows = [dict(row) for row in db.execute(query.where(owing)).mappings()]
    if state:
        others = query.where(~owing).order_by(cluster.c.made.desc()).limit(_MOST)
        rows += [dict(row) for row in db.execute(others).mappings()]
    clocks = promises.clocks_of(db, [row["id"] for row in rows], now=now)
    rows.sort(key=lambda row: (_due(clocks[row["id"]]), row["made"], row["id"]))
    return Queue(
        clusters=_shown(db, rows[:_MOST], clocks),
        nudges=_nudges(db, staff),
        today=_today(db, now),
        hub_time=now,
    )


def whole(db: Connection, cluster_id: str, *, now: float) -> StaffClusterWhole:
    """One cluster with all that is known of it. HubError("cluster_unknown")."""
    row = clusters.row_of(db, cluster_id)
    names = promises.family(db, row["id"])
    columns = (report.c[name] for name in ("id", "member_id", "received", "facts", "me_too"))
    of_it = report.c.cluster_id == row["id"]
    order = (report.c.received, report.c.id)
    every = _all(db, sa.select(*columns).where(of_it).order_by(*order))
    shown = _all(db, reports.joined().where(of_it).order_by(*order), _MOST)
    points = ledger.paid_for(db, [one["id"] for one in shown])
    clocks = promises.clocks_of(db, [row["id"]], now=now)
    return StaffClusterWhole(
        cluster=_shown(db, [row], clocks)[0],
        signature=row["signature"],
        reason=row["reason"],
        words=published.words_of(row),
        rule=published.rule_of(row),
        reports=tuple(triage.shown(one, points[one["id"]]) for one in shown),
        replies=_replies(db, names),
        versions=_versions(every),
        curve=_curve(every),
        timeline=_timeline(db, names, every),
        breaches=_breaches(db, names),
        others=_others(db, row, now),
    )


def _all(db: Connection, query: sa.Select[Any], most: int | None = None) -> list[dict[str, Any]]:
    return [dict(row) for row in db.execute(query.limit(most)).mappings()]


# --- the queue ------------------------------------------------------------------------------------


def _owing(db: Connection) -> sa.ColumnElement[bool]:
    """Whether something is promised for a cluster, or for one merged into it, and not met."""
    open_ones = sa.select(promise.c.cluster_id).where(
        promise.c.met.is_(None), promise.c.dropped.is_(None)
    )
    merged = open_ones.join(cluster, cluster.c.id == promise.c.cluster_id).where(
        cluster.c.state == ClusterState.MERGED
    )
    tops = {promises.root(db, name) for name in db.execute(merged.distinct()).scalars()}
    return cluster.c.id.in_(open_ones) | cluster.c.id.in_(sorted(tops))


def _due(clocks: Sequence[Clock]) -> float:
    return min((clock.due for clock in clocks if clock.met is None), default=float("inf"))


def _shown(
    db: Connection, rows: Sequence[Row], clocks: Mapping[str, tuple[Clock, ...]]
) -> tuple[StaffCluster, ...]:
    numbers = _numbers(db, [row["id"] for row in rows])
    return tuple(_one(row, clocks.get(row["id"], ()), numbers[row["id"]]) for row in rows)


def _one(row: Row, clocks: tuple[Clock, ...], numbers: Mapping[str, Any]) -> StaffCluster:
    running = [clock for clock in clocks if clock.met is None]
    first = min(running, key=lambda clock: clock.due, default=None)
    return StaffCluster(
        id=row["id"],
        title=row["title"],
        kind=Kind(row["kind"]),
        state=ClusterState(row["state"]),
        vendor=row["vendor"],
        model=row["model"],
        component=row["component"],
        made=row["made"],
        newest=numbers["newest"] or row["made"],
        reports=numbers["reports"],
        households=numbers["households"],
        severity=Severity(row["severity"]),
        safety=row["safety"],
        team=row["team"],
        owner=row["owner"],
        acknowledged=row["owned"] is not None,
        asked=numbers["asked"],
        not_fixed=numbers["not_fixed"],
        fix_week=row["fix_week"],
        fix_version=row["fix_version"],
        public=row["public"],
        known=bool(row["rule"]),
        invalid=row["invalid"],
        merged_into=row["merged_into"] or "",
        clocks=clocks,
        next=_left(first),
    )


def _left(clock: Clock | None) -> Left | None:
    if clock is None:
        return None
    return Left(clock=clock.name, due=clock.due, paused=clock.paused is not None)


def _numbers(db: Connection, ids: Sequence[str]) -> dict[str, Row]:
    wrong = sa.and_(
        report.c.fixed.is_(sa.false()),
        cluster.c.fix_week != "",
        report.c.fixed_week == cluster.c.fix_week,
    )
    query = (
        sa.select(
            cluster.c.id,
            sa.func.count(report.c.id).label("reports"),
            sa.func.count(sa.distinct(report.c.member_id)).label("households"),
            sa.func.count(report.c.asked).label("asked"),
            sa.func.max(report.c.received).label("newest"),
            sa.func.sum(sa.case((wrong, 1), else_=0)).label("not_fixed"),
        )
        .join(report, report.c.cluster_id == cluster.c.id, isouter=True)
        .where(cluster.c.id.in_(ids))
        .group_by(cluster.c.id)
    )
    return {row["id"]: dict(row) for row in db.execute(query).mappings()}


def _nudges(db: Connection, staff: str) -> tuple[Nudge, ...]:
    """What this person was told and is not done."""
    query = (
        sa.select(nudge, cluster.c.title)
        .join(cluster, cluster.c.id == nudge.c.cluster_id)
        .join(
            promise,
            sa.and_(
                promise.c.cluster_id == nudge.c.cluster_id,
                promise.c.name == nudge.c.name,
                promise.c.round == nudge.c.round,
            ),
        )
        .where(nudge.c.whom == staff, promise.c.met.is_(None), promise.c.dropped.is_(None))
        .order_by(nudge.c.at.desc(), nudge.c.step.desc())
        .limit(_MOST)
    )
    return tuple(
        Nudge(
            cluster=row["cluster_id"],
            title=row["title"],
            clock=ClockName(row["name"]),
            round=row["round"],
            step=row["step"],
            at=row["at"],
            whom=row["whom"],
        )
        for row in db.execute(query).mappings()
    )


def _today(db: Connection, now: float) -> tuple[Load, ...]:
    """How often each person said something since midnight in UTC, and what is theirs."""
    said = sa.select(audit.c.staff).where(
        audit.c.at >= now // _DAY_S * _DAY_S, audit.c.action.in_(_SPOKEN)
    )
    answers = Counter(db.execute(said).scalars())
    theirs = sa.select(cluster.c.owner).where(
        _owing(db), cluster.c.owned.is_not(None), cluster.c.state != ClusterState.MERGED
    )
    owned = Counter(db.execute(theirs).scalars())
    return tuple(
        Load(name=name, answers=answers[name], open=owned[name])
        for name in sorted(answers.keys() | owned.keys())
    )


# --- one cluster ----------------------------------------------------------------------------------


def _replies(db: Connection, ids: Collection[str]) -> tuple[ReplyDoc, ...]:
    query = sa.select(reply).where(reply.c.cluster_id.in_(ids)).order_by(reply.c.at, reply.c.id)
    return tuple(_doc(dict(row)) for row in db.execute(query).mappings())


def _doc(row: Row) -> ReplyDoc:
    names = ("id", "author", "staff", "at", "text")
    return ReplyDoc(**{"staff": True, **{name: row[name] for name in names if name in row}})


def _versions(rows: Sequence[Row]) -> tuple[Count, ...]:
    homes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        version = msgspec.json.decode(row["facts"]).get("version", "")
        homes[version].add(row["member_id"])
    counts = [Count(value=name, households=len(members)) for name, members in homes.items()]
    return tuple(sorted(counts, key=lambda one: (-one.households, one.value)))


def _curve(rows: Sequence[Row]) -> tuple[Count, ...]:
    """New households by day: each counts on the day of its first report."""
    first: dict[str, float] = {}
    for row in rows:
        first.setdefault(row["member_id"], row["received"])
    days = Counter(dt.datetime.fromtimestamp(at, dt.UTC).date() for at in first.values())
    return tuple(Count(value=str(day), households=days[day]) for day in sorted(days))


def _timeline(db: Connection, ids: Collection[str], rows: Sequence[Row]) -> tuple[Event, ...]:
    moves = {
        row["id"]: row["undone"] is not None
        for row in db.execute(
            sa.select(move).where(move.c.cluster_id.in_(ids) | move.c.other_id.in_(ids))
        ).mappings()
    }
    by_time = {
        (row["at"], row["kind"]): row["id"]
        for row in db.execute(sa.select(move).where(move.c.id.in_(list(moves)))).mappings()
    }
    events = [
        Event(
            at=row["at"],
            what=row["action"],
            who=row["staff"],
            detail=row["detail"],
            move=by_time.get((row["at"], row["action"]), ""),
            undone=moves.get(by_time.get((row["at"], row["action"]), ""), False),
        )
        for row in db.execute(sa.select(audit).where(audit.c.subject.in_(ids))).mappings()
    ]
    events += [
        Event(at=row["received"], what="me_too" if row["me_too"] else "joined", detail=row["id"])
        for row in rows[:_MOST]
    ]
    query = sa.select(nudge).where(nudge.c.cluster_id.in_(ids))
    events += [
        Event(at=row["at"], what=f"at_{row['step']}", detail=f"{row['name']} {row['whom']}")
        for row in db.execute(query).mappings()
    ]
    return tuple(sorted(events, key=lambda one: one.at))


def _breaches(db: Connection, ids: Collection[str]) -> tuple[Breach, ...]:
    said: dict[tuple[str, str, int], list[ReplyDoc]] = defaultdict(list)
    query = sa.select(excuse).where(excuse.c.cluster_id.in_(ids)).order_by(excuse.c.at)
    for row in db.execute(query).mappings():
        said[row["cluster_id"], row["name"], row["round"]].append(_doc(dict(row)))
    query = sa.select(breach).where(breach.c.cluster_id.in_(ids)).order_by(breach.c.due)
    return tuple(
        Breach(
            cluster=row["cluster_id"],
            clock=ClockName(row["name"]),
            round=row["round"],
            due=row["due"],
            reasons=tuple(said[row["cluster_id"], row["name"], row["round"]]),
        )
        for row in db.execute(query).mappings()
    )


def _others(db: Connection, row: Row, now: float) -> tuple[StaffCluster, ...]:
    """Others of the same family of models that are not done: to be compared by a person."""
    query = (
        sa.select(cluster)
        .where(
            cluster.c.id != row["id"],
            cluster.c.state.in_((ClusterState.OPEN, ClusterState.PLANNED)),
            sa.func.lower(cluster.c.vendor) == row["vendor"].lower(),
        )
        .order_by(cluster.c.made.desc())
    )
    family = family_of(row["vendor"], row["model"])
    found = [
        dict(one)
        for one in db.execute(query).mappings()
        if family_of(one["vendor"], one["model"]) == family
    ][:_OTHERS]
    clocks = promises.clocks_of(db, [one["id"] for one in found], now=now)
    return _shown(db, found, clocks)
