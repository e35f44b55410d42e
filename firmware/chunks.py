"""Files in pieces over MQTT for devices without HTTP: a request in, messages out.

The topics and payloads are in docs/protocol.md.
Nothing is remembered between two requests, so a house that was started anew goes on answering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from fleet.dialects.native import CHUNK_LEAST, CHUNK_MOST, WINDOW_MOST, ChunkRequest
from fleet.steps import Publish

_REQUEST = re.compile(r"(orangery/v1/dev/[^/+#]+)/fw/req")
_EXPIRY_S = 60
_AROUND = 256  # bytes of a packet that are not the chunk: topic and properties


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
    prefix: str, request: ChunkRequest, files: Mapping[str, Path | bytes] | None, largest: int = 0
) -> Iterator[Publish]:
    """Give the head where it is due, then the chunks that are asked for, at most 16.

    None for `files`: this transfer is not (any longer) this device's. `largest`: bytes of the
    largest packet that its broker takes, 0 for any. OSError from a lost file.
    """
    where = f"{prefix}/fw/{request.transfer}/{request.stream}"
    if files is None or request.file not in files:
        yield _head(where, {"error": "gone" if files is None else "not_found"})
        return
    held = files[request.file]
    size = len(held) if isinstance(held, bytes) else held.stat().st_size
    chunk = chunk_of(request.chunk, largest)
    begins = not request.want and request.start == 0
    if begins or chunk != request.chunk:
        yield _head(where, {"size": size, "chunk": chunk})
    if not begins and chunk != request.chunk:
        return  # its numbers count chunks of another size
    for number in _numbers(request, -(-size // chunk)):
        piece = piece_of(held, number * chunk, chunk)
        yield Publish(topic=f"{where}/{number}", payload=piece, qos=0, expiry=_EXPIRY_S)


def chunk_of(asked: int, largest: int) -> int:
    """Return the chunk that is given where one of `asked` bytes is asked for."""
    fits = max(CHUNK_LEAST, largest - _AROUND) if largest else CHUNK_MOST
    return min(asked, CHUNK_MOST, fits)


def piece_of(held: Path | bytes, start: int, length: int) -> bytes:
    """Return so many bytes from `start`; fewer at the end."""
    if isinstance(held, bytes):
        return held[start : start + length]
    with held.open("rb") as file:
        file.seek(start)
        return file.read(length)


def _numbers(request: ChunkRequest, count: int) -> Sequence[int]:
    if request.want:
        wanted = [number for number in dict.fromkeys(request.want) if number < count]
        return wanted[:WINDOW_MOST]
    last = min(request.start + min(request.count, WINDOW_MOST), count)
    return range(request.start, last)


def _head(where: str, said: Mapping[str, object]) -> Publish:
    return Publish(
        topic=f"{where}/head", payload=msgspec.json.encode(said), qos=1, expiry=_EXPIRY_S
    )
