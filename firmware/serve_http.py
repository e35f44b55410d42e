"""Answers one HTTP request of a device for what it was granted; in the serving loop's thread.

The bytes go from the page cache to the socket without passing through us (sendfile), block by block
with a look at the file's seal after each. The last piece is read, looked at again, and only then
sent: of a file that is written to meanwhile no device gets a whole answer.
aiohttp's only door.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from firmware.grants import Granted, Grants, Held
from firmware.serve_rules import BLOCK_MOST, Limits, Part, block_after, part_of

logger = logging.getLogger(__name__)

_LAST = 64 * 1024  # bytes that leave only after a look at the file that they were read from
_SOON_S = 2  # to ask again after, where others must end first
_DEBT_S = 1.0
_LINE_MAX = 4096  # bytes of a request's first line, or of one header
_OPEN_MAX = 512  # connections
_NAME = {"Server": "Orangery"}

Note = Callable[[Granted, str, str, int, int], None]  # (granted, client, file, first byte, bytes)


class HttpAnswers:
    """Answers GET and HEAD below `/<transfer>/`; everything else is refused without a word."""

    def __init__(self, grants: Grants, limits: Limits, note: Note) -> None:
        self._grants, self._limits, self._note = grants, limits, note
        self._answering: Counter[str] = Counter()
        logger.addFilter(_unread)
        self._server: web.Server | None = None

    def connection(self) -> asyncio.BaseProtocol:
        """Return what takes the next connection; in the loop's thread."""
        if self._server is None:
            self._server = web.Server(
                self.answer,
                access_log=None,
                logger=logger,
                keepalive_timeout=self._limits.idle_s,
                lingering_time=1.0,
                max_line_size=_LINE_MAX,
                max_field_size=_LINE_MAX,
            )
        return self._server() if len(self._server.connections) < _OPEN_MAX else _Refused()

    async def close(self) -> None:
        """Cut every connection."""
        if self._server:
            await self._server.shutdown(0.1)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Return the answer once it is sent; whatever the request is."""
        if request.method not in {"GET", "HEAD"}:
            return _refusal(405, Allow="GET, HEAD")
        transfer, _, rest = request.path.removeprefix("/").partition("/")
        granted = self._grants.bound(transfer, request.remote or "")
        held = granted.held(rest) if granted else None
        if granted is None or held is None:
            return _refusal(404)
        granted.met.asked = True
        if refused := self._full(granted):
            return refused
        self._answering[transfer] += 1
        try:
            return await self._sent(request, granted, held, rest)
        finally:
            self._answering[transfer] -= 1
            if not self._answering[transfer]:
                del self._answering[transfer]

    def _full(self, granted: Granted) -> web.Response | None:
        if self._answering.total() >= self._limits.slots:
            return _refusal(503, Retry_After=str(_SOON_S))
        if self._answering[granted.transfer] >= self._limits.connections:
            return _refusal(429, Retry_After=str(_SOON_S))
        debt = granted.pace.debt(asyncio.get_running_loop().time())
        return _refusal(429, Retry_After=str(math.ceil(debt))) if debt > _DEBT_S else None

    async def _sent(
        self, request: web.BaseRequest, granted: Granted, held: Held, rest: str
    ) -> web.StreamResponse:
        with _opened(granted, held) as found:
            if found is None or not granted.intact():
                return _refusal(410)
            source, size, digest = found
            part = part_of(request.method, request.headers, size, digest)
            response = _response(part, digest, granted.type_of(rest))
            sending = _Sending(request, response, granted, source, part)
            sending.own = held == granted.staged.path
            try:
                await response.prepare(request)
                if request.method == "GET":
                    await sending.run(lambda: self._grants.get(granted.transfer) is not None)
                await response.write_eof()
            except OSError as error:  # it hung up, took nothing for too long, or was cut by us
                logger.info("%s got %d bytes: %s", request.remote, sending.sent, error)
                if request.transport:
                    request.transport.abort()
        if request.method == "GET" and part.end > part.first:
            self._note(granted, request.remote or "", rest, part.first, sending.sent)
        return response


class _Sending:
    """One body under way; `sent` bytes of it have left."""

    def __init__(
        self,
        request: web.BaseRequest,
        response: web.StreamResponse,
        granted: Granted,
        source: BinaryIO | bytes,
        part: Part,
    ) -> None:
        self._request, self._response, self._granted = request, response, granted
        self._source, self._part = source, part
        self.sent = 0
        self.own = False  # it is the granted file, not its metadata

    async def run(self, wanted: Callable[[], bool]) -> None:
        """Send it all; OSError where it cannot be, or shall not be any more."""
        part, pace = self._part, self._granted.pace
        last = max(part.first, part.end - _LAST)
        loop, block = asyncio.get_running_loop(), BLOCK_MOST
        while (at := part.first + self.sent) < part.end:
            length = min(pace.block(block), (last if at < last else part.end) - at)
            if wait := pace.take(length, loop.time()):
                await asyncio.sleep(wait)
            if not wanted():
                raise ConnectionAbortedError("it is not granted any more")
            began = loop.time()
            await self._block(at, length, copied=at >= last)
            self.sent += length
            if self.own:
                self._granted.came(part.first + self.sent)
            block = block_after(block, loop.time() - began)

    async def _block(self, at: int, length: int, *, copied: bool) -> None:
        source, transport = self._source, self._request.transport
        if transport is None:
            raise ConnectionResetError("it hung up")
        if isinstance(source, bytes):
            await self._response.write(source[at : at + length])
            return
        if not copied:
            sent = await asyncio.get_running_loop().sendfile(transport, source, at, length)
            self._check(sent == length)
            return
        piece = os.pread(source.fileno(), length, at)
        self._check(len(piece) == length)
        await self._response.write(piece)

    def _check(self, whole: bool) -> None:  # noqa: FBT001 - a fact, not a choice
        if not whole or not self._granted.intact():
            raise ConnectionAbortedError("the file changed")


class _Refused(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close it."""
        transport.close()


def _unread(record: logging.LogRecord) -> bool:
    """Say in one line, not as a fault of ours, that somebody sent what is no HTTP."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg, record.exc_info = f"{record.msg}: no HTTP", None
    return True


def _response(part: Part, digest: str, media: str) -> web.StreamResponse:
    head = {"ETag": f'"{digest}"', "Accept-Ranges": "bytes", **_NAME, **part.headers}
    response = web.StreamResponse(status=part.status, headers=head)
    if part.status != 304:  # noqa: PLR2004 - Not Modified has no body
        response.headers["Content-Type"] = media
        response.content_length = part.end - part.first
    return response


def _refusal(status: int, **headers: str) -> web.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(status=status, headers={**_NAME, **named})


@contextmanager
def _opened(granted: Granted, held: Held) -> Iterator[tuple[BinaryIO | bytes, int, str] | None]:
    """Give what is held, its size and its sha256; None where the disk has lost it."""
    if isinstance(held, bytes):
        yield held, len(held), hashlib.sha256(held).hexdigest()
        return
    try:
        file = held.open("rb", buffering=0)
    except OSError:
        yield None
        return
    with file:
        own = held == granted.staged.path
        digest = (
            granted.staged.target.sha256 if own else hashlib.file_digest(file, "sha256").hexdigest()
        )
        yield file, os.fstat(file.fileno()).st_size, digest
