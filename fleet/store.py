"""The only door to SQLite in the household: opens files, migrates, writes, reads; locks the house.

Tables and their changes are sqlite-utils migrations; everything written often is plain SQL on the
connection that `write` hands out. A file that is brought to a newer state is copied first, beside
itself (fleet/copies.py puts such a copy back).
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from fleet.errors import StoreError
from fleet.later import later

if TYPE_CHECKING:
    import sqlite_utils
    from sqlite_utils import migrations as sqlite_migrations
else:  # only a file that is not at its newest migration needs them
    sqlite_utils = later("sqlite_utils")
    sqlite_migrations = later("sqlite_utils.migrations")

Connection = sqlite3.Connection
"""What `Store.write` hands out: `db.execute(sql, params)`, `db.executemany(sql, rows)`."""

Params = Sequence[Any] | Mapping[str, Any]

OtherTables = sqlite3.OperationalError
"""What a query raises where the tables are of another program than it."""

SQLITE = sqlite3.sqlite_version
"""The library that runs."""

_BUSY_S = 10.0
_CHECKED_WHOLE = 256 * 1024 * 1024  # bytes; a larger file is only checked for its schema
_NEARLY_FULL = 1024 * 1024  # bytes left on a disk where an I/O error means "full"
BEFORE = ".before-"
"""Between a database's name and the first migration that its copy has not had."""
COPIES = 2
"""So many copies of a database stay, the newest."""


Change = Callable[[Any], None]
"""One migration: changes the tables of the sqlite_utils Database it is given."""


class Migrations:
    """An ordered set of migrations; add one with `@M()` above `def create(db)`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._changes: dict[str, Change] = {}

    def __call__(self) -> Callable[[Change], Change]:
        """Return a decorator that adds the function under its own name."""

        def add(change: Change) -> Change:
            self._changes[change.__name__] = change
            return change

        return add

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all of them."""
        return frozenset(self._changes)

    def waiting(self, db: Connection) -> tuple[str, ...]:
        """Return the names of those that the file has not had, in their order."""
        applied = self.applied(db)
        return tuple(name for name in self._changes if name not in applied)

    def apply(self, db: Connection) -> None:
        """Bring the tables up to the newest, all changes in one transaction with their rows."""
        made = sqlite_migrations.Migrations(self.name)
        for name, change in self._changes.items():
            made(name=name)(change)
        db.execute("BEGIN IMMEDIATE")
        try:
            made.apply(sqlite_utils.Database(db, execute_plugins=False))
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise

    def applied(self, db: Connection) -> frozenset[str]:
        """Return the names of those that the file has had, as sqlite-utils writes them down."""
        kept = db.execute("SELECT 1 FROM sqlite_schema WHERE name = '_sqlite_migrations'")
        if kept.fetchone() is None:
            return frozenset()
        said = "SELECT name FROM _sqlite_migrations WHERE migration_set = ?"
        return frozenset(name for (name,) in db.execute(said, (self.name,)))


def migrations(name: str) -> Migrations:
    """Return an empty, ordered set of migrations."""
    return Migrations(name)


