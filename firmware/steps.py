"""The steps of all updates and rollouts as rows that are only ever added: history and recovery.

Each row carries the hash of all before it: sha256 over the hash of the row before and the row's own
columns as JSON. So a row that was changed, removed or put in between shows, wherever it lies; what
was cut off at the end does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from firmware import rollout
from firmware.jobs import Job, State
from fleet.model import Rollout, UpdateEvent, UpdateState
from fleet.store import Store, migrations

MIGRATIONS = migrations("rollout")

_INSERT = """
    INSERT INTO event (kind, at, rollout, device, state, reason, fact, version_from, version_to,
                       target, sha256, more, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CHAIN = """
    SELECT n, kind, at, rollout, device, state, reason, fact, version_from, version_to, target,
           sha256, more, hash
    FROM event ORDER BY n
"""
_HEAD = "SELECT hash FROM event ORDER BY n DESC LIMIT 1"
_LATEST = """
    SELECT kind, more FROM event WHERE n IN (
        SELECT max(n) FROM event WHERE kind = 'update' GROUP BY device
        UNION ALL SELECT max(n) FROM event WHERE kind = 'rollout' GROUP BY rollout
    ) ORDER BY n
"""
_DONE = "SELECT device, more FROM event WHERE kind = 'update' AND state = 'done'"
_UPDATES = """
    SELECT n AS number, at, rollout, device, state, reason, fact, version_from, version_to, target,
           sha256
    FROM event WHERE kind = 'update' AND (? = '' OR device = ?) ORDER BY n
"""


@MIGRATIONS()
def create(db: Any) -> None:  # noqa: ANN401 - sqlite-utils' Database; only fleet/store.py knows it
    """Make the table of steps; `more` is the whole Job or Rollout after the step, as JSON."""
    words = ("rollout", "device", "state", "reason", "fact", "version_from", "version_to")
    columns = {"n": int, "kind": str, "at": float, **dict.fromkeys(words, str)}
    columns |= {"target": str, "sha256": str, "more": str}
    db["event"].create(columns, pk="n", not_null=set(columns) - {"n"}, strict=True)
    db["event"].create_index(["kind", "device"])


@MIGRATIONS()
def chain(db: Any) -> None:  # noqa: ANN401 - as above
    """Chain the rows that were kept before there was a chain."""
    db.execute("ALTER TABLE event ADD COLUMN hash TEXT NOT NULL DEFAULT ''")
    head = ""
    for number, *columns, _ in db.execute(_CHAIN).fetchall():
        head = _hash(head, columns)
        db.execute("UPDATE event SET hash = ? WHERE n = ?", (head, number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What came of following the chain: so many rows hold, up to the first that does not."""

    rows: int
    broken_at: int | None = None  # number of the first row that is not what was written


class Steps:
    """The rows in rollout.sqlite; written in the house thread, read from any."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._head = next((row["hash"] for row in store.rows(_HEAD)), "")

    def keep(self, kept: Iterable[Job | Rollout], now: float) -> None:
        """Add these in one transaction: on the disk when it returns, or none (StoreError)."""
        head, rows = self._head, []
        for one in kept:
            row = _row(one, now)
            head = _hash(head, row)
            rows.append((*row, head))
        if rows:
            with self._store.write() as db:
                db.executemany(_INSERT, rows)
            self._head = head

    def verify(self) -> Verified:
        """Follow the chain from the first row on. StoreError."""
        head, rows = "", 0
        for row in self._store.rows(_CHAIN):
            number, *columns, kept = row.values()
            head = _hash(head, columns)
            if head != kept:
                return Verified(rows=rows, broken_at=number)
            rows += 1
        return Verified(rows=rows)

    def state(self) -> State:
        """Fold the rows back to the state they came from. StoreError."""
        return rollout.restore(_read(row) for row in self._store.rows(_LATEST))

    def counters(self) -> dict[str, int]:
        """Return for each device the highest release counter that it reported to run. StoreError.

        Of the files of weeks alone; what its maker brought it by other ways is not known here.
        """
        found: dict[str, int] = {}
        for row in self._store.rows(_DONE):
            target = msgspec.json.decode(row["more"], type=Job).target
            if target is not None:
                found[row["device"]] = max(target.counter, found.get(row["device"], 0))
        return found

    def events(self, device: str | None = None) -> list[UpdateEvent]:
        """Return the history, oldest first, of one device or of all. StoreError."""
        rows = self._store.rows(_UPDATES, (device or "", device or ""))
        return [UpdateEvent(**{**row, "state": UpdateState(row["state"])}) for row in rows]


def _hash(before: str, columns: Iterable[object]) -> str:
    return hashlib.sha256(before.encode() + msgspec.json.encode(list(columns))).hexdigest()


def _read(row: Mapping[str, Any]) -> Job | Rollout:
    if row["kind"] == "update":
        return msgspec.json.decode(row["more"], type=Job)
    return msgspec.json.decode(row["more"], type=Rollout)


def _row(one: Job | Rollout, now: float) -> tuple[object, ...]:
    more = msgspec.json.encode(one).decode()
    if isinstance(one, Rollout):
        named = ("rollout", now, one.id, one.device, one.state.value, one.reason, one.week)
        return (*named, "", "", "", "", more)
    update = one.update
    return (
        "update",
        now,
        update.rollout,
        update.device,
        update.state.value,
        update.reason,
        update.fact,
        update.version_from,
        update.version_to,
        update.target,
        update.sha256,
        more,
    )
