"""Brings a file of known size from a source into a part file: only the rest, never more."""

from __future__ import annotations

import hashlib
import os
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from firmware import durable
from firmware.bundle import Bundle
from firmware.errors import TrustError
from firmware.refusals import gravest
from firmware.sources import CHUNK, Absent, Folder, Http, Source, Unreachable

Progress = Callable[[int, int], None]
"""progress(have, of) in bytes; called in the fetching thread."""

_TRIES = 8  # of one place, as long as each brings something


@dataclass(frozen=True, slots=True)
class Chunks:
    """The signed digests of a file's pieces: `size` bytes each, the last one what is left."""

    size: int
    digests: tuple[str, ...]


def open_source(where: str) -> Source:
    """Open an http(s) address, a folder or a bundle file.

    TrustError: mirror_unreachable, bundle_bad. A server is not asked before it is read.
    """
    if where.startswith(("http://", "https://")):
        try:
            return Http(where)
        except ValueError as error:  # no address at all
            raise TrustError("mirror_unreachable", source=where, why=error) from error
    path = Path(where)
    if where.startswith("file://"):
        path = Path(urllib.request.url2pathname(urllib.parse.urlsplit(where).path))
    if where and path.is_dir():
        return Folder(path)
    if where and path.is_file():
        return Bundle(path)
    raise TrustError("mirror_unreachable", source=where, why="not there")


def bring(
    places: Iterable[str],
    name: str,
    size: int,
    into: Path,
    progress: Progress,
    *,
    chunks: Chunks | None = None,
    doubt: bool = False,
    failed: Callable[[str, TrustError], None] | None = None,
    opened: Callable[[str], Source] = open_source,
) -> None:
    """Make `into` exactly `size` bytes long; what they are is for others to verify.

    With `chunks`, what comes over a network is verified chunk by chunk before it counts: of a part
    only whole good ones stay, and a bad one is asked of the next place. A file on a disk is copied
    first, since hashing all of it twice would cost more than reading it again: where the whole then
    proves wrong, the caller asks once more with `doubt`, and every chunk is looked at.
    `failed` is told each place that did not finish, and why; `opened` is how a place is read.

    TrustError: mirror_unreachable (the part stays), target_missing, target_tampered (a place sends
    more or, to its end, less, or a bad chunk). StoreError where it cannot be written.
    """
    troubles: list[TrustError] = []
    with durable.told(into):
        durable.make_folder(into.parent)
        into.touch()
        with into.open("r+b") as file:
            part = _Part(file, name, size, chunks, doubt=doubt)
            for place in places:
                try:
                    part.watch(doubt or place.startswith(("http://", "https://")))
                    _from_place(place, opened, part, progress)
                except TrustError as error:
                    error.facts.setdefault("source", place)
                    troubles.append(error)
                    if failed is not None:
                        failed(place, error)
                    part.cut()
                else:
                    return
    if troubles:
        raise gravest(troubles)
    raise TrustError("mirror_unreachable", source="", why="no source")


def _from_place(
    place: str, opened: Callable[[str], Source], part: _Part, progress: Progress
) -> None:
    with closing(opened(place)) as source:
        for left in reversed(range(_TRIES)):
            before = part.have
            progress(before, part.size)
            if before == part.size:
                return
            try:
                _rest(source, part, progress)
            except Absent as error:
                raise TrustError("target_missing", path=part.name, source=place) from error
            except Unreachable as error:
                if not left or part.have == before:
                    raise TrustError("mirror_unreachable", source=place, why=error) from error
            else:
                return


def _rest(source: Source, part: _Part, progress: Progress) -> None:
    """Append what is missing; a source that starts at the beginning makes the part start again."""
    with source.open(part.name, part.have) as stream:
        if stream.start != part.have:
            part.begin_at(stream.start)
        for piece in stream.chunks:
            part.add(piece)
            progress(part.have, part.size)
            if part.done:
                return
    part.end()


class _Part:
    """A file that grows; `have` bytes of it are there. While watched, each whole chunk is good."""

    def __init__(
        self, file: BinaryIO, name: str, size: int, chunks: Chunks | None, *, doubt: bool
    ) -> None:
        self.name, self.size = name, size
        self._file = file
        self._chunks = chunks
        self._watched: Chunks | None = chunks
        self._hash = hashlib.sha256()  # of the chunk that is being brought
        self.have = file.seek(0, os.SEEK_END)
        if chunks is not None and (doubt or self.have != size):
            self.have = self._good()
        elif self.have > size:
            self.have = 0
        self.begin_at(self.have)

    @property
    def done(self) -> bool:
        """Whether nothing more can come: every chunk is verified."""
        return self._watched is not None and self.have == self.size

    def watch(self, on: bool) -> None:  # noqa: FBT001 - the one thing it says
        """Verify each chunk from here on, or leave it to whoever looks at the whole."""
        self._watched = self._chunks if on else None

    def begin_at(self, start: int) -> None:
        """Forget everything from `start` on, the beginning of a chunk where there are some."""
        if self._file.seek(0, os.SEEK_END) != start:
            self._file.truncate(start)  # what was set aside beyond may go with it
        durable.reserve(self._file, self.size)
        self._file.seek(start)
        self.have = start
        self._hash = hashlib.sha256()

    def cut(self) -> None:
        """Keep nothing that another place would have to finish: it is not to blame for it."""
        if self._chunks is not None:
            self.begin_at(self.have - self.have % self._chunks.size)

    def add(self, piece: bytes) -> None:
        """Take the next bytes. TrustError("target_tampered")."""
        if self._watched is None:
            if self.have + len(piece) > self.size:
                self._refuse("longer than signed")
            self._write(piece)
            return
        rest = memoryview(piece)[: self.size - self.have]
        while rest:
            wanted = min(self._end_of_chunk(), self.size) - self.have
            taken, rest = rest[:wanted], rest[wanted:]
            self._hash.update(taken)
            self._write(taken)
            if len(taken) == wanted:
                self._check_chunk(self._watched)

    def end(self) -> None:
        """Take that the place has no more. TrustError("target_tampered")."""
        self._file.flush()
        if self.have < self.size:
            self._refuse("shorter than signed")

    def _write(self, piece: bytes | memoryview) -> None:
        self._file.write(piece)
        self.have += len(piece)

    def _end_of_chunk(self) -> int:
        length = self._chunks.size if self._chunks else self.size
        return (self.have // length + 1) * length

    def _check_chunk(self, chunks: Chunks) -> None:
        number = (self.have - 1) // chunks.size
        if self._hash.hexdigest() != chunks.digests[number]:
            self.begin_at(number * chunks.size)
            raise TrustError("target_tampered", path=self.name, why="a chunk", chunk=number)
        self._hash = hashlib.sha256()

    def _refuse(self, why: str) -> None:
        self.cut()
        if self._chunks is None:
            self.begin_at(0)
        raise TrustError("target_tampered", path=self.name, why=why)

    def _good(self) -> int:
        """Return how many bytes from the start are whole chunks that are what was signed."""
        if self._chunks is None:
            return 0
        self._file.seek(0)
        length = self._chunks.size
        for number, digest in enumerate(self._chunks.digests):
            wanted = min(length, self.size - number * length)
            if _digest(self._file, wanted) != digest:
                return number * length
        return self.size


def _digest(file: BinaryIO, length: int) -> str:
    """Return the sha256 of the next `length` bytes, "" where there are fewer."""
    found, left = hashlib.sha256(), length
    while left and (block := file.read(min(left, CHUNK))):
        found.update(block)
        left -= len(block)
    return "" if left else found.hexdigest()
