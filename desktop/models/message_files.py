"""Messages into a file: lines that `orangery replay` reads, or a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop.models import messages
from desktop.models.messages import Exported
from firmware import durable
from fleet.model import Device
from fleet.ring import Noted

TABLE = ".csv"


def write(file: Path, rows: Sequence[Noted], devices: Mapping[str, Device]) -> Exported:
    """Write `rows` in the form that the name of `file` says. StoreError: why it is not written.

    ".csv": a table; anything else: lines of JSON.
    """
    if file.suffix.lower() == TABLE:
        names = {key: device.name for key, device in devices.items()}
        made = messages.as_csv(rows, names)
    else:
        made = messages.as_jsonl(rows)
    durable.write(file, made.text.encode())
    return made
