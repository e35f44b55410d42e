"""The tables of open data, each as cells with the households behind them: hub/open_data.py folds.

All that staff see as charts is here (`CHARTS` says where), as far as enough households stand behind
it. Times are days since the epoch where a day is enough, else seconds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import DeviceFacts
from feedback.wire_open import Value
from feedback.wire_triage import ClusterDoc
from feedback.wire_weeks import WeekPage
from hub import board, campaigns, incidents, negative, outcomes, published, trends
from hub.anonymity import Cell
from hub.tables import cluster, report
from hub.tables_points import checkpoint
from hub.tables_signals import board as boards
from hub.tables_signals import incident, series, sighting
from hub.tables_triage import week
from hub.tables_voice import ballot, idea
from hub.trend_rule import DAY_S, LEAST_HOMES

_WEEKS: Final = 8

Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A table of what is public as it is: staff or votes made it so."""

    about: str
    columns: tuple[str, ...]
    rows: Callable[[Connection, float], Iterator[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A table of households: `words` name a line, the first `group` of them what is totalled.

    `keeps`: lines of former nights stay, since who was behind them is forgotten after a month.
    """

    about: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    group: int
    cells: Callable[[Connection, float], Iterator[Cell]]
    keeps: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """What its lines have."""
        return (*self.words, "homes", *self.numbers)


def _clusters(db: Connection, _now: float) -> Iterator[Row]:
    for doc in _public(db):
        words = doc.words
        yield (
            doc.id,
            doc.kind,
            doc.state,
            doc.severity,
            doc.safety,
            doc.vendor,
            doc.model,
            doc.component,
            words["en"].title if "en" in words else "",
            words["zh_CN"].title if "zh_CN" in words else "",
            doc.made,
            doc.households or None,
            doc.fix_week,
            doc.fix_version,
            doc.released,
            doc.reason,
        )


def _public(db: Connection) -> list[ClusterDoc]:
    names = list(db.execute(sa.select(cluster.c.id).where(cluster.c.public)).scalars())
    found = published.documents(db, names, "")
    return [doc for _, doc in sorted(found.items()) if isinstance(doc, ClusterDoc)]


def _states(db: Connection, _now: float) -> Iterator[Cell]:
    query = sa.select(cluster.c.kind, cluster.c.state, cluster.c.id, report.c.member_id).join(
        report, report.c.cluster_id == cluster.c.id
    )
    yield from _cells(((kind, state), home, name) for kind, state, name, home in db.execute(query))


def _cluster_part(db: Connection, part: Callable[[Any], str]) -> Iterator[Cell]:
    names = [doc.id for doc in _public(db)]
    query = sa.select(
        report.c.cluster_id, report.c.member_id, report.c.facts, report.c.received
    ).where(report.c.cluster_id.in_(names))
    yield from _cells(((row.cluster_id, part(row)), row.member_id, "") for row in db.execute(query))


def _cluster_versions(db: Connection, _now: float) -> Iterator[Cell]:
    yield from _cluster_part(
        db, lambda row: msgspec.json.decode(row.facts, type=DeviceFacts).version
    )


def _cluster_days(db: Connection, _now: float) -> Iterator[Cell]:
    yield from _cluster_part(db, lambda row: str(int(row.received // DAY_S)))


def _trends(db: Connection, now: float) -> Iterator[Cell]:
    names = ("vendor", "model", "component", "version")
    query = (
        sa.select(sighting.c.hour, *(series.c[name] for name in names), sighting.c.member_id)
        .join(series, series.c.id == sighting.c.series)
        .where(series.c.circle == "", sighting.c.hour < int(now // DAY_S) * 24)
    )
    yield from _cells(((str(row[0] // 24), *row[1:5]), row[5], "") for row in db.execute(query))


def _signatures(db: Connection, now: float) -> Iterator[Cell]:
    names = ("vendor", "model", "component", "signature")
    query = (
        sa.select(*(series.c[name] for name in names), sighting.c.member_id)
        .join(series, series.c.id == sighting.c.series)
        .where(series.c.circle == "", sighting.c.at > now - trends.KEPT_S)
    )
    yield from _cells((tuple(row[:4]), row[4], "") for row in db.execute(query))


def _circles(db: Connection, now: float) -> Iterator[Cell]:
    query = (
        sa.select(sighting.c.hour, series.c.circle, sighting.c.member_id)
        .join(series, series.c.id == sighting.c.series)
        .where(series.c.circle != "", sighting.c.hour < int(now // DAY_S) * 24)
    )
    yield from _cells(((str(hour // 24), name), home, "") for hour, name, home in db.execute(query))


def _outcomes(db: Connection, _now: float) -> Iterator[Cell]:
    words = outcomes.last_words(db, outcomes.weeks(db, _WEEKS))
    names = ("week", "vendor", "model", "version_to", "result")
    places = [tuple(row[name] for name in names) for row in words]
    devices = Counter(places)
    homes = [(place, row["home"], "") for place, row in zip(places, words, strict=True)]
    for cell in _cells(iter(homes)):
        yield replace(cell, numbers={"devices": devices[cell.place]})


def _incidents(db: Connection, _now: float) -> Iterator[Row]:
    query = sa.select(incident.c.id).where(incident.c.public).order_by(incident.c.opened)
    names = list(db.execute(query).scalars())
    for doc in incidents.documents(db, names, "").values():
        said = msgspec.to_builtins(doc)
        yield (
            *(said[name] for name in ("id", "state", "vendor", "component")),
            " ".join(said["models"]),
            *(said.get(name) for name in ("opened", "due", "closed", "homes")),
            said.get("outcome", {}).get("en", ""),
            said.get("outcome", {}).get("zh_CN", ""),
        )


def _curve(db: Connection, _now: float) -> Iterator[Cell]:
    query_all = sa.select(incident).where(incident.c.public)
    for row in [dict(each) for each in db.execute(query_all).mappings()]:
        query = (
            sa.select(sighting.c.hour, series.c.model, series.c.version, sighting.c.member_id)
            .join(series, series.c.id == sighting.c.series)
            .where(series.c.circle == "", incidents.met(row, incidents.subjects_of(db, row["id"])))
        )
        yield from _cells(
            ((row["id"], str(hour)), home, "") for hour, _, _, home in db.execute(query)
        )


def _negative(db: Connection, now: float) -> Iterator[Row]:
    for one in negative.rates(db, now=now):
        reported = one.reported if one.reported >= LEAST_HOMES else None
        failed = one.failed if one.failed >= LEAST_HOMES else None
        if reported is None and failed is None:
            continue
        active = one.active if one.active >= LEAST_HOMES else None
        told = one.told if one.told >= LEAST_HOMES else None
        yield (one.vendor, one.model, one.version, reported, active, failed, told, one.previous)


def _campaigns(db: Connection, _now: float) -> Iterator[Row]:
    for one in campaigns.shown(db):
        for day in one.numbers:
            values = (day.day, day.model, day.version, day.homes, day.hours, day.p50, day.p95)
            yield (one.campaign.id, one.campaign.vendor, one.campaign.feature, *values, day.unit)


def _ideas(db: Connection, _now: float) -> Iterator[Row]:
    from hub import voice_ideas  # noqa: PLC0415 - the room of voice; only its documents are read

    names = list(db.execute(sa.select(idea.c.id)).scalars())
    for doc in voice_ideas.documents(db, names, "").values():
        votes = doc.votes if doc.votes >= LEAST_HOMES else None
        yield (
            doc.id,
            doc.title,
            doc.state,
            votes,
            doc.received,
            doc.petition,
            doc.answer,
            doc.week,
        )


def _ballots(db: Connection, _now: float) -> Iterator[Row]:
    query = sa.select(ballot).where(ballot.c.closed.is_not(None)).order_by(ballot.c.closed)
    for row in db.execute(query).mappings():
        enough = row["cast"] >= LEAST_HOMES
        yield (
            *(row[name] for name in ("id", "kind", "title", "options", "binding", "closed")),
            row["cast"] if enough else None,
            row["totals"] if enough else None,
        )


def _weeks(db: Connection, _now: float) -> Iterator[Row]:
    for page in _pages(db):
        changes = len(page.changes)
        numbers = (page.from_testers, page.share, page.days, page.adopted, page.decided)
        yield (page.week, page.version, page.published, changes, *numbers, len(page.breaches))


def _promises(db: Connection, _now: float) -> Iterator[Row]:
    for page in _pages(db):
        for kept in page.kept:
            yield (page.week, kept.clock, kept.number, kept.kept, kept.median_s)


def _pages(db: Connection) -> list[WeekPage]:
    from hub.documents import DOCS  # noqa: PLC0415 - all rooms are there, this one too

    names = list(db.execute(sa.select(week.c.week).order_by(week.c.week)).scalars())
    found = DOCS["week_page"](db, names, "") if "week_page" in DOCS else {}
    return [page for name in names if isinstance(page := found.get(name), WeekPage)]


def _ledger(db: Connection, _now: float) -> Iterator[Row]:
    for row in db.execute(sa.select(checkpoint).order_by(checkpoint.c.at)).mappings():
        yield tuple(row[name] for name in ("id", "at", "rows", "head", "given"))


def _boards(db: Connection, _now: float) -> Iterator[Row]:
    query = sa.select(boards.c.week, boards.c.name).order_by(boards.c.ends, boards.c.name)
    names = [f"{week}:{name}" for week, name in db.execute(query)]
    for doc in board.documents(db, names, "").values():
        for row in getattr(doc, "rows", ()):
            said = msgspec.to_builtins(doc)
            yield (said["week"], said["board"], row.place, row.nickname, row.score)


def _cells(met: Iterator[tuple[tuple[str, ...], str, str]]) -> Iterator[Cell]:
    """Bring together who met the same: (place, household, name of a thing that is counted)."""
    homes: dict[tuple[str, ...], set[str]] = defaultdict(set)
    things: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for place, home, thing in met:
        homes[place].add(home)
        things[place] |= {thing} if thing else set()
    for place, who in homes.items():
        numbers = {"things": len(things[place])} if things[place] else {}
        yield Cell(place=place, homes=frozenset(who), numbers=numbers)


_MODEL: Final = ("vendor", "model")
TABLES: Final[Mapping[str, Plain | Counted]] = {
    "clusters": Plain(
        about="What is known to be wrong, as staff published it",
        columns=(
            *("id", "kind", "state", "severity", "safety", *_MODEL, "component"),
            *("title_en", "title_zh", "made", "homes", "fix_week", "fix_version", "released"),
            "reason",
        ),
        rows=_clusters,
    ),
    "states": Counted(
        about="How everything that was reported stands, by kind",
        words=("kind", "state"),
        numbers=("things",),
        group=1,
        cells=_states,
    ),
    "cluster_versions": Counted(
        about="Households of a published cluster by version",
        words=("cluster", "version"),
        numbers=(),
        group=1,
        cells=_cluster_versions,
    ),
    "cluster_days": Counted(
        about="Households that reported a published cluster, by day",
        words=("cluster", "day"),
        numbers=(),
        group=1,
        cells=_cluster_days,
    ),
    "trends": Counted(
        about="Households that reported a problem, by day",
        words=("day", *_MODEL, "component", "version"),
        numbers=(),
        group=1,
        cells=_trends,
        keeps=True,
    ),
    "signatures": Counted(
        about="Households with each signature, of the last 29 days",
        words=(*_MODEL, "component", "signature"),
        numbers=(),
        group=2,
        cells=_signatures,
    ),
    "circles": Counted(
        about="Households of each circle that reported a problem, by day",
        words=("day", "circle"),
        numbers=(),
        group=1,
        cells=_circles,
        keeps=True,
    ),
    "outcomes": Counted(
        about="How updates went on devices: the last word on each, of eight weeks",
        words=("week", *_MODEL, "version", "result"),
        numbers=("devices",),
        group=4,
        cells=_outcomes,
        keeps=True,
    ),
    "incidents": Plain(
        about="Incidents that staff told every house of",
        columns=(
            *("id", "state", "vendor", "component", "models", "opened", "due", "closed", "homes"),
            *("outcome_en", "outcome_zh"),
        ),
        rows=_incidents,
    ),
    "incident_hours": Counted(
        about="Households that met a published incident, by hour since the epoch",
        words=("incident", "hour"),
        numbers=(),
        group=1,
        cells=_curve,
        keeps=True,
    ),
    "negative": Plain(
        about="Unhappy homes of a day by version; what fewer than five stand behind is left out",
        columns=(*_MODEL, "version", "reported", "active", "failed", "told", "previous"),
        rows=_negative,
    ),
    "campaigns": Plain(
        about="What campaigns measured, by day and version",
        columns=(
            *("campaign", "vendor", "feature", "day", "model", "version", "homes", "hours"),
            *("p50", "p95", "unit"),
        ),
        rows=_campaigns,
    ),
    "ideas": Plain(
        about="Ideas, their votes, and what was answered to petitions",
        columns=(*("id", "title", "state", "votes", "received", "petition", "answer", "week"),),
        rows=_ideas,
    ),
    "ballots": Plain(
        about="Ballots that are over, with their totals",
        columns=("id", "kind", "title", "options", "binding", "closed", "cast", "totals"),
        rows=_ballots,
    ),
    "weeks": Plain(
        about="What came of testers' words, week by week",
        columns=(
            *("week", "version", "published", "changes", "from_testers", "share", "days"),
            *("adopted", "decided", "breaches"),
        ),
        rows=_weeks,
    ),
    "promises": Plain(
        about="How the makers' promises were kept: 30 minutes, 3 hours, 3 days",
        columns=("week", "clock", "number", "kept", "median_s"),
        rows=_promises,
    ),
    "ledger": Plain(
        about="How the books of points stood for each week",
        columns=("week", "at", "rows", "head", "given"),
        rows=_ledger,
    ),
    "boards": Plain(
        about="The weekly boards",
        columns=("week", "board", "place", "nickname", "score"),
        rows=_boards,
    ),
}
"""Every table by its name."""
