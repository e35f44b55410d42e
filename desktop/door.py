"""The way to a house: through the process that owns it, or by owning it for a while."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fleet.client import Client, SocketClient
from fleet.errors import CommandError, StoreError
from fleet.model import BrokerState, Changes

_ANSWER_LIMIT_S = 600.0
_SETTLE_S = 1.0  # no new device for so long after connecting: the retained messages are in
_SETTLE_LIMIT_S = 8.0
_SOCKET_PATH_MAX = 100  # bytes; Linux takes 107


def waited(future: Future[Any]) -> Any:  # noqa: ANN401 - the command's own result
    """Return what a command came to; CommandError("no_answer") after ten minutes."""
    try:
        return future.result(_ANSWER_LIMIT_S)
    except FutureTimeoutError as error:
        raise CommandError("no_answer_in_time") from error


def socket_path(folder: Path) -> Path:
    """Return where the owner of the house in `folder` listens; only this user can reach it."""
    inside = folder.absolute() / "socket"
    if len(os.fsencode(inside)) <= _SOCKET_PATH_MAX:
        return inside
    private = Path(tempfile.gettempdir()) / f"orangery-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    if private.stat().st_uid != os.getuid() or private.stat().st_mode & 0o077:
        raise StoreError("store_unwritable", path=private, words="not ours alone")
    return private / hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]


@contextmanager
def open_client(folder: Path) -> Iterator[Client]:
    """Give a client of the house in `folder`: its owner's, else our own for the time being."""
    from desktop.app import COMMANDS, FACTS, Household  # noqa: PLC0415 - slow, and often not needed

    try:
        client: Client = SocketClient(socket_path(folder), COMMANDS, FACTS)
    except (ConnectionError, FileNotFoundError):
        with Household(folder) as household:
            _settle(household.client)
            yield household.client
        return
    try:
        yield client
    finally:
        client.close()


def _settle(client: Client) -> None:
    """Wait until the brokers have told what they keep, or say that they cannot be reached."""
    quiet_since = [time.monotonic()]
    spoke = threading.Event()

    def heard(changes: Changes) -> None:
        if changes.devices:
            quiet_since[0] = time.monotonic()
        spoke.set()

    stop = client.listen(heard)
    deadline = time.monotonic() + _SETTLE_LIMIT_S
    while time.monotonic() < min(deadline, quiet_since[0] + _SETTLE_S) or _connecting(client):
        if time.monotonic() > deadline:
            break
        spoke.wait(0.1)
        spoke.clear()
    stop()


def _connecting(client: Client) -> bool:
    links = client.snapshot().facts.get("connection", {}).values()
    return any(getattr(link, "state", None) is BrokerState.CONNECTING for link in links)
