"""Popcorn points: an append-only ledger; each row moves points from one account to another.

One row is both entries, so the sum of all accounts is always zero; a row is never changed (a
trigger refuses) and a rule pays once for a cause and an account (a unique key), however often the
cause is told.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store import insert_once, ledger

ISSUER: Final = "issuer"
RULES: Final = {
    "fix_confirmed_on_device": 10,  # the tester saw the fix on the device that had the fault
    "bug_confirmed": 30,  # the report was right: its fix works
}


def account(member_id: str) -> str:
    """The account of a member."""
    return f"member:{member_id}"


def pay(db: Connection, rule: str, cause: str, member_id: str, *, now: float) -> int:
    """Pay what `rule` gives for `cause`; returns the points, 0 where it was paid before."""
    points = RULES[rule]
    new = insert_once(
        db,
        ledger,
        at=now,
        rule=rule,
        cause=cause,
        debit=ISSUER,
        account=account(member_id),
        points=points,
    )
    return points if new else 0


def balance(db: Connection, name: str) -> int:
    """What came into an account less what left it."""
    come = sa.select(sa.func.sum(ledger.c.points)).where(ledger.c.account == name)
    gone = sa.select(sa.func.sum(ledger.c.points)).where(ledger.c.debit == name)
    return int(db.execute(come).scalar() or 0) - int(db.execute(gone).scalar() or 0)


def paid_for(db: Connection, cause: str) -> int:
    """All points that a cause brought."""
    query = sa.select(sa.func.sum(ledger.c.points)).where(ledger.c.cause == cause)
    return int(db.execute(query).scalar() or 0)


def faults(db: Connection) -> list[str]:
    """What is wrong with the books, in words for `doctor`; empty where nothing is."""
    names = {
        name
        for column in (ledger.c.account, ledger.c.debit)
        for (name,) in db.execute(sa.select(column).distinct())
    }
    balances = {name: balance(db, name) for name in names}
    said = [
        f"account {name} is below zero: {points}"
        for name, points in sorted(balances.items())
        if points < 0 and name != ISSUER
    ]
    if sum(balances.values()) != 0:
        said.append("the sum of all accounts is not zero")
    return said
