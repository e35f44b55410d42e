"""Writes a whole house into one file, also while it runs: `orangery export`, Settings > Data.

Each database is copied in one transaction of SQLite's own backup, in an order that keeps what hangs
together whole (desktop/house_file.py STORES). The copies lie in the house's own folder, readable by
its owner alone, for as long as it takes; where the file is sealed, nothing of it is anywhere else.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import IO, cast

import msgspec

from desktop import build, house_file
from desktop.house_file import FORMAT, MANIFEST, STORES, VERSION, Entry, Manifest
from desktop.sealed import Lock, Sealing
from firmware import durable
from fleet.errors import CommandError, StoreError
from fleet.store import Store

Told = Callable[[int, int], object]
"""(bytes done, bytes in all): how far it is."""

_PIECE = 1 << 20
_LEVEL = 3  # of deflate: databases get half as large, a stick is slower than that anyway
_COUNTED = {"devices": ("house.sqlite", "device"), "reports": ("reports.sqlite", "report")}


def write(
    folder: Path,
    file: Path,
    *,
    key: bytes | None = None,
    passphrase: str = "",
    told: Told = lambda _done, _all: None,
    stopped: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.time,
) -> Manifest:
    """Write the house in `folder` into `file`, which is whole or as it was; return what is in it.

    key: the public half of a key (desktop/sealed.py): the file is closed for whoever has the other
    half. passphrase: closed by it. Neither: readable by anybody who has the file. `stopped` is
    asked often; once it says so, CommandError("move_cancelled"). CommandError: no_house (folder).
    StoreError: disk_full, store_unwritable, store_io, and those of reading a database.
    """
    if not (folder / "settings.json").exists() and not (folder / "house.sqlite").exists():
        raise CommandError("no_house", folder=folder)
    _clear(folder)
    part = file.with_name(file.name + ".part")
    with durable.told(file), tempfile.TemporaryDirectory(prefix="leaving-", dir=folder) as copies:
        going = _Going(folder, Path(copies), told, stopped)
        try:
            with part.open("wb") as raw, ExitStack() as stack:
                os.fchmod(raw.fileno(), 0o600)
                out: IO[bytes] = raw
                if key is not None or passphrase:
                    lock = Lock(passphrase=passphrase, key=key or b"")
                    out = cast("IO[bytes]", stack.enter_context(closing(Sealing(raw, lock))))
                manifest = going.write(out, clock())
            durable.settle(part, file)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return manifest


def _clear(folder: Path) -> None:
    """Remove the copies of an export that was killed."""
    for left in folder.glob("leaving-*"):
        shutil.rmtree(left, ignore_errors=True)


class _Going:
    """One export on its way."""

    def __init__(self, folder: Path, copies: Path, told: Told, stopped: Callable[[], bool]) -> None:
        self._folder, self._copies = folder, copies
        self._told, self._stopped = told, stopped
        stores = [name for name in STORES if (folder / name).exists()]
        self._all = sum(2 * (folder / name).stat().st_size for name in stores) or 1
        self._stores, self._done = stores, 0

    def write(self, out: IO[bytes], now: float) -> Manifest:
        """Copy the databases, then put all of it into a zip."""
        for name in self._stores:
            self._copy(name)
        others = [name for name in names(self._folder) if name not in STORES]
        self._all = self._done + sum(_size(self._copies / name) for name in self._stores)
        self._all += sum(_size(self._folder / name) for name in others)
        entries = []
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as packed:
            for name in (*others, *self._stores):
                place = self._copies if name in STORES else self._folder
                if (entry := self._put(packed, name, place / name)) is not None:
                    entries.append(entry)
            manifest = self._manifest(tuple(entries), now)
            packed.writestr(_info(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest)))
        return manifest

    def _copy(self, name: str) -> None:
        self._step(0)
        to = self._copies / name
        to.parent.mkdir(exist_ok=True)
        store = Store.look(self._folder / name)
        try:
            store.backup(to)
        finally:
            store.close()
        self._step(_size(to))

    def _put(self, packed: zipfile.ZipFile, name: str, file: Path) -> Entry | None:
        """Add a file; None where it went meanwhile: what was sent is taken off its shelf."""
        digest, size = hashlib.sha256(), 0
        try:
            source = file.open("rb")
        except FileNotFoundError:
            return None
        with source, packed.open(_info(name), "w", force_zip64=True) as entry:
            while piece := source.read(_PIECE):
                entry.write(piece)
                digest.update(piece)
                size += len(piece)
                self._step(len(piece))
        return Entry(name, size, digest.hexdigest())

    def _manifest(self, files: tuple[Entry, ...], now: float) -> Manifest:
        counted = {what: self._count(*where) for what, where in _COUNTED.items()}
        return Manifest(
            format=FORMAT,
            version=VERSION,
            made=now,
            program=build.version(),
            files=files,
            **counted,
        )

    def _count(self, store: str, table: str) -> int:
        if store not in self._stores:
            return 0
        copy = Store.look(self._copies / store)
        try:
            found = copy.rows(f"SELECT count(*) AS n FROM {table}")  # noqa: S608 - our own names
        finally:
            copy.close()
        return int(found[0]["n"])

    def _step(self, size: int) -> None:
        if self._stopped():
            raise CommandError("move_cancelled")
        self._done += size
        self._told(min(self._done, self._all), self._all)


def names(folder: Path) -> Iterator[str]:
    """Give the names of the files of a house that travel, in order."""
    found = sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    for name in map(Path.as_posix, found):
        if house_file.travels(name) and not (folder / name).is_symlink():
            yield name


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o100600 << 16
    return info


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        raise StoreError("store_io", path=file, words=error.strerror or error) from error
