"""A house's own look at the hub's books of points: what it has checked, and whether it still holds.

With each sync it reads the rows behind the last it knows and chains them on (feedback/ledger.py),
so whoever changes, drops or inserts a row is found by every house that had read so far; and where a
signed week says how the books stood, they must have stood so. What was found stays until somebody
begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from feedback import ledger
from feedback.commands import CheckBooksAnew
from feedback.wire_points import Entry
from fleet.house import House
from fleet.model import Actor
from fleet.store import Connection, Store

_NAME: Final = "books"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How far the books were read here. `fault`: what is wrong with them, "" where nothing is."""

    rows: int = 0
    head: str = ledger.FIRST
    fault: str = ""
    signed_rows: int = 0  # of the newest signed week that says how they stood
    signed_head: str = ""
    signed_week: str = ""
    held: bool = False  # what the week says was met in the books


def chained(before: Checked, entries: Sequence[Entry]) -> Checked:
    """Read on. After a fault nothing more is read."""
    if before.fault or not entries:
        return before
    found = ledger.faults(entries, after=before.rows, head=before.head)
    if found:
        return replace(before, fault=found[0])
    now = replace(before, rows=entries[-1].n, head=entries[-1].hash)
    heads = {entry.n: entry.hash for entry in entries} | {before.rows: before.head}
    return _against_week(now, heads.get(before.signed_rows))


def signed(before: Checked, week: str, rows: int, head: str) -> Checked:
    """Take what a verified week says of the books; an older week says nothing new."""
    if (week, rows) <= (before.signed_week, before.signed_rows):
        return before
    now = replace(before, signed_week=week, signed_rows=rows, signed_head=head, held=False)
    known = before.head if rows == before.rows else None
    return _against_week(now, known)


def _against_week(now: Checked, found: str | None) -> Checked:
    if found is None or not now.signed_rows:
        return now
    if found == now.signed_head:
        return replace(now, held=True)
    return replace(now, fault=f"row {now.signed_rows} is not that of week {now.signed_week}")


class Books:
    """The part that keeps it; all in the house thread. Fact: "books" "hub" -> Checked."""

    def __init__(self, store: Store, *, hurry: Callable[[], None]) -> None:
        self._store = store
        self._hurry = hurry
        rows = store.rows("SELECT doc FROM kept WHERE name = ?", (_NAME,))
        self._now = msgspec.json.decode(rows[0]["doc"], type=Checked) if rows else Checked()
        self._told: Checked | None = None

    @property
    def rows(self) -> int:
        """How many rows were checked."""
        return self._now.rows

    def attach(self, house: House) -> None:
        """Take people's orders in `house`; before it starts."""
        house.handle(CheckBooksAnew, "admin", self._anew)

    def settled(self) -> None:
        """A sync has been kept; what it brought was read in it."""

    def read(self, db: Connection, entries: Sequence[Entry]) -> None:
        """Read on, in the caller's transaction."""
        self._keep(db, chained(self._now, entries))

    def week(self, week: str, rows: int, head: str) -> None:
        """A verified week says how the books stood."""
        with self._store.write() as db:
            self._keep(db, signed(self._now, week, rows, head))

    def forget(self) -> None:
        """Another hub has other books."""
        with self._store.write() as db:
            db.execute("DELETE FROM kept WHERE name = ?", (_NAME,))
        self._now = Checked()

    def news(self) -> dict[str, dict[str, object | None]]:
        """Return the fact if it has changed."""
        if self._now == self._told:
            return {}
        self._told = self._now
        return {"books": {"hub": self._now}}

    def _anew(self, _asked: CheckBooksAnew, _actor: Actor) -> None:
        said = self._now
        now = Checked(
            signed_rows=said.signed_rows,
            signed_head=said.signed_head,
            signed_week=said.signed_week,
        )
        with self._store.write() as db:
            self._keep(db, now)
        self._hurry()

    def _keep(self, db: Connection, now: Checked) -> None:
        if now == self._now:
            return
        doc = msgspec.json.encode(now).decode()
        db.execute("INSERT OR REPLACE INTO kept (name, doc) VALUES (?, ?)", (_NAME, doc))
        self._now = now
