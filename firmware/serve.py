"""Hands staged files to devices: one-time addresses and byte ranges over HTTP, chunks over MQTT.

One thread, one permanent loop. What may be fetched stands in an immutable mapping of grants that is
swapped whole. A grant serves one file under `/<transfer>/<name>` and is at the same time a dumb
mirror under `/<transfer>/m/`: the maker's metadata and that file, byte for byte, for devices that
verify by themselves.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from aiohttp import web

from firmware import chunks
from firmware.stage import StagedFile
from fleet.errors import OrangeryError
from fleet.model import Message, Publish

logger = logging.getLogger(__name__)

URL_MAX = 100  # bytes: what Tasmota takes
_BLOCK = 64 * 1024
_BACKLOG = 256  # requests for chunks waiting; a device asks again for what it did not get
_SUFFIX = re.compile(r"(\.[A-Za-z][A-Za-z0-9]*){1,2}$")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")

Held = Path | bytes


class ServeError(OrangeryError):
    """Files cannot be served: serve_unavailable (host, port, words)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one device may fetch until it is revoked or its time is over."""

    transfer: str
    url: str  # of the file
    mirror: str  # has metadata/ and targets/ under it


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One answer that was given: who fetched what."""

    at: float
    transfer: str
    client: str  # address, or topic prefix over MQTT
    file: str
    first: int  # byte
    sent: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Granted:
    transfer: str
    name: str
    staged: StagedFile
    files: Mapping[str, Held]  # as a mirror names them
    until: float
    client: str = ""  # bound to the first address that asks
    prefix: str = ""  # of the device that may ask over MQTT; "": none


