"""The sockets that devices connect to: one an address, open only while something is granted there.

Never on all addresses at once. An address is opened by whoever grants, so that it listens before a
device is told; it is closed in the loop's thread.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass

_BACKLOG = 128


@dataclass(slots=True)
class _Open:
    """One address: its socket, and what takes its connections once the loop has come to it."""

    socket: socket.socket
    server: Future[asyncio.Server] | None = None

    def close(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.server and self.server.done() and not self.server.exception():
            self.server.result().close()
        if self.socket.fileno() >= 0:  # the loop may have begun and not told yet
            loop.remove_reader(self.socket)
        self.socket.close()


class Listeners:
    """Listens for `protocol` in `loop`, on `port` of each address where that one is free."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        protocol: Callable[[], asyncio.BaseProtocol],
        *,
        port: int,
        idle_s: float,
    ) -> None:
        self._loop, self._protocol = loop, protocol
        self._port, self._idle_s = port, idle_s
        self._open: dict[str, _Open] = {}
        self._lock = threading.Lock()

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Return where we listen now."""
        with self._lock:
            return tuple((host, _port(one.socket)) for host, one in self._open.items())

    def open(self, host: str) -> int:
        """Listen on `host` and return the port; OSError where it is none of our addresses."""
        with self._lock:
            if host not in self._open:
                self._open[host] = self._begun(host)
            return _port(self._open[host].socket)

    def keep(self, wanted: Callable[[], Collection[str]]) -> None:
        """Close all addresses but those `wanted`, which is asked while nobody opens one."""
        with self._lock:
            for host in self._open.keys() - set(wanted()):
                self._open.pop(host).close(self._loop)

    def _begun(self, host: str) -> _Open:
        listening = bound(host, self._port, else_any=True)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # inherited: who takes nothing for so long is cut
            limit = int(self._idle_s * 1000)
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, limit)
        listening.listen(_BACKLOG)
        begun = _Open(listening)
        begun.server = asyncio.run_coroutine_threadsafe(self._serve(listening), self._loop)
        return begun

    async def _serve(self, listening: socket.socket) -> asyncio.Server:
        return await self._loop.create_server(self._protocol, sock=listening, backlog=_BACKLOG)


def bound(host: str, port: int, *, else_any: bool = False) -> socket.socket:
    """Return a socket bound to this address; `else_any`: to another port where this one is taken.

    OSError: the address is not ours, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    one = socket.socket(family)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE or not (port and else_any):
                raise
            one.bind((host, 0))
    except OSError:
        one.close()
        raise
    return one


def _port(one: socket.socket) -> int:
    return int(one.getsockname()[1])
