"""A zip as the readers take one: few members, in one piece, nothing hidden between them.

Stricter than unzip on purpose (APPNOTE.TXT of PKWARE): what two programs could read differently is
refused. Nothing is ever written to disk.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from firmware.image_reads import at

MEMBERS_MAX = 64
INFLATED_MAX = 64 * 1024 * 1024  # all members together
_DIRECTORY_MAX = 64 * 1024
_PIECE = 65536
_ENCRYPTED, _DESCRIPTOR = 0x2041, 0x0008  # flags; encrypted in any of three manners
_HARMLESS = 0x0806 | _DESCRIPTOR  # how hard it was deflated, and that names are UTF-8
_STORED, _DEFLATED = 0, 8
_END, _CENTRAL, _LOCAL = b"PK\5\6", b"PK\1\2", b"PK\3\4"


class ArchiveError(Exception):
    """An archive we do not take; `problem` is a code of image_zip.py."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file in the archive, after its two headers were found to agree."""

    name: str
    method: int
    crc: int
    packed: int  # bytes in the archive
    size: int  # bytes as it claims; `content` gives no byte more
    start: int  # of its packed bytes
    signed: bool  # carries the extra field in which Mongoose keeps its signature


_MONGOOSE = 0x293A


def members_of(file: IO[bytes], size: int) -> list[Member]:
    """Return the members in their order in the file; ArchiveError."""
    tail_start = max(0, size - 22 - 0xFFFF)
    tail = at(file, tail_start, size - tail_start)
    found = tail.rfind(_END)
    if found < 0 or len(tail) - found < 22:  # noqa: PLR2004 - the end record
        raise ArchiveError("truncated")
    end = tail_start + found
    disk, first, here, count, length, start, comment = struct.unpack(
        "<4H2IH", tail[found + 4 : found + 22]
    )
    if end + 22 + comment != size:
        raise ArchiveError("trailing_bytes" if end + 22 + comment < size else "truncated")
    if disk or first or here != count or start + length != end:
        raise ArchiveError("zip_bad")
    if count > MEMBERS_MAX or length > _DIRECTORY_MAX:
        raise ArchiveError("zip_members")
    directory = io.BytesIO(at(file, start, length))
    found_members = [_member(file, directory) for _ in range(count)]
    if directory.read(1):
        raise ArchiveError("zip_bad")
    if sum(member.size for member, *_ in found_members) > INFLATED_MAX:
        raise ArchiveError("inflates_too_far")
    found_members.sort(key=lambda one: one[1])
    _gapless(file, found_members, start)
    return [member for member, *_ in found_members]


def content(file: IO[bytes], member: Member) -> Iterator[bytes]:
    """Give a member's bytes in pieces; ArchiveError where they are not what the header says."""
    crc, given = 0, 0
    for piece in _pieces(file, member):
        given += len(piece)
        if given > member.size:
            raise ArchiveError("inflates_too_far")
        crc = zlib.crc32(piece, crc)
        yield piece
    if given != member.size:
        raise ArchiveError("truncated")
    if crc != member.crc:
        raise ArchiveError("checksum")


def _member(file: IO[bytes], directory: IO[bytes]) -> tuple[Member, int, bool]:
    """Read one entry of the directory and its local header: member, where it begins, descriptor."""
    head = directory.read(46)
    if len(head) < 46 or head[:4] != _CENTRAL:  # noqa: PLR2004 - the entry
        raise ArchiveError("zip_bad")
    flags, method, crc, packed, size, name_length, extra, comment = struct.unpack(
        "<HH4x3I3H", head[8:34]
    )
    offset = int.from_bytes(head[42:46], "little")
    raw = directory.read(name_length)
    directory.read(extra + comment)
    if flags & _ENCRYPTED:
        raise ArchiveError("zip_encrypted")
    if flags & ~_HARMLESS or method not in {_STORED, _DEFLATED}:
        raise ArchiveError("zip_method")
    local = at(file, offset, 30)
    if len(local) < 30 or local[:4] != _LOCAL:  # noqa: PLR2004 - the local header
        raise ArchiveError("zip_bad")
    said = struct.unpack("<HH4x3I2H", local[6:30])
    sizes = said[2:5] == (crc, packed, size) or (flags & _DESCRIPTOR and not any(said[2:5]))
    start = offset + 30 + said[5] + said[6]
    named = at(file, offset + 30, said[5] + said[6])
    if said[:2] != (flags, method) or not sizes or named[: said[5]] != raw:
        raise ArchiveError("zip_disagrees")
    member = Member(
        name=_safe(raw),
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        start=start,
        signed=_MONGOOSE in _extras(named[said[5] :]),
    )
    return member, offset, bool(flags & _DESCRIPTOR)


def _safe(raw: bytes) -> str:
    """Return a name that stays below the archive's folder on every system."""
    try:
        name = raw.decode()
    except UnicodeDecodeError as error:
        raise ArchiveError("zip_path") from error
    parts = name.removesuffix("/").split("/")
    if any(part in {"", ".", ".."} for part in parts) or not name.isprintable():
        raise ArchiveError("zip_path")
    if "\\" in name or ":" in name:
        raise ArchiveError("zip_path")
    return name


def _extras(raw: bytes) -> set[int]:
    kinds, start = set(), 0
    while start + 4 <= len(raw):
        kind, length = struct.unpack("<HH", raw[start : start + 4])
        kinds.add(kind)
        start += 4 + length
    return kinds


def _gapless(file: IO[bytes], found: list[tuple[Member, int, bool]], end: int) -> None:
    """Refuse members that overlap or leave room for bytes that nobody reads, and double names."""
    at_ = 0
    for member, offset, descriptor in found:
        if offset != at_:
            raise ArchiveError("zip_gap")
        at_ = member.start + member.packed
        if descriptor:
            at_ += 16 if at(file, at_, 4) == b"PK\7\10" else 12
    if at_ != end:
        raise ArchiveError("zip_gap")
    names = {member.name.lower() for member, *_ in found}
    if len(names) != len(found):
        raise ArchiveError("zip_twice")


def _pieces(file: IO[bytes], member: Member) -> Iterator[bytes]:
    inflater = zlib.decompressobj(wbits=-15) if member.method == _DEFLATED else None
    offset, left = member.start, member.packed
    while left:
        block = at(file, offset, min(left, _PIECE))
        if not block:
            return
        offset, left = offset + len(block), left - len(block)
        yield from _inflated(inflater, block) if inflater else (block,)
    if inflater and (not inflater.eof or inflater.unused_data):
        raise ArchiveError("zip_bad")


def _inflated(inflater: zlib._Decompress, block: bytes) -> Iterator[bytes]:
    try:
        while block:
            yield inflater.decompress(block, _PIECE)
            block = inflater.unconsumed_tail
    except zlib.error as error:
        raise ArchiveError("zip_bad") from error
