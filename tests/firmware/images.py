"""Small images of every format, built here from the documented layouts."""

import hashlib
import io
import json
import struct
import zipfile
import zlib
from functools import reduce
from operator import xor

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

BUILD = "20230913-112003/v1.14.0-gcb84623"


def zigbee(
    *,
    control=0,
    header=None,
    total=None,
    tail=b"",
    elements=b"\0\0\4\0\0\0abcd",
    form=0x100,
    hardware=(2, 7),
    version=42,
):
    extra = b"\1" * (control & 1) + bytes(range(8)) * (control >> 1 & 1)
    extra += struct.pack("<HH", *hardware) * (control >> 2 & 1)
    length = header or 56 + len(extra)
    size = 56 + len(extra) + len(elements) if total is None else total
    name = b"name".ljust(32, b"\0")
    head = (0x0BEEF11E, form, length, control, 0x1234, 1, version, 2, name, size)
    return struct.pack("<IHHHHHIH32sI", *head) + extra + elements + tail


def element(tag, body):
    return struct.pack("<HI", tag, len(body)) + body


def ikea(image, *, start=32, length=None):
    """Return the image in the wrapper of a vendor who says where it is, with its signature."""
    size = len(image) if length is None else length
    return b"NGIS" + bytes(12) + struct.pack("<II", start, size) + bytes(8) + image + b"S" * 64


def esp32(*, version=b"5.1", chip=5, spoil=b"", data=None, hashed=True):
    """A minimal ESP32-C3 app: header, a segment with the app descriptor, checksum, digest."""
    about = (
        struct.pack("<II8x", 0xABCD5432, 3)
        + version.ljust(32, b"\0")
        + b"blink".ljust(32, b"\0")
        + b"19:46:07".ljust(16, b"\0")
        + b"Sep 13 2022".ljust(16, b"\0")
        + b"v5.0".ljust(32, b"\0")
        + bytes(range(32))
        + bytes(80)
    )
    about = about if data is None else data
    head = b"\xe9\1\2\x10" + struct.pack("<I", 0x40380000) + bytes(4) + struct.pack("<H", chip)
    head += b"\3" + struct.pack("<HH", 101, 199) + bytes(4) + bytes([hashed])
    body = head + struct.pack("<II", 0x3C000020, len(about)) + about
    body = body.ljust(len(body) | 15, b"\0") + bytes([reduce(xor, about, 0xEF)])
    return body + ((spoil or hashlib.sha256(body).digest()) if hashed else b"")


def bootloader():
    words = b"v5.2".ljust(32, b"\0") + b"Apr 25 2023 00:13:32".ljust(24, b"\0") + bytes(16)
    return esp32(data=b"\x50\0\0\0" + struct.pack("<I", 7) + words)


def signed(image, key, *, fill=b"\xff", digest=None):
    """Sign an ESP image as secure boot v2 does, with an RSA-3072 or a P-256 key."""
    body = image.ljust(-(-len(image) // 4096) * 4096, fill)
    digest = digest or hashlib.sha256(body).digest()
    numbers = key.public_key().public_numbers()
    if isinstance(key, rsa.RSAPrivateKey):
        scheme = padding.PSS(padding.MGF1(SHA256()), 32)
        signature = key.sign(digest, scheme, Prehashed(SHA256()))[::-1]
        n = numbers.n.to_bytes(384, "little")
        kind, words = 2, n + struct.pack("<I", numbers.e) + bytes(388) + signature
    else:
        r, s = decode_dss_signature(key.sign(digest, ec.ECDSA(Prehashed(SHA256()))))
        parts = (numbers.x, numbers.y, r, s)
        words = b"\2" + b"".join(one.to_bytes(32, "little") for one in parts)
        kind, words = 3, words.ljust(1160, b"\0")
    block = bytes([0xE7, kind, 0, 0]) + digest + words
    block += struct.pack("<I", zlib.crc32(block)) + bytes(16)
    return body + block.ljust(4096, b"\xff")


def uf2(payload=bytes(range(256)) * 4, *, family=0xBFDD4EEE, address=0x10000, tags=b"", piece=256):
    blocks = []
    total = -(-len(payload) // piece)
    for number in range(total):
        part = payload[number * piece : (number + 1) * piece]
        flags = 0x2000 * (family is not None) + 0x8000 * bool(tags)
        at = address + number * piece
        head = (0x0A324655, 0x9E5D5157, flags, at, len(part), number, total, family or 0)
        data = (part + tags).ljust(476, b"\xff" if not tags else b"\0")
        blocks.append(struct.pack("<8I", *head) + data + struct.pack("<I", 0x0AB16F30))
    return b"".join(blocks)


def uf2_tag(kind, body):
    raw = struct.pack("<I", kind << 8 | (4 + len(body))) + body
    return raw.ljust(-(-len(raw) // 4) * 4, b"\0")


def manifest(parts, /, **more):
    said = {
        "name": "SHSW-1",
        "platform": "esp8266",
        "version": "1.0",
        "build_id": BUILD,
        "parts": {
            src: {
                "type": src.partition(".")[0],
                "src": src,
                "addr": 4096,
                "size": len(body),
                "cs_sha1": hashlib.sha1(body).hexdigest(),
            }
            for src, body in parts.items()
        },
    }
    return json.dumps(said | more).encode()


def shelly(parts=None, *, said=None, folder="SHSW-1-1.0/", more=(), method=zipfile.ZIP_STORED):
    """Return a zip as Shelly's first generation takes it; `more`: (name, bytes) besides."""
    parts = {"fw.bin": b"firmware" * 100, "fs.bin": b"files" * 50} if parts is None else parts
    out = io.BytesIO()
    manifested = [(folder + "manifest.json", said or manifest(parts))]
    inside = [(folder + name, body) for name, body in parts.items()]
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in (*manifested, *inside, *more):
            archive.writestr(zipfile.ZipInfo(name), body, method)  # of 1980: the same bytes always
    return out.getvalue()
