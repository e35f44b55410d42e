"""The week as one file for a house without a connection: a stored zip64 that is a TUF mirror.

`Bundle` is a source like any other (firmware/sources.py) and refuses what FIRMWARE.md 6.2 names:
duplicate, absolute or `..` names, encrypted or deflated members, members that nothing in its own
metadata refers to, overlapping members, more than MEMBERS_MAX of them. Files are read in place.
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from firmware import durable
from firmware.errors import PublishError, TrustError
from firmware.signed import TRAIN_PATH, read_train
from firmware.sources import Absent, Stream, Unreachable, checked, pieces

MEMBERS_MAX = 10_000
_DIRECTORY_MAX = MEMBERS_MAX * 1024  # bytes of the central directory
_METADATA_MAX = 5_000_000  # what the stock updater takes
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCAL = struct.Struct("<26xHH")
_PLAIN = re.compile(r"(metadata|targets)(/[A-Za-z0-9_.+-]+)+")
_ROOT = re.compile(r"metadata/[1-9][0-9]*\.root\.json")
_TRAIN = re.compile(r"targets/train/orange/[0-9a-f]{64}\.week\.json")
_IN_64 = (0xFFFF, 0xFFFFFFFF)  # count or length stand in the zip64 record
_DAY_ONE = (1980, 1, 1, 0, 0, 0)  # the same week gives the same file


class _Version(msgspec.Struct):
    version: int


class _File(msgspec.Struct):
    hashes: dict[str, str]


class _Signed(msgspec.Struct):
    version: int = 0
    meta: dict[str, _Version] = {}
    targets: dict[str, _File] = {}


class _Envelope(msgspec.Struct):
    signed: _Signed


class Bundle:
    """A bundle file, open for reading. TrustError("bundle_bad") with the reason."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise TrustError("mirror_unreachable", source=path, why=error.strerror) from error
        try:
            self._members = _members(self._file)
            self._check_references()
        except BaseException:
            self._file.close()
            raise

    @contextmanager
    def open(self, name: str, start: int = 0) -> Iterator[Stream]:
        """Open one file at an offset; any number of threads. Absent, Unreachable."""
        where = self._members.get(checked(name))
        if where is None:
            raise Absent(name)
        offset, size = where
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise Unreachable(str(error.strerror)) from error
        with file:
            yield Stream(start, pieces(file, offset + start, max(0, size - start)))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all members."""
        return tuple(self._members)

    def _check_references(self) -> None:
        named = referenced(self._small)
        for name in self._members:
            if name not in named and not _ROOT.fullmatch(name):
                raise TrustError("bundle_bad", why="unreferenced", member=name)

    def _small(self, name: str) -> bytes | None:
        where = self._members.get(name)
        if where is None:
            return None
        offset, size = where
        if size > _METADATA_MAX:
            raise TrustError("bundle_bad", why="metadata_too_large", member=name)
        self._file.seek(offset)
        return self._file.read(size)


def referenced(small: Callable[[str], bytes | None]) -> frozenset[str]:
    """Return the names that a mirror's metadata speak of, whether they are there or not.

    `small` reads a metadata file by name. Nothing is verified here: this only finds what is extra.
    """
    names = {"metadata/timestamp.json"}
    for top, at in _versions(small("metadata/timestamp.json")).items():
        names.add(f"metadata/{at}.{top}")
        for role, version in _versions(small(f"metadata/{at}.{top}")).items():
            names.add(f"metadata/{version}.{role}")
            names |= _targets(small(f"metadata/{version}.{role}"))
    return frozenset(names)


def write(mirror: Path, week: str, to: Path) -> Path:
    """Write the mirror's current week, which must be `week` ("2026-W48"), as one bundle file.

    PublishError: week_not_published (it is another one), mirror_incomplete. StoreError.
    """
    wanted = _of_the_week(mirror, week)
    part = to.with_name(to.name + ".part")
    with durable.told(to):
        durable.make_folder(to.parent)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as bundle:
            for name in sorted(wanted):
                _put(bundle, mirror / name, name)
        durable.settle(part, to)
    return to


def _of_the_week(mirror: Path, week: str) -> set[str]:
    def small(name: str) -> bytes | None:
        file = mirror / name
        return file.read_bytes() if file.is_file() else None

    named = referenced(small)
    train = next((name for name in named if _TRAIN.fullmatch(name)), "")
    body = small(train)
    if body is None:
        raise PublishError("mirror_incomplete", file=train or TRAIN_PATH)
    manifest = read_train(body)
    if manifest.week != week:
        raise PublishError("week_not_published", week=week, published=manifest.week)
    wanted = {name for name in named if name.startswith("metadata/")} | {train}
    wanted |= {on_mirror(file.path, file.sha256) for file in manifest.files}
    wanted |= {f"metadata/{file.name}" for file in (mirror / "metadata").glob("*.root.json")}
    for name in wanted:
        if not (mirror / name).is_file():
            raise PublishError("mirror_incomplete", file=name)
    return wanted


def on_mirror(path: str, sha256: str) -> str:
    """Return where a target lies on a mirror with consistent snapshots."""
    folder, slash, name = path.rpartition("/")
    return f"targets/{folder}{slash}{sha256}.{name}"


def _put(bundle: zipfile.ZipFile, file: Path, name: str) -> None:
    info = zipfile.ZipInfo(name, _DAY_ONE)
    info.external_attr = 0o644 << 16
    info.file_size = file.stat().st_size  # decides between zip and zip64 headers
    with file.open("rb") as source, bundle.open(info, "w") as out:
        for piece in pieces(source, 0):
            out.write(piece)


def _versions(body: bytes | None) -> dict[str, int]:
    return {name: meta.version for name, meta in _signed(body).meta.items()}


def _targets(body: bytes | None) -> set[str]:
    files = _signed(body).targets.items()
    return {on_mirror(path, digest) for path, file in files for digest in file.hashes.values()}


def _signed(body: bytes | None) -> _Signed:
    if body is None:
        return _Signed()
    try:
        return msgspec.json.decode(body, type=_Envelope).signed
    except (ValueError, RecursionError) as error:
        raise TrustError("bundle_bad", why="metadata_unreadable") from error


def _members(file: BinaryIO) -> dict[str, tuple[int, int]]:
    """Return name -> (offset, size) of every member, or refuse the file."""
    _check_end(file)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise TrustError("bundle_bad", why="not_a_bundle") from error
    members: dict[str, tuple[int, int]] = {}
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if reason := _fault(info, members):
            raise TrustError("bundle_bad", why=reason, member=info.orig_filename[:200])
        offset = _data_offset(file, info.header_offset)
        if info.header_offset < end or offset + info.file_size > archive.start_dir:
            raise TrustError("bundle_bad", why="overlapping", member=info.filename)
        end = offset + info.file_size
        members[info.filename] = (offset, info.file_size)
    return members


def _fault(info: zipfile.ZipInfo, members: Mapping[str, object]) -> str:
    name = info.filename
    if name in members:
        return "duplicate_name"
    if name != info.orig_filename or not _PLAIN.fullmatch(name) or ".." in name.split("/"):
        return "bad_name"
    if info.flag_bits & 0x2041:  # encrypted, strongly encrypted, masked
        return "encrypted"
    if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
        return "compressed"
    return ""


def _data_offset(file: BinaryIO, header: int) -> int:
    file.seek(header)
    local = file.read(_LOCAL.size)
    if len(local) < _LOCAL.size or not local.startswith(b"PK\3\4"):
        raise TrustError("bundle_bad", why="not_a_bundle")
    name, extra = _LOCAL.unpack(local)
    return header + _LOCAL.size + int(name) + int(extra)


def _check_end(file: BinaryIO) -> None:
    """Refuse a directory too large before anything reads it whole; it must end the file."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END.size))
    tail = file.read(_END.size)
    if len(tail) < _END.size or not tail.startswith(b"PK\5\6"):
        raise TrustError("bundle_bad", why="not_a_bundle")
    count, length = _END.unpack(tail)[4:6]
    if count == _IN_64[0] or length == _IN_64[1]:
        file.seek(max(0, size - _END.size - 20 - _END64.size))
        tail64 = file.read(_END64.size)
        if len(tail64) < _END64.size or not tail64.startswith(b"PK\6\6"):
            raise TrustError("bundle_bad", why="not_a_bundle")
        count, length = _END64.unpack(tail64)[7:9]
    if count > MEMBERS_MAX or length > _DIRECTORY_MAX:
        raise TrustError("bundle_bad", why="too_many_members")
