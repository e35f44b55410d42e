"""Zigbee OTA files: ZCL 8, 11.4. Vendors wrap them in headers and signatures of their own."""

from __future__ import annotations

import struct
from typing import IO

from firmware.image_facts import ImageFacts, facts_of
from firmware.image_reads import at, rest, text

MAGIC = struct.pack("<I", 0x0BEEF11E)
SEARCH = 1024  # bytes from the start in which the header is looked for
_HEADER_VERSION = 0x0100
_SHORTEST = 56
_SECURITY, _DESTINATION, _HARDWARE = 1, 2, 4  # bits of the field control
_ELEMENTS_MAX = 64
_IKEA = b"NGIS"  # its wrapper says at 16 and 20 where the image is and how long


def read_zigbee(file: IO[bytes], size: int, offset: int) -> ImageFacts:
    """Read the header at `offset` and walk the elements.

    `details`: offset, header_version, header_length, control, manufacturer, image_type, stack,
    text, total, elements ("0x0:27100 0x3:16"), security_version, destination, hardware_min,
    hardware_max, wrapper. Problems of its own: header_version, elements, hardware_range, wrapper.
    """
    head = at(file, offset, _SHORTEST)
    if len(head) < _SHORTEST:
        return facts_of("zigbee-ota", problems=("truncated",))
    _, form, length, control, maker, kind, version, stack, words, total = struct.unpack(
        "<IHHHHHIH32sI", head
    )
    details = {
        "offset": str(offset),
        "header_version": f"0x{form:04x}",
        "header_length": str(length),
        "control": f"0x{control:04x}",
        "manufacturer": f"0x{maker:04x}",
        "image_type": f"0x{kind:04x}",
        "stack": str(stack),
        "text": text(words),
        "total": str(total),
    }
    problems = [] if form == _HEADER_VERSION else ["header_version"]
    options, needed = _options(at(file, offset + _SHORTEST, 13), control)
    if length != needed:
        problems.append("header_length")
    else:
        details |= options
        if int(options.get("hardware_min", 0)) > int(options.get("hardware_max", 0xFFFF)):
            problems.append("hardware_range")
    problems += _ends(file, size, offset, total)
    details |= rest(file, offset + total, size)
    if offset:
        details["wrapper"] = "ikea" if at(file, 0, 4) == _IKEA else "other"
    elements = _elements(file, offset + length, min(size, offset + total))
    details["elements"] = " ".join(f"{tag:#x}:{long}" for tag, long in elements)
    if not problems and not _complete(elements, offset + length, offset + total):
        problems.append("elements")
    return facts_of("zigbee-ota", version=str(version), details=details, problems=problems)


def _options(raw: bytes, control: int) -> tuple[dict[str, str], int]:
    """Return the optional fields, and how long a header with these is."""
    details, used = {}, 0
    if control & _SECURITY:
        details["security_version"] = str(int.from_bytes(raw[:1], "little"))
        used += 1
    if control & _DESTINATION:
        details["destination"] = raw[used : used + 8][::-1].hex()
        used += 8
    if control & _HARDWARE:
        details["hardware_min"] = str(int.from_bytes(raw[used : used + 2], "little"))
        details["hardware_max"] = str(int.from_bytes(raw[used + 2 : used + 4], "little"))
        used += 4
    return details, _SHORTEST + used


def _ends(file: IO[bytes], size: int, offset: int, total: int) -> list[str]:
    """Hold the length that the header claims against the file's, and against its wrapper's."""
    if offset + total > size:
        return ["truncated"]
    if not offset:
        return ["trailing_bytes"] if total < size else []
    wrapper = at(file, 0, 24)
    start, length = struct.unpack("<II", wrapper[16:]) if len(wrapper) == 24 else (0, 0)  # noqa: PLR2004 - the wrapper's head
    said = wrapper.startswith(_IKEA) and offset >= len(wrapper) and (start or length)
    return ["wrapper"] if said and (start, length) != (offset, total) else []


def _elements(file: IO[bytes], start: int, end: int) -> list[tuple[int, int]]:
    """Return (tag, length) of each element that begins before `end`."""
    found: list[tuple[int, int]] = []
    while start + 6 <= end and len(found) < _ELEMENTS_MAX:
        head = at(file, start, 6)
        if len(head) < 6:  # noqa: PLR2004 - tag and length
            break
        tag, length = struct.unpack("<HI", head)
        found.append((tag, length))
        start += 6 + length
    return found


def _complete(elements: list[tuple[int, int]], start: int, end: int) -> bool:
    last = start + sum(6 + length for _, length in elements)
    # Telink's encrypted element leaves two bytes behind itself.
    return bool(elements) and end - 6 < last <= end
