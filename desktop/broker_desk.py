"""The brokers of a household: what was chosen, kept, and is connected to; in the house thread."""

from __future__ import annotations

import contextlib
import time
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path

from desktop.commands import AccessList, AddBroker, Explore, RemoveBroker, SetBroker, TryBroker
from desktop.links import Links
from fleet import acl, brokers, examine, explorer
from fleet.brokers import BrokerSettings
from fleet.dialects import ALL
from fleet.errors import BrokerError, CommandError
from fleet.examined import Examined, Explored
from fleet.house import House
from fleet.model import Actor, BrokerState, Connection

_FILES = ("ca_file", "cert_file", "key_file")
_CHANGED = (
    *("host", "port", "user", "protocol", "tls", *_FILES),
    *("transport", "path", "read_only", "bridged"),
)


class BrokerDesk:
    """Those of the house in `folder`. StoreError: settings_broken, store_unreadable."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.known = brokers.load(folder)

    def join(self, house: House, links: Links, pool: Executor) -> None:
        """Take people's words there."""
        self._house, self._links, self._pool = house, links, pool
        house.handle(SetBroker, "admin", self._set)
        house.handle(AddBroker, "admin", self._add)
        house.handle(RemoveBroker, "admin", self._remove)
        house.handle(TryBroker, "admin", self._test)
        house.handle(AccessList, "admin", self._access_list)
        house.handle(Explore, "admin", self._explore)
        self._say_bridges()

    def connect(self) -> None:
        """Connect to all that are kept; all of them are told of before the first is tried."""
        self._tell(*self.known)
        for one in self.known:
            self._begin(one)

    def named(self, name: str) -> BrokerSettings:
        """Return the broker of that name, or the first; BrokerError("no_broker").

        CommandError("broker_unknown") where there is none of that name.
        """
        if not name and self.known:
            return self.known[0]
        for one in self.known:
            if one.name == name:
                return one
        raise CommandError("broker_unknown", name=name) if name else BrokerError("no_broker")

    # --- commands --------------------------------------------------------------------------------

    def _add(self, command: AddBroker, _actor: Actor) -> float:
        brokers.check(command.settings, self.known)
        return self._use(command.settings, command.password)

    def _set(self, command: SetBroker, _actor: Actor) -> float:
        before = self.named(command.name) if command.name or self.known else BrokerSettings()
        said = {name: getattr(command, name) for name in _CHANGED}
        chosen = replace(before, **{name: one for name, one in said.items() if one is not None})
        brokers.check(chosen, [one for one in self.known if one.name != chosen.name])
        return self._use(chosen, command.password)

    def _use(self, chosen: BrokerSettings, secret: str) -> float:
        """Keep the password, then the settings, then connect; nothing where one cannot be kept."""
        if chosen.user and secret:
            brokers.keep_password(chosen, secret)
        elif chosen.user:
            with contextlib.suppress(BrokerError):  # none is kept, or there is nowhere to keep one
                secret = brokers.password(chosen)
        at = {one.name: one for one in self.known} | {chosen.name: chosen}
        self._keep(tuple(at.values()))
        self._tell(chosen)
        return self._links.use(chosen, secret)

    def _remove(self, command: RemoveBroker, _actor: Actor) -> None:
        gone = self.named(command.name)
        left = tuple(one for one in self.known if one is not gone)
        if bridge := next((one.name for one in left if one.bridged == gone.name), ""):
            raise CommandError("broker_bridged", name=gone.name, bridge=bridge)
        self._keep(left)
        self._links.leave(gone.name)
        if gone.user and all(brokers.account(one) != brokers.account(gone) for one in left):
            with contextlib.suppress(BrokerError):  # what cannot be reached cannot be forgotten
                brokers.keep_password(gone, "")
        self._house.tell({"connection": {gone.name: None}, "broker": {gone.name: None}})

    def _test(self, command: TryBroker, _actor: Actor) -> Future[Examined]:
        known = self.named(command.name)
        return self._pool.submit(self._examine, known, brokers.password(known))

    def _examine(self, known: BrokerSettings, password: str) -> Examined:
        """In the pool. Away from home nothing is sent, whoever asks."""
        if not self._links.is_home(known.name):
            known = replace(known, read_only=True)
        return examine.examine(known, password, ALL)

    def _access_list(self, command: AccessList, _actor: Actor) -> str:
        devices = self._house.snapshot().devices.values()
        rules = acl.ours(
            ALL,
            reads=[name for name, _ in self._house.filters()],
            writes=[topic for one in devices for topic in acl.orders(ALL, one)],
        )
        return acl.text(command.user, rules, devices=command.devices, read_only=command.read_only)

    def _explore(self, command: Explore, _actor: Actor) -> Future[Explored]:
        known = self.named(command.name)
        return self._pool.submit(
            explorer.explore,
            known,
            brokers.password(known),
            seconds=command.seconds,
            limit=command.limit,
        )

    # --- private ---------------------------------------------------------------------------------

    def _keep(self, chosen: tuple[BrokerSettings, ...]) -> None:
        brokers.save(self._folder, chosen)
        self.known = chosen
        self._say_bridges()

    def _say_bridges(self) -> None:
        self._house.bridge({one.name: one.bridged for one in self.known if one.bridged})

    def _tell(self, *each: BrokerSettings) -> None:
        self._house.tell({"broker": {one.name: one for one in each}})

    def _begin(self, known: BrokerSettings) -> None:
        """Connect; a password that cannot be had is a fact of the connection, not an error."""
        try:
            word = brokers.password(known)
        except BrokerError as error:
            refused = Connection(
                broker=known.name,
                state=BrokerState.REFUSED,
                address=known.address,
                error=error.code,
                fact=", ".join(error.facts.values()),
                since=time.time(),
                read_only=known.read_only,
            )
            self._house.tell({"connection": {known.name: refused}})
        else:
            self._links.use(known, word)
