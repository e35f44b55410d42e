"""Reading a file in pieces: never more than CHUNK at once, whatever a length in it claims."""

from __future__ import annotations

import hashlib
from typing import IO

CHUNK = 1024 * 1024


def at(file: IO[bytes], offset: int, length: int) -> bytes:
    """Return up to `length` bytes from `offset`."""
    file.seek(offset)
    return file.read(length)


def digest(file: IO[bytes], length: int) -> hashlib._Hash:
    """Return the sha256 of the first `length` bytes."""
    result = hashlib.sha256()
    file.seek(0)
    while length > 0 and (block := file.read(min(length, CHUNK))):
        result.update(block)
        length -= len(block)
    return result


def fold(file: IO[bytes], offset: int, length: int) -> int:
    """XOR of all bytes of a range; -1 where the file ends before it."""
    result = 0
    while length:
        block = at(file, offset, min(length, CHUNK))
        if not block:
            return -1
        number, width = int.from_bytes(block, "little"), len(block)
        while width > 1:
            half = (width + 1) // 2
            number, width = (number >> (8 * half)) ^ (number & ((1 << (8 * half)) - 1)), half
        result ^= number
        offset, length = offset + len(block), length - len(block)
    return result


def filler(file: IO[bytes], start: int, end: int) -> str:
    """Return "00" or "ff" where a range is nothing but that byte; "" otherwise and where empty."""
    fill = at(file, start, 1) if start < end else b""
    if fill not in {b"\0", b"\xff"}:
        return ""
    while start < end:
        block = at(file, start, min(CHUNK, end - start))
        if not block or block.count(fill) != len(block):
            return ""
        start += len(block)
    return fill.hex()


def rest(file: IO[bytes], end: int, size: int) -> dict[str, str]:
    """Return the details `trailing` and `padding` of what is behind an image's `end`."""
    return {"trailing": str(max(0, size - end)), "padding": filler(file, end, size)}


def text(field: bytes) -> str:
    """Return a field of text up to its first zero byte."""
    return field.split(b"\0")[0].decode("utf-8", "replace").strip()
