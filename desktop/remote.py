"""A client of a house in another process that lives on when that one is killed and restarted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.door import socket_path
from desktop.wire import COMMANDS, FACTS
from fleet.client import SocketClient
from fleet.errors import CommandError, OrangeryError
from fleet.model import BrokerState, Changes, Connection, Snapshot

_RETRY_S = 0.2
_HOUSE = "house"


class RemoteClient:
    """A fleet.client.Client; while nobody serves it shows what it saw last, and says so."""

    takes_back = False
    """What was sent is begun over there, whether or not we still wait for it."""

    def __init__(self, folder: Path) -> None:
        self._path = socket_path(folder)
        self._lock = threading.Lock()
        self._shown = Snapshot(number=0)
        self._listeners: tuple[Callable[[Changes], None], ...] = ()
        self._inner: SocketClient | None = None
        self._lost = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="remote house", daemon=True)
        self._thread.start()

    def snapshot(self) -> Snapshot:
        """Return everything as of the last Changes heard."""
        return self._shown

    def send(self, command: object) -> Future[Any]:
        """Leave a command; CommandError("house_closed") while nobody serves."""
        if (inner := self._inner) is not None:
            return inner.send(command)
        refused: Future[Any] = Future()
        refused.set_exception(CommandError("house_closed"))
        return refused

    def listen(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """Call `fn` in a thread of ours with each Changes; return the way to stop."""
        self._listeners = (*self._listeners, fn)

        def stop() -> None:
            self._listeners = tuple(one for one in self._listeners if one is not fn)

        return stop

    def close(self) -> None:
        """Let the house go."""
        self._closed.set()
        self._lost.set()
        self._thread.join()

    def _keep(self) -> None:
        """Connect, follow, and begin again when the house is gone."""
        while not self._closed.is_set():
            self._lost.clear()
            try:
                inner = SocketClient(self._path, COMMANDS, FACTS, lost=self._lost.set)
            except OrangeryError:
                self._closed.wait(_RETRY_S)
                continue
            stop = inner.listen(self._changed)
            self._take_over(inner.snapshot())
            self._inner = inner
            self._lost.wait()
            self._inner = None
            stop()
            inner.close()
            self._say_gone()

    def _changed(self, changes: Changes) -> None:
        self._announce(changes.devices, changes.facts)

    def _take_over(self, fresh: Snapshot) -> None:
        """Announce what is different since we last saw the house."""
        before = self._shown
        kinds = before.facts.keys() | fresh.facts.keys()
        self._announce(
            _differences(before.devices, fresh.devices),
            {
                kind: _differences(before.facts.get(kind, {}), fresh.facts.get(kind, {}))
                for kind in kinds
            },
        )

    def _say_gone(self) -> None:
        state = Connection(
            broker=_HOUSE, state=BrokerState.LOST, error="house_gone", since=time.time()
        )
        links = self._shown.facts.get("connection", {})
        lost = {name: replace(state, broker=name) for name in links}
        self._announce({}, {"connection": lost})

    def _announce(self, devices: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]]) -> None:
        with self._lock:
            shown = self._shown
            kinds = shown.facts.keys() | facts.keys()
            self._shown = Snapshot(
                number=shown.number + 1,
                devices=_applied(shown.devices, devices),
                facts={k: _applied(shown.facts.get(k, {}), facts.get(k, {})) for k in kinds},
            )
            changes = Changes(
                number=self._shown.number, at=time.time(), devices=devices, facts=facts
            )
        for fn in self._listeners:
            fn(changes)


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    changed = {key: value for key, value in now.items() if before.get(key) != value}
    return changed | dict.fromkeys(before.keys() - now.keys())


def _applied(before: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**before, **news}.items() if value is not None}
