"""The image that a reference device is writing: it goes on behind the last chunk that was signed.

How much of it a power cut has left is not believed of any note, only of the digests: whole chunks
that match are kept, the rest is cut off. Without signed chunks it begins anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO


class PartError(Exception):
    """What came is not what was signed."""


class Part:
    """The file at `path`; `hook` is called by name between all steps."""

    def __init__(self, path: Path, hook: Callable[[str], None] = lambda _: None) -> None:
        self.path, self._hook = path, hook

    def receive(
        self,
        fetch: Callable[[int], Iterator[bytes]],
        size: int,
        sha256: str,
        *,
        chunk_size: int = 0,
        chunks: Sequence[str] = (),
    ) -> None:
        """Write what `fetch(first byte)` gives; no byte beyond `size` is taken, nothing is synced.

        PartError: longer, or another digest; then nothing of it is kept. EOFError: it ended too
        early; what came is kept. OSError. What `fetch` raises passes through.
        """
        with self.path.open("r+b" if self.path.exists() else "w+b", buffering=0) as file:
            at, seen = _sound(file, chunk_size, chunks)
            file.truncate(at)
            for piece in fetch(at) if at < size else ():
                at += len(piece)
                if at > size:
                    break
                _write(file, piece)
                seen.update(piece)
                self._hook("part.written")
            if at < size:
                raise EOFError(f"{at} of {size} bytes")
            if at > size or seen.hexdigest() != sha256:
                file.truncate(0)
                raise PartError("too long" if at > size else "another digest")


def _sound(file: BinaryIO, chunk_size: int, chunks: Sequence[str]) -> tuple[int, hashlib._Hash]:
    """Return how many bytes from the start are whole chunks as signed, and their running digest."""
    seen = hashlib.sha256()
    at = 0
    for digest in chunks:
        chunk = file.read(chunk_size)
        if hashlib.sha256(chunk).hexdigest() != digest:
            break
        seen.update(chunk)
        at += len(chunk)
    file.seek(at)
    return at, seen


def _write(file: BinaryIO, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[file.write(left) :]
