"""What all checks know of a house: its files, and, while it runs, what it shows."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop import door, secrets, settings
from desktop.settings import Settings
from desktop.wire import COMMANDS, FACTS
from fleet import brokers, glance
from fleet.brokers import BrokerSettings
from fleet.client import SocketClient
from fleet.errors import OrangeryError, StoreError
from fleet.home import PlaceState
from fleet.model import Device, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A house in `folder`; `shown` is None while nobody runs it."""

    folder: Path
    chosen: Settings = field(default_factory=Settings)
    brokers: tuple[BrokerSettings, ...] = ()
    broken: tuple[StoreError, ...] = ()  # files of settings that cannot be read
    shown: Snapshot | None = None
    now: float = 0.0  # seconds, UTC, by this computer's clock
    keyring_too: bool = False  # by consent: an entry is made in the keyring and taken out again

    def facts(self, kind: str) -> dict[str, Any]:
        """Return the facts of a kind of a house that runs, by name."""
        return dict(self.shown.facts.get(kind, {})) if self.shown else {}

    def may_send(self, broker: str) -> bool:
        """Whether that broker is known to be this home's: only a house that runs knows."""
        place = self.facts("home").get(broker)
        return place is not None and place.state in (PlaceState.HOME, PlaceState.UNMARKED)

    def devices(self) -> tuple[Device, ...]:
        """Return the devices it has, or had when it was closed."""
        if self.shown is not None:
            return tuple(self.shown.devices.values())
        return tuple(glance.devices(self.folder / "house.sqlite").values())


def of(folder: Path, *, shown: Snapshot | None = None, keyring_too: bool = False) -> Patient:
    """Read the house in `folder` without opening it; `shown`: where the asker has it at hand.

    Secrets are read where the household keeps them.
    """
    chosen, known = Settings(), tuple[BrokerSettings, ...]()
    broken: list[StoreError] = []
    try:
        chosen = settings.load(folder)
    except StoreError as error:
        broken.append(error)
    try:
        known = brokers.load(folder)
    except StoreError as error:
        broken.append(error)
    if shown is None:
        shown = _asked(folder)
        if chosen.secrets_in_file:
            secrets.keep_in_file(folder / secrets.SECRETS)
    return Patient(
        folder=folder,
        chosen=chosen,
        brokers=known,
        broken=tuple(broken),
        shown=shown,
        now=time.time(),
        keyring_too=keyring_too,
    )


def _asked(folder: Path) -> Snapshot | None:
    with contextlib.suppress(OrangeryError):
        client = SocketClient(door.socket_path(folder), COMMANDS, FACTS)
        try:
            return client.snapshot()
        finally:
            client.close()
    return None
