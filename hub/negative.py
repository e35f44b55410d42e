"""How many homes are unhappy with a version, and whether that is more than with the one before.

Unhappy is a home that reported a problem, or whose update to the version did badly. Reports are
members'; outcomes are nobody's and dated by the day alone (docs/adr/0023), so nobody can tell which
of both a home is in: each is a share of its own, and the rate is the larger one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import Result
from feedback.wire_incidents import Alert, AlertKind, NegativeRate
from hub import alerts, incident_figures, trends
from hub.tables import member, outcome
from hub.tables_signals import series, sighting
from hub.trend_rule import DAY_S, LEAST_HOMES, Baseline, is_alarm

WORSE: Final = 2.0
"""More than so many times the rate of the version before is an alarm."""

_BAD: Final = (Result.FAILED, Result.ROLLED_BACK, Result.SILENT, Result.UNWELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many homes."""

    homes: int
    of: int

    @property
    def rate(self) -> float:
        """The share itself; of nobody it is 0."""
        return self.homes / self.of if self.of else 0.0


def rates(db: Connection, *, now: float) -> tuple[NegativeRate, ...]:
    """Return every version that anybody was unhappy with in the last 24 hours, the worst first."""
    active = _active(db, now)
    reported = dict(_reported(db, now - DAY_S, now))
    told = _told(db, now)
    found = [
        _rate(db, key, Share(homes=reported.get(key, 0), of=active), told.get(key), now)
        for key in sorted({*reported, *(key for key, share in told.items() if share.homes)})
    ]
    return tuple(sorted(found, key=lambda one: (-one.rate, one.vendor, one.model, one.version)))


def alarms(db: Connection, found: Sequence[NegativeRate], *, now: float) -> int:
    """Tell staff of each version that is worse than the one before; once a day for each."""
    new = 0
    for one in found:
        if one.alarm:
            said = Alert(
                kind=AlertKind.NEGATIVE_RATE,
                at=now,
                vendor=one.vendor,
                model=one.model,
                version=one.version,
                homes=max(one.reported, one.failed),
                rate=one.rate,
                before=one.before,
            )
            new += alerts.tell(db, said, again=str(int(now // DAY_S)))
    return new


def is_worse(homes: int, rate: float, before: float, *, known: bool) -> bool:
    """Whether a rate is an alarm: at least 5 homes, and twice the one before, or no chance.

    `known`: there is a version before. Its rate makes so many homes of this day usual; where there
    is none, whatever the rule of trends calls no chance.
    """
    if homes < LEAST_HOMES:
        return False
    if known and before > 0:
        usual = homes * before / rate if rate else 0.0
        scattered = Baseline(mean=max(usual, 1e-9), variance=max(usual, 1e-9))
        return rate > WORSE * before or is_alarm(homes, scattered)
    return is_alarm(homes, Baseline(mean=1 / 28, variance=1 / 28))


def _rate(
    db: Connection, key: tuple[str, str, str], reported: Share, told: Share | None, now: float
) -> NegativeRate:
    vendor, model, version = key
    outcomes = told or Share(homes=0, of=0)
    previous, before = _before(db, key, now)
    rate = max(reported.rate, outcomes.rate)
    homes = reported.homes if reported.rate >= outcomes.rate else outcomes.homes
    return NegativeRate(
        vendor=vendor,
        model=model,
        version=version,
        reported=reported.homes,
        active=reported.of,
        failed=outcomes.homes,
        told=outcomes.of,
        rate=rate,
        previous=previous,
        before=before,
        alarm=is_worse(homes, rate, before, known=bool(previous)),
    )


def _before(db: Connection, key: tuple[str, str, str], now: float) -> tuple[str, float]:
    """The version before, and its rate: of its failed updates, or of a day of its reports."""
    vendor, model, version = key
    begun = incident_figures.releases(db, vendor, model)
    place = next((n for n, (name, _) in enumerate(begun) if name == version), 0)
    if place == 0:
        return "", 0.0
    (previous, since), (_, until) = begun[place - 1], begun[place]
    days = max(1.0, (until - since) / DAY_S)
    homes = dict(_reported(db, since, until, of=(vendor, model, previous))).get(
        (vendor, model, previous), 0
    )
    active = _active(db, now)
    by_reports = homes / days / active if active else 0.0
    failed = incident_figures.failed_share(db, vendor, model, previous)
    return previous, max(by_reports, failed or 0.0)


def _active(db: Connection, now: float) -> int:
    query = sa.select(sa.func.count()).where(
        member.c.last_seen > now - DAY_S, member.c.lab.is_(False), member.c.left.is_(None)
    )
    return int(db.execute(query).scalar() or 0)


def _reported(
    db: Connection, since: float, until: float, of: tuple[str, str, str] | None = None
) -> Sequence[tuple[tuple[str, str, str], int]]:
    names = (series.c.vendor, series.c.model, series.c.version)
    query = (
        sa.select(*names, sa.func.count(sighting.c.member_id.distinct()))
        .join(series, series.c.id == sighting.c.series)
        .where(series.c.circle == "", sighting.c.hour >= int(since // trends.HOUR_S))
        .where(sighting.c.at > since, sighting.c.at <= until)
        .group_by(*names)
    )
    if of is not None:
        query = query.where(*(name == word for name, word in zip(names, of, strict=True)))
    return [((row[0], row[1], row[2]), int(row[3])) for row in db.execute(query)]


def _told(db: Connection, now: float) -> dict[tuple[str, str, str], Share]:
    """Homes by version of today's and yesterday's outcomes: a day is all that is known of them."""
    names = (outcome.c.vendor, outcome.c.model, outcome.c.version_to)
    bad = sa.case((outcome.c.result.in_(_BAD), outcome.c.home))
    query = (
        sa.select(
            *names,
            sa.func.count(bad.distinct()),
            sa.func.count(outcome.c.home.distinct()),
        )
        .where(outcome.c.day >= int(now // DAY_S) - 1, outcome.c.lab.is_(False))
        .group_by(*names)
    )
    return {
        (row[0], row[1], row[2]): Share(homes=int(row[3]), of=int(row[4]))
        for row in db.execute(query)
    }
