"""history.sqlite: the values of the house over time, packed and thinned by age.

What is said lies in rows of `raw` until its quarter of a day is over. Then it becomes chunks of
three tiers at once: every sample (kept for two days), a point for each minute (a month), a point
for each hour (five years); what is older goes. Each step is one transaction that is on the disk
when it returns.

A device is its key in the house, and its ids: one that comes back under a new key, or was joined
with another, takes up what was kept under the old one (`rekey`).
"""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fleet.errors import StoreError
from fleet.model import Id
from fleet.series import (
    Point,
    Sample,
    merged,
    packed_points,
    packed_samples,
    points_of,
    thinned,
    unpacked_points,
    unpacked_samples,
)
from fleet.store import Connection, Store, migrations, set_aside

logger = logging.getLogger(__name__)

MIGRATIONS = migrations("history")
QUARTER_S = 6 * 3_600
_DAY_S = 86_400
_RAW, _MINUTE, _HOUR = 0, 60, 3_600  # tiers, by the width of their points
_SPAN_S = {_RAW: QUARTER_S, _MINUTE: _DAY_S, _HOUR: 32 * _DAY_S}  # of one chunk
_KEPT_S = {_RAW: 2 * _DAY_S, _MINUTE: 31 * _DAY_S, _HOUR: 5 * 366 * _DAY_S}
_AT_ONCE = 20  # series packed in one transaction: a reader waits for no longer
_COARSER = 2  # a tier is fine enough where its points are no wider than so many that are asked for


