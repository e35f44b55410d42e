"""Which bytes a request is answered with, and how fast a device may have them. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=([0-9]{0,19})-([0-9]{0,19})")
_TAG = re.compile(r'(W/)?"([^"]*)"')
_BURST_S = 0.25
BLOCK_LEAST = 64 << 10  # bytes that are sent at once
BLOCK_MOST = 2 << 20  # nginx's sendfile_max_chunk: with more, one fast device has the server alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one device, and all of them together, may take."""

    rate: int = 64 << 20  # bytes a second to one device; 0: as fast as it goes
    connections: int = 4  # answers to one device at once
    slots: int = 128  # answers at once
    idle_s: float = 30.0  # a connection that asks nothing, or takes nothing, for so long is closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How a request for a file is answered: the bytes from `first` to before `end` of `size`."""

    status: int  # 200, 206, 304, 412, 416
    first: int = 0
    end: int = 0
    size: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """What is said of the range."""
        if self.status == 206:  # noqa: PLR2004 - Partial Content
            return {"Content-Range": f"bytes {self.first}-{self.end - 1}/{self.size}"}
        return {"Content-Range": f"bytes */{self.size}"} if self.status == 416 else {}  # noqa: PLR2004 - Range Not Satisfiable


def part_of(method: str, headers: Mapping[str, str], size: int, etag: str) -> Part:
    """Follow RFC 9110, 13.2.2: If-Match, If-None-Match, then the range with If-Range.

    `etag`: a strong one, without quotes. Several ranges, other units, what is no range and a range
    of other bytes (If-Range) are answered with the whole, and only GET has ranges (14.2).
    """
    if (match := headers.get("If-Match")) and not _names(match, etag, weak=False):
        return Part(status=412)
    if (none := headers.get("If-None-Match")) and _names(none, etag, weak=True):
        return Part(status=304)
    asked = _RANGE.fullmatch(headers.get("Range", "").strip()) if method == "GET" else None
    if asked is None or headers.get("If-Range", f'"{etag}"') != f'"{etag}"':
        return Part(status=200, end=size, size=size)
    return _range(asked[1], asked[2], size)


class Pace:
    """A device's share: `rate` bytes a second over all its answers; 0: no limit."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._free = 0.0  # when all that was taken so far may have left

    def take(self, size: int, now: float) -> float:
        """Take `size` bytes; return the seconds to wait before they may leave."""
        if not self._rate:
            return 0.0
        wait = self.debt(now)
        self._free = max(self._free, now) + size / self._rate
        return wait

    def debt(self, now: float) -> float:
        """Return the seconds until the next byte may leave."""
        return max(0.0, self._free - now - _BURST_S)

    def block(self, largest: int) -> int:
        """Return how many bytes to take at once: a quarter of a second's, at most `largest`."""
        return min(largest, max(4096, math.ceil(self._rate / 4))) if self._rate else largest


def block_after(block: int, seconds: float) -> int:
    """Return the bytes to send at once after a block that took so long.

    Between two looks at whether it may go on, a slow device takes about a second.
    """
    if seconds > 1.0:
        return max(BLOCK_LEAST, block // 4)
    return min(BLOCK_MOST, block * 2) if seconds < 0.25 else block  # noqa: PLR2004 - a quarter of it


def _range(first: str, last: str, size: int) -> Part:
    whole = Part(status=200, end=size, size=size)
    beyond = Part(status=416, size=size)
    if not first:
        length = min(int(last), size) if last else -1
        if length < 0:
            return whole
        return Part(status=206, first=size - length, end=size, size=size) if length else beyond
    if last and int(last) < int(first):
        return whole
    if int(first) >= size:
        return beyond
    end = min(int(last) + 1, size) if last else size
    return Part(status=206, first=int(first), end=end, size=size)


def _names(said: str, etag: str, *, weak: bool) -> bool:
    if said.strip() == "*":
        return True
    return any(tag == etag and (weak or not mark) for mark, tag in _TAG.findall(said))
