"""Puts back what a database was before a newer program changed it; the newer file is kept aside.

Store.open makes the copies. Until the last rename the newer file is in its place, and from then on
the copy is: a kill at any moment leaves one of the two, whole, and doing it again goes on.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fleet import store
from fleet.errors import StoreError
from fleet.store import Migrations, Store

_UNUSABLE = ("store_newer", "store_corrupt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What a database was before a change of it."""

    file: Path
    before: str  # the first change that it has not had
    made: float  # seconds, UTC
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack:
    """A database that is what it was, when that was, and the name the newer one is kept under."""

    file: Path
    made: float  # seconds, UTC
    kept: Path


Prepare = Callable[[Path, Path], None]
"""Brings into the copy (first) what must not be lost of the newer file (second), which it reads."""


def copies(path: Path) -> tuple[Copy, ...]:
    """Return the copies there are of a database, the newest first."""
    found = [(file, file.stat()) for file in store.copies(path)]
    return tuple(
        Copy(
            file=file,
            before=file.name.removeprefix(path.name + store.BEFORE),
            made=about.st_mtime,
            size=about.st_size,
        )
        for file, about in found
    )


def is_newer(path: Path, migrations: Migrations) -> bool:
    """Whether a newer program changed this file. StoreError as store.examine, but store_newer."""
    if not path.exists():
        return False
    try:
        store.examine(path, migrations)
    except StoreError as error:
        if error.code != "store_newer":
            raise
        return True
    return False


def fitting(path: Path, migrations: Migrations) -> Copy:
    """Return the copy that this program can open and that has had most of its changes.

    Of the same the newest: clocks go back, tables do not. StoreError("no_copy_fits").
    """
    fit: list[tuple[int, Copy]] = []
    for copy in copies(path):
        try:
            fit.append((len(store.examine(copy.file, migrations)), copy))
        except StoreError as error:
            if error.code not in _UNUSABLE:
                raise
    if not fit:
        raise StoreError("no_copy_fits", path=path)
    return min(fit, key=lambda one: one[0])[1]


def put_back(
    path: Path, migrations: Migrations, prepare: Prepare = lambda _copy, _newer: None
) -> PutBack:
    """Let the newest copy that fits be the database; what was there is kept under another name.

    The caller owns the house. The copy itself stays as well. StoreError: no_copy_fits,
    store_locked, store_unwritable, disk_full, store_io; then nothing was changed.
    """
    copy = fitting(path, migrations)
    back = path.with_name(path.name + ".back")
    for ending in ("", "-wal", "-shm"):
        back.with_name(back.name + ending).unlink(missing_ok=True)
    with Store.look(copy.file) as source:
        source.backup(back)
    Store.open(back, migrations, durable=True, copied=False).close()
    store.settle(path)
    prepare(back, path)
    store.settle(back)
    kept = _kept(path)
    with store.told(path):
        back.replace(path)
        store.sync(path.parent)
    return PutBack(file=path, made=copy.made, kept=kept)


def _kept(path: Path) -> Path:
    """Give a file a second name: it stays where it is until the copy takes its place."""
    with store.told(path):
        for there in path.parent.glob(f"{path.name}.aside-*"):
            if there.samefile(path):  # of a try that was cut short
                return there
        away = store.aside_of(path)
        try:
            away.hardlink_to(path)
        except OSError:  # a file system without second names
            part = away.with_name(away.name + ".part")
            shutil.copyfile(path, part)
            store.sync(part)
            part.replace(away)
        store.sync(path.parent)
    return away