@MIGRATIONS()
def create(db: Any) -> None:  # noqa: ANN401 - sqlite-utils' Database; only fleet/store.py knows it
    """Make the tables; `raw` and `chunk` have no rowid: their key is how they are looked for."""
    columns = {"id": int, "device": str, "feature": str, "capability": str, "unit": str}
    db["series"].create(columns, pk="id", strict=True)
    db["series"].create_index(["device", "feature"], unique=True)
    db["device"].create({"key": str, "ids": str}, pk="key", strict=True)
    db.execute("""
        CREATE TABLE raw (
            series INTEGER NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL,
            PRIMARY KEY (series, at)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("""
        CREATE TABLE chunk (
            series INTEGER NOT NULL, tier INTEGER NOT NULL, start INTEGER NOT NULL,
            count INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (series, tier, start)
        ) STRICT
    """)


Kept = tuple[str, str, str, str, int, float]
"""device, feature, capability, unit, seconds since the epoch, value"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One value of one device that is kept."""

    id: int
    device: str
    feature: str
    capability: str
    unit: str


class Archive:
    """Reads and writes one history file, in one thread at a time.

    Raises StoreError as `Store.write` and `Store.rows` do.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._numbers: dict[tuple[str, str, str, str], int] = {}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or make it; one that cannot be read is set aside: the house goes on without.

        Raises StoreError: store_newer, store_locked, store_unwritable, disk_full.
        """
        try:
            return cls(Store.open(path, MIGRATIONS, durable=True))
        except StoreError as error:
            if error.code != "store_corrupt":
                raise
            away = set_aside(path)
            logger.warning("the history could not be read and begins anew; it is now %s", away)
            return cls(Store.open(path, MIGRATIONS, durable=True))

    @classmethod
    def look(cls, path: Path) -> Self:
        """Read it on a connection of its own, while another may write."""
        return cls(Store.look(path))

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- writing ---------------------------------------------------------------------------------

    def keep(self, samples: Iterable[Kept]) -> None:
        """Keep what was said; of two of a value in one second the later counts."""
        try:
            with self._store.write() as db:
                rows = [(self._number(db, one[:4]), one[4], one[5]) for one in samples]
                db.executemany(_KEEP, rows)
        except BaseException:
            self._numbers.clear()  # what was made in this transaction is not there
            raise

    def _number(self, db: Connection, what: tuple[str, str, str, str]) -> int:
        """Return the number of a series; it is made where there is none."""
        number = self._numbers.get(what)
        if number is None:
            db.execute(_KNOW, what)
            number = self._numbers[what] = int(db.execute(_NUMBER, what[:2]).fetchone()[0])
        return number

    def owners(self) -> dict[str, frozenset[Id]]:
        """Return the devices of which values are kept, and by which ids each is known again."""
        rows = self._store.rows("SELECT key, ids FROM device")
        return {
            row["key"]: frozenset((each[0], each[1]) for each in json.loads(row["ids"]))
            for row in rows
        }

    def own(self, owners: Mapping[str, frozenset[Id]]) -> None:
        """Remember by which ids these devices are known again."""
        rows = [(key, json.dumps(sorted(ids))) for key, ids in owners.items()]
        with self._store.write() as db:
            db.executemany("INSERT OR REPLACE INTO device (key, ids) VALUES (?, ?)", rows)

    def rekey(self, old: str, new: str) -> None:
        """Let what was kept of `old` be of `new`, which may have values of its own."""
        self._numbers.clear()
        theirs = {one.feature: one for one in self.series(new)}
        with self._store.write() as db:
            for one in self.series(old):
                if one.feature in theirs:
                    _join(db, one.id, theirs[one.feature].id)
                else:
                    db.execute("UPDATE series SET device = ? WHERE id = ?", (new, one.id))
            db.execute("DELETE FROM device WHERE key = ?", (old,))

    def forget(self, device: str) -> None:
        """Delete all that was kept of it."""
        self._numbers.clear()
        with self._store.write() as db:
            for one in self.series(device):
                _delete(db, one.id)
            db.execute("DELETE FROM device WHERE key = ?", (device,))

    def tidy(self, now: float, going_on: Callable[[], bool] = lambda: True) -> int:
        """Pack what is of an earlier quarter of a day and thin what is old; return what was packed.

        In small transactions; `going_on` is asked between them.
        """
        until, packed = int(now) // QUARTER_S * QUARTER_S, 0
        waiting = self._store.rows("SELECT DISTINCT series FROM raw WHERE at < ?", (until,))
        for first in range(0, len(waiting), _AT_ONCE):
            if not going_on():
                return packed
            with self._store.write() as db:
                for row in waiting[first : first + _AT_ONCE]:
                    packed += _pack(db, row["series"], until)
        if waiting:
            self._drop_old(int(now))
        return packed

    def _drop_old(self, now: int) -> None:
        self._numbers.clear()
        with self._store.write() as db:
            for tier, kept in _KEPT_S.items():
                last = now - kept - _SPAN_S[tier]  # the chunk is kept until all of it is old
                db.execute("DELETE FROM chunk WHERE tier = ? AND start < ?", (tier, last))
            db.execute(_DROP_EMPTY)
            db.execute("DELETE FROM device WHERE key NOT IN (SELECT device FROM series)")

    # --- reading ---------------------------------------------------------------------------------

    def series(self, device: str = "") -> list[Series]:
        """Return what is kept of a device, or of all."""
        rows = self._store.rows(
            "SELECT * FROM series WHERE device = ? OR ? = '' ORDER BY device, feature",
            (device, device),
        )
        return [Series(**row) for row in rows]

    def plot(
        self, device: str, feature: str, *, since: float, until: float, points: int
    ) -> list[Point]:
        """Return at most about `points` of a value in the order of time, none where none is kept.

        A stretch of time in which nothing was said has no point. From what is old only what was
        kept of it can be had: minutes, then hours.
        """
        known = self._store.rows(_NUMBER, (device, feature))
        if not known or points < 1 or until <= since:
            return []
        series, step = known[0]["id"], (until - since) / points
        finest = next(tier for tier in (_HOUR, _MINUTE, _RAW) if tier <= _COARSER * step)
        begin, end = int(since), int(until)
        found = self._open(series, begin, end)
        for tier in [each for each in _KEPT_S if each >= finest]:
            some = self._chunks(series, tier, begin, end)
            found = some + found
            if some:
                end = min(end, some[0].at - 1)
            if end < begin:
                break
        found.sort(key=attrgetter("at"))  # what was said late lies in a row of its own
        return merged(found, step, since) if len(found) > points else found

    def _open(self, series: int, begin: int, end: int) -> list[Point]:
        """Return what is of this quarter of a day."""
        said = "SELECT at, value FROM raw WHERE series = ? AND at BETWEEN ? AND ? ORDER BY at"
        rows = self._store.rows(said, (series, begin, end))
        return list(points_of((row["at"], row["value"]) for row in rows))

    def _chunks(self, series: int, tier: int, begin: int, end: int) -> list[Point]:
        rows = self._store.rows(_CHUNKS, (series, tier, begin - _SPAN_S[tier], end))
        found = [point for row in rows for point in _points(tier, row["body"])]
        return [point for point in found if begin <= point.at <= end]


def _pack(db: Connection, series: int, until: int) -> int:
    """Move a series' rows from before `until` into its chunks; return how many there were."""
    said = "SELECT at, value FROM raw WHERE series = ? AND at < ? ORDER BY at"
    samples: list[Sample] = db.execute(said, (series, until)).fetchall()
    for tier in _KEPT_S:
        points = thinned(samples, tier) if tier else list(points_of(samples))
        _extend(db, series, tier, points)
    db.execute("DELETE FROM raw WHERE series = ? AND at < ?", (series, until))
    return len(samples)


def _extend(db: Connection, series: int, tier: int, points: Sequence[Point]) -> None:
    """Add points to the chunks they belong to; of two at one time the later added counts."""
    span = _SPAN_S[tier]
    for start, some in itertools.groupby(points, key=lambda point: point.at // span * span):
        where = (series, tier, start)
        kept = db.execute(_BODY, where).fetchone()
        known = {point.at: point for point in _points(tier, kept[0])} if kept else {}
        known |= {point.at: point for point in some}
        whole = [known[at] for at in sorted(known)]
        body = packed_points(whole) if tier else packed_samples([(p.at, p.mean) for p in whole])
        db.execute(_PUT, (*where, len(whole), body))


def _points(tier: int, body: bytes) -> list[Point]:
    """Return the points of a chunk; of one that cannot be read none."""
    try:
        return unpacked_points(body) if tier else list(points_of(unpacked_samples(body)))
    except ValueError:
        logger.exception("a chunk of the history cannot be read")
        return []


def _join(db: Connection, old: int, new: int) -> None:
    """Add the values of one series to another's; where both have one, the other's counts."""
    db.execute("UPDATE OR IGNORE raw SET series = ? WHERE series = ?", (new, old))
    chunks = db.execute("SELECT tier, body FROM chunk WHERE series = ?", (old,)).fetchall()
    for tier, body in chunks:
        theirs = {point.at: point for point in _points(tier, body)}
        for start in {at // _SPAN_S[tier] * _SPAN_S[tier] for at in theirs}:
            kept = db.execute(_BODY, (new, tier, start)).fetchone()
            for point in _points(tier, kept[0]) if kept else ():
                theirs.pop(point.at, None)
        _extend(db, new, tier, [theirs[at] for at in sorted(theirs)])
    _delete(db, old)


def _delete(db: Connection, series: int) -> None:
    db.execute("DELETE FROM raw WHERE series = ?", (series,))
    db.execute("DELETE FROM chunk WHERE series = ?", (series,))
    db.execute("DELETE FROM series WHERE id = ?", (series,))


_KEEP = "INSERT OR REPLACE INTO raw (series, at, value) VALUES (?, ?, ?)"
_KNOW = """
    INSERT INTO series (device, feature, capability, unit) VALUES (?, ?, ?, ?)
    ON CONFLICT (device, feature) DO UPDATE
    SET capability = excluded.capability, unit = excluded.unit
"""
_NUMBER = "SELECT id FROM series WHERE device = ? AND feature = ?"
_BODY = "SELECT body FROM chunk WHERE series = ? AND tier = ? AND start = ?"
_PUT = "INSERT OR REPLACE INTO chunk (series, tier, start, count, body) VALUES (?, ?, ?, ?, ?)"
_CHUNKS = """
    SELECT body FROM chunk WHERE series = ? AND tier = ? AND start > ? AND start <= ?
    ORDER BY start
"""
_DROP_EMPTY = """
    DELETE FROM series WHERE id NOT IN (SELECT series FROM chunk)
    AND id NOT IN (SELECT series FROM raw)
"""
