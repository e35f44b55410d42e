"""What a house is as one file, and what of its folder that is: names, manifest, checks.

The file is a zip, or one that is sealed (desktop/sealed.py). Its last entry is `orangery.json`:
what it is, and the size and sha256 of each other entry. Whatever is not named here is neither
written nor taken, so no secret gets in and nothing gets out of its place (docs/carry.md).
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Annotated

import msgspec

from desktop import agreement_store
from feedback import outbox
from firmware import seen, steps
from fleet import archive as history
from fleet import house
from fleet.errors import CommandError
from fleet.store import Migrations

FORMAT = "orangery-house"
VERSION = 1
MANIFEST = "orangery.json"
SUFFIX = ".orangery.zip"
SEALED_SUFFIX = ".orangery.zip.age"

STORES: Mapping[str, Migrations] = {
    "reports.sqlite": outbox.MIGRATIONS,
    "rollout.sqlite": steps.MIGRATIONS,
    "trust/trust.sqlite": seen.MIGRATIONS,
    "agreed.sqlite": agreement_store.MIGRATIONS,
    "history.sqlite": history.MIGRATIONS,
    "house.sqlite": house.MIGRATIONS,
}
"""In the order in which a running house is copied: what names a thing before what it names, so that
each device of a step or report is in the later copy, and no step is newer than the numbers that may
not fall."""

FILES = (
    r"settings\.json",
    r"brokers\.json",
    r"home\.json",
    r"window\.json",
    r"(members|heirs)\.json",
    r"makers/[A-Za-z0-9._-]{1,80}\.root\.json",
    r"blobs/[0-9a-f]{2}/[0-9a-f]{64}",
)
"""Patterns of the other names that travel."""

LEFT: Mapping[str, str] = {
    r"secrets\.json": "passwords and keys stay on their computer",
    r"broker/.*": "a broker of the home's own has keys, and belongs to its computer",
    r"stage/.*": "verified files of makers are fetched again",
    r"similar\.sqlite(-wal|-shm)?": "made anew of the reports",
    r"((window\.)?(lock|socket)|serve\.(port|log))": "of the running program",
    r"crash/.*": "what a computer wrote down about itself",
    r"trust/(refresh\.lock|work-.*)": "of the running program",
    r"log/.*": "what a computer wrote down about itself",
    r"(.*/)?[^/]+\.sqlite-(wal|shm)": "is in the copy of its database",
    r"(.*/)?[^/]+\.(part|back|aside-\d+)(-wal|-shm|\.part)?": "left behind, or set aside",
    r"(.*/)?[^/]+\.sqlite\.before-\w+(\.part)?": "what a database was before it was changed",
    r"(leaving-.*|arriving\.json)": "of an export or import under way",
}
"""Patterns of names that never travel, and why."""

BROKEN: tuple[type[Exception], ...] = (
    KeyError,
    zipfile.BadZipFile,
    msgspec.MsgspecError,
    UnicodeDecodeError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    zlib.error,
)
"""What reading a zip raises where it is not as it was written."""

_MOST = 200_000  # entries
_MANIFEST_MOST = 64 * 1024 * 1024  # bytes
_RATIO = 200  # what databases never reach is made to fill a disk
_SMALL = 256 * 1024 * 1024  # bytes that no ratio is asked of
_TAKEN = re.compile("|".join((*map(re.escape, STORES), *FILES)))
_STAYS = re.compile("|".join(LEFT))


class Entry(msgspec.Struct, frozen=True):
    """One file of the house."""

    name: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of itself; `files` in the order in which they stand in it."""

    format: str
    version: int
    made: float  # seconds, UTC
    program: str = ""  # version of the program that wrote it
    devices: int = 0
    reports: int = 0
    files: tuple[Entry, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.files)


@dataclass(frozen=True, slots=True)
class Contents:
    """An opened file whose list was checked: nothing foreign is in it. Close `zip`."""

    zip: zipfile.ZipFile
    manifest: Manifest


class _Said(msgspec.Struct, frozen=True):
    format: str = ""
    version: int = 0


def travels(name: str) -> bool:
    """Whether a file of that name below a house's folder is part of the file."""
    return _TAKEN.fullmatch(name) is not None


def stays(name: str) -> bool:
    """Whether it is one of those that are known not to travel."""
    return _STAYS.fullmatch(name) is not None


def contents(file: IO[bytes]) -> Contents:
    """Read the list of an unsealed file and check it; the bytes of the entries are not read yet.

    CommandError: move_unreadable (no such file, or cut), move_newer (version), move_foreign
    (name), move_too_large.
    """
    try:
        packed = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise CommandError("move_unreadable", fact=error) from error
    try:
        manifest = _manifest(packed)
        _check(packed, manifest)
    except BaseException:
        packed.close()
        raise
    return Contents(packed, manifest)


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
        _plain(info)
        if info.file_size > _MANIFEST_MOST:
            raise CommandError("move_too_large")
        with archive.open(info) as entry:
            data = entry.read(_MANIFEST_MOST + 1)
        said = msgspec.json.decode(data, type=_Said)
        if said.format == FORMAT and said.version > VERSION:
            raise CommandError("move_newer", version=said.version)
        if said.format != FORMAT:
            raise CommandError("move_unreadable", fact=f"{MANIFEST}: {said.format[:40]}")
        return msgspec.json.decode(data, type=Manifest)
    except BROKEN as error:
        raise CommandError("move_unreadable", fact=error) from error


def _check(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    infos = {info.filename: info for info in archive.infolist()}
    listed = {entry.name: entry for entry in manifest.files}
    whole = len(infos) == len(archive.infolist()) and len(listed) == len(manifest.files)
    if not whole or len(infos) > _MOST:
        raise CommandError("move_foreign", name="-")
    for name in sorted(infos.keys() ^ {*listed, MANIFEST}):
        code = "move_foreign" if name in infos else "move_unreadable"
        raise CommandError(code, name=name, fact=name)
    for name, entry in listed.items():
        if not travels(name):
            raise CommandError("move_foreign", name=name)
        _plain(infos[name])
        if infos[name].file_size != entry.size:
            raise CommandError("move_unreadable", fact=name)
    packed = sum(info.compress_size for info in infos.values())
    if manifest.size > max(_SMALL, packed * _RATIO):
        raise CommandError("move_too_large")


def _plain(info: zipfile.ZipInfo) -> None:
    """Refuse links, folders, entries with a password, and ways of packing that we never use."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    ways = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if kind not in (0, stat.S_IFREG) or info.is_dir() or info.flag_bits & 1:
        raise CommandError("move_foreign", name=info.filename)
    if info.compress_type not in ways:
        raise CommandError("move_foreign", name=info.filename)
