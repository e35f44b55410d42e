"""What became of updates in homes: taken so that nobody can say whose it was, counted by device.

A row has no member, no operation and no hour; its operation is noted under the day alone. Devices
count once for each file, by the last word on their last attempt. Homes of the makers' own are kept
and not counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import health
from feedback.wire import DeviceOutcome, HubError, OpKind, Result
from feedback.wire_outcomes import CreateOutcome, Ended, Numbers
from fleet.model import WeekId
from hub.members import Standing
from hub.store import insert_once, one
from hub.tables import op, outcome

_DAY_S: Final = 86_400
_A_DAY: Final = 1_000  # of one member: 500 devices, offered and ended
_BAD: Final = (Result.FAILED, Result.ROLLED_BACK, Result.SILENT, Result.UNWELL)
_RELEASE: Final = ("week", "target", "sha256", "vendor", "model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One file on one model, and how its devices stand."""

    week: str
    target: str
    sha256: str
    vendor: str
    model: str
    homes: int
    homes_failed: int
    come_back_s: float | None
    ended: tuple[Ended, ...] = field(default=())  # every result, also "offered" and "done"

    def devices(self, *results: Result) -> int:
        """How many stand in one of these, without what is known not to be of the release."""
        return sum(one.devices for one in self.ended if one.result in results and not one.known)

    @property
    def offered(self) -> int:
        """All to which it was offered, whatever came of it."""
        return self.devices(Result.OFFERED) + self.attempted

    @property
    def attempted(self) -> int:
        """Those on which an attempt ended."""
        return self.healthy + self.failed

    @property
    def healthy(self) -> int:
        """Those that run it and are well."""
        return self.devices(Result.DONE)

    @property
    def failed(self) -> int:
        """Those that did badly in any way."""
        return self.devices(*_BAD)

    @property
    def dead(self) -> int:
        """Those that took it and never came back."""
        silent = (one for one in self.ended if one.result is Result.SILENT and not one.known)
        return sum(one.devices for one in silent if one.reason == "not_back")


