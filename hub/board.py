"""The weekly boards: counted from the books, moved while their week lasts, and then never again.

Who stands on them agreed to it and chose a nickname; scores are points of the week, without those
that wait for a review and those that were taken back. On the engineers' board stands whoever owned
the cluster of a fix, by the popcorn that testers gave it. Which rule counts on which board is data:
hub/rules/boards.json.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import ledger as books
from feedback.wire import HubError
from feedback.wire_board import (
    BoardDoc,
    BoardName,
    BoardOp,
    BoardRow,
    Rate,
    RateFix,
    ShowOnBoard,
    StandingDoc,
    Winner,
)
from hub import board_rule, changes
from hub.app import Hub
from hub.board_rule import Gain
from hub.effect import Effect
from hub.jobs import Job
from hub.members import Standing
from hub.store import insert_once, one
from hub.tables import cluster, ledger, member, meta, report
from hub.tables_signals import board, fix_rate, nickname

ENTITY: Final = "board"
STANDING: Final = "standing"
_ZONE: Final = ZoneInfo("UTC")
_RULES: Final = Path(__file__).parent / "rules" / "boards.json"
_WINNERS: Final = 52
_EVERY_S: Final = 300.0
_CURSOR: Final = "boards_counted"


@cache
def rules() -> Mapping[BoardName, tuple[str, ...]]:
    """Which rules of points.json count on which board."""
    return msgspec.json.decode(_RULES.read_bytes(), type=dict[BoardName, tuple[str, ...]])


def show(db: Connection, who: Standing, body: msgspec.Raw, _now: float) -> None:
    """Stand on the boards, or no longer. HubError: invalid_op (no nickname), nickname_taken."""
    asked = msgspec.json.decode(body, type=ShowOnBoard)
    name = asked.nickname.strip()
    if asked.show and not name:
        raise HubError("invalid_op", field="nickname")
    mine = nickname.c.member_id == who.member_id
    db.execute(sa.delete(nickname).where(mine))
    new = not asked.show or insert_once(db, nickname, member_id=who.member_id, nickname=name)
    if not new:
        raise HubError("nickname_taken")
    db.execute(sa.update(member).where(member.c.id == who.member_id).values(board=asked.show))
    changes.tell(db, STANDING, who.member_id, who.member_id)


def rate(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """Keep what a tester says of a fix; the last word counts. HubError: fix_unrated."""
    asked = msgspec.json.decode(body, type=RateFix)
    query = (
        sa.select(report.c.cluster_id, cluster.c.owner)
        .join(cluster, cluster.c.id == report.c.cluster_id)
        .where(report.c.id == asked.report, report.c.member_id == who.member_id)
        .where((cluster.c.fix_week == asked.week) | (report.c.fixed_week == asked.week))
    )
    row = one(db, query)
    if row is None:
        raise HubError("fix_unrated")
    place = {"member_id": who.member_id, "cluster_id": row["cluster_id"], "week": asked.week}
    values = {"rate": asked.rate, "engineer": row["owner"], "at": now}
    if not insert_once(db, fix_rate, **place, **values):
        db.execute(sa.update(fix_rate).filter_by(**place).values(**values))


EFFECTS: Final[Mapping[str, Effect]] = {BoardOp.SHOW: show, BoardOp.RATE: rate}


def settle(db: Connection, *, now: float) -> None:
    """Bring the boards up to now: close weeks that are over, count the one under way."""
    week, begin, end = board_rule.week_of(_first_open(db, now), _ZONE)
    while True:
        for name in BoardName:
            _count(db, (week, begin, end), name, over=end <= now)
        if end > now:
            break
        week, begin, end = board_rule.week_of(end, _ZONE)
    _tell_standings(db)


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, msgspec.Struct]:
    """Boards, as every house hears of them."""
    names = [tuple(name.split(":", 1)) for name in ids if ":" in name]
    query = sa.select(board).where(sa.tuple_(board.c.week, board.c.name).in_(names))
    found = [dict(row) for row in db.execute(query).mappings()]
    winners = {name: _winners(db, name) for name in {row["name"] for row in found}}
    return {f"{row['week']}:{row['name']}": _doc(row, winners[row["name"]]) for row in found}


def standings(db: Connection, ids: Sequence[str], member_id: str) -> Mapping[str, msgspec.Struct]:
    """A household's own standing, and no other."""
    if member_id not in ids:
        return {}
    query = (
        sa.select(member.c.account, member.c.board, nickname.c.nickname)
        .outerjoin(nickname, nickname.c.member_id == member.c.id)
        .where(member.c.id == member_id)
    )
    row = one(db, query)
    newest = one(db, sa.select(board).order_by(board.c.ends.desc()).limit(1))
    if row is None:
        return {}
    scores = {}
    if newest is not None:
        for name in rules():
            gains = _gains(db, name, newest["begins"], newest["ends"])
            points = sum(gain.points for gain in gains if gain.who == row["account"])
            if points:
                scores[name.value] = points
    doc = StandingDoc(
        id=member_id,
        shown=row["board"],
        nickname=row["nickname"] or "",
        week=newest["week"] if newest is not None else "",
        scores=scores,
    )
    return {member_id: doc}


DOCS: Final[Mapping[str, changes.Compose]] = {ENTITY: documents, STANDING: standings}


