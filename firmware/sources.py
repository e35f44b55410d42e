"""Where weeks come from: an HTTP mirror, a folder or a bundle file, all read by name and offset.

Names are those of a TUF mirror, relative: "metadata/timestamp.json", "targets/fw/...". Nothing that
comes from here is trusted: firmware/trust.py verifies it.
"""

from __future__ import annotations

import io
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import urllib3

CHUNK = 256 * 1024
_CONNECT_S = 10.0
_SILENCE_S = 20.0  # longest wait between two pieces
_REDIRECTS = 3
_GONE = frozenset({403, 404, 410})  # object stores say 403 for what is not there
MAIN = "mirror/"
"""Before the name of a main root that a bundle brings along; its own roots have the plain names.

It sorts behind them: a bundle is known by what it begins with (resources/packages)."""

_TOP = re.compile(r"metadata/(timestamp|[0-9]+\.(root|snapshot))\.json")


class Absent(Exception):  # noqa: N818 - an answer, not a fault
    """The source answers and has no file of that name."""


class Unreachable(Exception):  # noqa: N818 - what it is to the reader
    """The source does not answer, or breaks off; its text is for the log."""


class Busy(Unreachable):
    """The source is bringing the file itself and has `have` bytes of it."""

    def __init__(self, have: int) -> None:
        super().__init__(f"busy, at {have} bytes")
        self.have = have


HAVE = "Orangery-Have"
"""Header of an answer 503: how many bytes the source has of what it is bringing."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Bytes of one file from `start` on; a source that cannot resume starts at 0."""

    start: int
    chunks: Iterator[bytes]


class Source(Protocol):
    """Anything that holds a TUF mirror."""

    def open(self, name: str, start: int = 0) -> AbstractContextManager[Stream]:
        """Open one file at an offset. Absent, Unreachable; the latter also while reading."""

    def close(self) -> None:
        """Let go of it."""


class Folder:
    """A mirror's files on a disk or a stick."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self, name: str, start: int = 0) -> Iterator[Stream]:
        """Open one file at an offset."""
        try:
            file = (self._folder / checked(name)).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise Absent(name) from error
        except OSError as error:
            raise Unreachable(f"{name}: {error.strerror}") from error
        with file:
            yield Stream(start, pieces(file, start))

    def close(self) -> None:
        """Nothing is held open."""


class Http:
    """A mirror on a web server. Follows the system's proxy settings and certificate store."""

    def __init__(
        self,
        base: str,
        *,
        connect_s: float = _CONNECT_S,
        silence_s: float = _SILENCE_S,
        safe: str = "/",
        pool: urllib3.PoolManager | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Read below `base`; the characters of a name that are `safe` are not quoted.

        `pool`: of other manners than the usual ones.
        """
        self._safe = safe
        self._base = base.rstrip("/") + "/"
        self._headers = {"Accept-Encoding": "identity", "User-Agent": "orangery", **(headers or {})}
        self._pool = pool or _pool(
            self._base,
            timeout=urllib3.Timeout(connect=connect_s, read=silence_s),
            retries=urllib3.Retry(
                total=None, connect=2, read=0, redirect=_REDIRECTS, status=0, other=0
            ),
        )

    @contextmanager
    def open(self, name: str, start: int = 0) -> Iterator[Stream]:
        """Open one file at an offset, by a byte range where the server can."""
        response = self._request("GET", name, start)
        try:
            if response.status == 416:  # noqa: PLR2004 - nothing there: it is a shorter file
                raise Absent(name)
            yield Stream(_first_byte(response, name, start), _body(response))
        finally:
            response.close()

    def look(self, name: str) -> None:
        """Ask whether the file is there, and for no byte of it. Absent, Busy, Unreachable."""
        response = self._request("HEAD", name)
        response.close()
        _first_byte(response, name, 0)

    def _request(self, method: str, name: str, start: int = 0) -> urllib3.BaseHTTPResponse:
        more = {"Range": f"bytes={start}-"} if start else {}
        url = self._base + urllib.parse.quote(checked(name), self._safe)
        headers = {**self._headers, **more}
        try:
            return self._pool.request(method, url, headers=headers, preload_content=False)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise Unreachable(_plain(error)) from error

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


class BundleTop:
    """The bundle repository of a mirror: its own top in bundle/metadata, all else shared."""

    def __init__(self, mirror: Source) -> None:
        self._mirror = mirror

    def open(self, name: str, start: int = 0) -> AbstractContextManager[Stream]:
        """Open one file at an offset, by its name in a bundle."""
        place = f"bundle/{name}" if is_top(name) else name.removeprefix(MAIN)
        return self._mirror.open(place, start)

    def close(self) -> None:
        """Close the mirror."""
        self._mirror.close()


def is_top(name: str) -> bool:
    """Whether a file is one of those that the two repositories of a maker do not share."""
    return _TOP.fullmatch(name) is not None


def has(source: Source, name: str) -> bool:
    """Whether the source holds a file of that name. Unreachable."""
    try:
        with source.open(name):
            return True
    except Absent:
        return False


def checked(name: str) -> str:
    """Return `name` where it is a plain relative path; Absent otherwise."""
    if "\\" in name or any(part in ("", ".", "..") for part in name.split("/")):
        raise Absent(name)
    return name


def pieces(file: io.BufferedReader, start: int, length: int | None = None) -> Iterator[bytes]:
    """Read `length` bytes (None: all) from `start` on, never more than CHUNK at once."""
    try:
        file.seek(start)
        left = length
        while block := file.read(CHUNK if left is None else min(CHUNK, left)):
            if left is not None:
                left -= len(block)
            yield block
    except OSError as error:
        raise Unreachable(str(error.strerror)) from error


def _pool(
    base: str, *, timeout: urllib3.Timeout, retries: urllib3.Retry
) -> urllib3.PoolManager | urllib3.ProxyManager:
    parts = urllib.parse.urlsplit(base)
    proxy = urllib.request.getproxies().get(parts.scheme, "")
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy, timeout=timeout, retries=retries)
    return urllib3.PoolManager(timeout=timeout, retries=retries)


def _first_byte(response: urllib3.BaseHTTPResponse, name: str, asked: int) -> int:
    """Return the offset that the answer starts at."""
    if response.status in _GONE:
        raise Absent(name)
    if response.status == 200:  # noqa: PLR2004 - the whole file
        return 0
    said = response.headers.get("Content-Range", "")
    if response.status == 206 and said.startswith(f"bytes {asked}-"):  # noqa: PLR2004 - the rest
        return asked
    if response.status == 503 and (have := response.headers.get(HAVE, "")).isdecimal():  # noqa: PLR2004
        raise Busy(int(have[:18]))
    raise Unreachable(f"HTTP {response.status} for {name}")


def _body(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from response.stream(CHUNK, decode_content=False)
    except urllib3.exceptions.HTTPError as error:
        raise Unreachable(_plain(error)) from error


def _plain(error: Exception) -> str:
    """Return the innermost reason, in the system's own words where it has some."""
    reason: BaseException = error
    while isinstance(inner := getattr(reason, "reason", None) or reason.__cause__, Exception):
        reason = inner
    said = getattr(reason, "strerror", None) or f"{type(reason).__name__}: {reason}"
    return str(said)[:200]
