"""Signs of life: a start of a new version that gives none is told from one that works. No Qt.

The launcher (resources/launcher) leaves a file in starts/ before it starts a version that is not
proven. The process it becomes removes it when it lives: at the orderly end of a command, refusals
included, or as soon as a window or `serve` is up. A fault of ours is no sign of life, whatever the
process still says about it, and neither is a signal that ends it before. While it runs, a process
holds a lock on the folder of its version, so that nobody removes that (docs/adr/0056).
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import build
from fleet.errors import OrangeryError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import crashes
    from desktop.selfupdate import versions
else:
    crashes = later("desktop.crashes")
    versions = later("desktop.selfupdate.versions")

logger = logging.getLogger(__name__)

STARTS = "starts"
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_faults: list[bool] = []


@contextmanager
def watched() -> Iterator[None]:
    """Run the program inside: its version is kept meanwhile, its orderly end a sign of life.

    Nothing happens where it keeps no versions.
    """
    own = build.folder()
    if own is None or build.root() is None:
        yield
        return
    with held(own):
        try:
            yield
        except SystemExit:
            if not _faults:
                alive()
            raise
        if not _faults:
            alive()


def alive() -> None:
    """This process works: the start that it was is not counted as one that failed."""
    root, own = build.root(), build.folder()
    if root is not None and own is not None:
        with contextlib.suppress(OSError):  # a disk that takes nothing is no reason to end
            mark(root, own.name, os.getpid()).unlink(missing_ok=True)


def proven() -> None:
    """This version works: window or `serve` are up, and the house is open."""
    if build.root() is None:
        return
    alive()
    try:
        if known := versions.here():
            known.proven()
    except OrangeryError as error:  # it runs all the same, and says so again at the next start
        logger.info("that this version works is not written down: %s", error)


def fault(folder: Path, error: BaseException) -> None:
    """Something broke in this process that is our fault: what it still does is no sign of life.

    Of a start on trial the exception is kept in the house in `folder`, for the report that is
    offered when the version is gone back from.
    """
    _faults.append(True)
    root, own = build.root(), build.folder()
    if root and own and mark(root, own.name, os.getpid()).exists():
        crashes.note(folder, error, "start")


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep the folder of a version from being removed while the block runs."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        with contextlib.suppress(OSError):  # a file system without locks: it is only a comfort
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def mark(root: Path, version: str, pid: int) -> Path:
    """Return the file that the launcher left for the start of a process."""
    return root / STARTS / f"{version}~{boot()}~{pid}"


def boot() -> str:
    """Return what tells this start of the computer from others, "0" where nobody says."""
    try:
        return _BOOT.read_text(encoding="ascii").partition("-")[0].strip() or "0"
    except OSError:
        return "0"
