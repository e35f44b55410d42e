"""ESP images: esp-idf's esp_image_format.h, esp_app_desc.h and esp_bootloader_desc.h."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO

from firmware.image_esp_signature import SECTOR, read_signature
from firmware.image_facts import ImageFacts, facts_of
from firmware.image_reads import at, digest, filler, fold, rest, text

_SMALL, _LARGE = 8, 24  # bytes of the header: ESP8266, ESP32
_SEGMENTS_MAX = 16
_CHIPS = {
    0: "ESP32", 2: "ESP32-S2", 5: "ESP32-C3", 9: "ESP32-S3", 12: "ESP32-C2",
    13: "ESP32-C6", 16: "ESP32-H2", 18: "ESP32-P4", 20: "ESP32-C61", 23: "ESP32-C5",
    28: "ESP32-H4",
}  # fmt: skip
_APP = struct.pack("<I", 0xABCD5432)
_BOOTLOADER = 0x50
_SIGNATURE_V1 = 68  # secure boot v1: a version of four zero bytes, then r and s


@dataclass(frozen=True, slots=True)
class _Walk:
    """One reading of an ESP image: with an 8 byte header (ESP8266) or one of 24 (ESP32)."""

    data_end: int  # behind the last segment
    end: int  # just behind the checksum byte
    sound: bool


def read_esp(file: IO[bytes], size: int) -> ImageFacts:
    """Follow the segments and check what the image can be checked by.

    `details`, any: chip, segments, entry, flash_mode, flash, data_end, trailing, padding. ESP32
    also: chip_id, min_rev, min_rev_full, max_rev_full, hash_appended; with an app descriptor
    project, idf, secure_version, time, date, elf_sha256; with a bootloader descriptor bootloader
    (its version), idf, date; signed: see image_esp_signature. Problems of its own: segments,
    chip_unknown, signature.
    """
    head = at(file, 0, 288)
    if len(head) > 1 and not 1 <= head[1] <= _SEGMENTS_MAX:
        return facts_of("esp", problems=("segments",))
    small, large = _walk(file, size, _SMALL), _walk(file, size, _LARGE)
    known = int.from_bytes(head[12:14], "little") in _CHIPS
    if large and (large.sound or (known and not (small and small.sound))):
        return _esp32(file, size, head, large)
    if small is None:
        return facts_of("esp", problems=("truncated",))
    details = {"chip": "ESP8266", **_common(head, small), **rest(file, small.end, size)}
    return facts_of("esp", details=details, problems=() if small.sound else ("checksum",))


def _common(head: bytes, walk: _Walk) -> dict[str, str]:
    return {
        "segments": str(head[1]),
        "flash_mode": str(head[2]),
        "flash": f"{head[3]:#x}",
        "entry": f"{int.from_bytes(head[4:8], 'little'):#x}",
        "data_end": str(walk.data_end),
    }


def _esp32(file: IO[bytes], size: int, head: bytes, walk: _Walk) -> ImageFacts:
    number = int.from_bytes(head[12:14], "little")
    problems = [] if walk.sound else ["checksum"]
    if number not in _CHIPS:
        problems.append("chip_unknown")
    end = walk.end
    if head[23] & 1:
        stored = at(file, end, 32)
        if len(stored) < 32:  # noqa: PLR2004 - a sha256
            problems.append("truncated")
        elif stored != digest(file, end).digest():
            problems.append("hash")
        end = min(size, end + 32)
    details = {"chip": _CHIPS.get(number, ""), **_common(head, walk)}
    details |= {
        "chip_id": str(number),
        "min_rev": str(head[14]),
        "min_rev_full": str(int.from_bytes(head[15:17], "little")),
        "max_rev_full": str(int.from_bytes(head[17:19], "little")),
        "hash_appended": str(head[23]),
    }
    version, described = _described(head[32:])
    signed, problem, end = _signed(file, size, end)
    problems += [problem] if problem else []
    details |= {**described, **signed, **rest(file, end, size)}
    return facts_of("esp", version=version, details=details, problems=problems)


def _described(head: bytes) -> tuple[str, dict[str, str]]:
    """Return version and details of what stands at the start of the first segment."""
    if head.startswith(_APP):
        return text(head[16:48]), {
            "project": text(head[48:80]),
            "time": text(head[80:96]),
            "date": text(head[96:112]),
            "idf": text(head[112:144]),
            "elf_sha256": head[144:176].hex(),
            "secure_version": str(int.from_bytes(head[4:8], "little")),
        }
    # One byte is a weak magic: what follows has to look like a descriptor as well.
    idf = text(head[8:40])
    if head[:3] == bytes((_BOOTLOADER, 0, 0)) and idf.startswith("v") and idf.isprintable():
        bootloader = str(int.from_bytes(head[4:8], "little"))
        return "", {"bootloader": bootloader, "idf": idf, "date": text(head[40:64])}
    return "", {}


def _signed(file: IO[bytes], size: int, end: int) -> tuple[dict[str, str], str, int]:
    """Return what a signature behind the image says, its problem, and where it ends.

    Secure boot v2: in a sector of its own, and the gap before it is filled. v1 is only named: its
    key is not in the file.
    """
    sector = -(-end // SECTOR) * SECTOR
    if size >= sector + SECTOR and at(file, sector, 1) == b"\xe7":
        if end < sector and not filler(file, end, sector):
            return {}, "signature", sector + SECTOR
        details, problem = read_signature(at(file, sector, SECTOR), digest(file, sector).digest())
        return details, problem, sector + SECTOR
    if size - end == _SIGNATURE_V1 and at(file, end, 4) == bytes(4):
        return {"signature": "secure-boot-v1"}, "", size
    return {}, "", end


def _walk(file: IO[bytes], size: int, header: int) -> _Walk | None:
    """Follow the segments; None where they leave the file."""
    count, offset, folded = at(file, 1, 1), header, 0xEF
    if not count:
        return None
    for _ in range(count[0]):
        segment = at(file, offset, 8)
        if len(segment) < 8:  # noqa: PLR2004 - address and length
            return None
        length = int.from_bytes(segment[4:], "little")
        if offset + 8 + length > size:
            return None
        folded ^= fold(file, offset + 8, length)
        offset += 8 + length
    end = offset | 15  # the checksum is the last byte of a block of 16
    stored = at(file, end, 1)
    return _Walk(offset, end + 1, sound=stored == bytes([folded & 0xFF])) if stored else None
