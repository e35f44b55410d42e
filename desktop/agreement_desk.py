"""Begins, joins and ends the agreement of this home's desktops; its key lives in the keyring."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.agree_commands import Agree, StopAgreeing
from desktop.agreeing import Agreeing
from desktop.agreement_store import Agreed
from desktop.chosen import Chosen
from desktop.commands import SetPlan
from desktop.leases import awake_clock
from desktop.links import Links, Serve
from desktop.places import Places
from fleet import agreement, home_key
from fleet.errors import StoreError
from fleet.house import House
from fleet.later import later
from fleet.model import OWNER, Actor, Message
from fleet.registry import Registry

if TYPE_CHECKING:
    import keyring
    from keyring import errors as keyring_errors
else:
    keyring, keyring_errors = later("keyring"), later("keyring.errors")

logger = logging.getLogger(__name__)

_SERVICE = "orangery-home"
_CORE = Actor("agreement", frozenset({"core"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begin:
    """From the pool: the key is known; b"": there is none, the code has to be typed."""

    key: bytes
    first: int
    anew: bool = False  # a key of another agreement than before


class AgreementDesk:
    """One for each household; `direct` goes to its Links, `join` before the house starts."""

    def __init__(self, folder: Path, places: Places) -> None:
        self._places = places
        self._agreed = Agreed(folder)
        self._hear: Callable[[Message], object] = lambda _: None

    @property
    def direct(self) -> tuple[str, Serve]:
        """The topics that go past the house to here."""
        return agreement.TOPICS, self._came

    def join(
        self, house: House, links: Links, registry: Registry, chosen: Chosen, pool: Executor
    ) -> None:
        """Become a part of the house, and take people's word; begin again where it was begun."""
        self._house, self._chosen, self._pool = house, chosen, pool
        self._part = Agreeing(
            self._places.desktop,
            self._agreed,
            links.publish,
            record=registry.record,
            do=lambda command: house.do(command, OWNER),
            plan=lambda: chosen.now.plan,
            use=lambda plan: house.do(SetPlan(plan=plan), OWNER),
            clock=awake_clock,
            woken=lambda: house.tell({}),
        )
        if chosen.now.agree:
            self._part.begin(b"", first=0)  # until its key is found
        self._hear = self._part.came
        house.add(self._part)
        house.handle(Agree, "admin", self._agree)
        house.handle(StopAgreeing, "admin", self._stop)
        house.handle(_Begin, "core", self._begin)

    def start(self) -> None:
        """After the house began: go on with what was agreed before."""
        if self._chosen.now.agree:
            self._pool.submit(self._again)

    def close(self) -> None:
        """Close the file; after the house's last turn."""
        self._agreed.close()

    def _came(self, message: Message, publish: object, largest: int) -> None:
        del publish, largest
        self._hear(message)

    # --- in the house thread ---

    def _agree(self, command: Agree, _actor: Actor) -> Future[str]:
        given = home_key.key_of(command.code) if command.code.strip() else b""
        return self._pool.submit(self._find, given)

    def _begin(self, command: _Begin, _actor: Actor) -> None:
        self._agreed.open()
        if command.anew:
            self._agreed.forget()
        if not self._chosen.now.agree:
            self._chosen.choose(agree=True)
        self._part.begin(command.key, first=command.first)

    def _stop(self, _command: StopAgreeing, _actor: Actor) -> Future[None]:
        self._chosen.choose(agree=False)
        self._part.stop()
        return self._pool.submit(self._forget)

    # --- in the pool ---

    def _find(self, given: bytes) -> str:
        before = self._kept()
        key = given or before or secrets.token_bytes(home_key.SIZE)
        if key != before:
            with _told():
                keyring.set_password(_SERVICE, self._places.desktop, key.hex())
        begin = _Begin(key=key, first=0 if given else 1, anew=bool(given) and key != before)
        self._house.send(begin, _CORE).result()
        return home_key.code_of(key)

    def _again(self) -> None:
        key = b""
        try:
            key = self._kept()
        except StoreError as error:
            logger.warning("the key by which desktops agree cannot be read: %s", error)
        self._house.send(_Begin(key=key, first=0), _CORE)

    def _kept(self) -> bytes:
        with _told():
            kept = keyring.get_password(_SERVICE, self._places.desktop) or ""
        try:
            key = bytes.fromhex(kept)
        except ValueError:
            return b""
        return key if len(key) == home_key.SIZE else b""

    def _forget(self) -> None:
        with _told(), contextlib.suppress(keyring_errors.PasswordDeleteError):
            keyring.delete_password(_SERVICE, self._places.desktop)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except keyring_errors.KeyringError as error:
        raise StoreError("keyring_missing") from error
