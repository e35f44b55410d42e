"""A week's page: what came of testers' words and how promises were kept, computed from data.

Staff say what is in the week, by its notes; each change that names what testers said tells every
reporter that it is out. Everything else is worked out of what is stored, for the time since the
week before was published. The page is kept as it was told last, so that a hundred thousand houses
that ask cost nothing, and made anew once an hour while its week is the newest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import ClockName, ClusterState, HubError, Kind
from feedback.wire_triage import LANGUAGES
from feedback.wire_voice import IdeaState
from feedback.wire_voice_staff import ShipIdea
from feedback.wire_weeks import (
    Kept,
    PublicBreach,
    PublishedLine,
    PublishWeek,
    WeekLine,
    WeekPage,
)
from fleet.model import WeekId
from hub import audit, changes, clusters, promises, published, voice_petitions
from hub.clocks import Run, read
from hub.store import insert_once, one
from hub.tables import cluster, member, report
from hub.tables_triage import excuse, promise, week, week_line
from hub.tables_voice import idea

ENTITY: Final = "week_page"
_WEEK_S: Final = 7 * 86_400.0

Row = Mapping[str, Any]


def publish(db: Connection, staff: str, name: str, said: PublishWeek, *, now: float) -> None:
    """Say what is in a week; said again, it takes the former's place.

    HubError: invalid_op (no such week, a language is missing, both skipped and changes),
    cluster_unknown (it names nothing that testers said).
    """
    name = _week(name)
    _whole(said)
    abouts = [_about(db, line) for line in said.changes]
    doc = msgspec.json.encode(said).decode()
    if not insert_once(db, week, week=name, published=now, by=staff, doc=doc, page=""):
        db.execute(sa.update(week).where(week.c.week == name).values(by=staff, doc=doc))
    before = set(db.execute(sa.select(week_line.c.cluster_id).filter_by(week=name)).scalars())
    fixed = set() if said.withdrawn else {about for kind, about in abouts if kind == "cluster"}
    db.execute(sa.delete(week_line).filter_by(week=name))
    for about in sorted(fixed):
        db.execute(sa.insert(week_line).values(week=name, cluster_id=about))
        clusters.release(db, staff, about, name, said.version, now=now)
    for about in sorted(before - fixed):
        clusters.take_back(db, about, now=now)
    for kind, about in abouts:
        if kind == "idea" and not said.withdrawn:
            voice_petitions.ship(db, staff, about, ShipIdea(week=name), now=now)
    audit.note(db, staff, "week", name, detail=f"{len(said.changes)} changes", now=now)
    make(db, name)


def make(db: Connection, name: str) -> None:
    """Work a page out anew; houses hear of it where it says something else now."""
    row = _row(db, name)
    page = msgspec.json.encode(_page(db, row)).decode()
    if page != row["page"]:
        db.execute(sa.update(week).where(week.c.week == name).values(page=page))
        changes.tell(db, ENTITY, name)


def make_newest(db: Connection) -> None:
    """Work out anew the page of the newest week."""
    query = sa.select(week.c.week).order_by(week.c.published.desc()).limit(1)
    if (name := db.execute(query).scalar()) is not None:
        make(db, name)


def make_about(db: Connection, due: float) -> None:
    """Work out anew the page in which what fell due then is."""
    query = sa.select(week.c.week).where(week.c.published >= due).order_by(week.c.published)
    if (name := db.execute(query.limit(1)).scalar()) is not None:
        make(db, name)


def page_of(db: Connection, name: str) -> WeekPage:
    """A page as it was told. HubError("page_unknown") where nothing was published of that week."""
    found = documents(db, [name], changes.PUBLIC).get(name)
    if not isinstance(found, WeekPage):
        raise HubError("page_unknown")
    return found


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, msgspec.Struct]:
    """Pages, as every house hears of them."""
    query = sa.select(week.c.week, week.c.page).where(week.c.week.in_(ids))
    return {
        name: msgspec.json.decode(page, type=WeekPage) for name, page in db.execute(query).all()
    }


# --- what is in it --------------------------------------------------------------------------------


def _week(name: str) -> str:
    try:
        return str(WeekId.parse(name))
    except ValueError as error:
        raise HubError("invalid_op", field="week") from error


def _whole(said: PublishWeek) -> None:
    texts = [line.words for line in said.changes]
    texts += [words for words in (said.skipped, said.withdrawn) if words]
    if any(set(words) != set(LANGUAGES) for words in texts):
        raise HubError("invalid_op", field="words")
    if bool(said.skipped) is bool(said.changes):
        raise HubError("invalid_op", field="skipped")


def _about(db: Connection, line: PublishedLine) -> tuple[str, str]:
    """What a change names: ("cluster" or "idea", its id), or ("", "")."""
    if line.about is None:
        return "", ""
    if one(db, sa.select(idea.c.id).where(idea.c.id == line.about)):
        return "idea", line.about
    query = sa.select(report.c.cluster_id).where(report.c.id == line.about)
    place = db.execute(query).scalar() or line.about
    return "cluster", clusters.row_of(db, str(place))["id"]


def _row(db: Connection, name: str) -> Row:
    row = one(db, sa.select(week).where(week.c.week == name))
    if row is None:
        raise HubError("page_unknown")
    return row


# --- what follows from data -----------------------------------------------------------------------


def _page(db: Connection, row: Row) -> WeekPage:
    said = msgspec.json.decode(row["doc"], type=PublishWeek)
    since, until = _since(db, row["published"]), row["published"]
    lines = tuple(_line(db, line, until) for line in said.changes)
    ours = [line for line in lines if line.days is not None]
    runs = _runs(db, since, until)
    adopted, decided = _decided(db, since, until)
    return WeekPage(
        week=row["week"],
        published=until,
        version=said.version,
        changes=lines,
        from_testers=len(ours),
        share=len(ours) / len(lines) if lines else None,
        days=median(line.days for line in ours if line.days is not None) if ours else None,
        adopted=adopted,
        decided=decided,
        kept=tuple(_kept(name, runs) for name in ClockName),
        breaches=_breaches(db, runs, since, until),
        skipped=said.skipped,
        withdrawn=said.withdrawn,
    )


def _since(db: Connection, published: float) -> float:
    """When the week before was published; for the first one, seven days ago."""
    query = sa.select(sa.func.max(week.c.published)).where(week.c.published < published)
    before = db.execute(query).scalar()
    return published - _WEEK_S if before is None else float(before)


def _line(db: Connection, line: PublishedLine, published_at: float) -> WeekLine:
    kind, about = _about(db, line)
    first = _first(db, kind, about)
    homes = published.households(db, [about]) if kind == "cluster" else {}
    return WeekLine(
        words=line.words,
        cluster=about if kind == "cluster" else "",
        idea=about if kind == "idea" else "",
        households=homes.get(about, 0),
        days=None if first is None else max(0.0, published_at - first) / 86_400,
    )


def _first(db: Connection, kind: str, about: str) -> float | None:
    """When a tester said it for the first time; None: none did, but for homes of the makers."""
    table = idea if kind == "idea" else report
    which = idea.c.id == about if kind == "idea" else report.c.cluster_id == about
    query = (
        sa.select(sa.func.min(table.c.received))
        .join(member, member.c.id == table.c.member_id)
        .where(which, member.c.lab.is_(sa.false()))
    )
    found = db.execute(query).scalar() if kind else None
    return None if found is None else float(found)


def _runs(db: Connection, since: float, until: float) -> list[tuple[str, Run]]:
    """Promises to testers that were met or fell due in this time, whichever came first."""
    testers = (
        sa.select(report.c.cluster_id)
        .join(member, member.c.id == report.c.member_id)
        .where(member.c.lab.is_(sa.false()))
    )
    query = sa.select(promise.c.cluster_id).where(
        promise.c.started <= until,
        promise.c.met.is_(None) | (promise.c.met > since),
        promise.c.dropped.is_(None) | (promise.c.dropped > since),
        promise.c.cluster_id.in_(testers) | promise.c.cluster_id.in_(_merged(testers)),
    )
    found = promises.runs(db, db.execute(query.distinct()).scalars())
    return [
        (name, run)
        for name, every in sorted(found.items())
        for run in every
        if since < min(read(run).due, run.met or float("inf")) <= until
    ]


def _merged(testers: sa.Select[Any]) -> sa.Select[Any]:
    return sa.select(cluster.c.id).where(
        cluster.c.state == ClusterState.MERGED, cluster.c.merged_into.in_(testers)
    )


def _kept(name: ClockName, runs: Sequence[tuple[str, Run]]) -> Kept:
    these = [run for _, run in runs if run.name is name]
    in_time = [run for run in these if run.met is not None and run.met <= read(run).due]
    took = [run.met - run.started for run in these if run.met is not None]
    return Kept(
        clock=name,
        number=len(these),
        kept=len(in_time),
        median_s=median(took) if took else None,
    )


def _breaches(
    db: Connection, runs: Sequence[tuple[str, Run]], since: float, until: float
) -> tuple[PublicBreach, ...]:
    """What was not kept; a reason of staff stands with it, not to whom it was promised."""
    late = [
        (name, run)
        for name, run in runs
        if since < read(run).due <= until and (run.met is None or run.met > read(run).due)
    ]
    reasons: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    query = sa.select(excuse).where(excuse.c.cluster_id.in_([name for name, _ in late]))
    for row in db.execute(query.order_by(excuse.c.at, excuse.c.id)).mappings():
        reasons[row["cluster_id"], row["name"], row["round"]].append(row["text"])
    return tuple(
        PublicBreach(
            clock=run.name,
            due=read(run).due,
            met=run.met,
            reasons=tuple(reasons[name, run.name, run.round]),
        )
        for name, run in sorted(late, key=lambda one: (read(one[1]).due, one[0], one[1].name))
    )


def _decided(db: Connection, since: float, until: float) -> tuple[int, int]:
    """Of wishes and ideas: (how many come true, how many were decided on)."""
    wishes = (
        sa.select(cluster.c.id, cluster.c.state, sa.func.max(promise.c.met))
        .join(promise, promise.c.cluster_id == cluster.c.id)
        .where(
            cluster.c.kind == Kind.WISH,
            cluster.c.state.in_((ClusterState.PLANNED, ClusterState.DECLINED)),
            promise.c.name == ClockName.CLOSED,
        )
        .group_by(cluster.c.id, cluster.c.state)
        .having(sa.and_(sa.func.max(promise.c.met) > since, sa.func.max(promise.c.met) <= until))
    )
    ended = sa.select(idea.c.state).where(idea.c.ended > since, idea.c.ended <= until)
    states = [state for _, state, _ in db.execute(wishes).all()]
    states += db.execute(ended).scalars()
    good = (ClusterState.PLANNED, IdeaState.SHIPPED)
    return sum(state in good for state in states), len(states)
