"""Runs the application under uvicorn: says one JSON line when ready, stops at a signal."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from feedback.wire import HubError
from hub import service
from hub.app import Hub, application

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run(hub: Hub, host: str, port: int, *, with_parent: bool = False) -> None:
    """Serve until a signal comes; HubError("port_taken") where nobody can listen there."""
    listener = _listener(host, port)
    config = uvicorn.Config(
        application(hub), log_level="warning", access_log=False, timeout_graceful_shutdown=5
    )
    server = _Server(config)
    if with_parent:
        threading.Thread(target=_watch, args=(server,), name="parent watch", daemon=True).start()
    with hub.store.serving():
        server.run(sockets=[listener])


def look(host: str, port: int) -> None:
    """Find out whether anybody could listen there. HubError("port_taken")."""
    _listener(host, port).close()


class _Server(uvicorn.Server):
    """Uvicorn that says when it is ready and ends with code 0 at a signal."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            ready = {"ready": True, "url": f"http://{shown}:{port}", "pid": os.getpid()}
            sys.stdout.write(json.dumps(ready) + "\n")
            sys.stdout.flush()
        service.notify("READY=1")

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at a signal, and do not raise it again afterwards as uvicorn would."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.should_exit = True

        before = {number: signal.signal(number, stop) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listener(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise HubError("port_taken", host=host, port=port, fact=error) from error


def _watch(server: uvicorn.Server) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    server.should_exit = True
