"""Tasmota's .bin.gz: an ESP image in gzip (RFC 1952)."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace
from typing import IO

from firmware.image_esp import read_esp
from firmware.image_facts import ImageFacts, facts_of
from firmware.image_reads import at

_PIECE = 65536
_INFLATED_MAX = 16 * 1024 * 1024  # the largest flash such a device has
_NAMED = 8  # the flag for an original file name


def read_gzip(file: IO[bytes], size: int) -> ImageFacts:
    """Inflate, at most so far, and read the image inside.

    `details`: those of the image inside (`trailing` too, unless something follows the gzip),
    inflated (its size), name.
    """
    inflater = zlib.decompressobj(wbits=31)
    inner = io.BytesIO()
    file.seek(0)
    try:
        while not inflater.eof and (block := inflater.unconsumed_tail or file.read(_PIECE)):
            inner.write(inflater.decompress(block, _PIECE))
            if inner.tell() > _INFLATED_MAX:
                return facts_of("esp-gzip", problems=("inflates_too_far",))
    except zlib.error:
        return facts_of("esp-gzip", problems=("checksum" if inner.tell() else "header_bad",))
    if not inflater.eof:
        return facts_of("esp-gzip", problems=("truncated",))
    trailing = len(inflater.unused_data) + size - file.tell()
    if at(inner, 0, 1) != b"\xe9":
        return facts_of("unknown", problems=("format_unknown",))
    inflated = inner.seek(0, io.SEEK_END)
    facts = read_esp(inner, inflated)
    details = {**facts.details, "inflated": str(inflated), "name": _name(at(file, 0, 512))}
    problems = facts.problems
    if trailing:
        problems = (*problems, "trailing_bytes")
        details |= {"trailing": str(trailing), "padding": ""}
    return replace(facts, format="esp-gzip", details=details, problems=problems)


def _name(head: bytes) -> str:
    """Return the original file name where the header holds one without an extra field."""
    if head[3] & ~1 != _NAMED:  # bit 0 says no more than "this is text"
        return ""
    return head[10:].split(b"\0")[0].decode("latin-1")
