"""Sets the damaged databases of a closed house aside, so that it opens again; deletes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop import agreement_store
from feedback import outbox
from firmware import seen, steps
from fleet import house, store
from fleet.errors import StoreError
from fleet.store import HouseLock, Store

_TRUST = "trust/trust.sqlite"
_FILES = {
    "house.sqlite": house.MIGRATIONS,
    "rollout.sqlite": steps.MIGRATIONS,
    "reports.sqlite": outbox.MIGRATIONS,
    agreement_store.FILE: agreement_store.MIGRATIONS,
    _TRUST: seen.MIGRATIONS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A damaged database, and the name it is kept under now. `code` says what begins anew."""

    code: str  # begins_anew_house, _rollout, _reports, _agreed or _trust
    file: Path
    kept: Path


def repair(folder: Path, *, trust: bool = False) -> tuple[SetAside, ...]:
    """Rename each damaged database; those that are sound, newer or absent are left alone.

    `trust`: also the memory of what each maker showed, which protects from older weeks.

    Raises StoreError: trust_damaged (without `trust`; nothing was done), house_locked, and what
    Store.open raises but store_corrupt.
    """
    with HouseLock(folder):
        damaged = [name for name in _FILES if _is_damaged(folder, name)]
        if _TRUST in damaged and not trust:
            raise StoreError("trust_damaged", path=folder / _TRUST)
        return tuple(_set_aside(folder / name) for name in damaged)


def _is_damaged(folder: Path, name: str) -> bool:
    file = folder / name
    if not file.exists():
        return False
    try:
        Store.open(file, _FILES[name]).close()
    except StoreError as error:
        if error.code != "store_corrupt":
            raise
        return True
    return False


def _set_aside(file: Path) -> SetAside:
    return SetAside(code=f"begins_anew_{file.stem}", file=file, kept=store.set_aside(file))
