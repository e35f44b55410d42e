"""Whose turn it is in a hub's folder: many serve from it, or one changes it; a kill lets go."""

from __future__ import annotations

import fcntl
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
    with (folder / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HubError("hub_is_running", folder=folder) from error
        yield


@contextmanager
def serving(folder: Path) -> Iterator[None]:
    """Serve from a folder; others may too. HubError("hub_is_running") while it is put back."""
    with (folder / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HubError("hub_is_running", folder=folder) from error
        yield


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Look after or change what is in a folder, one process at a time.

    HubError("database_changing"): another was at it for WAIT_S.
    """
    with (folder / "migrate.lock").open("w") as lock:
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
