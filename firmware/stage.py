"""Verified files on this machine's disk, by what they contain: `blobs/aa/<sha256>`.

A file is there whole or not at all: it grows as `<sha256>.part`, is verified, put on the disk,
renamed, and the folder is put on the disk too. Only a VerifiedFile gets in, and only the account
that runs this may look into the folder. Bytes that changed after they were verified are noticed
when they are used (RFC 9124, THREAT.MFST.TOCTOU): see StagedFile.intact.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import InitVar, dataclass, field
from pathlib import Path

from firmware import durable
from firmware.errors import TrustError
from firmware.release import Target
from firmware.trust import Trust, VerifiedFile
from fleet.errors import StoreError

_DIGEST = re.compile(r"[0-9a-f]{64}")
_TOKEN = object()


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

    def fetch(
        self,
        trust: Trust,
        maker: str,
        target: Target,
        progress: Callable[[int, int], None] | None = None,
        *,
        pinned: Collection[str] = (),
    ) -> StagedFile:
        """Bring `target` here if it is not, resuming what is half here; verified anew either way.

        To stay below the limit, files whose sha256 is not in `pinned` are removed, oldest first.
        TrustError as Trust.fetch. StoreError: disk_full, stage_full, store_unwritable; then nothing
        is visible and the next call goes on where this one ended.
        """
        path = self.path(target.sha256)
        with self._locks[target.sha256]:
            if verified := self._still_good(trust, maker, target, path):
                return _staged(verified, path)
            part = path.with_name(f"{path.name}.part")
            self._make_room(part, target.size, {target.sha256, *pinned})
            verified = trust.fetch(maker, target, part, progress)
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

    def used(self) -> int:
        """Bytes on the disk, parts included."""
        return sum(_size(file) for file in self._files())

    def clean(self, pinned: Collection[str], keep: int = 0) -> int:
        """Remove files not in `pinned`, oldest first, until at most `keep` bytes are used.

        Returns the bytes that were freed.
        """
        freed, used = 0, self.used()
        for file in sorted(self._files(), key=_age):
            if used - freed <= keep:
                break
            if file.name.removesuffix(".part") not in pinned:
                freed += _size(file)
                file.unlink(missing_ok=True)
        return freed

    def _still_good(
        self, trust: Trust, maker: str, target: Target, path: Path
    ) -> VerifiedFile | None:
        before = _seal(path)
        if not path.is_file():
            return None
        try:
            verified = trust.verify(maker, target, path)
        except TrustError as error:
            if error.code != "target_tampered":
                raise
            path.unlink()  # the disk has lost bytes of it: fetch it again
            return None
        return verified if _seal(path) == before else None  # exchanged while it was read

    def _make_room(self, part: Path, size: int, pinned: Collection[str]) -> None:
        with self._room, durable.told(part):
            durable.make_folder(part.parent)
            self._blobs.chmod(0o700)
            missing = max(0, size - _size(part))
            if self.used() + missing > self._limit:
                self.clean(pinned, keep=max(0, self._limit - missing))
            if self.used() + missing > self._limit:
                raise StoreError("stage_full", need=missing, limit=self._limit)
            free = shutil.disk_usage(part.parent).free
        if missing > free:
            raise StoreError("disk_full", path=part, words=f"{missing - free} bytes are missing")

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


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0
