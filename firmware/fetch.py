"""Brings a file of known size from a source into a part file: only the rest, never more."""

from __future__ import annotations

import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from firmware import durable
from firmware.bundle import Bundle
from firmware.errors import TrustError
from firmware.sources import Absent, Folder, Http, Source, Unreachable

Progress = Callable[[int, int], None]
"""progress(have, of) in bytes; called in the fetching thread."""

_TRIES = 8  # of one place, as long as each brings something


def open_source(where: str) -> Source:
    """Open an http(s) address, a folder or a bundle file.

    TrustError: mirror_unreachable, bundle_bad. A server is not asked before it is read.
    """
    if where.startswith(("http://", "https://")):
        return Http(where)
    path = Path(where)
    if where.startswith("file://"):
        path = Path(urllib.request.url2pathname(urllib.parse.urlsplit(where).path))
    if where and path.is_dir():
        return Folder(path)
    if where and path.is_file():
        return Bundle(path)
    raise TrustError("mirror_unreachable", source=where, why="not there")


def bring(places: Iterable[str], name: str, size: int, into: Path, progress: Progress) -> None:
    """Make `into` exactly `size` bytes long, on the disk; what they are is for others to verify.

    TrustError: mirror_unreachable (the part stays), target_missing, target_tampered (a place sends
    more or, to its end, less). StoreError where it cannot be written.
    """
    with durable.told(into):
        durable.make_folder(into.parent)
        with into.open("ab") as part:
            if part.tell() > size:
                part.truncate(0)
            trouble = TrustError("mirror_unreachable", source="", why="no source")
            for place in places:
                try:
                    _from_place(place, name, size, part, progress)
                except TrustError as error:
                    trouble = error
                else:
                    return
    raise trouble


def _from_place(place: str, name: str, size: int, part: BinaryIO, progress: Progress) -> None:
    with closing(open_source(place)) as source:
        for left in reversed(range(_TRIES)):
            before = _length(part)
            progress(before, size)
            if before == size:
                return
            try:
                _rest(source, name, size, part, progress)
            except Absent as error:
                raise TrustError("target_missing", path=name, source=place) from error
            except Unreachable as error:
                if not left or _length(part) == before:
                    raise TrustError("mirror_unreachable", source=place, why=error) from error
            else:
                return


def _rest(source: Source, name: str, size: int, part: BinaryIO, progress: Progress) -> None:
    """Append what is missing; a source that starts at the beginning makes the part start again."""
    with source.open(name, _length(part)) as stream:
        if stream.start != part.tell():
            part.truncate(stream.start)
            part.seek(stream.start)
        have = stream.start
        for piece in stream.chunks:
            have += len(piece)
            if have > size:
                part.truncate(0)
                raise TrustError("target_tampered", path=name, why="longer than signed")
            part.write(piece)
            progress(have, size)
    part.flush()
    if have < size:
        part.truncate(0)
        raise TrustError("target_tampered", path=name, why="shorter than signed")


def _length(part: BinaryIO) -> int:
    part.flush()
    return part.seek(0, 2)
