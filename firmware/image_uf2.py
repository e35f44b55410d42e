"""UF2: blocks of 512 bytes, each with its address. Layout: the README of microsoft/uf2."""

from __future__ import annotations

import hashlib
import itertools
import struct
from dataclasses import dataclass, field
from typing import IO

from firmware.image_facts import ImageFacts, facts_of
from firmware.image_reads import at, text

MAGIC = struct.pack("<II", 0x0A324655, 0x9E5D5157)
BLOCK = 512
_END = struct.pack("<I", 0x0AB16F30)
_PAYLOAD_MAX = 476
_SIZE_MAX = 64 * 1024 * 1024  # such a file is twice its flash
_FAMILIES_MAX = 16
_SHOWN = 8  # extents in the details
_NOT_FLASH, _CONTAINER, _FAMILY, _MD5, _TAGS = 1, 0x1000, 0x2000, 0x4000, 0x8000  # flags
_KNOWN = _NOT_FLASH | _FAMILY | _MD5 | _TAGS
_VERSION, _DEVICE, _SHA2 = 0x9FC7BC, 0x650D9D, 0xB46DB0  # extension tags
_CHIPS = {
    0x1C5F21B0: "ESP32", 0xBFDD4EEE: "ESP32-S2", 0xC47E5767: "ESP32-S3", 0xD42BA06C: "ESP32-C3",
    0x2B88D29C: "ESP32-C2", 0x540DDF62: "ESP32-C6", 0x332726F6: "ESP32-H2", 0x3D308E94: "ESP32-P4",
    0x7EAB61ED: "ESP8266", 0xE48BFF56: "RP2040", 0xADA52840: "NRF52840", 0x68ED2B88: "SAMD21",
    0x55114460: "SAMD51",
}  # fmt: skip


@dataclass(slots=True)
class _Family:
    """The blocks of one board family: a file may hold several files, put together."""

    total: int
    seen: set[int] = field(default_factory=set)
    extents: list[tuple[int, int]] = field(default_factory=list)  # (start, end), as they come


@dataclass(slots=True)
class _Reading:
    families: dict[int, _Family] = field(default_factory=dict)
    tags: dict[int, bytes] = field(default_factory=dict)
    payload: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)


def read_uf2(file: IO[bytes], size: int) -> ImageFacts:
    """Read every block.

    `details`: families ("0xbfdd4eee" ...; "none" without one), chip, blocks, payload (bytes),
    payload_sha256, extents ("0x10000+4096 ..."), and by tag: device, sha2. `version` is a tag too.
    Problems of its own: block_bad, block_flags, blocks_missing, block_twice, overlap, families.
    """
    if size > _SIZE_MAX:
        return facts_of("uf2", problems=("too_large",))
    reading = _Reading()
    problems = ["truncated"] if size % BLOCK else []
    for start in range(0, size - size % BLOCK, BLOCK):
        if problem := _take(reading, at(file, start, BLOCK)):
            problems.append(problem)
            break
    else:
        problems += _gaps(reading)
    extents = [one for family in reading.families.values() for one in _merged(family.extents)]
    details = {
        "families": " ".join(f"{one:#010x}" if one else "none" for one in reading.families),
        "chip": " ".join(_CHIPS[one] for one in reading.families if one in _CHIPS),
        "blocks": str(size // BLOCK),
        "payload": str(reading.payload),
        "payload_sha256": reading.digest.hexdigest(),
        "extents": " ".join(f"{start:#x}+{end - start}" for start, end in extents[:_SHOWN]),
        "device": text(reading.tags.get(_DEVICE, b"")),
        "sha2": reading.tags.get(_SHA2, b"").hex(),
    }
    version = text(reading.tags.get(_VERSION, b""))
    return facts_of("uf2", version=version, details=details, problems=problems)


def payload_of(block: bytes) -> bytes:
    """Return what a block carries; b"" for anything else than a sound block."""
    if len(block) != BLOCK or not block.startswith(MAGIC) or not block.endswith(_END):
        return b""
    return block[32 : 32 + min(_PAYLOAD_MAX, int.from_bytes(block[16:20], "little"))]


def _take(reading: _Reading, block: bytes) -> str:
    """Note one block; return its problem or ""."""
    flags, address, length, number, total, kind = struct.unpack("<6I", block[8:32])
    if not block.startswith(MAGIC) or not block.endswith(_END) or length > _PAYLOAD_MAX:
        return "block_bad"
    if flags & ~_KNOWN:  # also the container of files, which is no firmware
        return "block_flags"
    family = reading.families.setdefault(kind if flags & _FAMILY else 0, _Family(total))
    if len(reading.families) > _FAMILIES_MAX:
        return "families"
    if total != family.total or number >= total or address + length > 2**32:
        return "block_bad"
    if number in family.seen:
        return "block_twice"
    family.seen.add(number)
    reading.payload += length
    reading.digest.update(block[32 : 32 + length])
    if not flags & _NOT_FLASH and length:
        _extend(family.extents, address, address + length)
    if flags & _TAGS:
        _tags(reading.tags, block[32 + -(-length // 4) * 4 : 508])
    return ""


def _extend(extents: list[tuple[int, int]], start: int, end: int) -> None:
    if extents and extents[-1][1] == start:
        extents[-1] = (extents[-1][0], end)
    else:
        extents.append((start, end))


def _tags(tags: dict[int, bytes], raw: bytes) -> None:
    """Note each extension tag's first appearance; what is no tag ends them."""
    start = 0
    while start + 4 <= len(raw):
        length, kind = raw[start], int.from_bytes(raw[start + 1 : start + 4], "little")
        if length < 4 or start + length > len(raw):  # noqa: PLR2004 - its own head
            return
        tags.setdefault(kind, raw[start + 4 : start + length])
        if len(tags) > _FAMILIES_MAX:
            return
        start += -(-length // 4) * 4


def _gaps(reading: _Reading) -> list[str]:
    families = reading.families.values()
    problems = []
    if any(len(family.seen) != family.total for family in families):
        problems.append("blocks_missing")
    for family in families:
        extents = sorted(family.extents)
        if any(one[1] > other[0] for one, other in itertools.pairwise(extents)):
            problems.append("overlap")
    return problems


def _merged(extents: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(extents):
        _extend(merged, start, end)
    return merged
