"""Reads the headers of known firmware images: read only, bounded, never trusting a length in them.

Formats: org1, esp (ESP8266 and ESP32 families), esp-gzip (Tasmota's .bin.gz), zigbee-ota, zip (with
a manifest, as Shelly's first generation takes it), uf2, xz (a program for
computers), program and program-files (Orangery's own, and the list of its files), unknown. One
module each says where its layout is published.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO

from firmware.image_esp import read_esp
from firmware.image_facts import ImageFacts, facts_of
from firmware.image_gzip import read_gzip
from firmware.image_org1 import read_org1
from firmware.image_program import LIST, XZ, read_list, read_xz
from firmware.image_reads import at, digest
from firmware.image_uf2 import MAGIC as UF2
from firmware.image_uf2 import read_uf2
from firmware.image_zigbee import MAGIC as ZIGBEE
from firmware.image_zigbee import SEARCH, read_zigbee
from firmware.image_zip import read_zip

__all__ = ["ImageFacts", "inspect", "inspect_bytes", "inspect_file", "told"]


def inspect(path: Path) -> ImageFacts:
    """Read what `path` says of itself, whatever its bytes; OSError where it cannot be read."""
    with path.open("rb") as file:
        return inspect_file(file)


def told(path: Path) -> dict[str, str]:
    """Return what `path` says of itself, for a dialect (fleet.steps.Offer.facts).

    The reader's details, and `format`, `size`, `version`, `model`, `problems` (words), where there
    are any; `sha512` where the format is zigbee-ota, whose indexes name files by it. OSError.
    """
    found = inspect(path)
    facts = {
        **found.details,
        "format": found.format,
        "size": str(found.size),
        "version": found.version,
        "model": found.model,
        "problems": " ".join(found.problems),
    }
    if found.format == "zigbee-ota":
        with path.open("rb") as file:
            facts["sha512"] = hashlib.file_digest(file, "sha512").hexdigest()
    return {name: value for name, value in facts.items() if value}


def inspect_bytes(data: bytes) -> ImageFacts:
    """Read what bytes in memory say of themselves; raises nothing."""
    return inspect_file(io.BytesIO(data))


def inspect_file(file: IO[bytes]) -> ImageFacts:
    """Read what an open, seekable file says of itself; OSError where it cannot be read."""
    size = file.seek(0, io.SEEK_END)
    sha256 = digest(file, size).hexdigest()
    return replace(_read(file, size), size=size, sha256=sha256)


def _read(file: IO[bytes], size: int) -> ImageFacts:
    start = at(file, 0, SEARCH)
    if not start:
        return facts_of("unknown", problems=("empty",))
    for magic, reader in _READERS:
        if start.startswith(magic):
            return reader(file, size)
    if (offset := start.find(ZIGBEE)) >= 0:
        return read_zigbee(file, size, offset)
    return facts_of("unknown", problems=("format_unknown",))


_READERS: tuple[tuple[bytes, Callable[[IO[bytes], int], ImageFacts]], ...] = (
    (b"ORG1", read_org1),
    (b"\xe9", read_esp),
    (b"\x1f\x8b", read_gzip),
    (b"PK\3\4", read_zip),
    (b"PK\5\6", read_zip),
    (UF2, read_uf2),
    (XZ, read_xz),
    (LIST, read_list),
)
