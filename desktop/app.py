"""Household: house, bus, trust, rollout and reports put together from a folder. No Qt."""

from __future__ import annotations

import ipaddress
import secrets
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import platformdirs

import fleet.commands
from desktop import commands, secrets as own_secrets, settings
from desktop.door import socket_path
from desktop.links import Links
from desktop.mail import Mail
from desktop.settings import MakerSettings, Settings
from desktop.weeks import Weeks
from feedback import outbox
from feedback.report import Membership, Report
from firmware import runner
from firmware.release import Fit, Misfit, Week
from firmware.runner import Runner
from firmware.serve import FileServer
from firmware.stage import Stage
from firmware.trust import Maker, Standing, Trust
from fleet import brokers
from fleet.client import Client, LocalClient, SocketServer
from fleet.dialects import ALL
from fleet.house import House
from fleet.model import Actor, Connection, Rollout, Update
from fleet.registry import Registry
from fleet.store import HouseLock, Store
from fleet.trace import Trace

COMMANDS: tuple[type, ...] = ()
FACTS: dict[str, object] = {
    "connection": Connection,
    "update": Update,
    "rollout": Rollout,
    "week": Week,
    "fit": Fit | Misfit,
    "trust": Standing,
    "report": Report,
    "member": Membership,
    "unknown": str,
}
"""Kind of fact -> type of its values: what crosses the local socket."""

_POOL_THREADS = 4


class Household:
    """The house in `folder`: `with` opens it, connects, and closes it again.

    Raises StoreError: house_locked, store_corrupt, store_newer, store_unwritable, disk_full,
    settings_unreadable. A broker, mirror or hub that cannot be reached is a fact, not an error.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._open(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def client(self) -> Client:
        """The face of this house, in this process."""
        return self._client

    def _open(self, stack: ExitStack) -> None:
        """Open from the bottom up; what is pushed here closes in the reverse order.

        So nothing new is begun first, then serving and pool end, the house drains and commits, and
        the buses go last.
        """
        stack.enter_context(HouseLock(self.folder))
        self.settings = settings.load(self.folder)
        if self.settings.secrets_in_file:
            own_secrets.keep_in_file(self.folder / "secrets.json")
        store = stack.enter_context(Store.open(self.folder / "house.sqlite", house.MIGRATIONS))
        self._trust = Trust(self.folder / "trust", self._makers())
        stack.callback(self._trust.close)
        self._house = House(
            registry=Registry(ALL),
            trace=Trace(),
            store=store,
            on_filters=lambda news: self._links.subscribe(news),
        )
        self._server = FileServer(self._serve_host())
        self._links = Links(
            hear=self._house.post,
            tell=lambda state: self._house.tell({"connection": {state.broker: state}}),
            direct=[(REQUESTS, self._server.on_request)],
        )
        stack.callback(self._links.stop)
        stack.callback(self._house.stop)
        self._pool = ThreadPoolExecutor(_POOL_THREADS, thread_name_prefix="pool")
        stack.callback(self._pool.shutdown, cancel_futures=True)
        self._server.start()
        stack.callback(self._server.stop)
        self._furnish(stack)
        self._house.start()
        self._connect()
        self._client: Client = LocalClient(self._house)
        stack.enter_context(
            SocketServer(self._house, socket_path(self.folder), COMMANDS, FACTS)
        )
