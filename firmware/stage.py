"""Verified files on this machine's disk, by what they contain: `blobs/aa/<sha256>`.

A file is there whole or not at all: it grows as `<sha256>.part`, is verified, put on the disk,
renamed, and the folder is put on the disk too. Only a VerifiedFile gets in, and only the account
that runs this may look into the folder. Bytes that changed after they were verified are noticed
when they are used (RFC 9124, THREAT.MFST.TOCTOU): see StagedFile.intact.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import InitVar, dataclass, field
from enum import StrEnum
from pathlib import Path

from firmware import durable
from firmware.errors import TrustError
from firmware.release import Target
from firmware.trust import Progress, Trust, VerifiedFile
from fleet.errors import StoreError

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LOST = ("target_tampered", "store_io")  # what a disk that loses bytes leads to
_TOKEN = object()


class Keep(StrEnum):
    """Why a file may not be removed."""

    STAGED = "staged"  # an update that has not ended needs it
    UNDO = "undo"  # a device runs it, or could go back to it
    EVIDENCE = "recalled-evidence"  # recalled, and kept for those who look into it


Pins = Mapping[str, Keep]
"""sha256 -> why it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedFile:
    """A verified file in the stage: what may be served and installed. Only Stage can make one.

    Made right after its bytes were verified; `intact` says whether they still are those.
    """

    path: Path
    target: Target
    maker: str
    week: str
    token: InitVar[object]
    _seal: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self, token: object) -> None:
        """Refuse anybody else: TypeError."""
        if token is not _TOKEN:
            raise TypeError("only firmware.stage makes a staged file")
        object.__setattr__(self, "_seal", _seal(self.path))

    def intact(self) -> bool:
        """Whether the file was neither written to nor exchanged since it was verified.

        Bytes read before an answer of True are verified ones: what no account can set back is the
        time of the last change that the system itself keeps.
        """
        return self._seal != () and self._seal == _seal(self.path)


