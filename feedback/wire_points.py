"""Popcorn points between a hub and its houses: rows of the books, checkpoints, boards, medals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from feedback.wire import Wire


class Entry(Wire, frozen=True, kw_only=True):
    """One row of the books: `points` went from `debit` to `account` by `rule` for `cause`."""

    n: int  # 1, 2, 3, ... without a hole
    at: float
    rule: str
    rule_version: int
    cause: str
    debit: str
    account: str
    points: int
    by: str  # the person who decided it; "": a rule alone
    why: str
    hash: str  # feedback.ledger.digest


class LedgerPage(Wire, frozen=True, kw_only=True):
    """GET /v1/public/ledger?after=: rows in order."""

    entries: tuple[Entry, ...]
    more: bool


class Checkpoint(Wire, frozen=True, kw_only=True):
    """How the books stood when a week was made; goes into the release, signed with it."""

    id: str  # the week: "2026-W49"
    at: float
    rows: int
    head: str
    given: int  # all points that left the issuer and did not come back


class GiveAward(Wire, frozen=True, kw_only=True):
    """POST /v1/staff/awards: a person says that a rule holds; the amount is the rule's."""

    rule: str  # one that is given by hand
    member: str  # its id
    cause: str  # what for: asked twice for the same, it is paid once
    why: str


class Awarded(Wire, frozen=True, kw_only=True):
    """What was paid; 0 where it was before."""

    points: int


class StatementLine(Wire, frozen=True, kw_only=True):
    """One line of what a member got or lost."""

    n: int
    at: float
    rule: str
    cause: str
    points: int  # below zero: taken back
    state: str  # pending, vested, review, reversed
    why: str


class Statement(Wire, frozen=True, kw_only=True):
    """GET /v1/points: a member's own account."""

    account: str
    vested: int
    pending: int
    review: int
    lines: tuple[StatementLine, ...]  # the newest first


DOCS: Final[Mapping[str, type[Wire]]] = {"checkpoint": Checkpoint, "statement": Statement}
"""What the stream brings of points: entity -> document."""
