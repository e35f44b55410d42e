"""The steps of all updates and rollouts as rows that are only ever added: history and recovery."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from firmware import rollout
from firmware.jobs import Job, State
from fleet.model import Rollout, UpdateEvent, UpdateState
from fleet.store import Store, migrations

MIGRATIONS = migrations("rollout")

_INSERT = """
    INSERT INTO event (kind, at, rollout, device, state, reason, fact, version_from, version_to,
                       target, sha256, more)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_LATEST = """
    SELECT kind, more FROM event WHERE n IN (
        SELECT max(n) FROM event WHERE kind = 'update' GROUP BY device
        UNION ALL SELECT max(n) FROM event WHERE kind = 'rollout' GROUP BY rollout
    ) ORDER BY n
"""
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


class Steps:
    """The rows in rollout.sqlite; written in the house thread, read from any."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, kept: Iterable[Job | Rollout], now: float) -> None:
        """Add these in one transaction: on the disk when it returns, or none (StoreError)."""
        rows = [_row(one, now) for one in kept]
        if rows:
            with self._store.write() as db:
                db.executemany(_INSERT, rows)

    def state(self) -> State:
        """Fold the rows back to the state they came from. StoreError."""
        return rollout.restore(_read(row) for row in self._store.rows(_LATEST))

    def events(self, device: str | None = None) -> list[UpdateEvent]:
        """Return the history, oldest first, of one device or of all. StoreError."""
        rows = self._store.rows(_UPDATES, (device or "", device or ""))
        return [UpdateEvent(**{**row, "state": UpdateState(row["state"])}) for row in rows]


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
