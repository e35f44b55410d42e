"""What a hub shows to everybody: fetched without a signature, so it learns nothing of who asks.

Fetched by whoever wants to look after something, never by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
import urllib3

from feedback.wire import HubError, Problem

_TIMEOUT: Final = urllib3.Timeout(connect=5, read=60)
_PIECE: Final = 1 << 16
_LINE_MAX: Final = 1 << 20  # bytes: no line of ours is longer


@contextmanager
def opened(hub_url: str, path: str) -> Iterator[Iterator[bytes]]:
    """Give the lines of a public file, however long it is.

    HubError: hub_unreachable, hub_not_understood, or the code that the hub refuses with.
    """
    with urllib3.PoolManager(retries=False, timeout=_TIMEOUT) as pool:
        try:
            answer = pool.request("GET", hub_url.rstrip("/") + path, preload_content=False)
            try:
                if answer.status != 200:  # noqa: PLR2004 - the only good answer
                    raise _refusal(answer.read(_LINE_MAX), answer.status)
                yield _lines(answer)
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise HubError("hub_unreachable", url=hub_url, fact=error) from error


def _lines(answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    left = b""
    for piece in answer.stream(_PIECE):
        *whole, left = (left + piece).split(b"\n")
        for line in whole:
            yield line + b"\n"
        if len(left) > _LINE_MAX:
            raise HubError("hub_not_understood", fact="a line without an end")
    if left:
        yield left


def _refusal(body: bytes, status: int) -> HubError:
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.MsgspecError:
        return HubError("hub_not_understood", fact=status)
    return HubError(problem.code or "hub_not_understood", fact=problem.detail or status)
