"""The list of the files of a built program: made when it is built, signed, held against a folder.

    {"version": "0.2.0", "platform": "linux-x86_64", "commit": "9f...",
     "files": {"_internal/libQt6Core.so.6": {"link": "PySide6/Qt/lib/libQt6Core.so.6"},
               "orangery": {"mode": "755", "sha256": "9f...", "size": 1840216}}}

One list has one form, byte for byte: whoever makes it of the same files gets the same bytes. It
lies beside the program as files.json and is not in itself.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal

import msgspec

from firmware.errors import TrustError

NAME = "files.json"
UNLISTED = frozenset({NAME, "packaged-as-rpm"})
"""What may lie beside the program: the list, and the mark of a package (desktop/build.py)."""

LARGEST_LIST = 8 << 20  # bytes
LARGEST = 4 << 30  # bytes of all the files of a program
MOST = 20_000  # files and links
LONGEST = 400  # characters of a path

Mode = Literal["644", "755"]
Progress = Callable[[int, int], None]  # bytes read so far, of how many

_WORD = re.compile(r"[A-Za-z0-9.+_-]{1,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"(?:[0-9a-f]{40})?")
_FOREIGN = stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file, by what is in it."""

    mode: Mode  # whether it can be run; whose it is and the person's umask are not ours
    sha256: str
    size: int


class Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A symbolic link to another file of the list."""

    link: str  # relative to the folder in which it lies


class FileList(msgspec.Struct, frozen=True, kw_only=True):
    """All files of one program; made by `make` and `read`, which hold what is said at the top."""

    version: str
    platform: str  # "linux-x86_64"
    commit: str  # of the source, 40 hex digits; "": not built from a commit
    files: Mapping[str, File | Link]  # path, "/" between folders -> what is there; sorted

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(one.size for one in self.files.values() if isinstance(one, File))


class Kind(StrEnum):
    """How a folder is not as the list says."""

    MISSING = "missing"
    CHANGED = "changed"
    EXTRA = "extra"
    MODE = "mode"  # it can be run and must not, or the other way round, or anybody may write it
    UNREADABLE = "unreadable"


class Difference(msgspec.Struct, frozen=True, order=True):
    """One file that is not as the list says."""

    path: str
    kind: Kind


class _Wire(msgspec.Struct, forbid_unknown_fields=True):
    version: str
    platform: str
    commit: str
    files: dict[str, msgspec.Raw]


def make(folder: Path, *, version: str, platform: str, commit: str = "") -> FileList:
    """Return the list of what is in `folder`; OSError, TrustError("list_bad").

    Everything in it must be a file, or a link to one of them.
    """
    found = {path: _made(folder / path) for path in sorted(_walk(folder)) if path not in UNLISTED}
    return _checked(FileList(version=version, platform=platform, commit=commit, files=found))


def write(listed: FileList) -> bytes:
    """Return the list as the bytes that are signed, the same ones every time."""
    body = msgspec.json.encode(listed, order="deterministic")
    return msgspec.json.format(body, indent=1) + b"\n"


def read(body: bytes) -> FileList:
    """Return the list that `write` wrote; TrustError("list_bad") says what breaks a rule.

    Whatever a path or a link says, it stays within the folder, and nothing lies below a link.
    """
    if len(body) > LARGEST_LIST:
        raise TrustError("list_bad", why=f"{len(body)} bytes")
    try:
        wire = msgspec.json.decode(body, type=_Wire)
        files = {path: _entry(bytes(raw)) for path, raw in wire.files.items()}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise TrustError("list_bad", why=error) from error
    said = FileList(version=wire.version, platform=wire.platform, commit=wire.commit, files=files)
    if write(_checked(said)) != body:  # twice the same path, another order, other spaces
        raise TrustError("list_bad", why="not the form that is signed")
    return said


def differences(
    folder: Path, listed: FileList, progress: Progress | None = None
) -> tuple[Difference, ...]:
    """Return where `folder` is not as listed, by path; () where every byte is. OSError: no folder.

    Blocks while all of it is read. Empty folders count as nothing.
    """
    there, done = set(_walk(folder)) - UNLISTED, 0
    found = [Difference(path, Kind.EXTRA) for path in there - listed.files.keys()]
    found += [Difference(path, Kind.MODE) for path in _open_folders(folder)]
    for path, one in listed.files.items():
        if kind := _kind(folder, path, one) if path in there else Kind.MISSING:
            found.append(Difference(path, kind))
        done += one.size if isinstance(one, File) else 0
        if progress:
            progress(done, listed.size)
    return tuple(sorted(found))


def _walk(folder: Path) -> Iterator[str]:
    """Yield the path of all that is no folder, links to folders too."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from (f"{entry.name}/{below}" for below in _inside(Path(entry.path)))
        else:
            yield entry.name


