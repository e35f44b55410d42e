"""Popcorn points: writes the books that feedback/ledger.py describes, by the rules of points.json.

A row is never changed (a trigger refuses) and a rule pays once for a cause and an account (a unique
key), however often the cause is told. One writer at a time adds to the chain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import ledger as books
from feedback.wire import HubError
from feedback.wire_points import Checkpoint, Entry, Statement, StatementLine
from hub import changes
from hub.store import alone, one
from hub.tables import ledger, member

_RULES: Final = Path(__file__).parent / "rules" / "points.json"
_DAY_S: Final = 86_400.0
_PAGE: Final = 1000
_MOVES: Final = ("vest", "reverse", "release")


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a cause is worth, and the words for it."""

    points: int
    why: str
    by_hand: bool = False  # a person says that it holds; the others follow from what happened


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """hub/rules/points.json; a row says by which version it was paid."""

    version: int
    pending_days: float
    most_a_week: int
    rules: dict[str, Rule]


@cache
def rules() -> Rules:
    """The rules in force."""
    return msgspec.json.decode(_RULES.read_bytes(), type=Rules)


def pay(
    db: Connection,
    rule: str,
    cause: str,
    member_id: str,
    *,
    now: float,
    times: float = 1.0,
    by: str = "",
) -> int:
    """Pay what `rule` gives for `cause`, `times` over; returns the points, 0 where it was paid.

    They are pending for some days. What is more than a member may earn in seven days waits under
    review. HubError("member_unknown").
    """
    points = round(rules().rules[rule].points * times)
    account = account_of(db, member_id)
    if points <= 0 or _known(db, rule, cause, (books.pending(account), books.review(account))):
        return 0
    room = max(0, rules().most_a_week - _earned(db, account, since=now - 7 * _DAY_S))
    parts = (
        (books.pending(account), min(points, room)),
        (books.review(account), points - min(points, room)),
    )
    for to, part in parts:
        if part:
            _add(db, _Move(rule, cause, books.ISSUER, to, part), now=now, by=by)
    _tell(db, {account})
    return points


def vest(db: Connection, *, now: float) -> int:
    """Vest what has been pending long enough; returns how many rows that were."""
    before = now - rules().pending_days * _DAY_S
    query = (
        sa.select(ledger)
        .where(ledger.c.account.like("pending:%"), ledger.c.at <= before, ~_moved("vest"))
        .order_by(ledger.c.n)
    )
    rows = db.execute(query).mappings().all()
    sums: dict[str, int] = {}
    for row in rows:
        left = sums.setdefault(row["account"], balance(db, row["account"]))
        points = min(row["points"], left)  # some of it may have been taken back
        if points:
            sums[row["account"]] -= points
            to = books.member(row["account"].partition(":")[2])
            _add(db, _Move("vest", str(row["n"]), row["account"], to, points), now=now)
    _tell(db, {row["account"].partition(":")[2] for row in rows})
    return len(rows)


def release(db: Connection, row: int, *, by: str, why: str, now: float) -> None:
    """Let points under review go on to their member. HubError("row_unknown")."""
    found = one(db, sa.select(ledger).where(ledger.c.n == row))
    if found is None or not found["account"].startswith("review:"):
        raise HubError("row_unknown")
    account = found["account"].partition(":")[2]
    points = min(found["points"], balance(db, found["account"]))
    if points and not _known(db, "release", str(row), (books.member(account),)):
        to = books.member(account)
        _add(db, _Move("release", str(row), found["account"], to, points), now=now, by=by, why=why)
        _tell(db, {account})


def reverse(db: Connection, cause: str, *, by: str, why: str, now: float) -> int:
    """Take back what was paid for `cause`, as far as it is still there; returns the points."""
    query = sa.select(ledger).where(
        ledger.c.cause == cause, ledger.c.debit == books.ISSUER, ledger.c.rule.not_in(_MOVES)
    )
    taken = 0
    touched = set()
    for row in db.execute(query).mappings().all():
        account = row["account"].partition(":")[2]
        left = row["points"]
        if _reversed(db, row["n"]):
            continue
        for place in (row["account"], books.pending(account), books.member(account)):
            part = min(left, balance(db, place))
            if part <= 0:
                continue
            mark = f"{row['n']}:{place.partition(':')[0]}"
            _add(db, _Move("reverse", mark, place, books.ISSUER, part), now=now, by=by, why=why)
            left, taken = left - part, taken + part
        touched.add(account)
    _tell(db, touched)
    return taken


def account_of(db: Connection, member_id: str) -> str:
    """The pseudonym under which a member's points stand; HubError("member_unknown")."""
    found = db.execute(sa.select(member.c.account).where(member.c.id == member_id)).scalar()
    if found is None:
        raise HubError("member_unknown")
    return str(found)


def balance(db: Connection, name: str) -> int:
    """What came into an account less what left it."""
    come = sa.select(sa.func.sum(ledger.c.points)).where(ledger.c.account == name)
    gone = sa.select(sa.func.sum(ledger.c.points)).where(ledger.c.debit == name)
    return int(db.execute(come).scalar() or 0) - int(db.execute(gone).scalar() or 0)


def points_of(db: Connection, member_id: str) -> int:
    """What a member sees as its points: vested and pending."""
    account = account_of(db, member_id)
    return balance(db, books.member(account)) + balance(db, books.pending(account))


