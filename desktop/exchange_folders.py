"""Lets two folders of one file system change places in one step, where the system can do that.

Also what lies beside a house while another one arrives (desktop/move_in.py): light enough to be
asked at each start.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


def exchange(new: Path, old: Path) -> None:
    """Let `new` and `old`, both folders that are there, have each other's names. OSError.

    Where the file system knows no such step there are three, and after a kill between them `old`
    is missing: whoever comes next finds `new` still under its name.
    """
    number = _in_one(new, old)
    if number in _CANNOT:
        old.rename(between(old))
        new.rename(old)
        between(old).rename(new)
    elif number:
        raise OSError(number, os.strerror(number), str(old))
    for parent in {new.parent, old.parent}:
        handle = os.open(parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def arriving(folder: Path) -> Path:
    """Return where a house that is to take the place of `folder` is made ready."""
    return folder.absolute().with_name(f"{folder.absolute().name}.arriving")


def beside(folder: Path) -> bool:
    """Whether something lies beside the house in `folder` that move_in.settle has to see to."""
    return arriving(folder).exists() or between(folder).exists()


def between(old: Path) -> Path:
    """Return the name that `old` has after a kill between the three steps."""
    return old.absolute().with_name(f"{old.absolute().name}.leaving")


def _in_one(new: Path, old: Path) -> int:
    """Return 0 where it was done, else the error's number."""
    call = _found()
    if call is None:
        return errno.ENOSYS
    return 0 if call(os.fsencode(new), os.fsencode(old)) == 0 else ctypes.get_errno()


def _found() -> Callable[[bytes, bytes], int] | None:
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":  # pragma: no cover - not where the tests run
        swap = getattr(library, "renamex_np", None)
        return None if swap is None else lambda new, old: int(swap(new, old, _EXCHANGE))
    rename = getattr(library, "renameat2", None)
    if rename is None:
        return None
    return lambda new, old: int(rename(_HERE, new, _HERE, old, _EXCHANGE))
