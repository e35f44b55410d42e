"""How a simulated Zigbee2MQTT takes an image: by an index that names type, maker and hash.

What it says of a file that it does not take are Zigbee2MQTT's own words.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping

import msgspec
import urllib3

_LIMIT = 4 * 1024 * 1024  # bytes
_MAGIC = struct.pack("<I", 0x0BEEF11E)
_HEAD = struct.Struct("<IHHHHHIH32sI")


class ImageRefused(Exception):  # noqa: N818 - a bridge's word, not an error of ours
    """There is no image for this device."""

    def __init__(self, why: str = "No image currently available") -> None:
        super().__init__(why)


def image_in(
    url: str, wanted: tuple[int, int, int], limit: float, *, downgrade: bool = False
) -> tuple[int, str]:
    """Return (file version, build) of the image that the index at `url` has for a device.

    `wanted`: manufacturer code, image type and the version it runs. ImageRefused.
    """
    if not url.endswith(".json"):  # then only the version of the bare image would be looked at
        return _read(_fetched(url, limit))
    try:
        index = msgspec.json.decode(_fetched(url, limit), type=list[dict[str, object]])
    except msgspec.DecodeError as error:
        raise ImageRefused from error
    entry = next((each for each in index if _suits(each, wanted, downgrade=downgrade)), None)
    if entry is None:
        raise ImageRefused
    data = _fetched(str(entry.get("url")), limit)
    if hashlib.sha512(data).hexdigest() != entry.get("sha512"):
        raise ImageRefused
    return _read(data)


def _suits(entry: Mapping[str, object], wanted: tuple[int, int, int], *, downgrade: bool) -> bool:
    manufacturer, image_type, runs = wanted
    version = entry.get("fileVersion")
    if (entry.get("manufacturerCode"), entry.get("imageType")) != (manufacturer, image_type):
        return False
    return isinstance(version, int) and (version < runs if downgrade else version > runs)


def _fetched(url: str, limit: float) -> bytes:
    try:
        with urllib3.PoolManager(retries=False, timeout=limit) as pool:
            answer = pool.request("GET", url, preload_content=False)
            data = answer.read(_LIMIT + 1)
            answer.close()
    except urllib3.exceptions.HTTPError as error:
        raise ImageRefused from error
    if answer.status != 200 or len(data) > _LIMIT:  # noqa: PLR2004 - OK
        raise ImageRefused
    return data


def _read(data: bytes) -> tuple[int, str]:
    at = data[:1024].find(_MAGIC)
    if at < 0 or len(data) < at + _HEAD.size:
        raise ImageRefused
    head = _HEAD.unpack_from(data, at)
    if at + head[9] > len(data):
        raise ImageRefused
    return head[6], head[8].rstrip(b"\0").decode(errors="replace")