class Store:
    """One SQLite file in WAL mode and our connection to it.

    A transaction belongs to one thread at a time; other threads' `rows` and `write` wait for its
    end, so nobody reads what is not committed.
    """

    def __init__(self, path: Path, connection: Connection) -> None:
        self.path = path
        self._db = connection
        self._lock = threading.RLock()

    @classmethod
    def open(
        cls, path: Path, migrations: Migrations, *, durable: bool = False, copied: bool = True
    ) -> Self:
        """Open or make `path` and bring it up to `migrations`, after a copy of what it was.

        durable: each commit is on the disk before `write` returns (a power cut loses nothing).
        Not `copied`: for what is made anew from elsewhere anyway.

        Raises StoreError: store_corrupt, store_newer (both leave the file as it was, see
        `set_aside` and fleet/copies.py), no_room_for_copy, store_locked, store_unwritable,
        disk_full. A change that fails leaves the file as it was, and the copy there.
        """
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                _examine(path, migrations)
            connection = _connect(path)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
                connection.execute("BEGIN IMMEDIATE")  # a folder we cannot write to says so now
                connection.execute("ROLLBACK")
                opened = cls(path, connection)
                if waiting := migrations.waiting(connection):
                    if copied and migrations.applied(connection):
                        opened._copy_before(waiting[0])
                    migrations.apply(connection)
            except BaseException:
                connection.close()
                raise
        return opened

    @classmethod
    def look(cls, path: Path, *, still: bool = False) -> Self:
        """Read `path` as it is: nothing is checked, migrated or written. StoreError as `rows`.

        `still`: for a moment only; then no log is left beside a file that nobody has open.
        """
        with told(path):
            return cls(path, _connect(path, read_only=True, still=still and not _has_log(path)))

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the connection inside one transaction: committed at the end, or nothing of it.

        Does not nest. Raises StoreError: disk_full, store_locked, store_unwritable, store_corrupt,
        store_io; what was committed before stays.
        """
        with self._lock, _sqlite_said(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite itself rolls back on some errors
                    self._db.execute("ROLLBACK")
                raise

    def rows(self, sql: str, params: Params = ()) -> list[dict[str, Any]]:
        """Return all rows of a query as dicts, read in the calling thread."""
        with self._lock, _sqlite_said(self.path):
            cursor = self._db.execute(sql, params)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def reader(self) -> Store:
        """Return a read-only store on a connection of its own, for another thread; close it."""
        with told(self.path):
            return Store(self.path, _connect(self.path, read_only=True))

    def backup(self, to: Path) -> None:
        """Copy everything committed to the file `to`, which is whole or absent, also after a kill.

        Raises StoreError like `write`.
        """
        part = to.with_name(to.name + ".part")
        with told(to):
            part.unlink(missing_ok=True)
            part.touch(self.path.stat().st_mode & 0o777)
            try:
                with self._lock, closing(sqlite3.connect(part)) as copy:
                    self._db.backup(copy)
                    copy.execute("PRAGMA journal_mode=DELETE")  # one file, also for who only reads
                sync(part)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
            part.replace(to)
            sync(to.parent)

    def _copy_before(self, migration: str) -> None:
        """Copy the file, durably, before that change of it; StoreError("no_room_for_copy")."""
        pages, size = (
            self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
        )
        need, free = pages * size + _NEARLY_FULL, shutil.disk_usage(self.path.parent).free
        if free < need:
            facts = {"need": _megabytes(need), "free": free >> 20}
            raise StoreError("no_room_for_copy", path=self.path, **facts)
        made = self.path.with_name(f"{self.path.name}{BEFORE}{migration}")
        self.backup(made)
        others = [one for one in copies(self.path) if one != made]  # dated by clocks that went back
        for old in others[COPIES - 1 :]:
            old.unlink(missing_ok=True)

    def close(self) -> None:
        """Close; what was committed is in the file."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def copies(path: Path) -> tuple[Path, ...]:
    """Return the copies that were made of a database before it was changed, the newest first."""
    name = f"{path.name}{BEFORE}"
    if not path.parent.is_dir():
        return ()
    found = [
        (file.stat().st_mtime_ns, file)
        for file in path.parent.iterdir()
        if file.name.startswith(name) and file.name[len(name) :].isidentifier()
    ]
    return tuple(file for _, file in sorted(found, reverse=True))


def settle(path: Path) -> None:
    """Bring all that was committed into the file itself, so that no log is beside it. StoreError.

    Whatever its tables are; store_locked while another has it open.
    """
    with told(path), closing(_connect(path)) as db:
        db.execute("PRAGMA journal_mode=DELETE")
    sync(path)


def aside_of(path: Path) -> Path:
    """Return the first free name under which a database can be kept aside."""
    number = 1
    while (away := path.with_name(f"{path.name}.aside-{number}")).exists():
        number += 1
    return away


