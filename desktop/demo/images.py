"""Firmware images that simulated Tasmota plugs take, and how they fetch them.

An image for them is a whole ESP8266 image whose one segment carries the text
`ORANGERY-DEMO/<version>(<build>)` and a zero byte: that is how a plug knows what it runs after the
boot. A real image says so only when it runs.
"""

from __future__ import annotations

import gzip
import re
import struct
import zlib

import urllib3

_FETCH_LIMIT = 4 * 1024 * 1024  # bytes: the flash of such a device
_MARKER = re.compile(rb"ORANGERY-DEMO/([0-9A-Za-z.+-]{1,40})\(([0-9A-Za-z.+-]{1,40})\)\0")
_ESP_MAGIC = 0xE9
_GZIP_MAGIC = b"\x1f\x8b"


def demo_image(version: str, build: str = "tasmota", *, compressed: bool = False) -> bytes:
    """Return an ESP8266 image as such a plug takes it: whole, with its checksum, no program."""
    data = f"ORANGERY-DEMO/{version}({build})".encode() + b"\0" + bytes(range(256)) * 16
    data += b"\0" * (-len(data) % 4)
    body = struct.pack("<BBBBI", _ESP_MAGIC, 1, 0, 0x20, 0x40100000)
    body += struct.pack("<II", 0x40200000, len(data)) + data
    body += b"\0" * (15 - len(body) % 16)
    checksum = 0xEF
    for byte in data:
        checksum ^= byte
    image = body + bytes([checksum])
    return gzip.compress(image, mtime=0) if compressed else image


class _Refused(Exception):  # noqa: N818 - a plug's word, not an error of ours
    """The firmware's own words for a file that it does not take."""


def fetched(url: str, limit: float) -> tuple[str, str] | str:
    """Return (version, build) of the image at `url`, or the firmware's words for what is wrong."""
    try:
        data = _downloaded(url, limit)
        if data.startswith(_GZIP_MAGIC):
            data = _inflated(data)
    except _Refused as refused:
        return str(refused)
    except urllib3.exceptions.HTTPError:
        return "Connection refused"
    if not data or data[0] != _ESP_MAGIC:
        return "Magic byte is not 0xE9"
    found = _MARKER.search(data)
    return (found[1].decode(), found[2].decode()) if found else "File type mismatch"


def _downloaded(url: str, limit: float) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise _Refused("Wrong URL")
    with urllib3.PoolManager(retries=False, timeout=limit) as pool:
        answer = pool.request("GET", url, preload_content=False)
        data = answer.read(_FETCH_LIMIT + 1)
        answer.close()
    if answer.status != 200:  # noqa: PLR2004 - OK
        raise _Refused(f"Wrong HTTP code {answer.status}")
    if len(data) > _FETCH_LIMIT:
        raise _Refused("Not enough space")
    return data


def _inflated(data: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=31)
    try:
        inner = inflater.decompress(data, _FETCH_LIMIT)
    except zlib.error as error:
        raise _Refused("Decompression error") from error
    if not inflater.eof:
        raise _Refused("Decompression error")
    return inner
