"""Stored zip files that hold exactly what their directory says: read strictly, written the same.

Shared by the bundle file (firmware/bundle.py) and the event file (firmware/event.py). Members are
stored, plainly named, and follow each other without a gap, so each is read in place by its offset
and nothing can hide beside them. Format: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header),
4.3.12 (directory), 4.3.14 to 4.3.16 (its end) and 4.5.3 (zip64).
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from firmware import durable
from firmware.sources import pieces
from fleet.errors import OrangeryError

MEMBERS_MAX = 10_000
_DIRECTORY_MAX = MEMBERS_MAX * 1024  # bytes of the central directory
_COMMENT_MAX = 0xFFFF
_DAY_ONE = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes

_END = struct.Struct("<4s4H2LH")
_LOCATOR64 = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCAL = struct.Struct("<4s3H2H3L2H")
_EXTRA = struct.Struct("<2H")
_ZIP64 = 1  # the one extra field we let pass
_SIZES64 = struct.Struct("<2Q")
_IN_64 = (0xFFFF, 0xFFFFFFFF)  # count or length stand in the zip64 record
_ENCRYPTED = 0x2041  # plainly, strongly, or with a masked header
_DESCRIPTOR = 0x8

Bad = Callable[[str, str], OrangeryError]
"""Makes the caller's error from the reason and the member's name ("" where it is the file's).

Reasons: not_a_zip, too_many_members, comment, duplicate_name, bad_name, encrypted, compressed,
data_descriptor, bad_flags, extra_field, overlapping, gap, header_differs.
"""


def members(file: BinaryIO, plain: re.Pattern[str], bad: Bad) -> dict[str, tuple[int, int]]:
    """Return name -> (offset, size) of every member, or raise what `bad` makes of the reason.

    `plain` matches the names that may be there. Reads the directory and the headers only: at most
    about 10 MB, whatever the file says of itself.
    """
    count = _check_end(file, bad)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, OverflowError, NotImplementedError) as error:
        raise bad("not_a_zip", "") from error
    if len(infos) != count:
        raise bad("not_a_zip", "")
    found: dict[str, tuple[int, int]] = {}
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        name = info.orig_filename[:200]
        if reason := _fault(info, found, plain) or _misplaced(info.header_offset, end):
            raise bad(reason, name)
        offset = _data_offset(file, info, bad)
        end = offset + info.file_size
        if end > archive.start_dir:
            raise bad("overlapping", name)
        found[info.filename] = (offset, info.file_size)
    if end != archive.start_dir:
        raise bad("gap", "")
    return found


def write(to: Path, files: Mapping[str, bytes | Path]) -> None:
    """Write `files` (name -> content, or the file that holds it) as a stored zip. StoreError.

    The same files give the same bytes; zip64 where it must be. `to` is whole or as it was.
    """
    part = to.with_name(to.name + ".part")
    with durable.told(to):
        durable.make_folder(to.parent)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for name in sorted(files):
                _put(archive, name, files[name])
        durable.settle(part, to)


def _put(archive: zipfile.ZipFile, name: str, content: bytes | Path) -> None:
    info = zipfile.ZipInfo(name, _DAY_ONE)
    info.external_attr = 0o644 << 16
    info.create_system = 3  # what the rights above are meant for, on every system
    if isinstance(content, bytes):
        archive.writestr(info, content)
        return
    info.file_size = content.stat().st_size  # decides between zip and zip64 headers
    with content.open("rb") as source, archive.open(info, "w") as out:
        for piece in pieces(source, 0):
            out.write(piece)


def _fault(info: zipfile.ZipInfo, found: Mapping[str, object], plain: re.Pattern[str]) -> str:
    """Return the first rule that the directory's word of a member breaks, "" for none."""
    name, flags = info.filename, info.flag_bits
    dotted = ".." in name.split("/")
    packed = info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size
    rules = {
        "duplicate_name": name in found,
        "bad_name": name != info.orig_filename or not plain.fullmatch(name) or dotted,
        "encrypted": flags & _ENCRYPTED,
        "compressed": packed,
        "data_descriptor": flags & _DESCRIPTOR,
        "bad_flags": flags,  # names are plain ASCII: even the mark of UTF-8 says nothing
        "comment": info.comment,
        "extra_field": not _only_zip64(info.extra),
    }
    return next((reason for reason, broken in rules.items() if broken), "")


def _misplaced(start: int, end: int) -> str:
    """Say how a member's header stands to the end of the one before."""
    if start == end:
        return ""
    return "overlapping" if start < end else "gap"


def _data_offset(file: BinaryIO, info: zipfile.ZipInfo, bad: Bad) -> int:
    """Return where the member's bytes start; its own header must say what the directory says."""
    file.seek(info.header_offset)
    fixed = file.read(_LOCAL.size)
    if len(fixed) < _LOCAL.size or not fixed.startswith(b"PK\3\4"):
        raise bad("not_a_zip", "")
    _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack(fixed)
    name, extra = file.read(name_length), file.read(extra_length)
    if not _only_zip64(extra):
        raise bad("extra_field", info.filename)
    if packed == size == _IN_64[1] and len(extra) == _EXTRA.size + _SIZES64.size:
        size, packed = _SIZES64.unpack_from(extra, _EXTRA.size)
    said = (name, flags, method, crc, packed, size)
    whole = info.file_size
    if said != (info.filename.encode(), 0, zipfile.ZIP_STORED, info.CRC, whole, whole):
        raise bad("header_differs", info.filename)
    return info.header_offset + _LOCAL.size + len(name) + len(extra)


def _only_zip64(extra: bytes) -> bool:
    """Whether there is nothing, or one zip64 field and nothing behind it."""
    if not extra:
        return True
    if len(extra) < _EXTRA.size:
        return False
    kind, length = _EXTRA.unpack_from(extra)
    return bool(kind == _ZIP64 and len(extra) == _EXTRA.size + length)


def _check_end(file: BinaryIO, bad: Bad) -> int:
    """Return the number of members said; refuse a directory too large before it is read whole."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END.size - _COMMENT_MAX))
    tail = file.read(_END.size + _COMMENT_MAX)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise bad("not_a_zip", "")
    *_, count, length, start, comment = _END.unpack_from(tail, at)
    if comment or len(tail) - at != _END.size:
        raise bad("comment", "")
    locator = tail[max(0, at - _LOCATOR64.size) : at]
    if locator.startswith(b"PK\6\7"):  # its reader believes it, needed or not: so do we
        file.seek(max(0, size - _END.size - _LOCATOR64.size - _END64.size))
        record = file.read(_END64.size)
        if len(record) < _END64.size or not record.startswith(b"PK\6\6"):
            raise bad("not_a_zip", "")
        count, length = _END64.unpack(record)[7:9]
    elif count == _IN_64[0] or _IN_64[1] in (length, start):
        raise bad("not_a_zip", "")
    if count > MEMBERS_MAX or length > _DIRECTORY_MAX:
        raise bad("too_many_members", "")
    return int(count)
