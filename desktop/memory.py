"""What this desktop remembers of its window: columns, views, zoom, places on the map. No Qt.

One JSON file, an object with a member for each thing. What the household decides is not here but in
settings.json: this may be thrown away at any time, and a member that cannot be read is as none.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from firmware import durable
from fleet.errors import StoreError

T = TypeVar("T")

logger = logging.getLogger(__name__)

FILE = "window.json"
_LARGEST = 4 << 20  # bytes; a larger file is not ours


class Memory:
    """Used by the Qt thread alone; without a file it lasts as long as the process."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._kept: dict[str, msgspec.Raw] = _read(file) if file else {}
        self._dirty = False

    def get(self, name: str, kind: type[T], default: T) -> T:
        """Return what was put under `name`; `default` where there is none of that kind."""
        raw = self._kept.get(name)
        if raw is None:
            return default
        try:
            return msgspec.json.decode(raw, type=kind)
        except msgspec.MsgspecError as error:
            logger.info("what was remembered as %s cannot be read: %s", name, error)
            return default

    def put(self, name: str, value: Any) -> None:  # noqa: ANN401 - whatever msgspec can write
        """Remember `value`; it is in the file after the next `save`."""
        raw = msgspec.Raw(msgspec.json.encode(value))
        if bytes(self._kept.get(name, b"")) != bytes(raw):
            self._kept[name] = raw
            self._dirty = True

    def save(self) -> None:
        """Write what has changed since the last time; without room for it, nothing is lost here."""
        if self._file is None or not self._dirty:
            return
        self._dirty = False
        body = msgspec.json.format(msgspec.json.encode(dict(sorted(self._kept.items()))))
        with contextlib.suppress(StoreError):  # a full disk is told where it matters
            durable.write(self._file, body)


def _read(file: Path) -> dict[str, msgspec.Raw]:
    try:
        if file.stat().st_size > _LARGEST:
            return {}
        return msgspec.json.decode(file.read_bytes(), type=dict[str, msgspec.Raw])
    except (OSError, msgspec.MsgspecError) as error:
        if not isinstance(error, FileNotFoundError):
            logger.warning("%s cannot be read, the window begins as new: %s", file, error)
        return {}
