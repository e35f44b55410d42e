"""The books of popcorn points: what a row says, how rows are chained, and what must hold. Pure.

Each row moves points from one account to another, so the sum of all accounts is always zero. Its
hash covers the row and the hash before it: whoever keeps a head (every house does, and each week's
is signed with the release) notices that a row behind it was changed, added or left out. Accounts
are pseudonyms. Points wait as `pending:…` until they are vested, those above what a member may earn
in a week as `review:…`; a row is never changed, what was wrong is moved back with a reason.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from feedback.wire_points import Entry

ISSUER: Final = "issuer"
FIRST: Final = "0" * 64
"""The hash before the first row."""


def pending(account: str) -> str:
    """Where a member's points wait until they are vested."""
    return f"pending:{account}"


def review(account: str) -> str:
    """Where points wait that are more than a member may earn in a week."""
    return f"review:{account}"


def member(account: str) -> str:
    """Where a member's vested points are."""
    return f"member:{account}"


def digest(before: str, entry: Entry) -> str:
    """Return the hash of a row after the one with hash `before`; its own `hash` is not looked at.

    SHA-256 over `before`, a line feed, and the row's other fields as a JSON array in their order.
    """
    fields = [getattr(entry, name) for name in Entry.__struct_fields__ if name != "hash"]
    return hashlib.sha256(before.encode() + b"\n" + msgspec.json.encode(fields)).hexdigest()


def faults(entries: Iterable[Entry], *, after: int = 0, head: str = FIRST) -> list[str]:
    """Return what is wrong with rows that follow row `after`, whose hash is `head`, in words."""
    said = []
    for entry in entries:
        after += 1
        if entry.n != after:
            said.append(f"row {after} is missing: {entry.n} comes in its place")
            after = entry.n
        if entry.points <= 0:
            said.append(f"row {entry.n} moves {entry.points} points")
        if digest(head, entry) != entry.hash:
            said.append(f"row {entry.n} is not what it was: its hash does not fit")
        head = entry.hash
    return said


def balances(entries: Iterable[Entry]) -> Mapping[str, int]:
    """Return what each account holds; the issuer's is what it gave, below zero."""
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.debit] -= entry.points
        sums[entry.account] += entry.points
    return sums


def overdrawn(sums: Mapping[str, int]) -> list[str]:
    """Return the accounts below zero, in words, and whether the sum of all is not zero."""
    said = [
        f"account {name} is below zero: {points}"
        for name, points in sorted(sums.items())
        if points < 0 and name != ISSUER
    ]
    return said + (["the sum of all accounts is not zero"] if sum(sums.values()) else [])
