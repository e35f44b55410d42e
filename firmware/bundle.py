"""The week as one file for a house without a connection: a stored zip64 that is a TUF mirror.

`Bundle` is a source like any other (firmware/sources.py) and refuses what FIRMWARE.md 6.2 names:
duplicate, absolute or `..` names, encrypted or deflated members, members that nothing in its own
metadata refers to, overlapping members, too many of them (firmware/archive.py). Files are read in
place.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from firmware import archive, durable
from firmware.errors import PublishError, TrustError
from firmware.signed import TRAIN_PATH, read_train
from firmware.sources import Absent, Stream, Unreachable, checked, pieces

_METADATA_MAX = 5_000_000  # what the stock updater takes
_PLAIN = re.compile(r"(metadata|targets)(/[A-Za-z0-9_.+-]+)+")
_ROOT = re.compile(r"metadata/[1-9][0-9]*\.root\.json")
_TRAIN = re.compile(r"targets/train/orange/[0-9a-f]{64}\.week\.json")
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
            self._members = archive.members(self._file, _PLAIN, _bad)
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


def _bad(why: str, member: str) -> TrustError:
    return TrustError("bundle_bad", why=why, member=member)