def _count(db: Connection, week: tuple[str, float, float], name: BoardName, *, over: bool) -> None:
    """Count one board, and tell everybody where it moved."""
    called, begin, end = week
    place = {"week": called, "name": name.value}
    before = one(db, sa.select(board).filter_by(**place))
    if before is not None and before["over"]:
        return
    if name is BoardName.ENGINEERS:
        found = _engineers(db, begin, end)
    else:
        found = board_rule.rows(_gains(db, name, begin, end), _names(db))
    values = {"over": over, "rows": msgspec.json.encode(found).decode()}
    if before is None:
        db.execute(sa.insert(board).values(**place, begins=begin, ends=end, **values))
    elif (before["over"], before["rows"]) == (over, values["rows"]):
        return
    else:
        db.execute(sa.update(board).filter_by(**place).values(**values))
    changes.tell(db, ENTITY, f"{called}:{name}")


def _gains(db: Connection, name: BoardName, begin: float, end: float) -> list[Gain]:
    """What each account got in a week on one board, less what was taken back since."""
    paid = (
        sa.select(ledger.c.n, ledger.c.account, ledger.c.at, ledger.c.points)
        .where(ledger.c.rule.in_(rules()[name]), ledger.c.debit == books.ISSUER)
        .where(ledger.c.at >= begin, ledger.c.at < end, ledger.c.account.like("pending:%"))
        .order_by(ledger.c.n)
    )
    rows = db.execute(paid).all()
    taken = _taken(db, begin)
    return [
        Gain(
            who=account.partition(":")[2], at=at, points=points - min(points, taken.get(str(n), 0))
        )
        for n, account, at, points in rows
    ]


def _taken(db: Connection, since: float) -> Mapping[str, int]:
    """Row of the books -> points of it that were taken back."""
    query = sa.select(ledger.c.cause, ledger.c.points).where(
        ledger.c.rule == "reverse", ledger.c.at >= since
    )
    found: dict[str, int] = {}
    for cause, points in db.execute(query):
        row = str(cause).partition(":")[0]
        found[row] = found.get(row, 0) + int(points)
    return found


def _engineers(db: Connection, begin: float, end: float) -> list[BoardRow]:
    query = sa.select(fix_rate.c.engineer, fix_rate.c.at).where(
        fix_rate.c.rate == Rate.POPCORN,
        fix_rate.c.engineer != "",
        fix_rate.c.at >= begin,
        fix_rate.c.at < end,
    )
    gains = [Gain(who=who, at=at, points=1) for who, at in db.execute(query)]
    return board_rule.rows(gains, {gain.who: gain.who for gain in gains})


def _names(db: Connection) -> Mapping[str, str]:
    query = (
        sa.select(member.c.account, nickname.c.nickname)
        .join(nickname, nickname.c.member_id == member.c.id)
        .where(member.c.board, member.c.left.is_(None), member.c.lab.is_(False))
    )
    return {row[0]: row[1] for row in db.execute(query)}


def _first_open(db: Connection, now: float) -> float:
    """A moment in the first week that is not over; on a new hub now."""
    query = sa.select(sa.func.min(board.c.begins)).where(board.c.over.is_(False))
    first = db.execute(query).scalar()
    if first is not None:
        return float(first)
    last = db.execute(sa.select(sa.func.max(board.c.ends))).scalar()
    return now if last is None else float(last)


def _tell_standings(db: Connection) -> None:
    """Let whoever got or lost points since the boards were counted last hear of it."""
    said = db.execute(sa.select(meta.c.value).where(meta.c.name == _CURSOR)).scalar()
    after, newest = int(said or 0), sa.func.max(ledger.c.n)
    for column in (ledger.c.account, ledger.c.debit):
        moved = (
            sa.select(member.c.id, member.c.id.label("same"))
            .join(ledger, column == sa.literal("pending:") + member.c.account)
            .where(ledger.c.n > after)
        )
        changes.tell_where(db, STANDING, moved.distinct())
    value = str(db.execute(sa.select(newest)).scalar() or 0)
    if not insert_once(db, meta, name=_CURSOR, value=value):
        db.execute(sa.update(meta).where(meta.c.name == _CURSOR).values(value=value))


def _winners(db: Connection, name: str) -> tuple[Winner, ...]:
    query = (
        sa.select(board.c.week, board.c.rows)
        .where(board.c.name == name, board.c.over)
        .order_by(board.c.ends.desc())
        .limit(_WINNERS)
    )
    return tuple(
        Winner(week=week, nickname=rows[0].nickname, score=rows[0].score)
        for week, text in db.execute(query)
        if (rows := _rows(text))
    )


def _doc(row: Mapping[str, Any], winners: Iterable[Winner]) -> BoardDoc:
    return BoardDoc(
        id=f"{row['week']}:{row['name']}",
        week=row["week"],
        board=BoardName(row["name"]),
        begins=row["begins"],
        ends=row["ends"],
        over=row["over"],
        rows=_rows(row["rows"]),
        winners=tuple(one for one in winners if one.week < row["week"]),
    )


def _rows(text: str) -> tuple[BoardRow, ...]:
    return msgspec.json.decode(text, type=tuple[BoardRow, ...])


def _work(hub: Hub, now: float) -> None:
    with hub.store.write() as db:
        settle(db, now=now)


JOBS: Final = (Job(name="boards", every_s=_EVERY_S, run=_work),)
