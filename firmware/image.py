"""Reads the headers of known firmware images: read only, bounded, never trusting a length in them.

Formats (MQTT.md of the project's notes, section 3; Zigbee: ZCL 8, 11.4; ESP: esp-idf
esp_image_format.h; ORG1: docs/protocol.md):
org1, esp (ESP8266 and ESP32 families), esp-gzip (Tasmota's .bin.gz), zigbee-ota, unknown.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

import msgspec

_CHUNK = 1024 * 1024
_ORG1_HEADER_MAX = 64 * 1024
_INFLATED_MAX = 16 * 1024 * 1024  # the largest flash such a device has
_ZIGBEE = struct.pack("<I", 0x0BEEF11E)
_ZIGBEE_SEARCH = 1024  # vendors put a wrapper of their own before the header
_ELEMENTS_MAX = 64
_CHIPS = {
    0: "ESP32", 2: "ESP32-S2", 5: "ESP32-C3", 9: "ESP32-S3", 12: "ESP32-C2",
    13: "ESP32-C6", 16: "ESP32-H2", 18: "ESP32-P4", 20: "ESP32-C61", 23: "ESP32-C5",
    28: "ESP32-H4",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """What a file says of itself. "" and empty: its format does not say it.

    problems: truncated, trailing_bytes, header_bad, header_length, checksum, hash, segments,
    elements, inflates_too_far, format_unknown, empty.
    """

    format: str
    size: int  # bytes
    sha256: str
    vendor: str = ""
    model: str = ""
    hardware: tuple[str, ...] = ()
    version: str = ""
    counter: int | None = None
    details: Mapping[str, str] = field(default_factory=dict)  # chip, project, manufacturer, ...
    problems: tuple[str, ...] = ()


class Org1Header(msgspec.Struct, frozen=True):
    """The JSON header of an ORG1 image; unknown members are for later versions of it."""

    vendor: str
    model: str
    version: str
    counter: int = 0
    hardware: tuple[str, ...] = ()


def inspect(path: Path) -> ImageFacts:
    """Read what `path` says of itself, whatever its bytes; OSError where it cannot be read."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        digest = _digest(file, size).hexdigest()
        facts = _read(file, size)
    return replace(facts, size=size, sha256=digest)


def _read(file: IO[bytes], size: int) -> ImageFacts:
    start = _at(file, 0, _ZIGBEE_SEARCH)
    if not start:
        return _facts("unknown", problems=("empty",))
    if start.startswith(b"ORG1"):
        return _org1(file, size)
    if start[0] == 0xE9:  # noqa: PLR2004 - the format's magic
        return _esp(file, size)
    if start.startswith(b"\x1f\x8b"):
        return _gzip(file)
    if (offset := start.find(_ZIGBEE)) >= 0:
        return _zigbee(file, size, offset)
    return _facts("unknown", problems=("format_unknown",))


def _facts(
    form: str,
    *,
    problems: tuple[str, ...] = (),
    version: str = "",
    details: Mapping[str, str] | None = None,
) -> ImageFacts:
    return ImageFacts(
        format=form, size=0, sha256="", version=version, details=details or {}, problems=problems
    )


# --- ORG1 ----------------------------------------------------------------------------------------


