"""Connections that no server can hold: bytes come at a least rate, from the first header on.

A limit on the silence between two bytes is not enough: one byte now and then would hold a thread
for days.
"""

from __future__ import annotations

import socket
import time

import urllib3
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

LEAST = 64 * 1024  # bytes a second
GRACE_S = 5.0  # before that
_CONNECT_S = 2.0


def pool() -> urllib3.PoolManager:
    """Return a pool for plain HTTP of this home: no proxy, no redirect, each request once."""
    manager = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=_CONNECT_S, read=GRACE_S), retries=False
    )
    manager.pool_classes_by_scheme = {"http": _Pool}
    return manager


class _Socket(socket.socket):
    """Raises TimeoutError where what came is behind the least rate."""

    def __init__(self, connected: socket.socket) -> None:
        super().__init__(fileno=connected.detach())
        self._until = time.monotonic() + GRACE_S

    def recv_into(self, *args: object, **words: object) -> int:
        """Read what comes in time."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("too slow")
        self.settimeout(left)
        got: int = super().recv_into(*args, **words)  # type: ignore[arg-type]
        self._until += got / LEAST
        return got


class _Connection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _Socket(self.sock)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection
