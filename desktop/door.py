"""The way to a house: through the process that owns it, or by owning it for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.wire import COMMANDS, FACTS
from fleet.client import Client, SocketClient
from fleet.errors import BrokerError, CommandError, OrangeryError, StoreError
from fleet.later import later
from fleet.model import BrokerState, Changes, Connection, Snapshot

if TYPE_CHECKING:
    from desktop import app, heirs_told
else:
    heirs_told = later("desktop.heirs_told")
    app = later("desktop.app")  # all of a household; not needed where another process owns it

_ANSWER_LIMIT_S = 600.0
_SETTLE_S = 1.0  # no new device for so long after connecting: the retained messages are in
_SETTLE_LIMIT_S = 8.0


def waited(future: Future[Any]) -> Any:  # noqa: ANN401 - the command's own result
    """Return what a command came to; CommandError("no_answer") after ten minutes."""
    try:
        return future.result(_ANSWER_LIMIT_S)
    except FutureTimeoutError as error:
        raise CommandError("no_answer_in_time") from error


def socket_path(folder: Path) -> Path:
    """Return where the owner of the house in `folder` listens; only this user can reach it."""
    return folder / "socket"


@contextmanager
def open_client(folder: Path, *, settle: bool = True) -> Iterator[Client]:
    """Give a client of the house in `folder`: its owner's, else our own for the time being.

    `settle`: where it is ours, wait until the brokers have told what they keep.
    """
    try:
        client: Client = SocketClient(socket_path(folder), COMMANDS, FACTS)
    except OrangeryError:
        with app.Household(folder) as household:
            if settle:
                settled(household.client)
            yield household.client
        return
    try:
        yield client
    finally:
        client.close()


def troubles(snapshot: Snapshot, folder: Path) -> list[OrangeryError]:
    """Return what keeps the house in `folder` from seeing its devices or keeping what it sees.

    And what its owner must not miss, whatever they came for: that heirs claim it.
    """
    links: Any = snapshot.facts.get("connection", {}).values()
    open_ = [link for link in links if link.state is not BrokerState.CLOSED]
    brokers = [trouble for trouble in map(_trouble_of, open_) if trouble is not None]
    stores: Any = snapshot.facts.get("store", {}).items()
    files = [StoreError(code, path=folder / f"{name}.sqlite", words=code) for name, code in stores]
    lost: Any = snapshot.facts.get("damage", {}).values()
    damaged = [_damage(one.name, one.why) for one in lost]
    claims: Any = snapshot.facts.get("claim", {}).values()
    claimed = [told for told in map(heirs_told.trouble, claims) if told is not None]
    return [*([] if links else [BrokerError("no_broker")]), *brokers, *files, *damaged, *claimed]


def _damage(name: str, why: str) -> StoreError:
    if why:
        return StoreError("blob_lost", name=name, why=why)
    return StoreError("blob_damaged", name=name)


def connected(client: Client, address: str, since: float) -> None:
    """Wait until the connection to `address` begun after `since` stands. BrokerError: why not."""
    deadline = time.monotonic() + _SETTLE_LIMIT_S
    spoke = threading.Event()
    stop = client.listen(lambda _: spoke.set())
    try:
        while time.monotonic() < deadline:
            link = _link_to(client, address, since)
            if link is not None and link.state is not BrokerState.CONNECTING:
                break
            spoke.wait(0.1)
            spoke.clear()
    finally:
        stop()
    if link is None:
        raise BrokerError("broker_no_answer_yet", address=address)
    if (trouble := _trouble_of(link)) is not None:
        raise trouble


def _link_to(client: Client, address: str, since: float) -> Connection | None:
    links: Any = client.snapshot().facts.get("connection", {}).values()
    for link in links:
        if link.address == address and link.since >= since and link.state is not BrokerState.CLOSED:
            return link  # type: ignore[no-any-return]
    return None


def _trouble_of(link: Connection) -> BrokerError | None:
    """Return what is wrong with a connection, with the facts that its sentence names."""
    if link.state is BrokerState.CONNECTED and not link.error:
        return None
    code = link.error or "broker_no_answer_yet"
    if code.startswith("keyring_"):
        return BrokerError(code, backend=link.fact, words=link.fact)
    return BrokerError(code, broker=link.broker, address=link.address, fact=link.fact)


def until(client: Client, seen: Callable[[Snapshot], object], limit: float) -> None:
    """Wait until this is true of the house, at most so many seconds."""
    moved = threading.Event()
    stop = client.listen(lambda _: moved.set())
    deadline = time.monotonic() + limit
    try:
        while not seen(client.snapshot()) and time.monotonic() < deadline:
            moved.wait(0.2)
            moved.clear()
    finally:
        stop()


def settled(client: Client) -> None:
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