def _inside(folder: Path) -> Iterator[str]:
    try:
        yield from _walk(folder)
    except PermissionError:  # its files are missing, for all that can be told
        return


def _open_folders(folder: Path) -> Iterator[str]:
    """Yield the folders in which anybody could exchange what is listed."""
    for place, _, _ in os.walk(folder):
        if os.stat(place).st_mode & stat.S_IWOTH:  # noqa: PTH116 - thousands of them
            yield f"{Path(place).relative_to(folder).as_posix()}/"


def _made(path: Path) -> File | Link:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return Link(link=str(path.readlink()))
    if not stat.S_ISREG(status.st_mode):
        raise TrustError("list_bad", why=f"{path.name}: neither a file nor a link")
    return File(mode=_mode(status), sha256=sha256(path), size=status.st_size)


def _kind(folder: Path, path: str, said: File | Link) -> Kind | None:
    own = folder / path
    try:
        status = own.lstat()
        if isinstance(said, Link):
            same = stat.S_ISLNK(status.st_mode) and str(own.readlink()) == said.link
            return None if same else Kind.CHANGED
        if not stat.S_ISREG(status.st_mode) or status.st_size != said.size:
            return Kind.CHANGED
        if sha256(own) != said.sha256:
            return Kind.CHANGED
    except FileNotFoundError:  # since we looked
        return Kind.MISSING
    except OSError:
        return Kind.UNREADABLE
    same = _mode(status) == said.mode and not status.st_mode & _FOREIGN
    return None if same else Kind.MODE


def _mode(status: os.stat_result) -> Mode:
    return "755" if status.st_mode & stat.S_IXUSR else "644"


def sha256(path: Path) -> str:
    """Return the digest of a file, read in pieces. OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entry(raw: bytes) -> File | Link:
    """Return what one entry says; msgspec.MsgspecError."""
    if b'"link"' in raw:
        return msgspec.json.decode(raw, type=Link)
    return msgspec.json.decode(raw, type=File)


def _checked(listed: FileList) -> FileList:
    """Return the list where it holds what is said at the top; TrustError("list_bad")."""
    if not 0 < len(listed.files) <= MOST or listed.size > LARGEST:
        raise TrustError("list_bad", why=f"{len(listed.files)} files, {listed.size} bytes")
    if not (_WORD.fullmatch(listed.version) and _WORD.fullmatch(listed.platform)):
        raise TrustError("list_bad", why=f"{listed.version} {listed.platform}")
    if not _COMMIT.fullmatch(listed.commit):
        raise TrustError("list_bad", why=listed.commit)
    for path, one in listed.files.items():
        if wrong := _wrong(path, one, listed.files):
            raise TrustError("list_bad", why=f"{path!r}: {wrong}")
    return listed


def _wrong(path: str, said: File | Link, files: Mapping[str, File | Link]) -> str:
    """Return what is wrong with one entry, "": nothing."""
    if not path.isprintable() or "\\" in path or len(path) > LONGEST or path in UNLISTED:
        return "not a path of a list"
    if posixpath.normpath(path) != path or re.match(r"/|\.\.?(?:/|$)", path):
        return "not a path within the folder"
    if any(path[:at] in files for at, letter in enumerate(path) if letter == "/"):
        return "below a file"
    if isinstance(said, Link):
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), said.link))
        leads = not said.link.startswith("/") and isinstance(files.get(inside), File)
        return "" if leads else "a link to what is no file of the list"
    return "" if _SHA256.fullmatch(said.sha256) and said.size >= 0 else "not a file"