def set_aside(path: Path) -> Path:
    """Rename a database we cannot read, with its log, and return its new name; never deletes."""
    away = aside_of(path)
    for ending in ("-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(away.with_name(away.name + ending))
    return path.rename(away)


class HouseLock:
    """The exclusive right to own a house folder, until `release` or the end of the process.

    `name`: of the file, where it is another right than that to the house. `take` makes the folder
    where there is none, for its owner alone, and raises StoreError: house_locked (pid of the
    holder), store_unwritable.
    """

    def __init__(self, folder: Path, name: str = "lock") -> None:
        self._path = folder / name
        self._file: int | None = None

    def take(self) -> None:
        """Take it or raise; never waits. A second call does nothing."""
        if self._file is not None:
            return
        with told(self._path):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.ftruncate(file, 0)
                os.write(file, f"{os.getpid()}\n".encode())
            except BlockingIOError as error:
                holder = os.read(file, 32).decode("ascii", "replace").strip()
                os.close(file)
                raise StoreError("house_locked", folder=self._path.parent, pid=holder) from error
            except OSError:
                os.close(file)
                raise
        self._file = file

    def release(self) -> None:
        """Give it back; a second call does nothing."""
        if self._file is not None:
            os.close(self._file)  # the file stays: removing it would race with the next holder
            self._file = None

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _connect(path: Path, *, read_only: bool = False, still: bool = False) -> Connection:
    where = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    where += "&immutable=1" if still else ""
    return sqlite3.connect(
        where, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )


def examine(path: Path, migrations: Migrations) -> tuple[str, ...]:
    """Look at an existing file without leaving a trace; return which migrations it has not had.

    Raises StoreError: store_corrupt, store_newer, store_locked, store_unwritable.
    """
    with told(path):
        if not _has_log(path):
            try:
                return _examine(path, migrations, still=True)
            except (sqlite3.Error, StoreError):
                if not _has_log(path):  # else somebody has begun to write meanwhile
                    raise
        return _examine(path, migrations)


def _has_log(path: Path) -> bool:
    return path.with_name(path.name + "-wal").exists()


def _examine(path: Path, migrations: Migrations, *, still: bool = False) -> tuple[str, ...]:
    """See `examine`. `still`: nobody has it open, so no log needs to be made to read it."""
    with path.open("rb"):
        pass  # a file that may not be read is not a corrupt one
    with closing(_connect(path, read_only=True, still=still)) as db:
        check = "quick_check(1)" if path.stat().st_size <= _CHECKED_WHOLE else "schema_version"
        found = db.execute(f"PRAGMA {check}").fetchone()[0]
        if found != "ok" and check.startswith("quick"):
            raise StoreError("store_corrupt", path=path, words=str(found)[:200])
        if newer := migrations.applied(db) - migrations.names:
            raise StoreError("store_newer", path=path, migration=min(newer))
        return migrations.waiting(db)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors on `path` into StoreError where a person can act."""
    try:
        with _sqlite_said(path):
            yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        code = "disk_full" if full else "store_unwritable"
        raise StoreError(code, path=path, words=error.strerror or error) from error


@contextmanager
def _sqlite_said(path: Path) -> Iterator[None]:
    """Turn SQLite's errors alone: what else is raised inside a transaction is its writer's."""
    try:
        yield
    except sqlite3.Error as error:
        if code := _code_of(getattr(error, "sqlite_errorcode", 0), path):
            raise StoreError(code, path=path, words=error) from error
        raise


def _code_of(number: int, path: Path) -> str:
    """Return our code for SQLite's (extended) error number, "" for a fault in our own SQL."""
    primary = number & 0xFF
    if primary == sqlite3.SQLITE_IOERR:
        left = shutil.disk_usage(path.parent).free if path.parent.exists() else 0
        return "disk_full" if left < _NEARLY_FULL else "store_io"
    return {
        sqlite3.SQLITE_FULL: "disk_full",
        sqlite3.SQLITE_BUSY: "store_locked",
        sqlite3.SQLITE_LOCKED: "store_locked",
        sqlite3.SQLITE_READONLY: "store_unwritable",
        sqlite3.SQLITE_CANTOPEN: "store_unwritable",
        sqlite3.SQLITE_PERM: "store_unwritable",
        sqlite3.SQLITE_CORRUPT: "store_corrupt",
        sqlite3.SQLITE_NOTADB: "store_corrupt",
    }.get(primary, "")


def sync(path: Path) -> None:
    """Return when the file, or the names in a folder, are on the disk. OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _megabytes(size: int) -> int:
    """Rounded up, so that what is asked for is enough."""
    return -(-size >> 20)
