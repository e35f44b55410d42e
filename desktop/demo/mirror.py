"""The makers' web server in the demo: static files on loopback, and what can go wrong with one."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self


class Mirror:
    """Serves `folder` on loopback; `folder` may be changed while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server = _Server(("127.0.0.1", 0), partial(_Files, mirror=self))
        self._thread = threading.Thread(target=self._server.serve_forever, name="mirror")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Return its base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"


class _Server(ThreadingHTTPServer):
    daemon_threads = True


class _Files(SimpleHTTPRequestHandler):
    def __init__(self, *args: object, mirror: Mirror, **words: object) -> None:
        super().__init__(*args, directory=str(mirror.folder), **words)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        """Say nothing: the story tells what matters."""
