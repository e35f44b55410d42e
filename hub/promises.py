"""The promises as they are kept: started, met by people, paused, run out, and told to whom.

What is stored is only what happened; when a promise falls due is worked out by hub.clocks each
time. So `settle` comes to the same breaches however late it runs, and a breach that it notes can
never be changed. A cluster that was merged keeps its own promises: what is done with the one it
went into is done for it too, and the one that runs out first is the one that is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import Clock, ClockName, ClusterState, Kind
from feedback.wire_triage import Team
from hub import changes, clocks, teams
from hub.clocks import Pause, Run, read
from hub.store import insert_once
from hub.tables import cluster, report
from hub.tables_triage import breach, nudge, pause, promise, shift

EVERY: Final = (ClockName.NAMED, ClockName.SOLUTION, ClockName.CLOSED)
_PAGE: Final = 500
_AT_ONCE: Final = 100  # clusters in one transaction: after a long pause each has much to tell
_ANY_STANDS: Final = sa.select(pause.c.since).where(pause.c.until.is_(None)).limit(1)


def always(severity: str, *, safety: bool) -> bool:
    """Whether clocks run around the clock for what is so grave."""
    return safety or severity in clocks.rules().always_when


def start(
    db: Connection, cluster_id: str, kind: str, team: str, *, safety: bool, now: float
) -> None:
    """Promise what is promised for a new cluster; praise waits for nothing."""
    _shift(db, cluster_id, team, around=safety, now=now)
    names = () if kind == Kind.PRAISE else EVERY
    for name in (*names, *((ClockName.NOTICE,) if safety else ())):
        begin(db, cluster_id, name, now=now)


def begin(
    db: Connection, cluster_id: str, name: ClockName, *, now: float, around: bool = False
) -> int:
    """Promise this anew from now on; returns the number of the round."""
    query = sa.select(sa.func.max(promise.c.round)).where(
        promise.c.cluster_id == cluster_id, promise.c.name == name
    )
    number = int(db.execute(query).scalar() or 0) + 1
    db.execute(
        sa.insert(promise).values(
            cluster_id=cluster_id,
            name=name,
            round=number,
            started=now,
            always=around,
            met_by="",
            settled=False,
        )
    )
    if name is ClockName.CLOSED:
        db.execute(sa.update(cluster).where(cluster.c.id == cluster_id).values(closed=None))
    return number


def owed(db: Connection, cluster_id: str, name: ClockName) -> bool:
    """Whether this is promised and neither met nor dropped."""
    query = sa.select(promise.c.round).where(
        promise.c.cluster_id.in_(family(db, cluster_id)), promise.c.name == name, _open()
    )
    return db.execute(query).first() is not None


def change_hours(db: Connection, cluster_id: str, team: str, *, around: bool, now: float) -> None:
    """Let other hours count from now on; for what was merged into it as well."""
    for name in family(db, cluster_id):
        _shift(db, name, team, around=around, now=now)


def meet(
    db: Connection, cluster_id: str, names: Collection[ClockName], staff: str, *, now: float
) -> None:
    """A person has done what was promised, for this cluster and all that was merged into it."""
    if not staff:
        msg = "only a person meets a promise"
        raise ValueError(msg)
    every = family(db, cluster_id)
    which = (promise.c.cluster_id.in_(every), promise.c.name.in_(names))
    db.execute(sa.update(promise).where(*which, _open()).values(met=now, met_by=staff))
    said: dict[str, Any] = {}
    if ClockName.SOLUTION in names:
        said["solved"] = sa.func.coalesce(cluster.c.solved, now)
    if ClockName.CLOSED in names:
        said["closed"] = sa.func.coalesce(cluster.c.closed, now)
    if said:
        db.execute(sa.update(cluster).where(cluster.c.id.in_(every)).values(**said))


def drop(db: Connection, cluster_id: str, names: Collection[ClockName], *, now: float) -> None:
    """This is owed no more. What ran out before is a breach all the same."""
    which = (promise.c.cluster_id == cluster_id, promise.c.name.in_(names))
    db.execute(sa.update(promise).where(*which, _open()).values(dropped=now))


def drop_for_nobody(db: Connection, *, now: float) -> None:
    """Where the last of its reporters was erased nobody is owed anything any more."""
    somebody = sa.select(report.c.id).where(report.c.cluster_id == promise.c.cluster_id).exists()
    merged = sa.select(cluster.c.id).where(cluster.c.state == ClusterState.MERGED)
    empty = (_open(), ~somebody, promise.c.cluster_id.not_in(merged))
    db.execute(sa.update(promise).where(*empty).values(dropped=now))


def look_again(db: Connection, ids: Collection[str]) -> None:
    """What is not met any more can still run out."""
    which = (promise.c.cluster_id.in_(ids), _open())
    db.execute(sa.update(promise).where(*which).values(settled=False))


def wait_or_go_on(db: Connection, cluster_id: str, *, now: float) -> None:
    """Stand still while everybody in the cluster is asked for more and nobody has answered."""
    # Counting them all would make each report of a cluster dearer than the one before.
    of_it = sa.select(report.c.id).where(report.c.cluster_id == cluster_id).limit(1)
    somebody = db.execute(of_it).first() is not None
    waits = somebody and db.execute(of_it.where(report.c.asked.is_(None))).first() is None
    for name in family(db, cluster_id):
        which = (pause.c.cluster_id == name, pause.c.until.is_(None))
        stands = db.execute(sa.select(pause.c.since).where(*which)).first() is not None
        if waits and not stands:
            db.execute(sa.delete(pause).filter_by(cluster_id=name, since=now))
            db.execute(sa.insert(pause).values(cluster_id=name, since=now))
        elif stands and not waits:
            db.execute(sa.update(pause).where(*which).values(until=now))


def go_on(db: Connection, cluster_id: str, *, now: float) -> None:
    """Somebody in the cluster is not asked for more: nothing that counts for it stands still.

    Nearly always nothing stands still anywhere; that is asked first, since every report comes here.
    """
    if db.execute(_ANY_STANDS).first() is not None:
        wait_or_go_on(db, cluster_id, now=now)


def root(db: Connection, cluster_id: str) -> str:
    """The cluster in which this one is now: itself, or what it was merged into at last."""
    query = sa.select(cluster.c.merged_into).where(cluster.c.id == cluster_id)
    while (into := db.execute(query).scalar()) is not None:
        cluster_id = str(into)
        query = sa.select(cluster.c.merged_into).where(cluster.c.id == cluster_id)
    return cluster_id


def family(db: Connection, cluster_id: str) -> list[str]:
    """This cluster and all that was merged into it, however often."""
    return [name for name, _ in _families(db, [cluster_id])]


def runs(db: Connection, ids: Iterable[str]) -> dict[str, list[Run]]:
    """Every promise of each of these clusters alone, those that were dropped too."""
    wanted = sorted(set(ids))
    found: dict[str, list[Run]] = defaultdict(list)
    known = teams.versions(db)
    for part in _parts(wanted):
        hours = _rows(db, shift, part)
        pauses = _rows(db, pause, part)
        for row in _listed(db, promise, part):
            of = row["cluster_id"]
            times = [(one["since"], one["team"], one["always"]) for one in hours[of]]
            found[of].append(
                Run(
                    name=ClockName(row["name"]),
                    started=row["started"],
                    shifts=teams.shifts(times, known),
                    pauses=tuple(Pause(one["since"], one["until"]) for one in pauses[of]),
                    met=_earlier(row["met"], row["dropped"]),
                    round=row["round"],
                    always=row["always"],
                )
            )
    return found


def clocks_of(
    db: Connection, ids: Collection[str], *, now: float | None = None
) -> dict[str, tuple[Clock, ...]]:
    """The clocks of each cluster as people see them: of each name the one that counts most.

    Without `now` only what is stored: a clock that ran out has run out once that is noted.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for name, top in _families(db, ids):
        members[top].append(name)
    wanted = [name for names in members.values() for name in names]
    found, noted = runs(db, wanted), _keys(db, breach, wanted)

    def clock(name: str, run: Run) -> Clock:
        if now is not None:
            return clocks.shown(run, now)
        return clocks.stored(run, breached=(name, run.name, run.round) in noted)

    return {
        top: tuple(
            clock(name, run)
            for name, run in _chosen([(name, run) for name in names for run in found[name]])
        )
        for top, names in members.items()
    }


