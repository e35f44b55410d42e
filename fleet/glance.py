"""The devices a house knew when it was last closed, read without opening it."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
from msgspec.structs import replace

from fleet.errors import OrangeryError
from fleet.identity import Record, called
from fleet.model import Availability, Device
from fleet.showing import device
from fleet.store import OtherTables, Store

logger = logging.getLogger(__name__)


def devices(file: Path) -> dict[str, Device]:
    """Return key -> Device as `file` ("house.sqlite") has them; nobody is known to be online.

    None of those that cannot be read: whoever opens the house says why. A gateway is not named yet.
    """
    records = _records(file, "device")
    shown = (device(record, "") for record in records if record.shown)
    return {one.key: replace(one, availability=Availability.UNKNOWN) for one in shown}


def names(file: Path) -> frozenset[str]:
    """Return all that anything in `file` is or was called, by itself or by people; and its ids.

    Also of what was taken back or forgotten and can still be brought back.
    """
    return frozenset(
        word for table in _TABLES for one in _records(file, table) for word in called(one)
    )


def _records(file: Path, table: str) -> list[Record]:
    if not file.exists():
        return []
    try:
        with Store.look(file, still=True) as store:
            rows = store.rows(f"SELECT body FROM {table} ORDER BY key")  # noqa: S608 - one of ours
            return [_RECORD.decode(row["body"]) for row in rows]
    except (OrangeryError, OtherTables, msgspec.MsgspecError) as error:
        logger.info("%s is not shown before it is opened: %s", file, error)
        return []


_TABLES = ("device", "forgotten")
_RECORD = msgspec.json.Decoder(Record)
