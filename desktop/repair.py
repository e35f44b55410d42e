"""Lets a closed house open again: damaged databases are set aside, newer ones give way to copies.

Nothing is deleted.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.house_file import STORES
from feedback import book, moving
from feedback.book import Link
from firmware.seen import Seen
from fleet import copies as older
from fleet import store
from fleet.copies import Copy, PutBack
from fleet.errors import StoreError
from fleet.store import HouseLock, OtherTables, Store

_TRUST = "trust/trust.sqlite"
_REPORTS = "reports.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A damaged database, and the name it is kept under now. `code` says what begins anew."""

    code: str  # begins_anew_house, _rollout, _reports, _agreed, _history or _trust
    file: Path
    kept: Path


def repair(folder: Path, *, trust: bool = False) -> tuple[SetAside, ...]:
    """Rename each damaged database; those that are sound, newer or absent are left alone.

    `trust`: also the memory of what each maker showed, which protects from older weeks.

    Raises StoreError: trust_damaged (without `trust`; nothing was done), house_locked, and what
    store.examine raises but store_corrupt.
    """
    with HouseLock(folder):
        damaged = [name for name in STORES if _is_damaged(folder, name)]
        if _TRUST in damaged and not trust:
            raise StoreError("trust_damaged", path=folder / _TRUST)
        return tuple(_set_aside(folder / name) for name in damaged)


def copies(folder: Path) -> tuple[Copy, ...]:
    """Return the copies of the house's databases, made before they were changed."""
    return tuple(copy for name in STORES for copy in older.copies(folder / name))


def newer(folder: Path) -> tuple[Path, ...]:
    """Return the databases that a newer program changed: this one cannot open the house."""
    return tuple(
        folder / name for name, known in STORES.items() if older.is_newer(folder / name, known)
    )


def go_back(folder: Path, *, trust: bool = False) -> tuple[PutBack, ...]:
    """Put a copy in the place of each database that a newer program changed; that one is kept.

    What came since then is missing, but for what the hub must not hear twice, and the numbers of
    makers that must not fall. `trust`: let those fall where the newer file cannot be read.

    Killed at any moment and done again it comes to the same. Raises StoreError: no_copy_fits or
    trust_newer (nothing was done), house_locked, and those of fleet.copies.put_back.
    """
    with HouseLock(folder):
        names = [name for name in STORES if folder / name in newer(folder)]
        for name in names:
            older.fitting(folder / name, STORES[name])
        if _TRUST in names and not trust:
            _known(folder / _TRUST)
        return tuple(_put_back(folder / name, name, trust=trust) for name in names)


def _put_back(file: Path, name: str, *, trust: bool) -> PutBack:
    if name == _TRUST:
        return older.put_back(file, STORES[name], _forget if trust else _rise)
    if name == _REPORTS:
        return older.put_back(file, STORES[name], _go_on)
    return older.put_back(file, STORES[name])


def _known(file: Path) -> None:
    """Refuse where what the makers showed since cannot be read."""
    try:
        with closing(Seen(file, look=True)) as seen:
            seen.readable()
    except (OtherTables, msgspec.MsgspecError) as error:
        raise StoreError("trust_newer", path=file) from error


def _rise(copy: Path, newer: Path) -> None:
    with closing(Seen(copy)) as mine, closing(Seen(newer, look=True)) as theirs:
        mine.rise(theirs)


def _forget(copy: Path, newer: Path) -> None:
    """Bring what can be read."""
    try:
        _known(newer)
    except StoreError:
        return
    _rise(copy, newer)


def _go_on(copy: Path, newer: Path) -> None:
    with Store.open(copy, STORES[_REPORTS], durable=True, copied=False) as reports:
        moving.go_on(reports, _link(newer))


def _link(newer: Path) -> Link | None:
    """Return how the house stood with its hub; None where that cannot be read any more."""
    try:
        with Store.look(newer, still=True) as reports:
            return book.load_link(reports)
    except (OtherTables, msgspec.MsgspecError):  # other tables, or another document in them
        return None


def _is_damaged(folder: Path, name: str) -> bool:
    file = folder / name
    if not file.exists():
        return False
    try:
        store.examine(file, STORES[name])
    except StoreError as error:
        if error.code != "store_corrupt":
            raise
        return True
    return False


def _set_aside(file: Path) -> SetAside:
    return SetAside(code=f"begins_anew_{file.stem}", file=file, kept=store.set_aside(file))
