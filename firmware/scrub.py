"""Reads what lies in the stage again each week, so that a disk that loses bytes is noticed in time.

A bounded piece at a time, so that nobody waits for it, and in the order of the digests; how far it
has come is kept beside the files. A file that is no longer what it was is removed: it must not
reach a device, and an update that needs it fetches it anew.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from firmware import durable

if TYPE_CHECKING:  # a Damage crosses the local socket: who only reads it needs no TUF
    from firmware.stage import Stage

logger = logging.getLogger(__name__)

EVERY_S = 7 * 86_400.0
PIECE = 4 * 1024 * 1024  # bytes of one step: some 20 ms of a thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A file that the disk has spoilt, and that was removed."""

    sha256: str
    at: float
    name: str  # as the week names it, else the beginning of its digest
    held: str = ""  # why it was kept (stage.Keep); "": nobody needed it
    why: str = ""  # code for which it could not be fetched anew; "": it is whole, or not needed


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a restart goes on from."""

    ended: float = 0.0  # the last round; 0: none has
    after: str = ""  # every digest up to this one was read in this round
    begun: bool = False


@dataclass(slots=True)
class _Reading:
    """One file that is being read, over several steps."""

    sha256: str
    file: BinaryIO
    seen: os.stat_result
    hash: hashlib._Hash = field(default_factory=hashlib.sha256)
    have: int = 0


class Scrub:
    """One for each stage; `due` from any thread, one `step` at a time."""

    def __init__(self, stage: Stage, place: Path, *, every_s: float = EVERY_S) -> None:
        """`place`: the file in which it is kept how far a round has come."""
        self._stage, self._place, self._every_s = stage, place, every_s
        self._kept = _load(place)
        self._reading: _Reading | None = None

    def due(self, now: float) -> bool:
        """Whether there is something to read now: never while a file is being fetched."""
        if self._stage.busy:
            return False
        return self._kept.begun or abs(now - self._kept.ended) >= self._every_s

    def step(self, now: float) -> Damage | None:
        """Read one piece; return what proved spoilt, removed already. StoreError.

        A round goes on after a restart; of a file that was only half read all is read again. What
        cannot be removed or noted down is an error, and the round goes on behind it.
        """
        reading = self._reading or self._next()
        if reading is None:
            self._note(_Kept(ended=now))
            return None
        try:
            if self._piece(reading):
                return None
            good = reading.hash.hexdigest() == reading.sha256
        except OSError as error:
            good = error.errno != errno.EIO  # any other says nothing of the disk
        self.close()
        try:
            gone = not good and self._stage.discard(reading.sha256, reading.seen)
        finally:  # only now: a power cut in between must not leave it for a week
            self._note(_Kept(ended=self._kept.ended, after=reading.sha256, begun=True))
        return self._damage(reading.sha256, now) if gone else None

    def close(self) -> None:
        """Let go of the file that is being read; the next step begins it anew."""
        if self._reading is not None:
            self._reading.file.close()
            self._reading = None

    def _damage(self, sha256: str, now: float) -> Damage:
        held = self._stage.pins.get(sha256, "")
        return Damage(sha256=sha256, at=now, name=sha256[:12], held=held)

    def _next(self) -> _Reading | None:
        after = self._kept.after if self._kept.begun else ""
        for sha256 in self._stage.digests():
            if sha256 <= after:
                continue
            try:
                file = self._stage.path(sha256).open("rb", buffering=0)
            except FileNotFoundError:
                continue  # it was cleaned away meanwhile
            except OSError as error:
                logger.warning("%s cannot be opened to look after it: %s", sha256, error)
                continue
            self._reading = _Reading(sha256, file, os.fstat(file.fileno()))
            return self._reading
        return None

    def _piece(self, reading: _Reading) -> bool:
        """Read a piece; False at the end of the file. OSError."""
        handle = reading.file.fileno()
        # What memory holds says nothing about the disk.
        os.posix_fadvise(handle, reading.have, PIECE, os.POSIX_FADV_DONTNEED)
        piece = reading.file.read(PIECE)
        reading.hash.update(piece)
        reading.have += len(piece)
        return bool(piece)

    def _note(self, kept: _Kept) -> None:
        self._kept = kept
        durable.write(self._place, msgspec.json.encode(kept))


def _load(place: Path) -> _Kept:
    try:
        return msgspec.json.decode(place.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return _Kept()  # none yet, or spoilt itself: all is read once more
