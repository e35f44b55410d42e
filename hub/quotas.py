"""How many of the operations of a push are taken now. Days are counted from what is stored.

What does not fit waits in the house, in its order, and is not refused: the answer says when to come
again. A push that carries a report of danger or of a dead device is taken up to that report,
whatever was counted: nobody who reports smoke is told to wait. The rules are pure (`room`); `used`
asks the database, so several processes of one hub count together.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import Effect, HubError, Op, OpKind, Safety
from hub.config import Limits
from hub.store import insert_once
from hub.tables import cluster, op, report
from hub.tables_accounts import tally

_MINUTE_S: Final = 60.0
_DAY_S: Final = 86_400.0
_MONTH_S: Final = 30 * _DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a member has had lately. Times are seconds since the epoch, oldest first."""

    reports: tuple[float, ...] = ()  # received in the last day
    ops: int = 0  # likewise
    first_op: float | None = None  # the oldest of these
    spam: int = 0  # reports of the last 30 days that turned out to be none


class _Grave(msgspec.Struct, frozen=True):
    safety: str = Safety.NONE
    effect: str = Effect.UNSAID


def room(ops: Sequence[Op], used: Used, limits: Limits, *, now: float) -> tuple[int, float]:
    """Return how many of these (new) operations may be taken, and after how many seconds the next.

    The second is 0 where all may.
    """
    reports, count = list(used.reports), used.ops
    a_day = limits.reports_per_day
    if used.spam > limits.spam_in_30_days:
        a_day = min(a_day, limits.spammer_reports_per_day)
    through = max((n for n, one in enumerate(ops, start=1) if _is_danger(one)), default=0)
    for n, one in enumerate(ops):
        if n >= through:
            waits = [0.0]
            if count >= limits.ops_per_day:
                waits.append(max(_MINUTE_S, (used.first_op or now) + _DAY_S - now))
            if one.kind == OpKind.REPORT:
                waits += _report_waits(reports, limits, a_day, now)
            if max(waits) > 0:
                return n, max(waits)
        count += 1
        if one.kind == OpKind.REPORT:
            reports.append(now)
    return len(ops), 0.0


def used(db: Connection, member_id: str, *, now: float) -> Used:
    """Ask the database what a member has had lately."""
    mine = sa.and_(op.c.member_id == member_id, op.c.received > now - _DAY_S)
    reports = db.execute(
        sa.select(op.c.received).where(mine, op.c.kind == OpKind.REPORT).order_by(op.c.received)
    ).scalars()
    count, first = db.execute(
        sa.select(sa.func.count(), sa.func.min(op.c.received)).where(mine)
    ).one()
    spam = db.execute(
        sa.select(sa.func.count())
        .select_from(report.join(cluster, cluster.c.id == report.c.cluster_id))
        .where(
            report.c.member_id == member_id,
            report.c.received > now - _MONTH_S,
            cluster.c.invalid,
        )
    ).scalar_one()
    return Used(reports=tuple(reports), ops=count, first_op=first, spam=spam)


def count_for_all(db: Connection, what: str, most: int, *, now: float) -> None:
    """Count once in this minute, for all processes. HubError("rate_limited") above `most`."""
    slot = int(now // _MINUTE_S)
    db.execute(sa.delete(tally).where(tally.c.slot < slot - 10))
    here = sa.and_(tally.c.what == what, tally.c.slot == slot)
    if not insert_once(db, tally, what=what, slot=slot, n=1):
        db.execute(sa.update(tally).where(here).values(n=tally.c.n + 1))
    if db.execute(sa.select(tally.c.n).where(here)).scalar_one() > most:
        raise HubError("rate_limited", retry_after=round((slot + 1) * _MINUTE_S - now, 1))


def _is_danger(one: Op) -> bool:
    if one.kind != OpKind.REPORT:
        return False
    try:
        said = msgspec.json.decode(one.body, type=_Grave)
    except msgspec.MsgspecError:
        return False
    return said.safety != Safety.NONE or said.effect == Effect.DEVICE_DEAD


def _report_waits(reports: list[float], limits: Limits, a_day: int, now: float) -> list[float]:
    """Seconds until one more report may be taken, by each limit."""
    waits = []
    lately = len(reports) - bisect.bisect_right(reports, now - _MINUTE_S)
    if len(reports) >= a_day:
        waits.append(reports[-a_day] + _DAY_S - now)
    if lately >= limits.reports_per_minute:
        waits.append(reports[-limits.reports_per_minute] + _MINUTE_S - now)
    return waits
