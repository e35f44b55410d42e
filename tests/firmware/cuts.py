"""Cuts the power at every operation of an action on files, and gives each state the disk may have.

`cut(folder, action)` runs the action once, really, and stops the world before and after each
creation, write, truncation, fsync, rename, folder fsync, unlink, mkdir, rmdir and SQLite commit
below `folder`. Of each such instant it gives every distinct `World`: what is there when the process
is killed, and what a power cut may leave of that. What a power cut may take is what nobody synced:

- names: each folder is as at its last fsync, or as now (all combinations of folders); so a rename,
  a removal or a new file or folder may be undone;
- bytes: of a file as at its last fsync (nothing, where there was none), the half of what was
  written since, zeros in its place, or all of it.

A SQLite commit is on the disk only where the connection's `synchronous` is FULL; within one, the
log may be torn at any place. That SQLite keeps its own word is trusted.

`stop(folder, action, number)` is the blunt way, for Ctrl-C and kill: the action is stopped by
PowerCut, raised before or after one operation, and every operation afterwards fails as well.

`fail(folder, action, number, code)` lets the system refuse one operation, or all from it on.
"""

from __future__ import annotations

import builtins
import hashlib
import io
import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
Tree = Mapping[str, bytes | None]  # relative path -> bytes; None: a folder

_ONE_PATH = ("unlink", "remove", "rmdir", "mkdir", "write", "ftruncate")
_TWO_PATHS = ("replace", "rename")
_FRAME = 24 + 4096  # of SQLite's log
_FOLDERS_MAX = 4  # with changes that nobody synced; 2 ** this combinations
_CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "ALTER", "DROP")


class PowerCut(BaseException):
    """The end of the process; nothing that handles errors may take it for one."""


@dataclass(frozen=True, slots=True)
class World:
    """What is found below the folder after one cut."""

    name: str  # which operation, which side of it, what was lost
    tree: Tree
    told: bool  # the action had returned: what it did must be there

    def lay(self, folder: Path) -> Path:
        """Lay it out as a new folder."""
        for path, body in sorted(self.tree.items()):
            where = folder / path
            if body is None:
                where.mkdir(parents=True, exist_ok=True)
            else:
                where.parent.mkdir(parents=True, exist_ok=True)
                where.write_bytes(body)
        return folder


@dataclass(slots=True)
class Cuts:
    """All that one action can leave behind."""

    operations: list[str]
    worlds: list[World]


def cut(folder: Path, action: Callable[[], object]) -> Cuts:
    """Run `action` once and return every world a cut during it, or just after it, may leave."""
    disk = _Disk(folder)
    with disk.watched():
        with suppress(Exception):  # an action may end with a refusal: then that is what was told
            action()
        disk.returned()
    return Cuts(disk.operations, list(disk.worlds.values()))


def stop(folder: Path, action: Callable[[], object], number: int, *, after: bool) -> bool:
    """Run `action` and stop it at one operation. False where it has fewer."""
    disk = _Disk(folder, stop=(number, after))
    with disk.watched():
        try:
            action()
        except PowerCut:
            return True
    return False


def fail(
    folder: Path, action: Callable[[], object], number: int, code: int, *, lasting: bool
) -> bool:
    """Run `action` while one operation (lasting: all from it on) fails with errno `code`.

    False where it has fewer operations. Raises what the action makes of it.
    """
    disk = _Disk(folder, refuse=(number, code, lasting))
    with disk.watched():
        action()
    return len(disk.operations) > number


def never_neither(
    tmp_path: Path, folder: Path, action: Callable[[], object], look: Callable[[Path], T]
) -> Cuts:
    """Assert that after each cut `look` finds the old or the new, and the new once it was told.

    `look` is given a folder laid out anew, may change it, and may assert more on its own.
    """
    tmp_path.mkdir(exist_ok=True)
    places = (tmp_path / f"world-{number}" for number in itertools.count())
    old = look(_copied(folder, next(places)))
    found = cut(folder, action)
    new = look(_copied(folder, next(places)))
    assert old != new, "an action that changes nothing proves nothing"
    for world in found.worlds:
        place = next(places)
        place.mkdir()
        try:
            got = look(world.lay(place))
        except Exception as error:
            error.add_note(f"after the cut {world.name}")
            raise
        assert got == new if world.told else got in (old, new), world.name
        shutil.rmtree(place)
    return found


def _copied(folder: Path, to: Path) -> Path:
    to.mkdir()
    return shutil.copytree(folder, to, dirs_exist_ok=True) if folder.exists() else to


