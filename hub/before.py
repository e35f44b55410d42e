"""The copy of a hub's SQLite file that is made before its tables change; the newest two stay."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import Connection

from feedback.wire import HubError

COPIES: Final = 2
_SPARE: Final = 16 << 20  # bytes that the change itself may need


def copy_before(connection: Connection, file: Path, revision: str) -> Path:
    """Copy what is committed, durably, under a name that says which tables it has.

    HubError("no_room_for_hub_copy"): nothing was changed.
    """
    to = file.with_name(f"{file.name}.at-{revision}")
    part = to.with_name(to.name + ".part")
    raw: Any = connection.connection.dbapi_connection
    need, free = _room(connection, file)
    if free < need:
        raise HubError("no_room_for_hub_copy", file=file, need=-(-need >> 20), free=free >> 20)
    part.unlink(missing_ok=True)
    part.touch(0o600)
    try:
        with closing(sqlite3.connect(part)) as copy:
            raw.backup(copy, pages=2000)
            copy.execute("PRAGMA journal_mode=DELETE")
        _sync(part)
        part.replace(to)
        _sync(to.parent)
    finally:
        part.unlink(missing_ok=True)
    others = [one for one in copies(file) if one != to]  # dated by clocks that went back
    for old in others[COPIES - 1 :]:
        old.unlink(missing_ok=True)
    return to


def faults(connection: Connection, file: Path) -> list[str]:
    """What `doctor` says of it: the next version could not copy the file."""
    need, free = _room(connection, file)
    if free >= need:
        return []
    words = f"{-(-need >> 20)} MB are needed for the copy before the next version"
    return [f"disk: {free >> 20} MB free, {words}"]


def _room(connection: Connection, file: Path) -> tuple[int, int]:
    """Bytes that a copy needs, and that are free."""
    raw: Any = connection.connection.dbapi_connection
    pages, size = (
        raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    return pages * size + _SPARE, shutil.disk_usage(file.parent).free


def copies(file: Path) -> tuple[Path, ...]:
    """Return the copies there are, the newest first."""
    found = [
        (one.stat().st_mtime_ns, one)
        for one in file.parent.glob(f"{file.name}.at-*")
        if one.suffix != ".part"
    ]
    return tuple(one for _, one in sorted(found, reverse=True))


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
