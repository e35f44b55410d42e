"""A file server with one grant for tests, and ways to ask it."""

from __future__ import annotations

import hashlib
import http.client
import json
import queue
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from firmware.release import Fits, Target
from firmware.serve import FileServer
from fleet.model import Message
from tests.firmware import releases

BODY = bytes(range(256)) * 700  # 179,200 bytes: several blocks
DIGEST = hashlib.sha256(BODY).hexdigest()
PATH = "fw/acme/lamp/lamp-1.2.0.bin.gz"
MIRRORED = f"targets/fw/acme/lamp/{DIGEST}.lamp-1.2.0.bin.gz"
PREFIX = "orangery/v1/dev/lamp"
ROOT = {"metadata/1.root.json": b"{root}"}


@contextmanager
def serving(**chosen) -> Iterator[FileServer]:
    server = FileServer(**chosen)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def staged(folder, path: str = PATH, body: bytes = BODY):
    file = folder / "blob"
    if not file.exists():  # what is written again is not what was verified
        file.write_bytes(body)
    target = Target(
        path=path,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        version="1.2.0",
        counter=2,
        line="lamp",
        fits=Fits(vendor="acme", model="lamp"),
    )
    return releases.staged(file, target)


def ask(url: str, method: str = "GET", source: str = "127.0.0.1", **headers: str):
    parts = urlsplit(url)
    link = http.client.HTTPConnection(parts.netloc, timeout=10, source_address=(source, 0))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    link.request(method, parts.path, headers=named)
    answer = link.getresponse()
    body = answer.read()
    link.close()
    return answer, body


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    """A connection to the server that `url` names, for what no library would send."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as link:
        yield link


def to_the_end(link: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    came = b""
    try:
        while piece := link.recv(65_536):
            came += piece
    except ConnectionResetError:
        pass
    return came


def eventually(holds: Callable[[], object], limit: float = 10.0) -> None:
    """Wait for what the server does in a thread of its own and tells nobody."""
    deadline = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


class Wire(queue.Queue):
    """What was published, with a deadline for waiting."""

    def take(self, count: int):
        return [self.get(timeout=10) for _ in range(count)]


def request(server, wire, *, prefix: str = PREFIX, largest: int = 0, **asked: object) -> None:
    payload = json.dumps({"stream": "s", **asked}).encode()
    message = Message(broker="home", topic=f"{prefix}/fw/req", payload=payload)
    server.on_request(message, wire.put_nowait, largest)
