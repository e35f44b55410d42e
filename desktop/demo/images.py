"""Firmware for the demo's devices: small images in real formats, made here."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Sequence
from functools import reduce
from operator import xor

_MARK = b"Orangery demo firmware "


def make_org1(
    *,
    vendor: str,
    model: str,
    version: str,
    counter: int,
    hardware: Sequence[str] = (),
    fails_on: Sequence[str] = (),
    payload: bytes = b"\x00" * 4096,
) -> bytes:
    """Return an image for the reference device; its self test fails on hardware in `fails_on`."""
    header: dict[str, object] = {
        "vendor": vendor,
        "model": model,
        "hardware": list(hardware),
        "version": version,
        "counter": counter,
    }
    if fails_on:
        header["selftest"] = {"fails_on": list(fails_on)}
    text = json.dumps(header).encode()
    return b"ORG1" + struct.pack("<I", len(text)) + text + payload


def make_esp_demo(version: str, *, size: int = 2048) -> bytes:
    """Return a sound ESP8266 image that only carries a mark with `version` for our simulator."""
    data = (_MARK + version.encode() + b"\0").ljust(-(-size // 4) * 4, b"\0")
    image = struct.pack("<BBBBI", 0xE9, 1, 3, 0x40, 0x40100000)
    image += struct.pack("<II", 0x40100000, len(data)) + data
    image = image.ljust(len(image) | 15, b"\0")
    return image + bytes([reduce(xor, data, 0xEF)])


def esp_demo_version(image: bytes) -> str:
    """Return the version in the mark, "" where the image has none."""
    _, mark, rest = image.partition(_MARK)
    return rest.split(b"\0")[0].decode("ascii", "replace") if mark else ""


def make_zigbee_demo(
    version: int, *, manufacturer: int, image_type: int, build: str = "", size: int = 2048
) -> bytes:
    """Return a sound Zigbee OTA image (ZCL 8, 11.4); `build` is its header's text."""
    element = struct.pack("<HI", 0, size) + b"\0" * size
    head = (0x0BEEF11E, 0x100, 56, 0, manufacturer, image_type, version, 2, build.encode())
    return struct.pack("<IHHHHHIH32sI", *head, 56 + len(element)) + element


def make_shelly_demo(model: str, build: str, *, plain: str = "1.0") -> bytes:
    """Return a zip as a Shelly takes it: a manifest that names the build, and one part."""
    part = _MARK + build.encode()
    manifest = {
        "name": model,
        "platform": "esp8266",
        "version": plain,
        "build_id": build,
        "parts": {
            "fw": {
                "type": "fw",
                "src": "fw.bin",
                "addr": 0x8000,
                "size": len(part),
                "cs_sha256": hashlib.sha256(part).hexdigest(),
            }
        },
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in (("manifest.json", json.dumps(manifest).encode()), ("fw.bin", part)):
            archive.writestr(zipfile.ZipInfo(f"{model}/{name}"), content)
    return made.getvalue()


def shelly_demo_build(image: bytes, model: str) -> tuple[str, str] | None:
    """Return the build and the version in such a zip for this model; None where it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(image)) as archive:
            manifest = json.loads(archive.read(f"{model}/manifest.json"))
            return str(manifest["build_id"]), str(manifest["version"])
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        return None
