"""ORG1, the container of the reference device: docs/protocol.md."""

from __future__ import annotations

from typing import IO

import msgspec

from firmware.image_facts import ImageFacts, facts_of
from firmware.image_reads import at

_HEADER_MAX = 64 * 1024


class Org1Header(msgspec.Struct, frozen=True):
    """The JSON header of an ORG1 image; unknown members are for later versions of it."""

    vendor: str
    model: str
    version: str
    counter: int = 0
    hardware: tuple[str, ...] = ()


def read_org1(file: IO[bytes], size: int) -> ImageFacts:
    """Read the header. `details`: payload, the bytes behind it."""
    length = int.from_bytes(at(file, 4, 4), "little")
    if length > _HEADER_MAX or 8 + length > size:
        return facts_of("org1", problems=("header_length",))
    try:
        header = msgspec.json.decode(at(file, 8, length), type=Org1Header)
    except (ValueError, RecursionError):  # msgspec's errors and those of UTF-8 are ValueErrors
        return facts_of("org1", problems=("header_bad",))
    return ImageFacts(
        format="org1",
        size=0,
        sha256="",
        vendor=header.vendor,
        model=header.model,
        hardware=header.hardware,
        version=header.version,
        counter=header.counter,
        details={"payload": str(size - 8 - length)},
        problems=("truncated",) if 8 + length == size else (),
    )
