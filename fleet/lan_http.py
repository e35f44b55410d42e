"""Asks devices over plain HTTP: the few that cannot be asked over MQTT, by consent only.

Only at private addresses written as numbers (RFC 1918, link-local, unique local), so that no name
server and no redirect decides where a request goes; no proxy is asked, an answer is bounded, and a
connection ends at its deadline whatever the other side does. Every call blocks: in a pool only.
urllib3's only door in this room.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import secrets
import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection

from fleet.errors import OrangeryError
from fleet.steps import HttpRequest

ANSWER_MOST = 64 << 10  # bytes of an answer that are read
_METHODS = frozenset({"GET", "POST", "PUT"})
_PRIVATE = (
    *map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")),
    *map(ipaddress.ip_network, ("169.254.0.0/16", "fe80::/10", "fc00::/7")),
)
_NEVER = frozenset(map(ipaddress.ip_address, ("169.254.169.254", "fd00:ec2::254")))
"""Where computers in data centres are told their secrets: link-local, and no device."""
_PLAIN = re.compile(r"[^A-Za-z0-9._-]")
_LATE = "it took too long"
_FAILED = (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError)


class LanError(OrangeryError):
    """A device was not reached over HTTP.

    http_address_refused: it is none of this home's network. Nothing was sent.
    http_unreachable: nothing was sent.
    http_no_answer: it may have taken the request all the same.
    `fact`: the address, and what went wrong there.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, in seconds."""

    connect: float = 5.0
    answer: float = 30.0  # for each part of it
    whole: float = 60.0  # for all of it
    upload: float = 600.0  # for all of it, where a file goes along: small devices write slowly


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file on its way to a device; `pieces` are read as they leave."""

    name: str
    size: int  # bytes of all pieces
    pieces: Iterable[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a device answered; the body at most ANSWER_MOST bytes of it."""

    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it did as it was asked."""
        return 200 <= self.status < 300  # noqa: PLR2004 - Successful

    @property
    def words(self) -> str:
        """Its first words, for people."""
        said = " ".join(self.body[:200].decode(errors="replace").split())
        return f"{self.status} {said}".strip()


PATIENCE = Patience()


def send(
    request: HttpRequest,
    *,
    upload: Upload | None = None,
    loopback: bool = False,
    patience: Patience = PATIENCE,
) -> Answer:
    """Ask, and return the answer whatever its status; redirects are answers too. LanError.

    `upload`: the file that goes along where `request.upload` names its field; ValueError where only
    one of the two is there. `loopback`: this computer counts as the home's network, where all its
    devices live on it.
    """
    if bool(request.upload) is not (upload is not None):
        raise ValueError("a field without a file, or a file without a field")
    host, port, path = _where(request, loopback=loopback)
    link = HTTPConnection(host, port, timeout=patience.connect)
    address = f"{host}:{port}"
    try:
        link.connect()
    except _FAILED as error:
        raise LanError("http_unreachable", fact=f"{address}: {_words(error)}") from error
    if link.sock:
        link.sock.settimeout(patience.answer)
    late = threading.Event()
    whole = patience.upload if upload else patience.whole
    watch = threading.Timer(whole, _cut, (link.sock, late))
    watch.daemon = True
    watch.start()
    try:
        answer = _asked(link, request, path, upload)
    except _FAILED as error:
        words = _LATE if late.is_set() else _words(error)
        raise LanError("http_no_answer", fact=f"{address}: {words}") from error
    finally:
        watch.cancel()
        link.close()
    if late.is_set():  # what was cut among its headers looks like a whole answer
        raise LanError("http_no_answer", fact=f"{address}: {_LATE}")
    return answer


def is_of_home(host: str, *, loopback: bool = False) -> bool:
    """Whether `host` is a private address written as a number."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if address.is_loopback:
        return loopback
    return address not in _NEVER and any(address in network for network in _PRIVATE)


def _where(request: HttpRequest, *, loopback: bool) -> tuple[str, int, str]:
    try:
        parts = urlsplit(request.url)
        port = parts.port or 80
    except ValueError as error:
        raise LanError("http_address_refused", fact=request.url[:100]) from error
    host = parts.hostname or ""
    plain = parts.scheme == "http" and not parts.username and request.method in _METHODS
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    printable = path.isascii() and path.isprintable() and " " not in path
    if not (plain and printable and is_of_home(host, loopback=loopback)):
        raise LanError("http_address_refused", fact=parts.netloc[:100] or request.url[:100])
    return host, port, path


def _asked(link: HTTPConnection, request: HttpRequest, path: str, upload: Upload | None) -> Answer:
    headers = {"User-Agent": "Orangery", "Accept-Encoding": "identity", "Connection": "close"}
    body: bytes | Iterator[bytes] | None = request.body or None
    if request.content_type:
        headers["Content-Type"] = request.content_type
    if upload is not None:
        head, tail, headers["Content-Type"] = _multipart(request.upload, upload.name)
        headers["Content-Length"] = str(len(head) + upload.size + len(tail))
        body = _joined(head, upload.pieces, tail)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it answers before the end
        link.request(
            request.method, path, body=body, headers=headers, preload_content=False,
            decode_content=False,
        )  # fmt: skip
    answer = link.getresponse()
    return Answer(status=answer.status, body=answer.read(ANSWER_MOST) or b"")


def _multipart(field: str, name: str) -> tuple[bytes, bytes, str]:
    """Return what goes before and after the file (RFC 7578), and the type of the whole."""
    mark = secrets.token_hex(16)
    head = (
        f"--{mark}\r\n"
        f'Content-Disposition: form-data; name="{_PLAIN.sub("_", field)}"; '
        f'filename="{_PLAIN.sub("_", name)}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode(), f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def _joined(head: bytes, pieces: Iterable[bytes], tail: bytes) -> Iterator[bytes]:
    yield head
    yield from pieces
    yield tail


def _cut(link: socket.socket | None, late: threading.Event) -> None:
    """End a connection under its reader."""
    late.set()
    if link is not None:
        with contextlib.suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)


def _words(error: Exception) -> str:
    inner = error.__cause__ or error
    return str(getattr(inner, "strerror", None) or inner or type(inner).__name__)[:200]