def _org1(file: IO[bytes], size: int) -> ImageFacts:
    length = int.from_bytes(_at(file, 4, 4), "little")
    if length > _ORG1_HEADER_MAX or 8 + length > size:
        return _facts("org1", problems=("header_length",))
    try:
        header = msgspec.json.decode(_at(file, 8, length), type=Org1Header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _facts("org1", problems=("header_bad",))
    return ImageFacts(
        format="org1",
        size=0,
        sha256="",
        vendor=header.vendor,
        model=header.model,
        hardware=header.hardware,
        version=header.version,
        counter=header.counter,
        problems=("truncated",) if 8 + length == size else (),
    )


# --- ESP -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Walk:
    """One reading of an ESP image: with an 8 byte header (ESP8266) or one of 24 (ESP32)."""

    end: int  # just behind the checksum byte
    sound: bool


def _esp(file: IO[bytes], size: int) -> ImageFacts:
    head = _at(file, 0, 288)
    small, large = _walk(file, size, 8), _walk(file, size, 24)
    chip = _CHIPS.get(int.from_bytes(head[12:14], "little"), "")
    if large and chip and (large.sound or not (small and small.sound)):
        return _esp32(file, size, head, large)
    if small is None:
        return _facts("esp", problems=("truncated" if size < 24 or large is None else "segments",))  # noqa: PLR2004 - the longer header
    return _facts(
        "esp",
        details={"chip": "ESP8266", "trailing": str(size - small.end)},
        problems=() if small.sound else ("checksum",),
    )


def _esp32(file: IO[bytes], size: int, head: bytes, walk: _Walk) -> ImageFacts:
    problems = [] if walk.sound else ["checksum"]
    end = walk.end
    if head[23] & 1:
        stored = _at(file, end, 32)
        if len(stored) < 32:  # noqa: PLR2004 - a sha256
            problems.append("truncated")
        elif stored != _digest(file, end).digest():
            problems.append("hash")
        end += 32
    details = {"chip": _CHIPS[int.from_bytes(head[12:14], "little")]}
    details["trailing"] = str(max(0, size - end))
    version = ""
    if head[32:36] == struct.pack("<I", 0xABCD5432):
        version = _text(head[48:80])
        details |= {"project": _text(head[80:112]), "idf": _text(head[144:176])}
        details["secure_version"] = str(int.from_bytes(head[36:40], "little"))
    return _facts("esp", version=version, details=details, problems=tuple(problems))


def _walk(file: IO[bytes], size: int, header: int) -> _Walk | None:
    """Follow the segments; None where they leave the file."""
    count, at, folded = _at(file, 1, 1), header, 0xEF
    if not count or not count[0]:
        return None
    for _ in range(count[0]):
        segment = _at(file, at, 8)
        if len(segment) < 8:  # noqa: PLR2004 - address and length
            return None
        length = int.from_bytes(segment[4:], "little")
        if at + 8 + length > size:
            return None
        folded ^= _fold(file, at + 8, length)
        at += 8 + length
    at |= 15  # the checksum is the last byte of a block of 16
    stored = _at(file, at, 1)
    return _Walk(at + 1, sound=stored == bytes([folded])) if stored else None


def _fold(file: IO[bytes], at: int, length: int) -> int:
    """XOR of all bytes of a range."""
    result = 0
    while length:
        block = _at(file, at, min(length, _CHUNK))
        if not block:
            return -1
        number, width = int.from_bytes(block, "little"), len(block)
        while width > 1:
            half = (width + 1) // 2
            number, width = (number >> (8 * half)) ^ (number & ((1 << (8 * half)) - 1)), half
        result ^= number
        at, length = at + len(block), length - len(block)
    return result


def _gzip(file: IO[bytes]) -> ImageFacts:
    inflater = zlib.decompressobj(wbits=31)
    inner = io.BytesIO()
    file.seek(0)
    try:
        while not inflater.eof and (block := inflater.unconsumed_tail or file.read(65536)):
            inner.write(inflater.decompress(block, 65536))
            if inner.tell() > _INFLATED_MAX:
                return _facts("esp-gzip", problems=("inflates_too_far",))
    except zlib.error:
        return _facts("esp-gzip", problems=("header_bad",))
    if not inflater.eof:
        return _facts("esp-gzip", problems=("truncated",))
    trailing = inflater.unused_data or file.read(1)
    if _at(inner, 0, 1) != b"\xe9":
        return _facts("unknown", problems=("format_unknown",))
    facts = _esp(inner, inner.seek(0, io.SEEK_END))
    problems = (*facts.problems, "trailing_bytes") if trailing else facts.problems
    return replace(facts, format="esp-gzip", problems=problems)


# --- Zigbee OTA ----------------------------------------------------------------------------------


def _zigbee(file: IO[bytes], size: int, offset: int) -> ImageFacts:
    head = _at(file, offset, 56)
    if len(head) < 56:  # noqa: PLR2004 - the shortest header
        return _facts("zigbee-ota", problems=("truncated",))
    _, _, length, control, maker, kind, version, _, text, total = struct.unpack(
        "<IHHHHHIH32sI", head
    )
    needed = 56 + (control & 1) + (control >> 1 & 1) * 8 + (control >> 2 & 1) * 4
    details = {
        "manufacturer": f"0x{maker:04x}",
        "image_type": f"0x{kind:04x}",
        "offset": str(offset),
        "text": _text(text),
    }
    problems = [] if length == needed else ["header_length"]
    if control & 4 and length >= needed:
        low, high = struct.unpack("<HH", _at(file, offset + needed - 4, 4).ljust(4, b"\0"))
        details |= {"hardware_min": str(low), "hardware_max": str(high)}
    if offset + total > size:
        problems.append("truncated")
    elif not offset and total < size:
        problems.append("trailing_bytes")
    if not problems and not _elements_fit(file, offset + length, offset + total):
        problems.append("elements")
    return _facts("zigbee-ota", version=str(version), details=details, problems=tuple(problems))


def _elements_fit(file: IO[bytes], at: int, end: int) -> bool:
    for _ in range(_ELEMENTS_MAX):
        element = _at(file, at, 6)
        if len(element) < 6:  # noqa: PLR2004 - tag and length
            return False
        at += 6 + int.from_bytes(element[2:], "little")
        if at > end - 6:  # Telink's encrypted element leaves two bytes behind itself
            break
    return end - 6 < at <= end


# --- bytes ---------------------------------------------------------------------------------------


def _at(file: IO[bytes], offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _digest(file: IO[bytes], length: int) -> hashlib._Hash:
    digest = hashlib.sha256()
    file.seek(0)
    while length > 0 and (block := file.read(min(length, _CHUNK))):
        digest.update(block)
        length -= len(block)
    return digest


def _text(field_: bytes) -> str:
    return field_.split(b"\0")[0].decode("utf-8", "replace").strip()
