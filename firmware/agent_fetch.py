"""How a reference device fetches: from any byte on, and every mishap in one of two words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import urllib3
from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

from firmware.agent_offer import UnreachableError

Fetcher = FetcherInterface

_BLOCK = 64 * 1024
_PARTIAL = 206
_MISSING = frozenset({403, 404})


class MissingError(UnreachableError):
    """The mirror answers, and has no such file now."""


class HttpFetcher(FetcherInterface):
    """Fetches from one mirror. DownloadHTTPError: its answer; DownloadError: whatever else."""

    def __init__(self, timeout_s: float = 10.0) -> None:
        self._pool = urllib3.PoolManager(timeout=timeout_s, retries=False)

    def _fetch(self, url: str) -> Iterator[bytes]:
        return self.fetch_from(url, 0)

    def fetch_from(self, url: str, first: int) -> Iterator[bytes]:
        """Give the bytes from `first` on, also where the mirror knows no ranges."""
        asked = {"Range": f"bytes={first}-"} if first else {}
        try:
            answer = self._pool.request("GET", url, headers=asked, preload_content=False)
        except urllib3.exceptions.HTTPError as error:
            raise DownloadError(f"{url}: {error}") from error
        if answer.status >= 400:  # noqa: PLR2004 - RFC 9110
            answer.close()
            raise DownloadHTTPError(f"{url}: {answer.status}", answer.status)
        return _body(answer, first if answer.status != _PARTIAL else 0)


def bounded(fetcher: Fetcher, url: str, most: int) -> bytes | None:
    """Return a small file; None where it is larger. UnreachableError, MissingError."""
    body = b""
    with _in_our_words():
        for piece in fetcher.fetch(url):
            body += piece
            if len(body) > most:
                return None
    return body


def from_byte(
    fetcher: Fetcher, url: str, first: int, progress: Callable[[int], None]
) -> Iterator[bytes]:
    """Give the bytes of `url` from `first` on. progress(have). UnreachableError, MissingError."""
    have = first
    with _in_our_words():
        if isinstance(fetcher, HttpFetcher):
            pieces = fetcher.fetch_from(url, first)
        else:
            pieces = _without(fetcher.fetch(url), first)
        for piece in pieces:
            have += len(piece)
            progress(have)
            yield piece


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except DownloadHTTPError as error:
        kind = MissingError if error.status_code in _MISSING else UnreachableError
        raise kind(str(error)) from error
    except DownloadError as error:
        raise UnreachableError(str(error)) from error


def _without(pieces: Iterator[bytes], skip: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[skip:]
        skip = max(0, skip - len(piece))


def _body(answer: urllib3.BaseHTTPResponse, skip: int) -> Iterator[bytes]:
    try:
        yield from _without(answer.stream(_BLOCK), skip)
    except urllib3.exceptions.HTTPError as error:  # cut off in the middle, too
        raise DownloadError(str(error)) from error
    finally:
        answer.close()
