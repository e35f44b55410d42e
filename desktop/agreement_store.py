"""What the desktops of this home have agreed on, in agreed.sqlite, and what this one shows of it.

`shown` is what this desktop had made of the agreed values when it last looked: what differs from
both was written here, by a person. So a kill between taking another's word and acting on it is
never taken for a word of our own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from fleet.agreement import Entry
from fleet.store import Store, migrations

logger = logging.getLogger(__name__)

FILE = "agreed.sqlite"
MIGRATIONS = migrations("agreement")


@MIGRATIONS()
def create(db: Any) -> None:  # noqa: ANN401 - sqlite-utils' Database; only fleet/store.py knows it
    """Make the table of things."""
    db["thing"].create({"name": str, "body": bytes}, pk="name", strict=True)


class Thing(msgspec.Struct, frozen=True):
    """One device, or the policy: what is agreed on, and what this desktop showed of it."""

    fields: dict[str, Entry] = {}
    shown: dict[str, msgspec.Raw] = {}


class Agreed:
    """All things, read once and written through; in the house thread. Nothing before `open`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._store: Store | None = None
        self._things: dict[str, Thing] = {}
        self._dirty: set[str] = set()

    def open(self) -> None:
        """Open or make the file; a second call does nothing. StoreError as Store.open."""
        if self._store is not None:
            return
        self._store = Store.open(self._file, MIGRATIONS, durable=True)
        for row in self._store.rows("SELECT name, body FROM thing"):
            try:
                self._things[row["name"]] = msgspec.json.decode(row["body"], type=Thing)
            except msgspec.MsgspecError:
                logger.warning("what was agreed on of %s cannot be read", row["name"])

    def close(self) -> None:
        """Close the file."""
        if self._store is not None:
            self._store.close()

    def __getitem__(self, name: str) -> Thing:
        return self._things.get(name) or Thing()

    def __contains__(self, name: str) -> bool:
        return name in self._things

    @property
    def things(self) -> Mapping[str, Thing]:
        """All of them."""
        return self._things

    def put(self, name: str, thing: Thing) -> None:
        """Know this from now on; it is on the disk after the next `save`."""
        if thing != self[name]:
            self._things[name] = thing
            self._dirty.add(name)

    def save(self) -> None:
        """Write what is new, in one transaction. StoreError: it is tried again the next time."""
        if not self._dirty or self._store is None:
            return
        rows = [(name, msgspec.json.encode(self._things[name])) for name in self._dirty]
        with self._store.write() as db:
            db.executemany("INSERT OR REPLACE INTO thing (name, body) VALUES (?, ?)", rows)
        self._dirty.clear()

    def forget(self) -> None:
        """Know of nothing that was agreed on."""
        if self._store is not None:
            with self._store.write() as db:
                db.execute("DELETE FROM thing")
        self._things, self._dirty = {}, set()
