"""The week as one file for a house without a connection: a stored zip64 that is a TUF mirror.

Its root, snapshot and timestamp are the maker's bundle repository's, which live longer than those
of a mirror (firmware/roots.py); all else is what the mirror has. The main roots come along, under a
name of their own, for a house that never had a connection: it knows the first one by the maker's
link. A plain mirror in a zip file is not read: its timestamp dies within days, so it was no way to
reach a house, and a second meaning of the same names would let one repository pass for the other.

`Bundle` is a source like any other (firmware/sources.py) and refuses what FIRMWARE.md 6.2 names:
duplicate, absolute or `..` names, encrypted or deflated members, members that nothing in its own
metadata refers to, overlapping members, too many of them (firmware/archive.py). Files are read in
place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from firmware import archive
from firmware.errors import PublishError, TrustError
from firmware.release import Channel
from firmware.signed import read_train, train_path
from firmware.sources import MAIN, Absent, Stream, Unreachable, checked, is_top, pieces

_METADATA_MAX = 5_000_000  # what the stock updater takes
_PLAIN = re.compile(rf"((?:{MAIN})?metadata|targets)(/[A-Za-z0-9_.+-]+)+")
_ROOT = re.compile(rf"(?:{MAIN})?metadata/[1-9][0-9]*\.root\.json")
_METADATA_ALL = 64_000_000  # bytes of metadata in one bundle, together
_DIGEST = 64


class _Version(msgspec.Struct):
    version: int


class _File(msgspec.Struct):
    hashes: dict[str, str]
    custom: Any = None


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
        self._left = _METADATA_ALL
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
        self._left -= size
        if size > _METADATA_MAX or self._left < 0:
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


def write(
    mirror: Path,
    week: str,
    to: Path,
    models: Collection[tuple[str, str]] = (),
    channel: Channel = Channel.ORANGE,
) -> Path:
    """Write the mirror's current week, which must be `week` ("2026-W48"), as one bundle file.

    `models`: only files for these (vendor, model); none: all. The metadata are always whole, so a
    house still sees the whole week. PublishError: week_not_published (it is another one),
    mirror_incomplete (also without a bundle repository), image_unknown (nothing for a model).
    StoreError.
    """
    archive.write(to, _of_the_week(mirror, week, models, channel))
    return to


def _of_the_week(
    mirror: Path, week: str, models: Collection[tuple[str, str]], channel: Channel
) -> dict[str, bytes | Path]:
    """Return name in the bundle -> file on the mirror."""

    def place(name: str) -> Path:
        return mirror / "bundle" / name if is_top(name) else mirror / name

    def small(name: str) -> bytes | None:
        return place(name).read_bytes() if place(name).is_file() else None

    named = referenced(small)
    path = train_path(channel)
    folder, _, file = path.rpartition("/")
    train = next((one for one in named if _names(one, folder, file)), "")
    body = small(train)
    if body is None:
        raise PublishError("mirror_incomplete", file=train or path)
    manifest = read_train(body, path)
    if manifest.week != week:
        raise PublishError("week_not_published", week=week, published=manifest.week)
    wanted = {name for name in named if name.startswith("metadata/")} | {train}
    fits = _fits(small(name) for name in named if name.startswith("metadata/"))
    for vendor, model in set(models) - {fits.get(one.path) for one in manifest.files}:
        raise PublishError("image_unknown", image=f"{vendor} {model}")
    ships = () if manifest.withdrawn else manifest.files
    for one in (*ships, *manifest.back):
        if one.sha256 not in manifest.recalled and (not models or fits.get(one.path) in models):
            wanted.add(on_mirror(one.path, one.sha256))
    tops = place("metadata/timestamp.json").parent
    wanted |= {f"metadata/{root.name}" for root in tops.glob("*.root.json")}
    for name in sorted(wanted):
        if not place(name).is_file():
            missing = place(name).relative_to(mirror)
            raise PublishError("mirror_incomplete", file=missing.as_posix())
    main = {f"{MAIN}metadata/{one.name}": one for one in mirror.glob("metadata/*.root.json")}
    return {**main, **{name: place(name) for name in wanted}}


def _names(name: str, folder: str, file: str) -> bool:
    """Whether `name` is how some version of that target lies on a mirror."""
    there, _, last = name.rpartition("/")
    digest, _, rest = last.partition(".")
    return there == f"targets/{folder}" and rest == file and len(digest) == _DIGEST


def _fits(bodies: Iterable[bytes | None]) -> dict[str, tuple[str, str]]:
    """Return path -> (vendor, model) as roles say it; nothing is verified here."""
    found = {}
    for body in bodies:
        for path, file in _signed(body).targets.items():
            if isinstance(file.custom, dict):
                found[path] = (str(file.custom.get("vendor")), str(file.custom.get("model")))
    return found


def on_mirror(path: str, sha256: str) -> str:
    """Return where a target lies on a mirror with consistent snapshots."""
    folder, slash, name = path.rpartition("/")
    return f"targets/{folder}{slash}{sha256}.{name}"


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