class Stage:
    """The files below `folder`, together at most `limit` bytes; any thread."""

    def __init__(self, folder: Path, limit: int = 4 * 1024**3) -> None:
        self._blobs = folder / "blobs"
        self._limit = limit
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._room = threading.Lock()
        self._pins: Pins | None = None  # None: nobody has said yet
        self._claims: dict[str, int] = {}  # sha256 -> its bytes, of what is being brought

    def hold(self, pins: Pins) -> None:
        """Keep these files, and from now on no others than these; said whole each time.

        Before the first call nothing is ever removed to make room.
        """
        self._pins = pins

    @property
    def pins(self) -> Pins:
        """What is kept, and why."""
        return self._pins or {}

    @property
    def busy(self) -> bool:
        """Whether a file is being brought now."""
        return bool(self._claims)

    def fetch(
        self,
        trust: Trust,
        maker: str,
        target: Target,
        progress: Progress | None = None,
    ) -> StagedFile:
        """Bring `target` here if it is not, resuming what is half here; verified anew either way.

        The home's other desktops are asked before the maker (firmware/near.py).
        To stay below the limit, files that nobody holds are removed, oldest first. TrustError as
        Trust.fetch. StoreError: disk_full, stage_full, store_unwritable, store_io; then nothing is
        visible and the next call goes on where this one ended.
        """
        path = self.path(target.sha256)
        with self._locks[target.sha256]:
            if verified := self._still_good(trust, maker, target, path):
                return _staged(verified, path)
            part = path.with_name(f"{path.name}.part")
            with self._claimed(part, target), trust.near.wanted(target.sha256, part):
                verified = self._from_near(trust, maker, target, part, progress)
                verified = verified or trust.fetch(maker, target, part, progress)
                durable.settle(part, path)
            return _staged(verified, path)

    def has(self, sha256: str) -> bool:
        """Whether the whole file is here."""
        return self.path(sha256).is_file()

    def path(self, sha256: str) -> Path:
        """Where the file of this digest is, or would be; ValueError for no digest."""
        if not _DIGEST.fullmatch(sha256):
            raise ValueError(sha256)
        return self._blobs / sha256[:2] / sha256

    def digests(self) -> list[str]:
        """Return the digests of the whole files, in their order."""
        return sorted(file.name for file in self._files() if _DIGEST.fullmatch(file.name))

    def discard(self, sha256: str, seen: os.stat_result) -> bool:
        """Remove a file that proved spoilt, where it still is the one that was seen. StoreError."""
        path = self.path(sha256)
        with self._locks[sha256]:
            if not path.exists() or not os.path.samestat(path.stat(), seen):
                return False
            durable.remove(path)
            return True

    def used(self) -> int:
        """Bytes on the disk, parts included."""
        return sum(_size(file) for file in self._files())

    def clean(self, keep: int = 0) -> int:
        """Remove files that nobody holds, oldest first, until at most `keep` bytes are used.

        Returns the bytes that were freed. StoreError.
        """
        if self._pins is None:
            return 0
        freed, used = 0, self._spoken_for()
        for file in sorted(self._files(), key=_age):
            if used - freed <= keep:
                break
            if _digest_of(file) not in self._pins.keys() | self._claims.keys():
                size = _size(file)
                durable.remove(file)
                freed += size
        return freed

    def _still_good(
        self, trust: Trust, maker: str, target: Target, path: Path
    ) -> VerifiedFile | None:
        before = _seal(path)
        if not path.is_file():
            return None
        try:
            verified = trust.verify(maker, target, path)
        except (TrustError, StoreError) as error:
            if error.code not in _LOST:
                raise
            durable.remove(path)  # the disk has lost bytes of it: fetch it again
            return None
        return verified if _seal(path) == before else None  # exchanged while it was read

    def _from_near(
        self, trust: Trust, maker: str, target: Target, part: Path, progress: Progress | None
    ) -> VerifiedFile | None:
        """Bring what other desktops of the home have; None: the maker has to be asked as well."""
        named = trust.named(maker, target)
        if not trust.near.bring(maker, named, part, progress or _silent):
            return None
        try:
            return trust.verify(maker, named, part)
        except TrustError:
            return None  # asking the maker says it better

    @contextmanager
    def _claimed(self, part: Path, target: Target) -> Iterator[None]:
        """Keep room for a file as long as it is being brought; StoreError where there is none."""
        with self._room:
            self._make_room(part, target)
            self._claims[target.sha256] = target.size
        try:
            yield
        except StoreError as error:
            if error.code == "store_io":  # the next try must not meet the same bad spot
                with suppress(OSError):
                    part.unlink(missing_ok=True)
            raise
        finally:
            with self._room:
                del self._claims[target.sha256]

    def _make_room(self, part: Path, target: Target) -> None:
        with durable.told(part):
            durable.make_folder(part.parent)
            self._blobs.chmod(0o700)
            free = shutil.disk_usage(part.parent).free + _allocated(part)
            missing = max(0, target.size - _size(part))
            if self._spoken_for() + missing > self._limit:
                self.clean(keep=max(0, self._limit - missing))
            if self._spoken_for() + missing > self._limit:
                kept = self._kept()
                raise StoreError(
                    "stage_full",
                    need=_mib(missing),
                    limit=_mib(self._limit),
                    staged=_mib(kept[Keep.STAGED]),
                    undo=_mib(kept[Keep.UNDO]),
                    evidence=_mib(kept[Keep.EVIDENCE]),
                )
        if target.size > free:
            words = f"{target.size - free} bytes are missing"
            raise StoreError("disk_full", path=part, words=words)

    def _spoken_for(self) -> int:
        """Return the bytes on the disk, and for running fetches those that there will be."""
        claims = dict(self._claims)
        here = sum(_size(file) for file in self._files() if _digest_of(file) not in claims)
        return here + sum(claims.values())

    def _kept(self) -> dict[Keep, int]:
        """Return the bytes that are kept for each reason."""
        kept = dict.fromkeys(Keep, 0)
        why = {**dict.fromkeys(self._claims, Keep.STAGED), **self.pins}
        for file in self._files():
            if reason := why.get(_digest_of(file)):
                kept[reason] += _size(file)
        return kept

    def _files(self) -> list[Path]:
        return [file for file in self._blobs.glob("*/*") if file.is_file()]


def _staged(verified: VerifiedFile, path: Path) -> StagedFile:
    return StagedFile(
        path=path,
        target=verified.target,
        maker=verified.maker,
        week=verified.week,
        token=_TOKEN,
    )


def _seal(path: Path) -> tuple[int, ...]:
    """Return what changes with every write to, and every exchange of, a file; () without one."""
    try:
        seen = path.stat(follow_symlinks=False)
    except OSError:
        return ()
    return (
        seen.st_dev,
        seen.st_ino,
        seen.st_mode,
        seen.st_size,
        seen.st_mtime_ns,
        seen.st_ctime_ns,
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _allocated(file: Path) -> int:
    """Return the bytes that the disk has set aside for a file, beyond its length too."""
    try:
        return file.stat().st_blocks * 512
    except FileNotFoundError:
        return 0


def _digest_of(file: Path) -> str:
    return file.name.removesuffix(".part")


def _mib(size: int) -> str:
    return f"{-(-size // (1 << 20))} MiB"


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _silent(have: int, of: int) -> None:
    """Tell nobody."""
