"""How the reference device fetches without HTTP: it pulls a window of chunks over MQTT."""

from __future__ import annotations

import json
import queue
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

_GAP_S = 0.3
_CHUNK_MAX = 64 * 1024
_WINDOW = 8


class ChunkFetcher(FetcherInterface):
    """Fetches from the house over MQTT, pulling: a window of chunks, gaps asked again.

    `ask` publishes a request; what comes under `fw/<transfer>/` is handed to `take` from any
    thread. Without any new chunk for `patience_s` it gives up (DownloadError).
    """

    def __init__(
        self,
        transfer: str,
        ask: Callable[[dict[str, Any]], None],
        *,
        patience_s: float = 60.0,
        over: Callable[[], bool] = lambda: False,
    ) -> None:
        self._transfer, self._ask, self._patience = transfer, ask, patience_s
        self._over = over
        self._stream = ""
        self._came: queue.SimpleQueue[tuple[str, str, bytes]] = queue.SimpleQueue()

    def take(self, stream: str, part: str, payload: bytes) -> None:
        """Take one message: `part` is "head" or the chunk's number."""
        self._came.put((stream, part, payload))

    def _fetch(self, url: str) -> Iterator[bytes]:
        file = url.partition("/")[2] if url.startswith("mqtt:") else url
        self._stream = secrets.token_hex(4)
        self._request(file, 0)
        size, chunk = self._head(file)
        return self._chunks(file, -(-size // chunk), size, chunk)

    def _head(self, file: str) -> tuple[int, int]:
        deadline = time.monotonic() + self._patience
        early: list[tuple[str, str, bytes]] = []
        while time.monotonic() < deadline:
            message = self._next()
            if message is None:
                self._request(file, 0)
            elif message[1] != "head":
                early.append(message)
            else:
                for one in early:
                    self._came.put(one)
                return _read_head(message[2])
        raise DownloadError(f"no answer for {file}")

    def _chunks(self, file: str, count: int, size: int, chunk: int) -> Iterator[bytes]:
        held: dict[int, bytes] = {}
        at, asked = 0, min(_WINDOW, count)
        deadline = time.monotonic() + self._patience
        while at < count:
            message = self._next()
            if message is None:
                if time.monotonic() > deadline:
                    raise DownloadError(f"{file} stopped at chunk {at}")
                self._request(file, at)
                asked = max(asked, min(at + _WINDOW, count))
                continue
            number = int(message[1]) if message[1].isdecimal() else -1
            wanted = min(chunk, size - number * chunk)
            if at <= number < count and len(message[2]) == wanted and number not in held:
                held[number] = message[2]
                deadline = time.monotonic() + self._patience
            while at in held:
                yield held.pop(at)
                at += 1
            if at == asked and at < count:
                self._request(file, at)
                asked = min(at + _WINDOW, count)

    def _request(self, file: str, first: int) -> None:
        self._ask(
            {
                "transfer": self._transfer,
                "file": file,
                "stream": self._stream,
                "from": first,
                "count": _WINDOW,
            }
        )

    def _next(self) -> tuple[str, str, bytes] | None:
        """Return the next message of this stream; None when there was none for a while."""
        while True:
            try:
                message = self._came.get(timeout=_GAP_S)
            except queue.Empty:
                if self._over():
                    raise DownloadError("switched off") from None
                return None
            if message[0] == self._stream:
                return message


def _read_head(payload: bytes) -> tuple[int, int]:
    try:
        said = json.loads(payload)
        if error := said.get("error"):
            missing = error == "not_found"
            raise DownloadHTTPError(str(error), 404 if missing else 410)
        size, chunk = int(said["size"]), int(said["chunk"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DownloadError("a head that cannot be read") from error
    if size < 0 or not 0 < chunk <= _CHUNK_MAX:
        raise DownloadError("a head that makes no sense")
    return size, chunk
