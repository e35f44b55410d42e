"""How the command line shows devices that were looked for: a sheet, a table, an outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table

from desktop import finding, radio, show
from desktop.models.mirror import Mirror
from desktop.tables import Cell, Sheet
from fleet.families import TITLES
from fleet.model import Device

_COLUMNS = (
    ("key", "Key"),
    ("name", "Name"),
    ("room", "Room"),
    ("kind", "Kind"),
    ("maker", "Maker"),
    ("model", "Model"),
    ("state", "State"),
    ("version", "Version"),
    ("update_to", "Update to"),
    ("battery", "Battery"),
    ("signal", "Signal"),
    ("gateway", "Gateway"),
    ("dialect", "Dialect"),
    ("tags", "Tags"),
    ("address", "Address"),
    ("seen", "Seen"),
)


def sheet(mirror: Mirror, found: Iterable[Device]) -> Sheet:
    """Return all that is said of these devices, as JSON and CSV have it."""
    return Sheet(
        ids=tuple(name for name, _ in _COLUMNS),
        titles=tuple(title for _, title in _COLUMNS),
        rows=tuple(_row(mirror, device) for device in found),
    )


def table(mirror: Mirror, found: Sequence[Device]) -> Table:
    """Return these devices for people."""
    made = Table(box=None, pad_edge=False)
    for column in ("Name", "Room", "Model", "State", "Version", "Update", "Tags"):
        made.add_column(column, no_wrap=column == "Name")
    for device in found:
        update = show.update_words(mirror.update(device.key))
        ready = mirror.ready(device.key)
        made.add_row(
            device.name,
            device.room,
            device.model,
            str(device.availability),
            str(device.version or "-"),
            update or (f"ready: {ready.target.version}" if ready else ""),
            _tags(device),
        )
    made.caption = f"{len(found)} of {len(mirror.devices)} device(s)"
    return made


def outcome(done: Sequence[str], refused: Mapping[str, tuple[str, str]]) -> Table:
    """Return what became of one wish for several: a line for each that could not."""
    made = Table(box=None, pad_edge=False, show_header=False)
    made.add_row(f"{len(done)} of {len(done) + len(refused)} done.")
    for name, (sentence, hint) in refused.items():
        made.add_row(f"{name}: {sentence} {hint}")
    return made


def _row(mirror: Mirror, device: Device) -> tuple[Cell, ...]:
    gateway, ready = mirror.devices.get(device.via), mirror.ready(device.key)
    heard = radio.signal(device)
    first = device.dialects[0] if device.dialects else ""
    seen = device.last_seen
    return (
        device.key,
        device.name,
        device.room,
        device.kind,
        device.vendor,
        device.model,
        str(device.availability),
        device.version.comparable if device.version else "",
        ready.target.version if ready else "",
        device.battery,
        heard.told if heard else "",
        gateway.name if gateway else "",
        TITLES.get(first, first),
        _tags(device),
        finding.address(device),
        "" if seen is None else dt.datetime.fromtimestamp(seen, dt.UTC).isoformat(),
    )


def _tags(device: Device) -> str:
    return ", ".join(sorted(device.tags, key=str.casefold))
