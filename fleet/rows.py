"""The devices as rows of house.sqlite: what a thing is in one table, what it measures in another.

A record is long and seldom changes; measures are short and change with almost each message. So a
message that brings readings writes one short row. A `measure` row is always as new as its `device`
row or newer, and both are written in one transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from fleet.bin import Bin, Binned
from fleet.identity import Measures, Record, measures, unheard, with_measures
from fleet.registry import Registry
from fleet.store import Store, migrations

logger = logging.getLogger(__name__)

MIGRATIONS = migrations("house")


@MIGRATIONS()
def create(db: Any) -> None:  # noqa: ANN401 - sqlite-utils' Database; only fleet/store.py knows it
    """Make the table of devices: columns to look at, and the whole Record in `body`."""
    columns = {"key": str, "name": str, "vendor": str, "model": str, "version": str, "room": str}
    db["device"].create({**columns, "last_seen": float, "body": str}, pk="key", strict=True)


@MIGRATIONS()
def measure(db: Any) -> None:  # noqa: ANN401 - as above
    """Make the table of what changes often: dialect -> Measures in `body`."""
    db["measure"].create({"key": str, "last_seen": float, "body": str}, pk="key", strict=True)
    db.execute("INSERT INTO measure (key, last_seen, body) SELECT key, last_seen, '{}' FROM device")
    db.execute("ALTER TABLE device DROP COLUMN last_seen")


@MIGRATIONS()
def forgotten(db: Any) -> None:  # noqa: ANN401 - as above
    """Make the table of what can still be brought back: the whole Record in `body`."""
    db["forgotten"].create({"key": str, "until": float, "body": str}, pk="key", strict=True)


class Rows:
    """Loads and saves records; only the house thread writes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self) -> list[Record]:
        """Return all records that can be read; the row of another stays for who can read it."""
        records = []
        for row in self._store.rows(_ALL):
            try:
                records.append(_record(row))
            except msgspec.MsgspecError:
                logger.exception("the stored device %s cannot be read", row["key"])
        return records

    def binned(self) -> dict[str, Binned]:
        """Return what can still be brought back; nobody knows whether it is online."""
        kept: dict[str, Binned] = {}
        for row in self._store.rows("SELECT key, until, body FROM forgotten"):
            try:
                record = _RECORD.decode(row["body"])
            except msgspec.MsgspecError:
                logger.exception("the forgotten device %s cannot be read", row["key"])
                continue
            claims = tuple(unheard(claim) for claim in record.claims)
            kept[row["key"]] = Binned(replace(record, claims=claims), row["until"])
        return kept

    def save(self, registry: Registry, bin_: Bin, *, records: set[str], measures: set[str]) -> None:
        """Write the whole of some devices and the measures of others, by key, in one commit.

        Deletes the rows of those that the registry has no more; what the bin took or gave goes
        with them. StoreError: nothing is written.
        """
        keys = records | measures
        known = {key for key in keys if registry.record(key) is not None}
        with self._store.write() as db:
            db.executemany(_PUT_DEVICE, _devices(registry, records & known))
            db.executemany(_PUT_MEASURE, _measures(registry, keys & known))
            for table in ("device", "measure"):
                gone = [(key,) for key in keys - known]
                db.executemany(f"DELETE FROM {table} WHERE key = ?", gone)  # noqa: S608 - our two
            for key, one in bin_.unsaved().items():
                db.execute("DELETE FROM forgotten WHERE key = ?", (key,))
                if one is not None:
                    body = _ENCODER.encode(one.record).decode()
                    db.execute(_PUT_FORGOTTEN, (key, one.until, body))
        bin_.saved()


_ENCODER = msgspec.json.Encoder()
_RECORD = msgspec.json.Decoder(Record)
_MEASURES = msgspec.json.Decoder(dict[str, Measures])
_ALL = """
    SELECT device.key, device.body, measure.last_seen, measure.body AS measures
    FROM device LEFT JOIN measure USING (key) ORDER BY device.key
"""
_PUT_DEVICE = """
    INSERT INTO device (key, name, vendor, model, version, room, body)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET name = excluded.name, vendor = excluded.vendor,
    model = excluded.model, version = excluded.version, room = excluded.room, body = excluded.body
"""
_PUT_FORGOTTEN = "INSERT INTO forgotten (key, until, body) VALUES (?, ?, ?)"
_PUT_MEASURE = """
    INSERT INTO measure (key, last_seen, body) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET last_seen = excluded.last_seen, body = excluded.body
"""


def _record(row: dict[str, Any]) -> Record:
    record = _RECORD.decode(row["body"])
    if row["measures"] is None:
        return record
    return with_measures(record, _MEASURES.decode(row["measures"]), row["last_seen"])


def _devices(registry: Registry, keys: Iterable[str]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for key in keys:
        device, record = registry.devices.get(key), registry.record(key)
        body = _ENCODER.encode(record).decode()
        if device is None:  # only remembered: it may come again
            rows.append((key, "", "", "", "", "", body))
            continue
        version = device.version.raw if device.version else ""
        rows.append((key, device.name, device.vendor, device.model, version, device.room, body))
    return rows


def _measures(registry: Registry, keys: Iterable[str]) -> list[tuple[object, ...]]:
    return [
        (key, record.last_seen, _ENCODER.encode(measures(record)).decode())
        for key in keys
        if (record := registry.record(key)) is not None
    ]
