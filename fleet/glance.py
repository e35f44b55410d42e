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
from fleet.store import Store

logger = logging.getLogger(__name__)


def devices(file: Path) -> dict[str, Device]:
    """Return key -> Device as `file` ("house.sqlite") has them; nobody is known to be online.

    None of those that cannot be read: whoever opens the house says why. A gateway is not named yet.
    """
    if not file.exists():
        return {}
    try:
        with Store.look(file) as store:
            rows = store.rows("SELECT body FROM device ORDER BY key")
            records = [_RECORD.decode(row["body"]) for row in rows]
    except (OrangeryError, msgspec.MsgspecError) as error:
        logger.info("%s is not shown before it is opened: %s", file, error)
        return {}
    shown = (device(record, "") for record in records if record.shown)
    return {one.key: replace(one, availability=Availability.UNKNOWN) for one in shown}


_RECORD = msgspec.json.Decoder(Record)
