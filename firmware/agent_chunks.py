"""How the reference device fetches without HTTP: it pulls a window of chunks over MQTT."""

from __future__ import annotations

import json
import queue
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

from firmware import agent_pieces
from firmware.agent_pieces import Pieces

_CHUNK_MAX = 64 * 1024
CHUNK, WINDOW = 4096, 8


class Pull:
    """Which chunks to ask for: a window ahead, more when half of it is in, and gaps again. Pure.

    The house answers in order, so what came before the answer to a later request and is not here
    was lost; what is lost last is known by the silence after it.
    """

    def __init__(self, missing: Iterable[int], window: int) -> None:
        self._todo = deque(missing)
        self._window = window
        self._asked: dict[int, int] = {}  # chunk under way -> in which request
        self._turn = self._heard = 0

    def came(self, number: int) -> None:
        """Know that a chunk is here."""
        self._heard = max(self._heard, self._asked.pop(number, 0))

    def next(self, *, silence: bool = False) -> list[int]:
        """Return the chunks to ask for now, in order; none while enough is under way."""
        lost = [n for n, turn in self._asked.items() if silence or turn < self._heard]
        under_way = len(self._asked) - len(lost)
        if under_way > self._window // 2:
            return []
        room = self._window - under_way
        asking = sorted(lost)[:room]
        while self._todo and len(asking) < room:
            asking.append(self._todo.popleft())
        if asking:
            self._turn += 1
            self._asked |= dict.fromkeys(asking, self._turn)
        return asking


class ChunkFetcher(FetcherInterface):
    """Fetches from the house over MQTT, pulling: a window of chunks, gaps asked again.

    `ask` publishes a request; what comes under `fw/<transfer>/` is handed to `take` from any
    thread. After `gap_s` of silence what is missing is asked for again; without any new chunk for
    `patience_s` it gives up (DownloadError). `chunk`: bytes of the largest that this device takes.
    `folder`: where the pieces of a file whose name tells its hash outlast a power cut; None: they
    do not.
    """

    def __init__(
        self,
        transfer: str,
        ask: Callable[[dict[str, Any]], None],
        *,
        patience_s: float = 60.0,
        over: Callable[[], bool] = lambda: False,
        chunk: int = CHUNK,
        window: int = WINDOW,
        gap_s: float = 0.3,
        folder: Path | None = None,
    ) -> None:
        self._transfer, self._ask, self._patience = transfer, ask, patience_s
        self._over = over
        self._chunk, self._window, self._gap = chunk, window, gap_s
        self._folder = folder
        self._stream = ""
        self._came: queue.SimpleQueue[tuple[str, str, bytes]] = queue.SimpleQueue()

    def take(self, stream: str, part: str, payload: bytes) -> None:
        """Take one message: `part` is "head" or the chunk's number."""
        self._came.put((stream, part, payload))

    def _fetch(self, url: str) -> Iterator[bytes]:
        file = url.partition("/")[2] if url.startswith("mqtt:") else url
        self._stream = secrets.token_hex(4)
        path = agent_pieces.place(self._folder, file) if self._folder else None
        kept = agent_pieces.chunk_kept(path) if path else 0
        first = [] if kept else range(self._window)  # which are missing is known after the head
        size, chunk = self._head(file, kept or self._chunk, first)
        return self._pulled(file, lambda: self._pieces(size, chunk, path), kept=bool(kept))

    def _pieces(self, size: int, chunk: int, path: Path | None) -> Pieces:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            agent_pieces.clear(path.parent, keep=path)
        return Pieces(size, chunk, path)

    def _head(self, file: str, chunk: int, first: Sequence[int]) -> tuple[int, int]:
        self._request(file, chunk, first)
        deadline = time.monotonic() + self._patience
        early: list[tuple[str, str, bytes]] = []
        while time.monotonic() < deadline:
            message = self._next()
            if message is None:
                self._request(file, chunk, first)
            elif message[1] != "head":
                early.append(message)
            else:
                for one in early:
                    self._came.put(one)
                return _read_head(message[2])
        raise DownloadError(f"no answer for {file}")

    def _pulled(self, file: str, opened: Callable[[], Pieces], *, kept: bool) -> Iterator[bytes]:
        """Yield the pieces in order, as far as they are here; then forget them."""
        with opened() as pieces:
            pull = Pull(pieces.missing, self._window)
            asking = pull.next()
            if kept or asking != list(range(len(asking))):
                self._want(file, pieces, asking)
            at, deadline = 0, time.monotonic() + self._patience
            while at < pieces.count:
                if at in pieces:
                    yield pieces.get(at)
                    at += 1
                    continue
                if time.monotonic() > deadline:
                    raise DownloadError(f"{file} stopped at chunk {at}")
                message = self._next()
                if message and self._placed(pieces, pull, message):
                    deadline = time.monotonic() + self._patience
                self._want(file, pieces, pull.next(silence=message is None))
        if self._folder:
            agent_pieces.clear(self._folder)

    def _placed(self, pieces: Pieces, pull: Pull, message: tuple[str, str, bytes]) -> bool:
        """Put a chunk where it belongs; True: it was a new one. DownloadError: no use to go on."""
        _, part, payload = message
        if part == "head" and _read_head(payload) != (pieces.size, pieces.chunk):
            raise DownloadError("the house gives other chunks now")
        number = int(part) if part.isdecimal() else -1
        new = pieces.put(number, payload)
        if 0 <= number < pieces.count and number in pieces:
            pull.came(number)
        return new

    def _want(self, file: str, pieces: Pieces, numbers: Sequence[int]) -> None:
        if numbers:
            self._request(file, pieces.chunk, numbers)

    def _request(self, file: str, chunk: int, numbers: Sequence[int]) -> None:
        """Ask for these chunks; a run of them as every house understands it."""
        first, count = (numbers[0], len(numbers)) if numbers else (0, 0)
        asked = {"transfer": self._transfer, "file": file, "stream": self._stream}
        run: dict[str, Any] = {"from": first, "count": count}
        if list(numbers) != list(range(first, first + count)):
            run["want"] = list(numbers)
        size = {} if chunk == CHUNK else {"chunk": chunk}
        self._ask({**asked, **run, **size})

    def _next(self) -> tuple[str, str, bytes] | None:
        """Return the next message of this stream; None when there was none for a while."""
        while True:
            try:
                message = self._came.get(timeout=self._gap)
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
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DownloadError("a head that cannot be read") from error
    if size < 0 or not 0 < chunk <= _CHUNK_MAX:
        raise DownloadError("a head that makes no sense")
    return size, chunk
