"""A house while it is being opened: what was stored is shown at once, what is asked waits. No Qt.

The order stays safe: the house's lock is taken first, then what is stored is read, then a window
may be drawn, then everything else is opened in a thread of its own. Nothing of it is lost: what was
asked meanwhile is asked of the house in its order, and fails with its error where it cannot open.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec

from desktop import exchange_folders
from desktop.selfupdate import lives
from fleet import brokers, glance
from fleet.errors import CommandError, OrangeryError, StoreError
from fleet.later import later
from fleet.model import BrokerState, Changes, Connection, Snapshot
from fleet.store import HouseLock

if TYPE_CHECKING:
    from desktop import app, move_in
    from fleet.client import Client
else:
    app = later("desktop.app")  # all of a household, and what it needs: most of a start
    move_in = later("desktop.move_in")  # only where something was imported

Waiting = tuple[object, Future[Any]]


class Look(msgspec.Struct, frozen=True):
    """What of the settings the first picture needs."""

    language: str = ""
    theme: str = "system"
    simple: bool = False


class Opening:
    """A fleet.client.Client of the house in `folder`; `with` closes the house again.

    Raises StoreError: house_locked, store_unwritable. What else keeps the house from opening is in
    the future of `begin`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if exchange_folders.beside(folder):
            move_in.settle_quietly(folder)
        self._own = HouseLock(folder)
        self._own.take()
        self.look = look_of(folder)
        self._stored = Snapshot(
            number=0,
            devices=glance.devices(folder / "house.sqlite"),
            facts={"connection": _links(folder)},
        )
        self._opened: Future[None] = Future()
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._heard = 0  # number of the last Changes passed on
        self._waiting: list[Waiting] = []
        self._listeners: tuple[Callable[[Changes], None], ...] = ()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="opening")

    def begin(self) -> Future[None]:
        """Open the house in a thread; the future is done when it is open, or has its error.

        A second call does nothing.
        """
        if self._thread.ident is None:
            self._thread.start()
        return self._opened

    @property
    def failed(self) -> bool:
        """Whether it could not be opened."""
        return self._opened.done() and self._opened.exception() is not None

    def snapshot(self) -> Snapshot:
        """Return what is stored, and once the house is open what it shows."""
        return self._client.snapshot() if self._client else self._stored

    def send(self, command: object) -> Future[Any]:
        """Ask the house, as soon as it is open."""
        answer: Future[Any] = Future()
        with self._lock:
            if self._client is None and not self._opened.done():
                self._waiting.append((command, answer))
                return answer
        self._ask((command, answer))
        return answer

    def listen(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """Call `fn`, in a thread of ours, with each Changes; return the way to stop."""
        self._listeners = (*self._listeners, fn)

        def stop() -> None:
            self._listeners = tuple(each for each in self._listeners if each is not fn)

        return stop

    def close(self) -> None:
        """Close the house; what is being opened is opened first."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._own.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- in the thread ---

    def _keep(self) -> None:
        """Open the house and keep it until the end."""
        try:
            household = app.Household(self._folder, lock=self._own, restart=_by_window)
            with household:
                self._take_over(household.client)
                self._opened.set_result(None)
                lives.proven()
                self._closing.wait()
        except Exception as error:  # noqa: BLE001 - it is told where it is waited for
            if not isinstance(error, OrangeryError):
                lives.fault(self._folder, error)
            self._refuse(error)

    def _take_over(self, client: Client) -> None:
        """Tell what is different from what was shown, then pass on what is new and was asked."""
        with self._lock:  # what the house announces now waits until this is told
            client.listen(self._pass_on)
            now = client.snapshot()
            self._heard = now.number
            gone = dict.fromkeys(self._stored.devices.keys() - now.devices.keys())
            links = dict.fromkeys(self._stored.facts["connection"])
            told: dict[str, Any] = {**now.facts}
            told["connection"] = {**links, **now.facts.get("connection", {})}
            self._tell(
                Changes(
                    number=now.number, at=time.time(), devices={**now.devices, **gone}, facts=told
                )
            )
            self._client = client
            for one in self._waiting:
                self._ask(one)

    def _pass_on(self, changes: Changes) -> None:
        with self._lock:
            if changes.number > self._heard:
                self._tell(changes)

    def _tell(self, changes: Changes) -> None:
        for listener in self._listeners:
            listener(changes)

    def _refuse(self, error: Exception) -> None:
        if self._opened.done():
            raise error
        with self._lock:
            self._opened.set_exception(error)
            for one in self._waiting:
                self._ask(one)

    def _ask(self, one: Waiting) -> None:
        command, answer = one
        if not answer.set_running_or_notify_cancel():
            return
        if self._client is None:
            answer.set_exception(self._opened.exception() or CommandError("house_closed"))
            return
        self._client.send(command).add_done_callback(lambda done: _copy(done, answer))


def _by_window() -> None:
    """The window sees the fact "program", leaves, and begins again (desktop/live.py)."""


def _copy(done: Future[Any], answer: Future[Any]) -> None:
    if (error := done.exception()) is not None:
        answer.set_exception(error)
    else:
        answer.set_result(done.result())


def look_of(folder: Path) -> Look:
    """Return the look the settings name; where they cannot be read the household says so."""
    try:
        return msgspec.json.decode((folder / "settings.json").read_bytes(), type=Look)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Look()


def _links(folder: Path) -> dict[str, object]:
    """Return the brokers that will be connected to, as not reached yet."""
    try:
        known = brokers.load(folder)
    except StoreError:  # the household says so
        return {}
    return {
        one.name: Connection(
            broker=one.name, state=BrokerState.CONNECTING, address=f"{one.host}:{one.port}"
        )
        for one in known
    }