def paid_for(db: Connection, causes: Iterable[str]) -> Mapping[str, int]:
    """All points that each cause brought, to whomever, less what was taken back."""
    wanted = list(causes)
    query = (
        sa.select(ledger.c.cause, ledger.c.n, ledger.c.points)
        .where(ledger.c.cause.in_(wanted), ledger.c.debit == books.ISSUER)
        .where(ledger.c.rule.not_in(_MOVES))
    )
    sums = dict.fromkeys(wanted, 0)
    for row in db.execute(query).mappings().all():
        sums[row["cause"]] += row["points"] - _reversed(db, row["n"])
    return sums


def statement(db: Connection, member_id: str, *, lines: int = 200) -> Statement:
    """A member's own account, the newest line first."""
    account = account_of(db, member_id)
    query = (
        sa.select(ledger)
        .where(ledger.c.account.in_((books.pending(account), books.review(account))))
        .order_by(ledger.c.n.desc())
        .limit(lines)
    )
    return Statement(
        account=account,
        vested=balance(db, books.member(account)),
        pending=balance(db, books.pending(account)),
        review=balance(db, books.review(account)),
        lines=tuple(_line(db, _entry(row)) for row in db.execute(query).mappings().all()),
    )


def page(db: Connection, after: int, limit: int = _PAGE) -> tuple[Entry, ...]:
    """Rows behind `after`, in order."""
    query = sa.select(ledger).where(ledger.c.n > after).order_by(ledger.c.n).limit(limit)
    return tuple(_entry(row) for row in db.execute(query).mappings())


def checkpoint(db: Connection, week: str, *, now: float) -> Checkpoint:
    """How the books stand now."""
    n, head = _head(db)
    return Checkpoint(id=week, at=now, rows=n, head=head, given=-balance(db, books.ISSUER))


def faults(db: Connection) -> list[str]:
    """What is wrong with the books, in words for `doctor`; empty where nothing is."""
    entries = list(_all(db))
    return books.overdrawn(books.balances(entries)) + books.faults(entries)


def _all(db: Connection) -> Iterator[Entry]:
    after = 0
    while rows := page(db, after):
        yield from rows
        after = rows[-1].n


class _Move(NamedTuple):
    rule: str
    cause: str
    debit: str
    account: str
    points: int


def _add(db: Connection, move: _Move, *, now: float, by: str = "", why: str = "") -> None:
    alone(db, "ledger")
    n, head = _head(db)
    entry = Entry(
        **move._asdict(),
        n=n + 1,
        at=now,
        rule_version=rules().version,
        by=by,
        why=why,
        hash="",
    )
    values = msgspec.structs.asdict(entry) | {"hash": books.digest(head, entry)}
    db.execute(sa.insert(ledger).values(**values))


def _head(db: Connection) -> tuple[int, str]:
    row = db.execute(
        sa.select(ledger.c.n, ledger.c.hash).order_by(ledger.c.n.desc()).limit(1)
    ).first()
    return (int(row[0]), str(row[1])) if row else (0, books.FIRST)


def _known(db: Connection, rule: str, cause: str, accounts: tuple[str, ...]) -> bool:
    alone(db, "ledger")
    query = sa.select(ledger.c.n).where(
        ledger.c.rule == rule, ledger.c.cause == cause, ledger.c.account.in_(accounts)
    )
    return db.execute(query).first() is not None


def _earned(db: Connection, account: str, *, since: float) -> int:
    query = sa.select(sa.func.sum(ledger.c.points)).where(
        ledger.c.account == books.pending(account),
        ledger.c.debit == books.ISSUER,
        ledger.c.at > since,
    )
    return int(db.execute(query).scalar() or 0)


def _reversed(db: Connection, n: int) -> int:
    places = [f"{n}:{place}" for place in ("pending", "review", "member")]
    query = sa.select(sa.func.sum(ledger.c.points)).where(
        ledger.c.rule == "reverse", ledger.c.cause.in_(places)
    )
    return int(db.execute(query).scalar() or 0)


def _moved(rule: str) -> sa.Exists:
    other = ledger.alias()
    return sa.exists().where(
        other.c.rule == rule, other.c.cause == sa.cast(ledger.c.n, sa.String(64))
    )


def _line(db: Connection, entry: Entry) -> StatementLine:
    taken = _reversed(db, entry.n)
    moved = db.execute(
        sa.select(ledger.c.rule).where(
            ledger.c.rule.in_(("vest", "release")), ledger.c.cause == str(entry.n)
        )
    ).scalar()
    state = entry.account.partition(":")[0]
    return StatementLine(
        n=entry.n,
        at=entry.at,
        rule=entry.rule,
        cause=entry.cause,
        points=entry.points - taken,
        state="reversed" if taken == entry.points else "vested" if moved else state,
        why=rules().rules[entry.rule].why if entry.rule in rules().rules else entry.why,
    )


def _entry(row: sa.RowMapping) -> Entry:
    return Entry(**row)


def _tell(db: Connection, accounts: Iterable[str]) -> None:
    query = sa.select(member.c.id).where(member.c.account.in_(list(accounts)))
    for member_id in db.execute(query).scalars().all():
        changes.tell_member(db, member_id)
        changes.tell(db, "statement", member_id, member_id)


def week_of(now: float) -> str:
    """The ISO week of a moment, in UTC: "2026-W49"."""
    year, week, _ = dt.datetime.fromtimestamp(now, dt.UTC).isocalendar()
    return f"{year}-W{week:02}"
