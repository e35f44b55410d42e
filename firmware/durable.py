"""Files that are whole or absent, also after a power cut, and a full disk said in our words."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

import msgspec

from fleet.errors import StoreError

T = TypeVar("T")

_CODES = {errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full", errno.EIO: "store_io"}
_OPEN = 0o775  # of folders
_KEEP_SIZE = 1  # of fallocate(2): the length stays as it is


def write(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Make or replace `path` with `data` and return when it is on the disk. StoreError.

    It is ours and of this mode, whatever lay where it is written first: in a folder for all that
    may be somebody else's file, or a link to one of ours.
    """
    with told(path):
        make_folder(path.parent)
        part = path.with_name(path.name + ".part")
        with os.fdopen(_anew(part, mode), "wb") as out:
            out.write(data)
        settle(part, path)


def read(path: Path, kind: type[T], code: str) -> T | None:
    """Return what `write` wrote there as JSON; None: there is nothing. StoreError(code)."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise StoreError(code, file=path, fact=error) from error


def settle(part: Path, path: Path) -> None:
    """Give a written part file its name, in the order that survives a power cut. StoreError."""
    with told(path):
        sync(part)
        part.replace(path)
        sync(path.parent)


def remove(path: Path) -> None:
    """Remove a file, where there is one, so that no power cut brings it back. StoreError."""
    with told(path):
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync(path.parent)


def make_folder(folder: Path, *, mode: int = _OPEN) -> None:
    """Make a folder and those above it; a file synced in it later does not vanish. StoreError.

    `mode`: of the folder itself. Whatever the umask, those above are never for anybody to write.
    A new folder is a name in the one above: until that is on the disk, all that is in it hangs in
    the air.
    """
    with told(folder):
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for one in reversed(missing):
            one.mkdir(mode=mode if one == missing[0] else _OPEN, exist_ok=True)
            sync(one.parent)


def reserve(file: IO[bytes], size: int) -> None:
    """Set space aside for `size` bytes; the file's length stays, since it says how much is there.

    Where system or disk cannot, nothing happens and a full disk is met while writing. OSError.
    """
    if size and _fallocate is not None and _fallocate(file.fileno(), _KEEP_SIZE, 0, size) != 0:
        number = ctypes.get_errno()
        if number in (errno.ENOSPC, errno.EDQUOT):
            raise OSError(number, os.strerror(number))


def sync(path: Path) -> None:
    """Return when a file, or the names in a folder, are on the disk. OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the system's errors on `path` into StoreError.

    disk_full, store_io (the disk gives or takes no bytes), store_unwritable.
    """
    try:
        yield
    except OSError as error:
        code = _CODES.get(error.errno or 0, "store_unwritable")
        raise StoreError(code, path=path, words=error.strerror or error) from error


def _found() -> Callable[[int, int, int, int], int] | None:
    """Return the system's fallocate: Python's own would make the file longer."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "fallocate64", None)
    if call is not None:
        call.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return call


_fallocate = _found()


def _anew(path: Path, mode: int) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        path.unlink(missing_ok=True)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