# --- the disk ------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _File:
    """One file, whatever its names."""

    now: bytes = b""  # as last seen, also when it has no name any more
    synced: bytes = b""  # what survives


@dataclass(slots=True)
class _Disk:
    folder: Path
    stop: tuple[int, bool] | None = None
    refuse: tuple[int, int, bool] | None = None  # which operation, with what, all after it too
    operations: list[str] = field(default_factory=list)
    worlds: dict[bytes, World] = field(default_factory=dict)
    over: bool = False  # what is done afterwards, such as closing, is no part of the action
    _off: bool = False
    _files: dict[int, _File] = field(default_factory=dict)  # by inode, those that have a name
    _names: dict[str, dict[str, _File | None]] = field(default_factory=dict)  # synced, by folder
    _real: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = Path(os.path.realpath(self.folder))
        self.folder.mkdir(parents=True, exist_ok=True)
        for path, names in self._walk():
            self._names[path] = names
            for one in names.values():
                if one:
                    one.synced = one.now

    # --- operations ------------------------------------------------------------------------------

    def do(self, name: str, path: str, act: Callable[[], T], then: Callable[[], None]) -> T:
        """Do one operation, with a cut on either side of it; `then` says what it made durable."""
        if self._off:
            raise PowerCut(name)
        number = len(self.operations)
        self.operations.append(f"{name} {path}")
        if self.refuse is not None:
            first, code, lasting = self.refuse
            if number == first or (lasting and number > first):
                raise OSError(code, os.strerror(code))
            return act()
        self._instant(number, after=False)
        result = act()
        self._look()
        then()
        self._instant(number, after=True)
        return result

    def returned(self) -> None:
        """The action is over: from now on all of it must be there."""
        self._look()
        self._record("when all was told", told=True)
        self.over = True

    def torn(self, path: str, before: bytes) -> None:
        """A commit whose log reached the disk only up to some place."""
        tree = dict(self._below(dict(self._walk()), frozenset(), "kept", "."))
        after = tree.get(path) or b""
        for at in range(0, len(after), _FRAME // 2):
            self._add("within a commit", {**tree, path: after[:at] + before[at:]}, told=False)

    def _instant(self, number: int, *, after: bool) -> None:
        if self.stop is None:
            side = "after" if after else "before"
            self._record(f"{side} {number}: {self.operations[number]}", told=False)
        elif self.stop == (number, after):
            self._off = True
            raise PowerCut(self.operations[number])

    # --- what is there, and what would be --------------------------------------------------------

    def _walk(self) -> Iterator[tuple[str, dict[str, _File | None]]]:
        """Folder -> its names now, with the bytes of each file read anew."""
        seen: dict[int, _File] = {}
        for top, folders, files in os.walk(self.folder):
            names: dict[str, _File | None] = dict.fromkeys(folders)
            for name in files:
                path = Path(top, name)
                if path.is_symlink():  # the stock updater's, in a folder that is thrown away
                    continue
                inode = path.stat().st_ino
                one = seen[inode] = self._files.get(inode) or _File()
                with io.FileIO(path) as file:  # not one of the functions that are watched
                    one.now = file.read()
                names[name] = one
            yield os.path.relpath(top, self.folder), names
        self._files = seen

    def _look(self) -> None:
        for _ in self._walk():
            pass

    def _below(
        self, now: Mapping[str, dict[str, _File | None]], lost: frozenset[str], kept: str, top: str
    ) -> Iterator[tuple[str, Any]]:
        """The files below `top`, where the folders `lost` are as they were last synced."""
        durable = self._names.get(top, {})
        names = durable if top in lost or top not in now else now[top]
        for name, one in names.items():
            path = os.path.normpath(f"{top}/{name}")
            if one is None:
                yield path, None
                yield from self._below(now, lost, kept, path)
            else:
                yield path, _bytes(one, kept)

    def _record(self, name: str, *, told: bool) -> None:
        now = dict(self._walk())
        changed = [path for path in {*now, *self._names} if now.get(path) != self._names.get(path)]
        assert len(changed) <= _FOLDERS_MAX, changed
        for count in range(len(changed) + 1):
            for lost in itertools.combinations(sorted(changed), count):
                for kept in ("kept", "half", "zeros", "nothing"):
                    tree = dict(self._below(now, frozenset(lost), kept, "."))
                    undone = f", names undone in {lost}" if lost else ""
                    self._add(f"{name} (unsynced bytes: {kept}{undone})", tree, told=told)

    def _add(self, name: str, tree: Tree, *, told: bool) -> None:
        digest = hashlib.sha256(repr((told, sorted(tree.items()))).encode()).digest()
        self.worlds.setdefault(digest, World(name, tree, told))

    # --- what makes durable ----------------------------------------------------------------------

    def synced(self, path: str) -> None:
        """A file or a folder was synced."""
        where = self.folder / path
        if where.is_dir():
            now = dict(self._walk())
            self._names[path] = now[path]
            there = {one for one, body in self._below({}, frozenset(), "kept", ".") if body is None}
            for gone in self._names.keys() - there - now.keys() - {"."}:
                del self._names[gone]  # no power cut brings it back
        else:
            one = self._files[where.stat().st_ino]
            one.synced = one.now

    def committed(self, database: str) -> None:
        """SQLite has synced its log and, the first time, the folder for its names."""
        folder, name = os.path.split(database)
        names = self._names.setdefault(os.path.normpath(folder or "."), {})
        for ending in ("", "-wal"):
            where = self.folder / (database + ending)
            if where.exists():
                one = self._files[where.stat().st_ino]
                one.synced = one.now
                names[name + ending] = one

    def moved(self, path: str, to: str) -> None:
        """A folder is to have another name: under both of them it holds what was synced in it."""
        for one, names in list(self._names.items()):
            if one == path or one.startswith(f"{path}/"):
                self._names[to + one.removeprefix(path)] = dict(names)

    def made(self, path: str) -> None:
        """A new file may have the inode of one that is gone; nothing of it is synced."""
        inode = (self.folder / path).stat().st_ino
        self._files.pop(inode, None)
        self._look()

    # --- how the operations are noticed ----------------------------------------------------------

    def where(self, path: Any, dir_fd: int | None = None) -> str | None:
        """Return the path below the folder, None where it is elsewhere."""
        if isinstance(path, int):
            path = _opened(path)
        elif dir_fd is not None:
            path = _opened(dir_fd) / os.fsdecode(path)
        whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - links stay as they are
        if whole != str(self.folder) and not whole.startswith(f"{self.folder}/"):
            return None
        return os.path.relpath(whole, self.folder)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Notice everything that Python code does with files below the folder."""
        with pytest.MonkeyPatch.context() as patch:
            self._real = {name: getattr(os, name) for name in ("open", *_ONE_PATH, *_TWO_PATHS)}
            self._real |= {"file": io.open, "connect": sqlite3.connect}
            patch.setattr(os, "open", self._open)
            patch.setattr(os, "fsync", self._fsync)
            for name in _TWO_PATHS:
                patch.setattr(os, name, self._two(name))
            for name in _ONE_PATH:
                patch.setattr(os, name, self._one(name))
            patch.setattr(io, "open", self._file)
            patch.setattr(builtins, "open", self._file)
            patch.setattr(sqlite3, "connect", self._connect)
            patch.setattr(shutil, "_USE_CP_SENDFILE", False, raising=False)
            yield

    def _open(
        self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None
    ) -> int:  # fmt: skip
        def act() -> int:
            handle: int = self._real["open"](path, flags, mode, dir_fd=dir_fd)
            return handle

        where = self.where(path, dir_fd)
        if where is None or not flags & (os.O_CREAT | os.O_TRUNC):
            return act()
        new = not (self.folder / where).exists()
        if not new and not flags & os.O_TRUNC:
            return act()
        then = (lambda: self.made(where)) if new else _nothing
        return self.do("create" if new else "truncate", where, act, then)

    def _fsync(self, handle: Any) -> None:
        number = handle if isinstance(handle, int) else handle.fileno()
        where = self.where(number)
        if where is None:
            return
        self.do("fsync", where, _nothing, lambda: self.synced(where))  # the model is the disk

    def _one(self, name: str) -> Callable[..., Any]:
        def call(path: Any, *more: Any, **words: Any) -> Any:
            def act() -> Any:
                return self._real[name](path, *more, **words)

            where = self.where(path, words.get("dir_fd"))
            return act() if where is None else self.do(name, where, act, _nothing)

        return call

    def _two(self, name: str) -> Callable[..., None]:
        def call(path: Any, to: Any, **words: Any) -> None:
            where, there = self.where(path), self.where(to)
            assert (where is None) == (there is None), "a rename across the edge of the folder"
            if where is None:
                self._real[name](path, to, **words)
                return

            def act() -> None:
                if (self.folder / where).is_dir():
                    self.moved(where, there)
                self._real[name](path, to)

            self.do(name, f"{where} {there}", act, _nothing)

        return call

    def _file(  # noqa: PLR0917 - as the built-in has them
        self,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        where = self.where(file)
        if where is None or not set(mode) & set("wxa+"):
            more = (encoding, errors, newline, closefd, opener)
            return self._real["file"](file, mode, buffering, *more)
        raw = _Raw(self, file, mode.replace("b", "").replace("t", ""), closefd, opener)
        if buffering == 0:
            return raw
        binary = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return binary if "b" in mode else io.TextIOWrapper(binary, encoding, errors, newline)

    def _connect(self, path: Any, *more: Any, **words: Any) -> sqlite3.Connection:
        plain = str(path).removeprefix("file://").partition("?")[0]
        where = self.where(plain)
        if where is None or "mode=ro" in str(path):
            connection: sqlite3.Connection = self._real["connect"](path, *more, **words)
            return connection
        found: _Connection = self._real["connect"](path, *more, **words, factory=_Connection)
        found.disk, found.where = self, where
        return found


class _Raw(io.FileIO):
    """A file opened for writing whose every write to the system is an operation."""

    def __init__(self, disk: _Disk, file: Any, mode: str, closefd: bool, opener: Any) -> None:
        self.disk = disk
        super().__init__(file, mode, closefd, opener or _opener)

    def write(self, data: Any, /) -> int:
        if self.disk._off:
            return len(memoryview(data).cast("B"))  # what a destructor still flushes is lost
        act = super().write
        where = self.disk.where(self.fileno()) or ""
        return self.disk.do("write", where, lambda: act(data), _nothing) or 0

    def truncate(self, size: int | None = None, /) -> int:
        act = super().truncate
        where = self.disk.where(self.fileno()) or ""
        return self.disk.do("truncate", where, lambda: act(size), _nothing)


class _Connection(sqlite3.Connection):
    """A database whose commits are operations."""

    disk: _Disk | None = None
    where: str = ""

    def execute(self, sql: str, *params: Any) -> sqlite3.Cursor:
        word = sql.split(maxsplit=1)[0].upper()
        ends = word in ("COMMIT", "END") or (not self.in_transaction and word in _CHANGES)
        if self.disk is None:
            return super().execute(sql, *params)
        act = super().execute
        if sql.startswith("PRAGMA journal_mode="):  # writes the head of a new file, at its end
            row = self._commit(lambda: act(sql).fetchall()[0])
            return act("SELECT ?", row)
        if not ends:
            return act(sql, *params)
        return self._commit(lambda: act(sql, *params))

    def commit(self) -> None:
        if self.in_transaction and self.disk is not None:
            self._commit(super().commit)

    def close(self) -> None:
        """Close; the last one to do so copies the log into the file, syncs that, drops the log."""
        disk, where = self.disk, self.where
        if disk is None or disk._off or disk.over:
            super().close()
            return

        def then() -> None:
            if not (disk.folder / f"{where}-wal").exists():
                disk.committed(where)

        self.disk = None
        disk.do("close", where, super().close, then)

    def __exit__(self, *error: object) -> bool:
        if error[0] is None:
            self.commit()
        else:
            self.rollback()
        return False

    def _commit(self, act: Callable[[], T]) -> T:
        disk = self.disk
        assert disk is not None
        log = disk.folder / f"{self.where}-wal"
        before = log.read_bytes() if log.exists() else b""
        full = super().execute("PRAGMA synchronous").fetchone()[0] >= 2

        def then() -> None:
            if disk.stop is None:
                disk.torn(f"{self.where}-wal", before)
            if full:
                disk.committed(self.where)

        return disk.do("commit", self.where, act, then)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o666)


def _opened(handle: int) -> Path:
    """The path of an open file, as it is called now."""
    return Path(f"/proc/self/fd/{handle}").readlink()


def _nothing() -> None:
    """Nothing."""


def _bytes(one: _File, kept: str) -> bytes:
    """What a power cut leaves of a file."""
    if kept == "nothing":
        return one.synced
    if kept == "kept" or one.now == one.synced:
        return one.now
    safe = len(one.synced) if one.now.startswith(one.synced) else 0
    written = one.now[safe:]
    if kept == "half":
        return one.now[: safe + len(written) // 2]
    return one.now[:safe] + bytes(len(written))


def operations(found: Iterable[str]) -> set[str]:
    """The kinds of operations among those noticed."""
    return {one.split()[0] for one in found}
