"""Hands on to other desktops of the home what share.py names: read only, and to this network alone.

GET and HEAD of `/<maker>/<name on a mirror>`, with byte ranges, for who knows the home's key: no
guest in its network can ask which files lie here. A file that this desktop is itself bringing is
answered with 503 and how much of it is here. One thread, one loop; it runs only while the owner
wishes to share.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from firmware.near import KEY, NAME
from firmware.serve import ServeError
from firmware.share import Files
from firmware.sources import HAVE
from firmware.trust import TrustError
from fleet.errors import StoreError
from fleet.neighbours import is_local

logger = logging.getLogger(__name__)

_AT_ONCE = 4  # answers under way to one address
_RATE = 20.0  # requests a second of one address, for long
_BURST = 100.0
_CLIENTS = 256  # addresses whose rate is remembered
_FILE = re.compile(r"targets/(?:.*/)?([0-9a-f]{64})\.[^/]+")

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ShareServer:
    """Serves on one address; `start` before, `stop` after."""

    def __init__(
        self,
        host: str,
        files: Callable[[str], Files],
        coming: Callable[[str, str], int | None],
        *,
        key: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`files`: of a maker (share.files); `coming`: as Near.answer."""
        self.host, self.port = host, 0
        self._files, self._coming, self._key, self._clock = files, coming, key, clock
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="share")
        self._ready = threading.Event()
        self._failed: OSError | None = None
        self._busy: Counter[str] = Counter()
        self._asked: dict[str, tuple[float, float]] = {}  # address -> when, requests to its credit

    def start(self) -> None:
        """Serve; `port` is known afterwards. ServeError where the address cannot be bound."""
        self._thread.start()
        self._ready.wait()
        if self._failed:
            self._thread.join()
            raise ServeError("serve_unavailable", host=self.host, port=0, words=self._failed)

    def stop(self) -> None:
        """Cut what is under way and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    # --- its own thread --------------------------------------------------------------------------

    def _run(self) -> None:
        app = web.Application(middlewares=[self._admit])
        app.router.add_get("/{maker}/{name:.+}", self._serve)
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
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()
            self._ready.set()

    async def _listen(self, runner: web.AppRunner) -> None:
        await runner.setup()
        await web.TCPSite(runner, self.host, 0).start()
        self.port = runner.addresses[0][1]

    @web.middleware
    async def _admit(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        """Let in who is of this network, and not too often."""
        client = request.remote or ""
        if not is_local(client):
            raise web.HTTPForbidden
        if not self._in_credit(client) or self._busy[client] >= _AT_ONCE:
            raise web.HTTPTooManyRequests(headers={"Retry-After": "1"})
        self._busy[client] += 1
        try:
            return await handler(request)
        finally:
            self._busy[client] -= 1
            self._busy += Counter()  # drops those at nothing

    def _in_credit(self, client: str) -> bool:
        now = self._clock()
        at, credit = self._asked.pop(client, (now, _BURST))
        credit = min(_BURST, credit + (now - at) * _RATE)
        self._asked[client] = (now, max(0.0, credit - 1))
        while len(self._asked) > _CLIENTS:
            del self._asked[next(iter(self._asked))]
        return credit >= 1

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if not hmac.compare_digest(request.headers.get(KEY, "").encode(), self._key.encode()):
            raise web.HTTPNotFound
        name = request.match_info["name"]
        try:
            held = self._files(request.match_info["maker"]).get(name)
        except (TrustError, StoreError) as error:
            raise web.HTTPNotFound from error
        if isinstance(held, bytes):
            return web.Response(body=held, content_type="application/octet-stream")
        if held is not None:
            return _File(held)
        file = _FILE.fullmatch(name)
        have = self._coming(file[1], request.headers.get(NAME, "")) if file else None
        if have is None:
            raise web.HTTPNotFound
        raise web.HTTPServiceUnavailable(headers={"Retry-After": "1", HAVE: str(have)})


class _File(web.FileResponse):
    """A file of the stage; a disk that gives no more of it cuts the answer and nothing else."""

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        try:
            return await super().prepare(request)
        except ConnectionError:
            raise  # the other one went
        except OSError as error:
            logger.warning("a file cannot be handed on: %s", error)
            raise ConnectionResetError from error
