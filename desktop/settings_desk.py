"""Answers what the Settings page asks of a house; what takes long is done in the pool."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from pathlib import Path

import keyring

from desktop import broker_service
from desktop.commands import AddBroker
from desktop.secrets import SECRETS, FileKeyring
from desktop.settings_commands import AskData, DataState, MadeBroker, MakeBroker
from fleet.brokers import BrokerSettings
from fleet.errors import OrangeryError, StoreError
from fleet.house import House
from fleet.model import Actor

PARTS: Mapping[str, tuple[str, ...]] = {
    "devices": ("house.sqlite*", "home.json", "agreed.sqlite*", "members*", "heirs*"),
    "history": ("history.sqlite*",),
    "updates": ("rollout.sqlite*", "trust*", "makers"),
    "reports": ("reports.sqlite*", "blobs", "similar.sqlite*"),
    "firmware": ("stage",),
    "broker": ("broker",),
    "log": ("log",),
    "settings": ("settings.json", "brokers.json", "window.json", SECRETS),
}
"""Part as people are told it -> names in the house's folder; the rest is "other"."""


class SettingsDesk:
    """One of the house in `folder`."""

    def __init__(self, folder: Path, house: House, pool: Executor) -> None:
        self._folder, self._house, self._pool = folder, house, pool
        house.handle(AskData, "admin", self._data)
        house.handle(MakeBroker, "admin", self._make_broker)

    def _data(self, _command: AskData, _actor: Actor) -> Future[DataState]:
        return self._pool.submit(data_of, self._folder)

    def _make_broker(self, command: MakeBroker, actor: Actor) -> Future[MadeBroker]:
        return self._pool.submit(self._make, command, actor)

    def _make(self, command: MakeBroker, actor: Actor) -> MadeBroker:
        """In the pool; the house then keeps it in a turn of its own."""
        place = self._folder.resolve() / "broker"
        wished = broker_service.Wished(port=command.port, network=command.network)
        made = broker_service.install(place, wished)
        settings = BrokerSettings(
            name=broker_service.NAME,
            host="127.0.0.1",
            port=command.port,
            user=broker_service.USER,
        )
        try:
            self._house.send(AddBroker(settings=settings, password=made.password), actor).result()
        except OrangeryError:
            with contextlib.suppress(OrangeryError):
                broker_service.uninstall(place)
            raise
        return MadeBroker(
            name=broker_service.NAME,
            started=made.unit is not None,
            command=made.command,
            authority=str(made.authority or ""),
        )


def data_of(folder: Path) -> DataState:
    """Return what lies in a house's folder. StoreError("store_unreadable")."""
    sizes = dict.fromkeys((*PARTS, "other"), 0)
    try:
        for entry in folder.iterdir():
            sizes[_part(entry)] += _size(entry)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise StoreError("store_unreadable", path=folder, words=error.strerror or error) from error
    ring = keyring.get_keyring()
    return DataState(
        folder=str(folder.resolve()),
        sizes={part: size for part, size in sizes.items() if size},
        free=free,
        in_file=isinstance(ring, FileKeyring),
        keyring=str(getattr(ring, "name", "")),
    )


def _part(entry: Path) -> str:
    names = ((part, name) for part, each in PARTS.items() for name in each)
    return next((part for part, name in names if entry.match(name)), "other")


def _size(entry: Path) -> int:
    """Return its bytes, or those of all in it; what goes away meanwhile counts nothing."""
    each = entry.rglob("*") if entry.is_dir() and not entry.is_symlink() else (entry,)
    size = 0
    for one in each:
        with contextlib.suppress(FileNotFoundError):
            if one.is_file() and not one.is_symlink():
                size += one.lstat().st_size
    return size
