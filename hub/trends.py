"""Who met what when: counts households of new reports, and asks the rule of hub/trend_rule.py.

Nothing is counted while a report is taken: a job reads the new rows (ADR 0035 has the measurement).
Counted are distinct households that reported a problem, by (vendor, model, version, component,
signature) and for each of the household's circles; the makers' own homes are not. Everything
follows from when reports were received, so a job that was late comes to the same alarm, at the same
moment, as one that ran at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from feedback.wire import DeviceFacts, Kind
from hub.store import insert_once
from hub.tables import cluster, member, meta, report
from hub.tables_signals import day_count, series, sighting
from hub.tables_voice import circle_member
from hub.trend_rule import DAY_S, LEAST_HOMES, WINDOWS, Alarm, Sighting, first_alarm

HOUR_S: Final = 3600.0
ANY: Final = "*"
"""Stands in a series for all versions, or all signatures, where older days are kept as numbers."""

KEPT_S: Final = (WINDOWS + 1) * DAY_S
_BATCH: Final = 5_000
_OVERLAP_S: Final = 120.0  # a report is in the database so long, at most, after it was received
_CURSOR: Final = "signals_counted"
_WORDS: Final = ("vendor", "model", "version", "component", "signature", "circle")


class Subject(NamedTuple):
    """What an alarm is about."""

    vendor: str
    component: str
    model: str


class Named(NamedTuple):
    """A signature on a version of a model."""

    subject: Subject
    version: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One batch of reports: what they were about, the first time each was met in it, and more."""

    subjects: Mapping[Subject, float]
    signatures: frozenset[Named]
    more: bool


def series_id(words: Mapping[str, str]) -> str:
    """The name of the series with these words, the same at every time and in every process."""
    text = msgspec.json.encode([words[name] for name in _WORDS])
    return hashlib.sha256(text).hexdigest()[:32]


def count(db: Connection, *, limit: int = _BATCH) -> Counted:
    """Count the next reports, at most `limit`, and note how far that is."""
    at, last, again = _cursor(db)
    place = sa.tuple_(report.c.received, report.c.id)
    query = (
        _problems()
        .where(place > sa.tuple_(at, last))
        .order_by(report.c.received, report.c.id)
        .limit(limit)
    )
    rows = [dict(row) for row in db.execute(query).mappings()]
    more = len(rows) == limit
    if rows:
        _note(db, rows[-1]["received"], rows[-1]["id"], again=more)
    elif again:
        _note(db, at, last, again=False)
    return _counted(db, rows, more=more)


def alarm(
    db: Connection, subject: Subject, *, since: float, after: float, now: float
) -> Alarm | None:
    """Return when the rule first held for what was met from `since` on and until `now`, or None.

    Nothing up to `after` counts at all: the last incident about it ended then.
    """
    today = _sightings(db, subject, max(after, since - DAY_S), now)
    if len({home for _, home in today}) < LEAST_HOMES:
        return None
    seen = _sightings(db, subject, max(after, since - KEPT_S), now)
    begin = float(db.execute(sa.select(sa.func.min(report.c.received))).scalar() or now)
    return first_alarm(seen, since=since - 1e-6, begin=begin, until=now)


def homes(
    db: Connection, *where: sa.ColumnElement[bool], by: sa.ColumnElement[Any]
) -> list[tuple[Any, int]]:
    """Distinct households of everybody's series by something, the most first."""
    number = sa.func.count(sighting.c.member_id.distinct())
    query = (
        sa.select(by, number)
        .join(series, series.c.id == sighting.c.series)
        .where(series.c.circle == "", *where)
        .group_by(by)
        .order_by(number.desc(), by)
    )
    return [(value, int(found)) for value, found in db.execute(query)]


def about(subject: Subject) -> sa.ColumnElement[bool]:
    """The condition that a series is about `subject`."""
    return sa.and_(
        series.c.vendor == subject.vendor,
        series.c.component == subject.component,
        series.c.model == subject.model,
    )


