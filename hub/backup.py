"""Backups and moves of a hub: one file whatever the database, checked; put back as a new life.

A backup is a SQLite file with all rows. A hub on SQLite copies its file by SQLite's own means while
it goes on serving; of PostgreSQL the rows of one moment are written into such a file. A hub that
was put back has another epoch, so every house notices and sends again what the hub has lost.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback import wire_blobs
from feedback.wire import HubError
from feedback.wire_blobs import BlobState
from hub import changes, moving
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


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a hub's folder while none serves from it; HubError("hub_is_running")."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HubError("hub_is_running", folder=folder) from error
        yield


@contextmanager
def serving(folder: Path) -> Iterator[None]:
    """Serve from a folder; others may too. HubError("hub_is_running") while it is put back."""
    with (folder / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HubError("hub_is_running", folder=folder) from error
        yield


def backup(store: Store, file: Path) -> Made:
    """Write a backup and check it; the file is there whole, or not. HubError: backup_damaged."""
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    try:
        if store.engine.dialect.name == "sqlite":
            _copy_sqlite(store, part)
        else:
            _copy_rows(store, part)
        rows = _check(part)
        _sync(part)
        part.replace(file)
        _sync(file.parent)
    finally:
        part.unlink(missing_ok=True)
    return Made(rows=rows, sha256=_sha256(file))


def restore(file: Path, folder: Path, url: str = "", *, replace: bool = False) -> Made:
    """Put a backup back, into an empty database; of SQLite another file takes the place.

    `replace`: what is there is set aside (SQLite only). HubError: hub_is_running, backup_missing,
    backup_damaged, backup_newer, target_filled.
    """
    if not file.is_file():
        raise HubError("backup_missing", file=file)
    with alone(folder), tempfile.TemporaryDirectory(dir=folder, prefix="restore-") as made:
        work = Path(made)
        shutil.copyfile(file, work / _SQLITE)
        with closing(_migrated(work)) as source:
            if url:
                with closing(_opened(folder, url)) as target:
                    rows = _transfer(source, target, new_life=True)
                return Made(rows=_counts(rows))
            _make_room(folder, replace=replace)
            fresh = work / "fresh"
            with closing(_opened(fresh)) as target:
                rows = _transfer(source, target, new_life=True)
            with closing(sqlite3.connect(fresh / _SQLITE)) as last:
                last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            _sync(fresh / _SQLITE)
            (fresh / _SQLITE).replace(folder / _SQLITE)
            _sync(folder)
    return Made(rows=_counts(rows))


def move(folder: Path, url: str, to: str) -> Made:
    """Bring all rows into the empty database at `to` and close this one for good.

    Done again after a kill it comes to the same: what is there already is compared. HubError:
    hub_is_running, target_filled, move_failed, database_address_bad.
    """
    with (
        alone(folder),
        closing(_opened(folder, url)) as source,
        closing(_opened(folder, to)) as target,
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


def _copy_sqlite(store: Store, part: Path) -> None:
    with (
        store.engine.connect() as connection,
        closing(sqlite3.connect(part)) as to,
    ):
        raw: Any = connection.connection.dbapi_connection
        raw.backup(to, pages=2000)
        to.execute("PRAGMA journal_mode=DELETE")


def _copy_rows(store: Store, part: Path) -> None:
    with tempfile.TemporaryDirectory(dir=part.parent, prefix="backup-") as made:
        with closing(_opened(Path(made))) as target:
            _transfer(store, target, new_life=False)
        with closing(sqlite3.connect(Path(made) / _SQLITE)) as last:
            last.execute("PRAGMA journal_mode=DELETE")
        (Path(made) / _SQLITE).replace(part)


def _check(file: Path) -> Mapping[str, int]:
    """Count the rows of each table. HubError("backup_damaged")."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
            said = [row[0] for row in db.execute("PRAGMA integrity_check(5)")]
            if said != ["ok"] or db.execute("PRAGMA foreign_key_check").fetchone():
                raise HubError("backup_damaged", file=file, fact="; ".join(said))
            tables = [
                row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            if "alembic_version" not in tables:
                raise HubError("backup_damaged", file=file, fact="not a hub's")
            return {
                name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - names from the file's own catalogue
                for name in sorted(tables)
                if not name.startswith(("sqlite_", "alembic_"))
            }
    except sqlite3.DatabaseError as error:
        raise HubError("backup_damaged", file=file, fact=error) from error


def _migrated(work: Path) -> Store:
    _check(work / _SQLITE)
    store = Store(work)
    try:
        store.migrate()
    except HubError as error:
        store.close()
        if error.code == "database_newer":
            raise HubError("backup_newer") from error
        raise
    return store


def _opened(folder: Path, url: str = "") -> Store:
    store = Store(folder, url)
    store.migrate()
    return store


def _make_room(folder: Path, *, replace: bool) -> None:
    """Set aside what is there; the folder has no database then."""
    here = folder / _SQLITE
    if not here.exists():
        return
    if _is_used(folder) and not replace:
        raise HubError("target_filled")
    for ending in ("", "-wal", "-shm"):
        old = folder / f"{_SQLITE}{ending}"
        if old.exists():
            old.replace(folder / f"{_SQLITE}.before{ending}")


def _is_used(folder: Path) -> bool:
    """Whether there is more than tables; what a newer hub wrote is not looked into."""
    try:
        with closing(_opened(folder)) as store, store.read() as db:
            return moving.filled(db)
    except HubError as error:
        if error.code != "database_newer":
            raise
        return True


def _counts(rows: Mapping[str, Digest]) -> Mapping[str, int]:
    return {name: digest.rows for name, digest in rows.items()}


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
