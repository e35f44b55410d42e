"""Whose turn it is in a hub's folder: many serve from it, or one changes it; a kill lets go."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from feedback.wire import HubError

WAIT_S = 240.0  # for whoever changes the tables; a unit of systemd gives a start 300
_LOOK_S: Final = 0.1


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a hub's folder while none serves from it; HubError("hub_is_running")."""
    folder.mkdir(parents=True, exist_ok=True)
    with _held(folder, fcntl.LOCK_EX):
        yield


@contextmanager
def serving(folder: Path) -> Iterator[None]:
    """Serve from a folder; others may too. HubError("hub_is_running") while it is put back."""
    with _held(folder, fcntl.LOCK_SH):
        yield


@contextmanager
def _held(folder: Path, how: int) -> Iterator[None]:
    with _opened(folder / "serve.lock") as lock:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HubError("hub_is_running", folder=folder) from error
        yield


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Look after or change what is in a folder, one process at a time.

    HubError("database_changing"): another was at it for WAIT_S.
    """
    with _opened(folder / "migrate.lock") as lock:
        until = time.monotonic() + WAIT_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise HubError("database_changing", database=folder) from error
                time.sleep(_LOOK_S)
        yield


def give(file: Path) -> None:
    """Let what root makes in a hub's folder be the folder's owner's: the service is somebody else.

    An operator runs backup, restore and invite with sudo; systemd gives a folder's files to the
    account of the service only while the folder itself is not its own yet.
    """
    if os.geteuid() == 0:
        owner = file.parent.stat()
        os.chown(file, owner.st_uid, owner.st_gid, follow_symlinks=False)


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    """A lock's file; never another that somebody's link leads to."""
    lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        give(file)
        yield lock
    finally:
        os.close(lock)
