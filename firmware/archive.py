"""Stored zip files that hold exactly what their directory says: read strictly, written the same.

Shared by the bundle file (firmware/bundle.py) and the event file. Members are stored, plainly
named and apart, so each is read in place by its offset and nothing can hide between two of them.
Format: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 and 4.3.16
(its end).
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import BinaryIO

from fleet.errors import OrangeryError

MEMBERS_MAX = 10_000
_DIRECTORY_MAX = MEMBERS_MAX * 1024  # bytes of the central directory
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCAL = struct.Struct("<26xHH")
_IN_64 = (0xFFFF, 0xFFFFFFFF)  # count or length stand in the zip64 record

Bad = Callable[[str, str], OrangeryError]
"""Makes the caller's error from the reason (a stable word) and the member's name, "" for none."""


def members(file: BinaryIO, plain: re.Pattern[str], bad: Bad) -> dict[str, tuple[int, int]]:
    """Return name -> (offset, size) of every member, or raise what `bad` makes of the reason.

    `plain` matches the names that may be there. Reads the directory and the headers only.
    """
    _check_end(file, bad)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise bad("not_a_zip", "") from error
    found: dict[str, tuple[int, int]] = {}
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if reason := _fault(info, found, plain):
            raise bad(reason, info.orig_filename[:200])
        offset = _data_offset(file, info.header_offset, bad)
        if info.header_offset < end or offset + info.file_size > archive.start_dir:
            raise bad("overlapping", info.filename)
        end = offset + info.file_size
        found[info.filename] = (offset, info.file_size)
    return found


def _fault(info: zipfile.ZipInfo, found: Mapping[str, object], plain: re.Pattern[str]) -> str:
    name = info.filename
    if name in found:
        return "duplicate_name"
    if name != info.orig_filename or not plain.fullmatch(name) or ".." in name.split("/"):
        return "bad_name"
    if info.flag_bits & 0x2041:  # encrypted, strongly encrypted, masked
        return "encrypted"
    if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
        return "compressed"
    return ""


def _data_offset(file: BinaryIO, header: int, bad: Bad) -> int:
    file.seek(header)
    local = file.read(_LOCAL.size)
    if len(local) < _LOCAL.size or not local.startswith(b"PK\3\4"):
        raise bad("not_a_zip", "")
    name, extra = _LOCAL.unpack(local)
    return header + _LOCAL.size + int(name) + int(extra)


def _check_end(file: BinaryIO, bad: Bad) -> None:
    """Refuse a directory too large before anything reads it whole; it must end the file."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END.size))
    tail = file.read(_END.size)
    if len(tail) < _END.size or not tail.startswith(b"PK\5\6"):
        raise bad("not_a_zip", "")
    count, length = _END.unpack(tail)[4:6]
    if count == _IN_64[0] or length == _IN_64[1]:
        file.seek(max(0, size - _END.size - 20 - _END64.size))
        tail64 = file.read(_END64.size)
        if len(tail64) < _END64.size or not tail64.startswith(b"PK\6\6"):
            raise bad("not_a_zip", "")
        count, length = _END64.unpack(tail64)[7:9]
    if count > MEMBERS_MAX or length > _DIRECTORY_MAX:
        raise bad("too_many_members", "")