def _chosen(found: Sequence[tuple[str, Run]]) -> Iterator[tuple[str, Run]]:
    """Of each name: of those that run the one that is due first, else the newest."""
    by_name: dict[ClockName, list[tuple[str, Run]]] = defaultdict(list)
    for name, run in found:
        by_name[run.name].append((name, run))
    for these in (by_name[name] for name in ClockName if name in by_name):
        if running := [one for one in these if one[1].met is None]:
            yield min(running, key=lambda one: read(one[1]).due)
        else:
            yield max(these, key=lambda one: one[1].started)


def _keys(
    db: Connection, table: sa.Table, ids: Sequence[str], *which: sa.ColumnElement[bool]
) -> set[tuple[str, str, int]]:
    query = sa.select(table.c.cluster_id, table.c.name, table.c.round).where(*which)
    return {
        (name, clock, number)
        for part in _parts(ids)
        for name, clock, number in db.execute(query.where(table.c.cluster_id.in_(part))).all()
    }


# --- what runs out --------------------------------------------------------------------------------


def settle(db: Connection, *, now: float, most: int = _AT_ONCE, after: str = "") -> str:
    """Note breaches and tell who is to be told, of `most` clusters behind `after`.

    Returns the last of them, "" where there are no more.
    """
    query = (
        sa.select(promise.c.cluster_id)
        .where(promise.c.settled.is_(sa.false()), promise.c.cluster_id > after)
        .distinct()
        .order_by(promise.c.cluster_id)
        .limit(most)
    )
    names = list(db.execute(query).scalars())
    still = _keys(db, promise, names, promise.c.settled.is_(sa.false()))
    noted, told = _keys(db, breach, names), _told(db, names)
    staff = {one.name: one for one in teams.listed(db)}
    todo = []
    for name, run in ((name, run) for name, found in runs(db, names).items() for run in found):
        if (name, run.name, run.round) not in still:
            continue
        reading = read(run)
        reached = reading.reached(run.met, now)
        todo += [_Reached(reading.steps[step], step, name, run) for step in reached]
        if run.met is not None:
            _settled(db, name, run)
    for one in sorted(todo, key=lambda one: (one.at, one.cluster_id, one.run.name)):
        if one.step == clocks.rules().steps[-1] and tuple(one.place.values()) not in noted:
            insert_once(db, breach, **one.place, due=one.at, noted=now)
            changes.tell_reports(db, report.c.cluster_id == root(db, one.cluster_id))
        if one.run.met is None and (*one.place.values(), one.step) not in told:
            _tell(db, one, staff)
    return names[-1] if len(names) == most else ""