def take(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """Keep an outcome; of an attempt only the highest revision stands.

    HubError: invalid_op (a week that has not come), too_many_outcomes, id_taken.
    """
    asked = msgspec.json.decode(body, type=CreateOutcome)
    today = dt.datetime.fromtimestamp(now, dt.UTC).date()
    if asked.week > str(WeekId.of(today).next()):
        raise HubError("invalid_op", field="week")
    _not_too_many(db, who, now)
    values = {**msgspec.structs.asdict(asked), **_spans(asked), "lab": who.lab}
    for name in ("v", "took", "attempt"):
        del values[name]
    if insert_once(db, outcome, attempt=asked.attempt, day=int(now // _DAY_S), **values):
        return
    row = one(db, sa.select(outcome).where(outcome.c.attempt == asked.attempt)) or {}
    if any(row[name] != values[name] for name in ("home", "device", "week", "target", "sha256")):
        raise HubError("id_taken")
    newer = (outcome.c.attempt == asked.attempt, outcome.c.revision < asked.revision)
    db.execute(sa.update(outcome).where(*newer).values(**values))


def day_of(now: float) -> float:
    """Return the begin of the day: more of an outcome's time is not kept."""
    return float(now // _DAY_S * _DAY_S)


def weeks(db: Connection, most: int) -> list[str]:
    """Return the newest weeks of which anything was told, the newest first."""
    query = sa.select(outcome.c.week).distinct().order_by(outcome.c.week.desc()).limit(most)
    return list(db.execute(query).scalars())


def releases(
    db: Connection,
    of: Collection[str],
    known: Mapping[tuple[str, str, str], Collection[str]] | None = None,
) -> list[Release]:
    """Return how every file of these weeks does on every model, ordered by week.

    `known`: (week, vendor, model) -> reasons of failures that are not of the release.
    """
    last = _last(of)
    named = [last.c[name] for name in _RELEASE]
    bad = sa.case((last.c.result.in_(_BAD), last.c.home))
    back = sa.case((last.c.result == Result.DONE, last.c.come_back_s))
    totals = db.execute(
        sa.select(
            *named,
            sa.func.count(last.c.home.distinct()).label("homes"),
            sa.func.count(bad.distinct()).label("homes_failed"),
            sa.func.avg(back).label("come_back_s"),
        )
        .group_by(*named)
        .order_by(*named)
    ).mappings()
    ended = _ended(db, last, known or {})
    return [Release(**row, ended=tuple(ended[_key(row)])) for row in totals]


def last_words(db: Connection, of: Collection[str]) -> list[Mapping[str, Any]]:
    """Return the last word on each device of these weeks, with its home's name of that week."""
    last = _last(of)
    names = ("week", "vendor", "model", "version_to", "result", "home")
    rows = db.execute(sa.select(*(last.c[name] for name in names))).mappings()
    return [dict(row) for row in rows]


def numbers(found: Release) -> Numbers:
    """Return what homes may know of a release."""
    low, high = health.interval(found.failed, found.attempted)
    return Numbers(
        week=found.week,
        target=found.target,
        sha256=found.sha256,
        homes=found.homes,
        offered=found.offered,
        attempted=found.attempted,
        healthy=found.healthy,
        failed=found.failed,
        silent=found.devices(Result.SILENT),
        low=low,
        high=high,
    )


def public(db: Connection, *, least_homes: int, most_weeks: int = 4) -> tuple[Numbers, ...]:
    """Return the numbers of recent files that so many homes told of, the newest last."""
    found = releases(db, weeks(db, most_weeks))
    return tuple(numbers(release) for release in found if release.homes >= least_homes)


def of_device(db: Connection, device: str) -> tuple[DeviceOutcome, ...]:
    """Return what was told of a device under this name, the oldest week first."""
    names = DeviceOutcome.__struct_fields__
    query = (
        sa.select(*(outcome.c[name] for name in names))
        .where(outcome.c.device == device)
        .order_by(outcome.c.week, outcome.c.day, outcome.c.number)
    )
    found = db.execute(query).mappings()
    return tuple(DeviceOutcome(**{**row, "result": Result(row["result"])}) for row in found)


def _not_too_many(db: Connection, who: Standing, now: float) -> None:
    taken = db.execute(
        sa.select(sa.func.count())
        .select_from(op)
        .where(
            op.c.member_id == who.member_id,
            op.c.kind == OpKind.OUTCOME,
            op.c.received >= day_of(now),
        )
    ).scalar()
    if int(taken or 0) >= _A_DAY:
        raise HubError("too_many_outcomes")


def _spans(asked: CreateOutcome) -> dict[str, int | None]:
    return {f"{name}_s": took for name, took in msgspec.structs.asdict(asked.took).items()}


def _last(of: Collection[str]) -> sa.Subquery:
    """The row of each device's last attempt with each file."""
    newest = sa.func.row_number().over(
        partition_by=[outcome.c.week, outcome.c.target, outcome.c.sha256, outcome.c.device],
        order_by=[outcome.c.number.desc(), outcome.c.day.desc(), outcome.c.attempt],
    )
    ranked = (
        sa.select(outcome, newest.label("place"))
        .where(outcome.c.week.in_(of), outcome.c.lab.is_(False))
        .subquery()
    )
    return sa.select(ranked).where(ranked.c.place == 1).subquery()


def _ended(
    db: Connection, last: sa.Subquery, known: Mapping[tuple[str, str, str], Collection[str]]
) -> dict[tuple[str, ...], list[Ended]]:
    ways = [last.c[name] for name in (*_RELEASE, "result", "reason", "transient")]
    query = sa.select(*ways, sa.func.count().label("devices")).group_by(*ways).order_by(*ways)
    ended: dict[tuple[str, ...], list[Ended]] = {}
    for row in db.execute(query).mappings():
        excused = known.get((row["week"], row["vendor"], row["model"]), ())
        one_way = Ended(
            result=Result(row["result"]),
            reason=row["reason"],
            transient=row["transient"],
            devices=row["devices"],
            known=row["reason"] in excused and row["result"] in _BAD,
        )
        ended.setdefault(_key(row), []).append(one_way)
    return ended


def _key(row: Mapping[str, Any] | sa.RowMapping) -> tuple[str, ...]:
    return tuple(row[name] for name in _RELEASE)
