"""Carries out what Welcome asks (desktop/welcome_commands.py): the waiting is done in the pool."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop.welcome_commands import FindBrokers, Search, TestBroker
from fleet import brokers
from fleet.brokers import BrokerSettings
from fleet.dialects import ALL
from fleet.examined import Examined
from fleet.found import Found
from fleet.house import House
from fleet.later import later
from fleet.model import Actor

if TYPE_CHECKING:
    from desktop import reach
    from fleet import examine, find_brokers
else:  # a house with a broker needs none of them
    reach = later("desktop.reach")
    examine, find_brokers = later("fleet.examine"), later("fleet.find_brokers")

_ANYWHERE = "192.0.2.1"  # RFC 5737: nobody's, so the way to it is the default route
_NOW = "now"


class WelcomeDesk:
    """Joined to one house."""

    def __init__(self) -> None:
        self._told_of: set[str] = set()  # brokers that the newest search has found

    def join(self, house: House, pool: Executor) -> None:
        """Take people's words there."""
        self._house, self._pool = house, pool
        house.handle(FindBrokers, "admin", self._find)
        house.handle(TestBroker, "admin", self._test)

    def _find(self, command: FindBrokers, _actor: Actor) -> Future[tuple[Found, ...]]:
        gone, self._told_of = self._told_of, set()
        self._house.tell({"found_broker": dict.fromkeys(gone), "broker_search": {_NOW: Search()}})
        return self._pool.submit(self._look, command.networks)

    def _look(self, networks: tuple[str, ...]) -> tuple[Found, ...]:
        """In the pool."""
        at = networks or (reach.facing(_ANYWHERE) or "127.0.0.1",)
        try:
            return find_brokers.find(at, told=self._told, heard=self._heard)
        finally:
            self._house.tell({"broker_search": {_NOW: Search(ended=True)}})

    def _told(self, done: int, all_: int) -> None:
        self._house.tell({"broker_search": {_NOW: Search(done=done, all=all_)}})

    def _heard(self, found: Found) -> None:
        name = f"{found.address}:{found.port}"
        self._told_of.add(name)
        self._house.tell({"found_broker": {name: found}})

    def _test(self, command: TestBroker, _actor: Actor) -> Future[Examined]:
        brokers.check(command.settings)
        return self._pool.submit(self._examine, command.settings, command.password)

    @staticmethod
    def _examine(settings: BrokerSettings, password: str) -> Examined:
        """In the pool: only heard, for nobody has said yet that this is home."""
        secret = password or brokers.password(settings)
        return examine.examine(replace(settings, read_only=True), secret, ALL)