@dataclass(frozen=True, slots=True)
class _Reached:
    """A run went beyond a step at a moment."""

    at: float
    step: int
    cluster_id: str
    run: Run

    @property
    def place(self) -> dict[str, Any]:
        return {
            "cluster_id": self.cluster_id,
            "name": str(self.run.name),
            "round": self.run.round,
        }


def _settled(db: Connection, cluster_id: str, run: Run) -> None:
    place = {"cluster_id": cluster_id, "name": run.name, "round": run.round}
    db.execute(sa.update(promise).filter_by(**place).values(settled=True))


def _told(db: Connection, ids: Sequence[str]) -> set[tuple[Any, ...]]:
    query = sa.select(nudge.c.cluster_id, nudge.c.name, nudge.c.round, nudge.c.step)
    return {tuple(row) for row in db.execute(query.where(nudge.c.cluster_id.in_(ids))).all()}


def _tell(db: Connection, one: _Reached, staff: Mapping[str, Team]) -> None:
    """Nudge the owner, then the lead; with the breach it goes to the next of the list."""
    top = root(db, one.cluster_id)
    row = db.execute(sa.select(cluster).where(cluster.c.id == top)).mappings().one()
    team = staff.get(row["team"])
    first, *_, last = clocks.rules().steps
    whom = row["owner"]
    if team is not None and one.step != first:
        whom = team.lead if one.step != last else teams.next_after(team, row["owner"])
    insert_once(db, nudge, **one.place, step=one.step, at=one.at, whom=whom)
    if one.step == last and whom != row["owner"]:
        values = {"owner": whom, "owned": None}
        db.execute(sa.update(cluster).where(cluster.c.id == top).values(**values))
        changes.tell_reports(db, report.c.cluster_id == top)


# --- below ----------------------------------------------------------------------------------------


def _open() -> sa.ColumnElement[bool]:
    return sa.and_(promise.c.met.is_(None), promise.c.dropped.is_(None))


def _earlier(*times: float | None) -> float | None:
    said = [at for at in times if at is not None]
    return min(said) if said else None


def _shift(db: Connection, cluster_id: str, team: str, *, around: bool, now: float) -> None:
    place = {"cluster_id": cluster_id, "since": now}
    db.execute(sa.delete(shift).filter_by(**place))
    db.execute(sa.insert(shift).values(**place, team=team, always=around))


def _families(db: Connection, ids: Collection[str]) -> list[tuple[str, str]]:
    """(cluster, which of `ids` it is in), each of `ids` itself first."""
    found = [(name, name) for name in ids]
    level = dict(found)
    while level:
        into = level
        level = {}
        for part in _parts(list(into)):
            query = sa.select(cluster.c.id, cluster.c.merged_into).where(
                cluster.c.merged_into.in_(part), cluster.c.state == ClusterState.MERGED
            )
            level |= {name: into[top] for name, top in db.execute(query).all()}
        found += level.items()
    return found


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many at a time as a database takes in one question."""
    return (names[at : at + _PAGE] for at in range(0, len(names), _PAGE))


def _listed(db: Connection, table: sa.Table, ids: Sequence[str]) -> list[Mapping[str, Any]]:
    keys = table.primary_key.columns
    query = sa.select(table).where(table.c.cluster_id.in_(ids)).order_by(*keys)
    return [dict(row) for row in db.execute(query).mappings()]


def _rows(
    db: Connection, table: sa.Table, ids: Sequence[str]
) -> Mapping[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in _listed(db, table, ids):
        found[row["cluster_id"]].append(row)
    return found