class FileServer:
    """Serves grants on one address; `start` before, `stop` after; the rest from any thread."""

    def __init__(
        self, host: str = "127.0.0.1", port: int = 0, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.host, self.port = host, port
        self._clock = clock
        self._grants: Mapping[str, _Granted] = {}
        self._swap = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="serve")
        self._ready: threading.Event = threading.Event()
        self._failed: OSError | None = None
        self._asked = 0
        self._fetched: deque[Fetched] = deque(maxlen=200)

    def start(self) -> None:
        """Serve; `port` is known afterwards. ServeError where the address cannot be bound."""
        self._thread.start()
        self._ready.wait()
        if self._failed:
            self._thread.join()
            raise ServeError(
                "serve_unavailable", host=self.host, port=self.port, words=self._failed
            )

    def stop(self) -> None:
        """Cut what is under way and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    @property
    def fetched(self) -> tuple[Fetched, ...]:
        """The last answers, oldest first."""
        return tuple(self._fetched)

    def offer(
        self,
        staged: StagedFile,
        mirror_files: Mapping[str, Held],
        *,
        ttl: float,
        transfer: str = "",
        base: str = "",
        prefix: str = "",
    ) -> Grant:
        """Grant one device this file for `ttl` seconds.

        `transfer`: the same as before a restart, else a new one of 128 bits is made. `base`: the
        address the device reaches us by, where it is not the one we listen on. `prefix`: the topic
        prefix under which the device may ask for chunks. TypeError for what is not staged.
        """
        if not isinstance(staged, StagedFile):
            raise TypeError("only a staged file is served")
        transfer = transfer or secrets.token_urlsafe(16)
        folder, _, name = staged.target.path.rpartition("/")
        named = {
            f"targets/{folder}/{staged.target.sha256}.{name}": staged.path,
            f"targets/{staged.target.path}": staged.path,
        }
        granted = _Granted(
            transfer=transfer,
            name=name,
            staged=staged,
            files={**mirror_files, **named},
            until=self._clock() + ttl,
            prefix=prefix,
        )
        self._change(lambda grants: {**grants, transfer: granted})
        base = (base or f"http://{self.host}:{self.port}").rstrip("/")
        url = f"{base}/{transfer}/{name}"
        if len(url.encode()) > URL_MAX:
            url = f"{base}/{transfer}/f{_suffix(name)}"
        return Grant(transfer=transfer, url=url, mirror=f"{base}/{transfer}/m")

    def revoke(self, transfer: str) -> None:
        """Serve it no longer; unknown ones too."""
        self._change(lambda grants: {key: one for key, one in grants.items() if key != transfer})

    def on_request(self, message: Message, publish: Callable[[Publish], None]) -> None:
        """Answer a device's request for chunks from our own thread; never blocks, never raises."""
        if self._asked < _BACKLOG and self._thread.is_alive():
            self._asked += 1
            self._loop.call_soon_threadsafe(self._answer, message, publish)

    def _change(self, change: Callable[[Mapping[str, _Granted]], Mapping[str, _Granted]]) -> None:
        now = self._clock()
        with self._swap:
            alive = {key: one for key, one in self._grants.items() if one.until > now}
            self._grants = change(alive)

    # --- its own thread --------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_route("*", "/{transfer}/{rest:.*}", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        try:
            self._loop.run_until_complete(self._listen(runner))
            self._ready.set()
            self._loop.run_forever()
        except OSError as error:
            self._failed = error
        finally:
            self._loop.run_until_complete(runner.cleanup())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()
            self._ready.set()

    async def _listen(self, runner: web.AppRunner) -> None:
        await runner.setup()
        await web.TCPSite(runner, self.host, self.port).start()
        self.port = runner.addresses[0][1]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.method not in {"GET", "HEAD"}:
            raise web.HTTPMethodNotAllowed(request.method, ["GET", "HEAD"])
        granted = self._bound(request.match_info["transfer"], request.remote or "")
        rest = request.match_info["rest"]
        if granted is None:
            raise web.HTTPNotFound
        if rest in {granted.name, f"f{_suffix(granted.name)}"}:
            return await self._send(request, granted, granted.staged.path)
        held = granted.files.get(rest.removeprefix("m/")) if rest.startswith("m/") else None
        if held is None:
            raise web.HTTPNotFound
        return await self._send(request, granted, held)

    def _bound(self, transfer: str, client: str) -> _Granted | None:
        """Return the grant if it is alive and this client's; its first client binds it."""
        granted = self._grants.get(transfer)
        if granted is None or granted.until <= self._clock():
            return None
        if not granted.client:
            granted = replace(granted, client=client)
            with self._swap:
                if transfer in self._grants:
                    self._grants = {**self._grants, transfer: granted}
        if granted.client != client:
            logger.warning("%s asked for what %s was granted", client, granted.client)
            return None
        return granted

    async def _send(
        self, request: web.Request, granted: _Granted, held: Held
    ) -> web.StreamResponse:
        if not _intact(granted):
            raise web.HTTPGone
        size = len(held) if isinstance(held, bytes) else held.stat().st_size
        own = held == granted.staged.path
        digest = granted.staged.target.sha256 if own else _digest(held)
        etag = f'"{digest}"'
        part = range_of(request.headers, size, etag)
        if part is None:
            raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
        first, end = part
        partial = (first, end) != (0, size)
        response = web.StreamResponse(status=206 if partial else 200)
        response.headers["ETag"] = etag
        response.headers["Accept-Ranges"] = "bytes"
        response.content_type = "application/octet-stream"
        if partial:
            response.headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
        response.content_length = end - first
        await response.prepare(request)
        at = first
        try:
            while request.method == "GET" and at < end:
                block = chunks.piece_of(held, at, min(_BLOCK, end - at))
                if not block or not _intact(granted):
                    break  # it changed under us: the device sees a short answer and asks again
                await response.write(block)
                at += len(block)
        finally:
            self._note(granted, request.remote or "", request.match_info["rest"], first, at - first)
        await response.write_eof()
        return response

    def _answer(self, message: Message, publish: Callable[[Publish], None]) -> None:
        self._asked -= 1
        prefix, request = chunks.prefix_of(message.topic), chunks.read(message.payload)
        if not prefix or request is None:
            return
        granted = self._grants.get(request.transfer)
        if granted and (granted.prefix != prefix or granted.until <= self._clock()):
            granted = None
        if granted and not _intact(granted):
            granted = None
        sent = 0
        try:
            for step in chunks.answer(prefix, request, granted.files if granted else None):
                if granted and not _intact(granted):
                    break
                publish(step)
                sent += len(step.payload)
        except (OrangeryError, OSError) as error:  # the device asks again
            logger.info("chunks for %s not sent: %s", prefix, error)
        if granted and sent:
            self._note(granted, prefix, request.file, request.start * chunks.CHUNK, sent)

    def _note(self, granted: _Granted, client: str, file: str, first: int, sent: int) -> None:
        logger.info(
            "%s fetched %s of %s…: %d bytes from %d",
            client,
            file,
            granted.transfer[:6],
            sent,
            first,
        )
        self._fetched.append(
            Fetched(
                at=self._clock(),
                transfer=granted.transfer,
                client=client,
                file=file,
                first=first,
                sent=sent,
            )
        )


def range_of(headers: Mapping[str, str], size: int, etag: str) -> tuple[int, int] | None:
    """Return (first, end) of what is asked for: all of it where no single range is; None: beyond.

    RFC 9110, 14.2: several ranges, other units and a range for other bytes (If-Range) are answered
    with the whole.
    """
    match = _RANGE.fullmatch(headers.get("Range", "").strip())
    if not match or headers.get("If-Range", etag) != etag or not (match[1] or match[2]):
        return 0, size
    if not match[1]:
        length = min(int(match[2]), size)
        return (size - length, size) if length else None
    first = int(match[1])
    end = min(int(match[2]) + 1, size) if match[2] else size
    if match[2] and int(match[2]) < first:
        return 0, size
    return (first, end) if first < size else None


def _intact(granted: _Granted) -> bool:
    """Whether the bytes are those that were verified; asked after reading, before they leave."""
    if granted.staged.intact():
        return True
    logger.warning("%s changed on the disk after it was verified", granted.staged.path)
    return False


def _digest(held: Held) -> str:
    if isinstance(held, bytes):
        return hashlib.sha256(held).hexdigest()
    with held.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _suffix(name: str) -> str:
    match = _SUFFIX.search(name)
    return match[0] if match else ""
