"""Files that are whole or absent, also after a power cut, and a full disk said in our words."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fleet.errors import StoreError


def write(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Make or replace `path` with `data` and return when it is on the disk. StoreError."""
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        settle(part, path)


def settle(part: Path, path: Path) -> None:
    """Give a written part file its name, in the order that survives a power cut. StoreError."""
    with told(path):
        _sync(part)
        part.replace(path)
        _sync(path.parent)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the system's errors on `path` into StoreError: disk_full or store_unwritable."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        code = "disk_full" if full else "store_unwritable"
        raise StoreError(code, path=path, words=error.strerror or error) from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
