"""Backups and moves of a hub: one file whatever the database, checked; put back as a new life.

A backup is a SQLite file with all rows. A hub on SQLite copies its file by SQLite's own means while
it goes on serving; of PostgreSQL the rows of one moment are written into such a file. A hub that
was put back has another epoch, so every house notices and sends again what the hub has lost.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import wire_blobs
from feedback.wire import HubError
from feedback.wire_blobs import BlobState
from hub import backup_file, changes, locks, moving, revisions
from hub.moving import Digest
from hub.store import Store
from hub.tables import meta
from hub.tables_objects import attachment

_SQLITE: Final = "hub.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was written: `rows` of each table; `sha256` of the file, where there is one."""

    rows: Mapping[str, int]
    sha256: str = ""


def backup(store: Store, file: Path) -> Made:
    """Write a backup and check it; the file is there whole, or not. HubError: backup_damaged."""
    with backup_file.becoming(file) as part:
        if store.engine.dialect.name == "sqlite":
            with store.engine.connect() as connection:
                raw: Any = connection.connection.dbapi_connection
                backup_file.copy_file(raw, part)
        else:
            with store.read() as source:
                here = revisions.here(source)
                with backup_file.tables_of(part, here) as (target, tables):
                    backup_file.fill(source, target, tables)
        rows = backup_file.check(part)
    return Made(rows=rows, sha256=_sha256(file))


def restore(file: Path, folder: Path, url: str = "", *, replace: bool = False) -> Made:
    """Put a backup back, into an empty database; of SQLite another file takes the place.

    `replace`: what is there is set aside (SQLite only). HubError: hub_is_running, backup_missing,
    backup_damaged, backup_newer, target_filled.
    """
    if not file.is_file():
        raise HubError("backup_missing", file=file)
    with locks.alone(folder), tempfile.TemporaryDirectory(dir=folder, prefix="restore-") as made:
        work = Path(made)
        shutil.copyfile(file, work / _SQLITE)
        with closing(_migrated(work)) as source:
            if url:
                with closing(_empty(folder, url)) as target:
                    rows = _transfer(source, target, new_life=True)
                return Made(rows=_counts(rows))
            if (folder / _SQLITE).exists() and _is_used(folder) and not replace:
                raise HubError("target_filled")
            fresh = work / "fresh"
            with closing(_empty(fresh)) as target:
                rows = _transfer(source, target, new_life=True)
            with closing(sqlite3.connect(fresh / _SQLITE)) as last:
                last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            backup_file.sync(fresh / _SQLITE)
            _take_place(fresh / _SQLITE, folder)
    return Made(rows=_counts(rows))


def move(folder: Path, url: str, to: str) -> Made:
    """Bring all rows into the empty database at `to` and close this one for good.

    Done again after a kill it comes to the same: what is there already is compared. HubError:
    hub_is_running, target_filled, move_failed, database_address_bad.
    """
    with (
        locks.alone(folder),
        closing(_opened(folder, url)) as source,
        source.unserved(),
        closing(_empty(folder, to)) as target,
    ):
        with source.read() as reading, target.read() as there:
            if moving.filled(there) and moving.digests(reading) != moving.digests(there):
                raise HubError("target_filled")
            done = moving.filled(there)
        new_life = False
        with source.read() as reading:
            new_life = moving.numbered_anew(reading)
            rows = moving.digests(reading)
        if not done:
            rows = _transfer(source, target, new_life=new_life)
        with source.write() as db:
            db.execute(sa.delete(meta).where(meta.c.name == moving.MOVED))
            address = sa.make_url(to).render_as_string(hide_password=True)
            db.execute(sa.insert(meta).values(name=moving.MOVED, value=address))
    return Made(rows=_counts(rows))


def ask_again(db: Connection, there: frozenset[str], *, now: float) -> int:
    """Ask houses for the bytes of attachments whose object is not `there`; returns how many."""
    query = sa.select(attachment).where(attachment.c.state == BlobState.KEPT)
    lost = [dict(row) for row in db.execute(query).mappings() if row["object"] not in there]
    for row in lost:
        waits = {"state": BlobState.WAITING, "offset": 0, "expires": None, "opened": None}
        db.execute(
            sa.update(attachment)
            .where(attachment.c.id == row["id"])
            .values(**waits, object="", object_size=0, made=now)
        )
        changes.tell(db, wire_blobs.ENTITY, row["id"], row["member_id"])
    return len(lost)


def _transfer(source: Store, target: Store, *, new_life: bool) -> Mapping[str, Digest]:
    def work(db: Connection) -> Mapping[str, Digest]:
        with source.read() as reading:
            copied = moving.copy(reading, db)
        if new_life:
            db.execute(
                sa.update(meta).where(meta.c.name == "epoch").values(value=secrets.token_hex(8))
            )
        return copied

    return target.run(work)


def _migrated(work: Path) -> Store:
    backup_file.check(work / _SQLITE)
    store = Store(work)
    try:
        store.migrate(own_copy=True)  # the file that is put back is one
    except HubError as error:
        store.close()
        if error.code == "database_newer":
            raise HubError("backup_newer") from error
        raise
    return store


def _opened(folder: Path, url: str = "") -> Store:
    """Open it at this version; its folder is ours alone."""
    store = Store(folder, url)
    store.migrate(held=True)
    return store


def _empty(folder: Path, url: str = "") -> Store:
    """Open what is to be written to, which has tables of this version or none."""
    store = Store(folder, url)
    try:
        store.ready()
    except HubError as error:
        store.close()
        if error.code in {"database_older", "database_newer"}:
            raise HubError("target_filled") from error
        raise
    return store


def _take_place(fresh: Path, folder: Path) -> None:
    """Put a file in the place of the hub's, which keeps another name.

    Killed anywhere it is one or the other: a hub that found none would begin as a new one.
    """
    here, aside = folder / _SQLITE, folder / f"{_SQLITE}.before"
    if here.exists():
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(here)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all is in the file itself then
        for ending in ("-wal", "-shm"):  # of one that is damaged, and of a former one
            (folder / f"{aside.name}{ending}").unlink(missing_ok=True)
            left = folder / f"{_SQLITE}{ending}"
            if left.exists():
                left.replace(folder / f"{aside.name}{ending}")
        second = folder / f"{aside.name}.part"
        second.unlink(missing_ok=True)
        second.hardlink_to(here)
        second.replace(aside)
        second.unlink(missing_ok=True)  # where it was set aside already, and then killed
    fresh.replace(here)
    locks.give(here)
    backup_file.sync(folder)


def _is_used(folder: Path) -> bool:
    """Whether there is more than tables; what this version cannot open is not looked into."""
    try:
        with closing(_empty(folder)) as store, store.read() as db:
            return moving.filled(db)
    except HubError as error:
        if error.code == "database_unreachable":
            raise
        return True


def _counts(rows: Mapping[str, Digest]) -> Mapping[str, int]:
    return {name: digest.rows for name, digest in rows.items()}


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
