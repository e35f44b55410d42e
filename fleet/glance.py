"""The devices a house knew when it was last closed, read without opening it."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
from msgspec.structs import replace

from fleet.errors import OrangeryError
from fleet.identity import Record
from fleet.model import Availability, Device
from fleet.showing import device
from fleet.store import OtherTables, Store

logger = logging.getLogger(__name__)


def devices(file: Path) -> dict[str, Device]:
    """Return key -> Device as `file` ("house.sqlite") has them; nobody is known to be online.

    None of those that cannot be read: whoever opens the house says why. A gateway is not named yet.
    """
    return _devices(file, "SELECT body FROM device ORDER BY key")


def forgotten(file: Path) -> dict[str, Device]:
    """Return those that the house forgot and can still bring back, likewise."""
    return _devices(file, "SELECT body FROM forgotten ORDER BY key")


def _devices(file: Path, query: str) -> dict[str, Device]:
    if not file.exists():
        return {}
    try:
        with Store.look(file, still=True) as store:
            rows = store.rows(query)
            records = [_RECORD.decode(row["body"]) for row in rows]
    except (OrangeryError, OtherTables, msgspec.MsgspecError) as error:
        logger.info("%s is not shown before it is opened: %s", file, error)
        return {}
    shown = (device(record, "") for record in records if record.shown)
    return {one.key: replace(one, availability=Availability.UNKNOWN) for one in shown}


_RECORD = msgspec.json.Decoder(Record)
