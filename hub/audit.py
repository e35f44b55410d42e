"""What staff did, in a row that cannot be changed unseen: each entry goes on from the last's hash.

The rules are pure (`chained`, `faults`); `note` and `entries` keep them in the database. Whoever
can write the whole database can write a whole new row of hashes too: therefore `orangery-hub audit`
prints the newest hash, to be kept elsewhere, and takes it back with --known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub.store import alone, insert_once
from hub.tables import audit, meta

START: Final = "0" * 64
"""What the first entry follows."""

_HEAD: Final = "audit_head"  # the newest hash, in `meta`
_PAGE: Final = 500
_NOTED: Final = "orangery_noted"  # in a connection's `info`, which outlives its transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing somebody of the staff did. `at` in seconds since the epoch."""

    at: float
    staff: str
    action: str
    subject: str
    detail: str = ""


def chained(before: str, entry: Entry) -> str:
    """Return the hash of `entry` after the entry whose hash is `before`."""
    said = [before, entry.at, entry.staff, entry.action, entry.subject, entry.detail]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def faults(kept: Iterable[tuple[int, Entry, str]], head: str, known: str = "") -> list[str]:
    """Return what is wrong with (number, entry, hash) in order; empty where the row is whole.

    `head`: the newest hash by the hub's own word. `known`: one that somebody kept elsewhere.
    """
    before, seen = START, not known or known == START
    for number, entry, kept_hash in kept:
        expected = chained(before, entry)
        if kept_hash != expected:
            return [f"audit: entry {number} or one before it was changed, added or taken away"]
        before = expected
        seen = seen or expected == known
    found = []
    if before != head:
        found.append("audit: entries at the end are missing")
    if not seen:
        found.append("audit: the hash that was kept elsewhere is not in it")
    return found


def note(
    db: Connection, staff: str, action: str, subject: str, *, detail: str = "", now: float
) -> None:
    """Write a step of staff down, behind all others; inside the caller's transaction."""
    alone(db, _HEAD)
    insert_once(db, meta, name=_HEAD, value=START)
    before = str(db.execute(_head()).scalar())
    entry = Entry(at=now, staff=staff, action=action, subject=subject[:64], detail=detail)
    head = chained(before, entry)
    db.execute(
        sa.insert(audit).values(
            at=entry.at,
            staff=entry.staff,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
            hash=head,
        )
    )
    db.execute(sa.update(meta).where(meta.c.name == _HEAD).values(value=head))
    db.info[_NOTED] = True


def begin(db: Connection) -> None:
    """From here on `noted` says whether something was noted on this connection."""
    db.info[_NOTED] = False


def noted(db: Connection) -> bool:
    """Return whether something was noted since `begin`."""
    return bool(db.info.get(_NOTED))


def head_of(db: Connection) -> str:
    """Return the newest hash: whoever keeps it elsewhere can prove later what stood here."""
    return str(db.execute(_head()).scalar() or START)


def verify(db: Connection, known: str = "") -> list[str]:
    """Return what is wrong with the whole row; reads all of it."""
    kept = ((int(row["n"]), _entry(row), str(row["hash"])) for row in _rows(db))
    return faults(kept, head_of(db), known)


def entries(
    db: Connection, *, staff: str = "", subject: str = "", before: int = 0, limit: int = 100
) -> list[tuple[int, Entry]]:
    """Return the newest entries first, with their numbers; `before`: only those with lower ones."""
    query = sa.select(audit).order_by(audit.c.n.desc()).limit(limit)
    for column, wanted in ((audit.c.staff, staff), (audit.c.subject, subject)):
        query = query.where(column == wanted) if wanted else query
    query = query.where(audit.c.n < before) if before else query
    return [(int(row["n"]), _entry(dict(row))) for row in db.execute(query).mappings()]


def chain_old(db: Connection) -> None:
    """Give entries from before there were hashes their hash; for the migration."""
    before = START
    for row in _rows(db):
        before = chained(before, _entry(row))
        db.execute(sa.update(audit).where(audit.c.n == row["n"]).values(hash=before))
    insert_once(db, meta, name=_HEAD, value=before)


def _head() -> sa.Select[Any]:
    return sa.select(meta.c.value).where(meta.c.name == _HEAD)


def _rows(db: Connection) -> Iterator[dict[str, Any]]:
    last = 0
    while page := (
        db.execute(sa.select(audit).where(audit.c.n > last).order_by(audit.c.n).limit(_PAGE))
        .mappings()
        .all()
    ):
        yield from map(dict, page)
        last = page[-1]["n"]


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        at=row["at"],
        staff=row["staff"],
        action=row["action"],
        subject=row["subject"],
        detail=row["detail"],
    )
