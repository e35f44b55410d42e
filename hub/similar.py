"""Similar clusters at the hub: an index beside the database, whichever that is, and what it finds.

The same index as in a house (feedback/similar_index.py), in two files of the hub's folder: one of
what the makers say in public, for members; one of everything said in reports, for staff. Both are
copies that are made anew from the database, so neither is backed up, and each machine that serves
one database has its own. They follow the database by what is new in it (reports that came, acts of
staff) and are compared with all of it once a day, which is also when what was erased leaves them.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import similar_index
from feedback.similar import About, Likeness, Text
from feedback.wire import ClusterState, DeviceFacts
from feedback.wire_triage import PublicWords
from hub.tables import audit, cluster, report

PUBLIC, STAFF = "public", "staff"
"""Who may read what an index is made of."""

_FRESH_S: Final = 5.0  # an index older than that is brought up to date before it is asked
_OVERLAP_S: Final = 120.0  # a transaction that took so long is still seen
_WHOLE_S: Final = 86_400.0
_CHUNK: Final = 5_000  # clusters compared at a time; some five seconds
_REPORTS: Final = 20  # newest reports of a cluster that are read

_Row = Mapping[str, Any]


class Similar:
    """The two indexes in `folder`. For any thread: each search has a connection of its own."""

    def __init__(self, folder: Path) -> None:
        self._files = {kind: _File(folder / f"similar-{kind}.sqlite") for kind in _TEXTS}
        self._lock = threading.Lock()
        self._fresh = dict.fromkeys(_TEXTS, float("-inf"))

    def find(
        self, db: Connection, kind: str, asked: Text, *, limit: int, now: float
    ) -> tuple[Likeness, ...]:
        """Ids of the clusters most like these words; brought up to date from `db` before."""
        if now - self._fresh[kind] >= _FRESH_S:
            self.follow(db, kind, now=now)
        with self._files[kind].read() as ask:
            return similar_index.find(ask, asked.title, asked.text, about=asked.about, limit=limit)

    def follow(self, db: Connection, kind: str, *, now: float) -> None:
        """Take in what is new in the database since the last time."""
        with self._lock, self._files[kind].write() as (index, ask):
            since = float(similar_index.noted(ask, "seen") or 0)
            if since:
                _put(index, db, kind, touched(db, since - _OVERLAP_S))
            else:  # nothing is known yet: the first of all, the others by `compare`
                _compare(index, ask, db, kind)
            similar_index.note(index, "seen", str(now))
        self._fresh[kind] = now

    def compare(self, db: Connection, kind: str, *, now: float) -> bool:
        """Compare the next clusters with the index; True when all of them were, for today."""
        with self._lock, self._files[kind].write() as (index, ask):
            if now - float(similar_index.noted(ask, "whole") or "-inf") < _WHOLE_S:
                return True
            if not _compare(index, ask, db, kind):
                return False
            there = set(db.execute(sa.select(cluster.c.id)).scalars())
            similar_index.drop(index, similar_index.ids(ask) - there)
            similar_index.note(index, "whole", str(now))
            return True


class _File:
    """One index in a file; one of other rules, or one that cannot be read, is made anew."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextlib.contextmanager
    def write(self) -> Iterator[tuple[sqlite3.Connection, similar_index.Ask]]:
        """A transaction that may write, and the way to ask in it."""
        with contextlib.closing(self._opened()) as index:
            index.execute("BEGIN IMMEDIATE")
            try:
                if not similar_index.stands(_asking(index)):
                    similar_index.clear(index)
                yield index, _asking(index)
                index.execute("COMMIT")
            except BaseException:
                if index.in_transaction:
                    index.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def read(self) -> Iterator[similar_index.Ask]:
        """The way to ask what was committed."""
        with contextlib.closing(self._connected()) as index:
            yield _asking(index)

    def _opened(self) -> sqlite3.Connection:
        index = self._connected()
        try:
            index.execute("PRAGMA journal_mode=WAL")
        except sqlite3.DatabaseError:  # no database: nothing is lost with it
            index.close()
            for ending in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
            index = self._connected()
            index.execute("PRAGMA journal_mode=WAL")
        return index

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)


