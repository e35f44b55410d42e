"""Files in pieces over MQTT for devices without HTTP: a request in, messages out.

The topics and payloads are in docs/protocol.md.
Nothing is remembered between two requests, so a house that was started anew goes on answering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from fleet.dialects.native import ChunkRequest
from fleet.model import Publish

CHUNK = 4096  # bytes
WINDOW_MAX = 16  # chunks given for one request
_REQUEST = re.compile(r"(orangery/v1/dev/[^/+#]+)/fw/req")
_EXPIRY_S = 60


def prefix_of(topic: str) -> str:
    """Return the prefix of the device that asks; "" where this is no request's topic."""
    match = _REQUEST.fullmatch(topic)
    return match[1] if match else ""


def read(payload: bytes) -> ChunkRequest | None:
    """Return the request in `payload`, None where it is none; any bytes."""
    try:
        return msgspec.json.decode(payload, type=ChunkRequest)
    except (ValueError, RecursionError):
        return None


def answer(
    prefix: str, request: ChunkRequest, files: Mapping[str, Path | bytes] | None
) -> Iterator[Publish]:
    """Give the head where it starts at the beginning, then the chunks it asks for, at most 16.

    None for `files`: this transfer is not (any longer) this device's. OSError from a lost file.
    """
    where = f"{prefix}/fw/{request.transfer}/{request.stream}"
    if files is None or request.file not in files:
        yield _head(where, {"error": "gone" if files is None else "not_found"})
        return
    held = files[request.file]
    size = len(held) if isinstance(held, bytes) else held.stat().st_size
    if request.start == 0:
        yield _head(where, {"size": size, "chunk": CHUNK})
    chunks = -(-size // CHUNK)
    last = min(request.start + min(request.count, WINDOW_MAX), chunks)
    for number in range(request.start, last):
        piece = piece_of(held, number * CHUNK, CHUNK)
        yield Publish(topic=f"{where}/{number}", payload=piece, qos=0, expiry=_EXPIRY_S)


def piece_of(held: Path | bytes, start: int, length: int) -> bytes:
    """Return so many bytes from `start`; fewer at the end."""
    if isinstance(held, bytes):
        return held[start : start + length]
    with held.open("rb") as file:
        file.seek(start)
        return file.read(length)


def _head(where: str, said: Mapping[str, object]) -> Publish:
    return Publish(
        topic=f"{where}/head", payload=msgspec.json.encode(said), qos=1, expiry=_EXPIRY_S
    )
