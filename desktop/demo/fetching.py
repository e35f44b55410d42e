"""How simulated devices fetch the image they are told of, and what Tasmota plugs say of a bad one.

An image for them is a whole ESP8266 image with a text in it that says its version and build: that
is how a plug knows what it runs after the boot. A real image says so only when it runs.
"""

from __future__ import annotations

import re
import zlib

import urllib3

from desktop.demo.images import esp_demo_version

_FETCH_LIMIT = 4 * 1024 * 1024  # bytes: the flash of such a device
_VERSION = re.compile(r"([0-9A-Za-z.+-]{1,40})(?:\(([0-9A-Za-z.+-]{1,40})\))?")
_ESP_MAGIC = 0xE9
_GZIP_MAGIC = b"\x1f\x8b"


class _Refused(Exception):  # noqa: N818 - a plug's word, not an error of ours
    """The firmware's own words for a file that it does not take."""


def downloaded(url: str, limit: float) -> bytes | str:
    """Return what is at `url`, or a firmware's words for why it could not be had."""
    try:
        return _downloaded(url, limit)
    except _Refused as refused:
        return str(refused)
    except urllib3.exceptions.HTTPError:
        return "Connection refused"


def fetched(url: str, limit: float) -> tuple[str, str] | str:
    """Return (version, build) of the image at `url`, or the firmware's words for what is wrong."""
    data = downloaded(url, limit)
    if isinstance(data, str):
        return data
    try:
        if data.startswith(_GZIP_MAGIC):
            data = _inflated(data)
    except _Refused as refused:
        return str(refused)
    if not data or data[0] != _ESP_MAGIC:
        return "Magic byte is not 0xE9"
    found = _VERSION.fullmatch(esp_demo_version(data))
    return (found[1], found[2] or "tasmota") if found else "File type mismatch"


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