def _asking(index: sqlite3.Connection) -> similar_index.Ask:
    def ask(sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
        cursor = index.execute(sql, params)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    return ask


# --- from the database ----------------------------------------------------------------------------


def words_of(row: _Row) -> dict[str, PublicWords]:
    """What the makers say of a cluster, by language."""
    said: str = row["words"]
    return msgspec.json.decode(said, type=dict[str, PublicWords]) if said else {}


def text_of(db: Connection, cluster_id: str) -> Text:
    """All that is said in a cluster, as staff may search with it."""
    return next(_said(db, [cluster_id]), Text(id=cluster_id, title=""))


def touched(db: Connection, since: float) -> list[str]:
    """Ids of clusters that got a report, or that staff did something with, since then."""
    came = sa.select(report.c.cluster_id).where(report.c.received >= since)
    made = sa.select(cluster.c.id).where(cluster.c.made >= since)
    acts = sa.select(audit.c.subject).where(audit.c.at >= since)
    return sorted(set(db.execute(sa.union(came, made, acts)).scalars()))


def _compare(index: similar_index.Db, ask: similar_index.Ask, db: Connection, kind: str) -> bool:
    """Put the next clusters in; True after the last."""
    done = similar_index.noted(ask, "done")
    query = sa.select(cluster.c.id).where(cluster.c.id > done).order_by(cluster.c.id).limit(_CHUNK)
    found = list(db.execute(query).scalars())
    _put(index, db, kind, found)
    whole = len(found) < _CHUNK
    similar_index.note(index, "done", "" if whole else found[-1])
    return whole


def _put(index: similar_index.Db, db: Connection, kind: str, ids: Sequence[str]) -> None:
    """Put these clusters in as they are now; those that are not for this index leave it."""
    for at in range(0, len(ids), 500):  # a statement takes no more names
        some = ids[at : at + 500]
        texts = {text.id: text for text in _TEXTS[kind](db, some)}
        similar_index.drop(index, [name for name in some if name not in texts])
        similar_index.put(index, texts.values())


def _public(db: Connection, ids: Sequence[str]) -> Iterator[Text]:
    """What the makers say of those that they made public, in all languages."""
    for row in _clusters(db, ids):
        if row["public"]:
            said = words_of(row).values()
            yield Text(
                id=row["id"],
                title=_joined(one.title for one in said),
                text=_joined(one.text for one in said),
                about=_about(row),
            )


def _said(db: Connection, ids: Sequence[str]) -> Iterator[Text]:
    """What the makers say, and the newest reports."""
    reports: dict[str, list[_Row]] = {}
    query = (
        sa.select(report.c.cluster_id, report.c.title, report.c.text, report.c.facts)
        .where(report.c.cluster_id.in_(ids))
        .order_by(report.c.received.desc(), report.c.id)
    )
    for one in db.execute(query).mappings():
        reports.setdefault(one["cluster_id"], []).append(dict(one))
    for row in _clusters(db, ids):
        newest = reports.get(row["id"], [])[:_REPORTS]
        words = words_of(row).values()
        yield Text(
            id=row["id"],
            title=_joined((row["title"], *(one.title for one in words))),
            text=_joined(
                [
                    *(one.text for one in words),
                    *(f"{said['title']}\n{said['text']}" for said in newest),
                ]
            ),
            about=_about(row, newest[0] if newest else None),
        )


_TEXTS: Final[Mapping[str, Callable[[Connection, Sequence[str]], Iterator[Text]]]] = {
    PUBLIC: _public,
    STAFF: _said,
}


def _clusters(db: Connection, ids: Sequence[str]) -> list[_Row]:
    known = sa.and_(cluster.c.id.in_(ids), cluster.c.state != ClusterState.MERGED)
    return [dict(row) for row in db.execute(sa.select(cluster).where(known)).mappings()]


def _about(row: _Row, newest: _Row | None = None) -> About:
    version = ""
    if newest is not None:
        version = msgspec.json.decode(newest["facts"], type=DeviceFacts).version
    return About(model=row["model"], component=row["component"], version=version, at=row["made"])


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)
