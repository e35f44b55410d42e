"""What else people ask of the hub, and what it tells everybody: queued acts, kept documents.

A part of feedback.outbox, in its tables. Facts: "act" op_id -> Act; each entity of
feedback/wire_docs.py, id -> document.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from feedback import book
from feedback.book import Link
from feedback.commands import Say
from feedback.news import News
from feedback.wire import Change, OpKind
from feedback.wire_docs import DOCS
from feedback.wire_signals import SignalOp
from fleet.errors import CommandError
from fleet.house import House
from fleet.model import Actor
from fleet.store import Connection, Store

_SHOWN_S: Final = 30 * 86_400.0
_OWN: Final = frozenset(OpKind)  # those that have values of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One operation that was asked for by `Say`, and how it stands."""

    kind: str
    about: str
    state: str  # book.Queue: queued, acked, rejected
    code: str  # why it was refused
    made: float
    body: bytes


class Acts:
    """All in the house thread. `link` gives the way to the hub; `hurry` asks for a sync now."""

    def __init__(
        self,
        store: Store,
        *,
        link: Callable[[], Link],
        clock: Callable[[], float],
        hurry: Callable[[], None],
    ) -> None:
        self._store = store
        self._link = link
        self._clock = clock
        self._hurry = hurry
        self._news = News()
        self._moved = True

    def attach(self, house: House) -> None:
        """Take people's orders in `house`; before it starts."""
        house.handle(Say, "admin", self._say)

    def settled(self) -> None:
        """A sync has been kept: acts and documents may stand elsewhere."""
        self._moved = True

    def news(self) -> dict[str, dict[str, object | None]]:
        """Return the facts that have changed since they were asked for last."""
        if not self._moved:
            return {}
        self._moved = False
        now = {"act": self._acts(), **_documents(self._store)}
        return self._news.since(now)

    def _say(self, asked: Say, _actor: Actor) -> str:
        link = self._link()
        if not link.hub_url:
            raise CommandError("not_at_a_hub")
        op_id, now = str(uuid.uuid4()), self._clock()
        with self._store.write() as db:
            book.queue(db, link, op_id=op_id, kind=asked.kind, body=asked.body, report="", now=now)
            db.execute("UPDATE action SET about = ? WHERE op_id = ?", (asked.about, op_id))
        self._moved = True
        self._hurry()
        return op_id

    def _acts(self) -> dict[str, object]:
        rows = self._store.rows(
            "SELECT op_id, kind, about, state, code, made, body FROM action"
            " WHERE report = '' AND kind <> ? AND (made > ? OR state = ?)",
            (SignalOp.SAMPLE, self._clock() - _SHOWN_S, book.Queue.QUEUED),
        )
        return {
            row["op_id"]: Act(
                kind=row["kind"],
                about=row["about"],
                state=row["state"],
                code=row["code"],
                made=row["made"],
                body=bytes(row["body"]),
            )
            for row in rows
            if row["kind"] not in _OWN
        }


def keep(db: Connection, change: Change) -> None:
    """Keep what the hub says of a thing, unless we have a later word; null: it is gone."""
    known = db.execute(
        "SELECT version FROM doc WHERE entity = ? AND id = ?", (change.entity, change.id)
    ).fetchone()
    if known is not None and known[0] >= change.version:
        return
    db.execute(
        "INSERT OR REPLACE INTO doc (entity, id, version, doc) VALUES (?, ?, ?, ?)",
        (change.entity, change.id, change.version, bytes(change.doc).decode()),
    )


def forget(db: Connection) -> None:
    """The hub was set back: what it says next is newer than anything that we have."""
    db.execute("UPDATE doc SET version = 0")


def _documents(store: Store) -> Mapping[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {entity: {} for entity in DOCS}
    for row in store.rows("SELECT entity, id, doc FROM doc WHERE doc <> 'null'"):
        kind = DOCS.get(row["entity"])
        if kind is None:
            continue
        try:
            found[row["entity"]][row["id"]] = msgspec.json.decode(row["doc"], type=kind)
        except msgspec.MsgspecError:
            continue  # of a newer hub
    return found
