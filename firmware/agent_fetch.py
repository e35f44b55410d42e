"""How a reference device fetches over HTTP: from any byte on, and every mishap in two words."""

from __future__ import annotations

from collections.abc import Iterator

import urllib3
from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

_BLOCK = 64 * 1024
_PARTIAL = 206


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
            answer.drain_conn()
            raise DownloadHTTPError(f"{url}: {answer.status}", answer.status)
        return _body(answer, first if answer.status != _PARTIAL else 0)


def from_byte(fetcher: FetcherInterface, url: str, first: int) -> Iterator[bytes]:
    """Give the bytes of `url` from `first` on, over whatever there is. Raises as HttpFetcher."""
    if isinstance(fetcher, HttpFetcher):
        return fetcher.fetch_from(url, first)
    return _without(fetcher.fetch(url), first)


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
        answer.release_conn()
