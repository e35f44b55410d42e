"""A file that comes in pieces, in any order, and is gone on with after a power cut.

Beside the bytes lies a map with a byte for each piece. A piece is named there only after it is on
the disk, so a cut can lose marks, never make one too many. Neither is believed in the end: whoever
takes the whole compares it with a signed hash.
"""

from __future__ import annotations

import json
import os
import re
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

_SYNC = 64  # pieces: so many may be lost in a cut
_DIGEST = re.compile(r"targets/(?:.*/)?([0-9a-f]{64})\.[^/]+")


class Pieces:
    """`size` bytes in pieces of `chunk`; at `path` (and `path`.map), or None: in memory."""

    def __init__(self, size: int, chunk: int, path: Path | None = None) -> None:
        self.size, self.chunk = size, chunk
        self.count = -(-size // chunk)
        self._path = path
        self._fresh: list[int] = []  # here, and not yet named in the map
        kept = _read_map(path, size, chunk) if path else None
        self._here = kept or bytearray(self.count)
        self._file: BinaryIO = path.open("r+b" if kept else "w+b") if path else BytesIO()
        if path and not kept:
            _begin_map(path, size, chunk, self._here)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def __contains__(self, number: int) -> bool:
        return bool(self._here[number])

    @property
    def missing(self) -> list[int]:
        """Return the pieces that are not here, in order."""
        return [number for number, here in enumerate(self._here) if not here]

    def put(self, number: int, piece: bytes) -> bool:
        """Keep a piece; False: it is here already, or is none of this file's."""
        if not 0 <= number < self.count or self._here[number]:
            return False
        if len(piece) != min(self.chunk, self.size - number * self.chunk):
            return False
        self._file.seek(number * self.chunk)
        self._file.write(piece)
        self._here[number] = 1
        self._fresh.append(number)
        if self._path and len(self._fresh) >= _SYNC:
            self._mark(self._path)
        return True

    def get(self, number: int) -> bytes:
        """Return a piece that is here."""
        self._file.seek(number * self.chunk)
        return self._file.read(self.chunk)

    def _mark(self, path: Path) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        with _map(path).open("r+b") as marks:
            first = len(marks.readline())
            for number in self._fresh:
                marks.seek(first + number)
                marks.write(b"\x01")
        self._fresh.clear()


def place(folder: Path, file: str) -> Path | None:
    """Return where the pieces of `file` lie in `folder`; None where its name names no bytes."""
    found = _DIGEST.fullmatch(file)
    return folder / f"{found[1]}.pieces" if found else None


def chunk_kept(path: Path) -> int:
    """Return the bytes of a piece of what lies at `path`; 0: nothing to go on with."""
    try:
        with _map(path).open("rb") as marks:
            chunk = int(json.loads(marks.readline())["chunk"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return 0
    return chunk if 64 <= chunk <= 65_536 else 0  # noqa: PLR2004 - what a house gives (docs/protocol.md)


def clear(folder: Path, keep: Path | None = None) -> None:
    """Remove what is left of other files than the one at `keep`."""
    for path in folder.glob("*.pieces"):
        if path != keep:
            _map(path).unlink(missing_ok=True)
            path.unlink(missing_ok=True)


def _map(path: Path) -> Path:
    return path.with_suffix(".map")


def _read_map(path: Path, size: int, chunk: int) -> bytearray | None:
    """Return the marks at `path`; None where they are of another file, or none."""
    try:
        head, _, marks = _map(path).read_bytes().partition(b"\n")
        if json.loads(head) != {"size": size, "chunk": chunk} or not path.exists():
            return None
    except (OSError, ValueError, RecursionError):
        return None
    return bytearray(marks) if len(marks) == -(-size // chunk) else None


def _begin_map(path: Path, size: int, chunk: int, here: bytearray) -> None:
    """Write an empty map in the place of one that speaks of other bytes, before any of ours."""
    part = path.with_suffix(".map.part")
    with part.open("wb") as out:
        out.write(json.dumps({"size": size, "chunk": chunk}).encode() + b"\n" + here)
        out.flush()
        os.fsync(out.fileno())
    part.replace(_map(path))
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