def tidy(db: Connection, *, now: float) -> int:
    """Turn days that the rule looks back to no more into numbers; returns how many rows went."""
    day = int((now - KEPT_S) // DAY_S)
    old = sighting.c.hour < day * 24
    for row in _old_days(db, old):
        _keep_day(db, row, *(row[name] for name in ("version", "signature")))
    for row in _old_days(db, old, whole=True):
        _keep_day(db, row, ANY, ANY)
    return db.execute(sa.delete(sighting).where(old)).rowcount


def _problems() -> sa.Select[Any]:
    return (
        sa.select(
            report.c.id,
            report.c.received,
            report.c.member_id,
            report.c.facts,
            report.c.signature,
            *(cluster.c[name] for name in ("vendor", "model", "component")),
        )
        .join(cluster, cluster.c.id == report.c.cluster_id)
        .join(member, member.c.id == report.c.member_id)
        .where(report.c.kind == Kind.PROBLEM, member.c.lab.is_(False))
    )


def _counted(db: Connection, rows: Sequence[Mapping[str, Any]], *, more: bool) -> Counted:
    circles = _circles(db, {row["member_id"] for row in rows})
    found: dict[str, dict[str, Any]] = {}
    seen: dict[tuple[str, int, str], dict[str, Any]] = {}
    subjects: dict[Subject, float] = {}
    signatures = set()
    for row in rows:
        subject = Subject(row["vendor"], row["component"], row["model"])
        subjects.setdefault(subject, row["received"])
        version = msgspec.json.decode(row["facts"], type=DeviceFacts).version[:64]
        if row["signature"]:
            signatures.add(Named(subject, version, row["signature"]))
        for one in _series(subject, version, row, circles.get(row["member_id"], ())):
            found.setdefault(one["id"], one)
            hour = int(row["received"] // HOUR_S)
            seen.setdefault(
                (one["id"], hour, row["member_id"]),
                {
                    "series": one["id"],
                    "hour": hour,
                    "member_id": row["member_id"],
                    "at": row["received"],
                },
            )
    _insert_all(db, series, list(found.values()))
    _insert_all(db, sighting, list(seen.values()))
    return Counted(subjects=subjects, signatures=frozenset(signatures), more=more)


def _series(
    subject: Subject, version: str, row: Mapping[str, Any], circles: Iterable[str]
) -> Iterator[dict[str, Any]]:
    for circle in ("", *circles):
        words = {
            "vendor": subject.vendor,
            "model": subject.model,
            "version": "" if circle else version,
            "component": subject.component,
            "signature": "" if circle else row["signature"],
            "circle": circle,
        }
        yield {"id": series_id(words), **words, "first": row["received"]}


def _circles(db: Connection, members: Iterable[str]) -> Mapping[str, list[str]]:
    query = sa.select(circle_member.c.member_id, circle_member.c.circle_id).where(
        circle_member.c.member_id.in_(list(members))
    )
    found: dict[str, list[str]] = {}
    for who, circle in db.execute(query):
        found.setdefault(who, []).append(circle)
    return found


def _insert_all(db: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    insert: Any = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    db.execute(insert(table).on_conflict_do_nothing(), list(rows))


def _sightings(db: Connection, subject: Subject, after: float, until: float) -> list[Sighting]:
    query = (
        sa.select(sighting.c.at, sighting.c.member_id)
        .join(series, series.c.id == sighting.c.series)
        .where(about(subject), series.c.circle == "")
        .where(sighting.c.hour >= int(after // HOUR_S))
        .where(sighting.c.at > after, sighting.c.at <= until)
        .order_by(sighting.c.at, sighting.c.member_id)
    )
    return [(at, home) for at, home in db.execute(query)]


def _cursor(db: Connection) -> tuple[float, str, bool]:
    """Return where to go on, and whether that is in the middle of something.

    Whoever is through goes back a little the next time: what was received before it may have been
    written after it, and to count a row again changes nothing.
    """
    said = db.execute(sa.select(meta.c.value).where(meta.c.name == _CURSOR)).scalar()
    if said is None:
        return 0.0, "", False
    at, last, again = msgspec.json.decode(said, type=tuple[float, str, bool])
    return (at, last, True) if again else (at - _OVERLAP_S, "", False)


def _note(db: Connection, at: float, last: str, *, again: bool) -> None:
    value = msgspec.json.encode([at, last, again]).decode()
    if not insert_once(db, meta, name=_CURSOR, value=value):
        db.execute(sa.update(meta).where(meta.c.name == _CURSOR).values(value=value))


def _old_days(
    db: Connection, old: sa.ColumnElement[bool], *, whole: bool = False
) -> list[Mapping[str, Any]]:
    names = ["vendor", "model", "component", "circle"]
    names += [] if whole else ["version", "signature"]
    day = (sighting.c.hour // 24).label("day")
    columns = [series.c[name] for name in names]
    query = (
        sa.select(*columns, day, sa.func.count(sighting.c.member_id.distinct()).label("homes"))
        .join(series, series.c.id == sighting.c.series)
        .where(old)
        .group_by(*columns, day)
    )
    return [dict(row) for row in db.execute(query).mappings()]


def _keep_day(db: Connection, row: Mapping[str, Any], version: str, signature: str) -> None:
    words = {name: row[name] for name in ("vendor", "model", "component", "circle")}
    words |= {"version": version, "signature": signature}
    name = series_id(words)
    insert_once(db, series, id=name, **words, first=row["day"] * DAY_S)
    insert_once(db, day_count, series=name, day=row["day"], homes=row["homes"])
