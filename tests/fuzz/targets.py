"""The parsers that read what strangers wrote, and good inputs of each: one registry for all.

Used by the tests here, by `scripts/bench fuzz` and by atheris_targets.py. A target is done when it
returns (taken) or raises one of `allowed` (refused); anything else is a fault of ours.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib
import importlib.util
import io
import json
import os
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.signer import SSlibKey

from desktop.demo.images import make_esp_demo, make_org1
from firmware import chunks, image, keys
from firmware.bundle import Bundle
from firmware.errors import PublishError, TrustError
from firmware.serve_rules import part_of
from firmware.signed import read_about, read_train
from firmware.sources import Unreachable
from fleet.dialects.native import WINDOW_MOST

SAMPLES = Path(os.environ.get("ORANGERY_OTA_SAMPLES", "../shared/ota-samples"))
_SAMPLE_MAX = 16 * 1024  # bytes taken of a real image: its headers
_DIGEST = hashlib.sha256(b"").hexdigest()
_JSON = (b"{", b"}", b"[", b"]", b":", b",", b'"', b"null", b"true", b"1e999", b"-", b'"schema":2')


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One parser."""

    read: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    allowed: tuple[type[Exception], ...] = ()
    words: tuple[bytes, ...]

    def taken(self, data: bytes) -> bool:
        """Whether the parser takes `data`; what it must not raise comes through."""
        try:
            self.read(data)
        except self.allowed:
            return False
        return True


# --- what reads ----------------------------------------------------------------------------------


@cache
def _scratch() -> Path:
    """A folder of this process."""
    return Path(tempfile.mkdtemp(prefix="orangery-fuzz-"))


def _file(data: bytes, name: str = "input") -> Path:
    file = _scratch() / name
    file.write_bytes(data)
    return file


def clean() -> None:
    """Remove the files of this process."""
    for file in _scratch().iterdir():
        file.unlink()
    _scratch().rmdir()
    _scratch.cache_clear()


def _bundle(data: bytes) -> None:
    bundle = Bundle(_file(data))
    try:
        for name in bundle.names[:20]:
            with bundle.open(name) as stream:
                for _ in stream.chunks:
                    pass
    finally:
        bundle.close()


def _about(data: bytes) -> None:
    try:
        custom = json.loads(data)  # as the stock library reads metadata
    except (ValueError, RecursionError):
        return
    read_about("fw/a/b/c", custom)


def _image(data: bytes) -> None:
    facts = image.inspect(_file(data))
    assert facts.size == len(data)
    assert len(repr(facts)) < 200_000


def _key(data: bytes) -> None:
    keys.read(_file(data, "anna.pub"))


def _event(data: bytes) -> None:
    event = importlib.import_module("firmware.event")
    opened = event.read(_file(data))
    for sha256 in list(opened.images)[:5]:
        event.extract(opened, sha256, _scratch() / "extracted")


def _inventory(data: bytes) -> None:
    for _ in importlib.import_module("firmware.inventory").read(_file(data)):
        pass


def _chunk_request(data: bytes) -> None:
    request = chunks.read(data)
    if request is not None:
        given = list(chunks.answer("orangery/v1/dev/a", request, {"f": b"x" * 100_000}, 20_000))
        assert len(given) <= WINDOW_MOST + 1
        assert all(len(step.payload) < 20_000 for step in given)


def _conditions(data: bytes) -> None:
    """A request's header fields, as bytes on the wire."""
    lines = data.decode("utf-8", "surrogateescape").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    part = part_of("GET", headers, 1000, _DIGEST)
    assert 0 <= part.first <= part.end <= 1000


# --- good inputs ---------------------------------------------------------------------------------


def _chunk_requests() -> list[bytes]:
    asked = {"transfer": "t-1", "file": "f", "stream": "s"}
    return [
        json.dumps({**asked, "from": 0, "count": 8}).encode(),
        json.dumps({**asked, "from": 3, "count": 2, "want": [3, 5], "chunk": 16_384}).encode(),
    ]


def _header_fields() -> list[bytes]:
    return [
        f'Range: bytes=0-499\r\nIf-Range: "{_DIGEST}"'.encode(),
        b'Range: bytes=-5\r\nIf-Match: "a", W/"b"\r\nIf-None-Match: *',
    ]


def _weeks() -> list[bytes]:
    small = {
        "schema": 1,
        "week": "2026-W48",
        "channel": "orange",
        "counter": 3,
        "published": 1_764_000_000,
        "files": [{"path": "fw/acme/lamp/lamp.bin", "sha256": _DIGEST, "size": 12}],
    }
    whole = {
        **small,
        "notes": {"en": "Brighter", "zh_CN": "更亮"},
        "fixes": ["r-1"],
        "recalled": [_DIGEST],
        "withdrawn": {"en": "It hurts"},
        "salt": "ab12",
        "waivers": [{"sha256": _DIGEST, "code": "size", "person": "Anna", "reason": "known"}],
        "simulation": _DIGEST,
    }
    return [json.dumps(one).encode() for one in (small, whole, {**small, "schema": 2})]


def _abouts() -> list[bytes]:
    small = {"schema": 1, "version": "1.0", "counter": 1, "vendor": "Acme", "model": "Lamp"}
    whole = {
        **small,
        "hardware": ["A", "B"],
        "minimum": "0.9",
        "come_back_s": 60,
        "keeps_previous": True,
        "chunk_size": 65_536,
        "chunks": [_DIGEST] * 3,
    }
    return [json.dumps(one).encode() for one in (small, whole)]


def _keys() -> list[bytes]:
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    keyid = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))).keyid
    known = {"name": "anna", "keyid": keyid, "public": public}
    return [json.dumps(known).encode(), json.dumps(known, indent=1).encode()]


def _mirror() -> dict[str, bytes]:
    """The files of a mirror as a bundle holds them; nobody signed them, and no reader here asks."""

    def signed(**members: object) -> bytes:
        return json.dumps({"signatures": [], "signed": {"version": 1, **members}}).encode()

    path, week = "fw/acme/lamp/lamp.bin", "train/orange/week.json"
    body = b"lamp firmware"
    digest, manifest = hashlib.sha256(body).hexdigest(), _weeks()[0]
    train = hashlib.sha256(manifest).hexdigest()
    names = ("targets.json", "build-lamp.json", "train-orange.json")
    roles = {name: {"version": 1} for name in names}
    return {
        "metadata/1.root.json": signed(),
        "metadata/timestamp.json": signed(meta={"snapshot.json": {"version": 1}}),
        "metadata/1.snapshot.json": signed(meta=roles),
        "metadata/1.targets.json": signed(targets={}),
        "metadata/1.build-lamp.json": signed(targets={path: {"hashes": {"sha256": digest}}}),
        "metadata/1.train-orange.json": signed(targets={week: {"hashes": {"sha256": train}}}),
        f"targets/fw/acme/lamp/{digest}.lamp.bin": body,
        f"targets/train/orange/{train}.week.json": manifest,
    }


def zipped(
    files: Iterable[tuple[str, bytes]], *, large: bool = False, packed: bool = False
) -> bytes:
    """A zip file; `large`: with the records of zip64."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as to:
        for name, body in files:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            with to.open(info, "w", force_zip64=large) as out:
                out.write(body)
    if not large:
        return whole.getvalue()
    return _with_zip64_end(whole.getvalue())


def _with_zip64_end(data: bytes) -> bytes:
    """The same file, its end written as one of more than 65,535 members is."""
    at = data.rindex(b"PK\5\6")
    count, length, offset = struct.unpack_from("<HLL", data, at + 10)
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    return data[:at] + record + locator + end


def _bundles() -> list[bytes]:
    files = sorted(_mirror().items())
    return [
        zipped(files),
        zipped(files, large=True),
        zipped(files[:6]),
        zipped(files, packed=True),
        zipped([*files, ("../evil", b"x")]),
    ]


def _events() -> list[bytes]:
    key = {"name": "anna", **json.loads(_keys()[0])}
    staff = {role: {"keys": [key], "threshold": 1} for role in ("root", "targets")}
    setup = {"maker": "Acme", "vendor": "acme", "lines": ["lamp"], "created": 1_764_000_000}
    image = b"lamp firmware"
    digest = hashlib.sha256(image).hexdigest()
    about = json.loads(_abouts()[0])
    named = {"path": "fw/acme/lamp/l.bin", "sha256": digest, "size": len(image), "line": "lamp"}
    draft = {"week": "2026-W48", "opened": 1_764_000_000, "counter": 1, "notes": {"en": "x"}}
    draft["images"] = [{**named, "about": about}]
    head = {"schema": 1, "maker": "Acme", "setup": {**setup, "durations": {}, "staff": staff}}
    role = json.dumps({"signatures": [], "signed": {"version": 1}}).encode()
    rest = [("diff.txt", b"a week"), ("proposed/1.targets.json", role)]
    rest += [("published/metadata/1.root.json", role)]
    keyed = [("event.json", json.dumps(head).encode()), *rest]
    weekly = [("event.json", json.dumps({**head, "draft": draft}).encode()), *rest]
    weekly.append((f"images/{digest}", image))
    return [zipped(sorted(files)) for files in (keyed, weekly)]


def _inventories() -> list[bytes]:
    known = {"schema": 1, "id": "0" * 32, "vendor": "Acme", "model": "Lamp", "version": "1.0"}
    lines = [json.dumps({**known, "id": f"{number:x}" * 32}).encode() for number in range(3)]
    return [b"".join(line + b"\n" for line in lines), lines[0]]


def _real(*endings: str) -> list[bytes]:
    """The heads of real images, where the samples are at hand."""
    files = (file for file in sorted(SAMPLES.rglob("*")) if file.name.endswith(endings))
    return [file.read_bytes()[:_SAMPLE_MAX] for file in files]


def _org1() -> list[bytes]:
    lamp = {"vendor": "Acme", "model": "Lamp", "version": "1.2.0", "counter": 12}
    return [make_org1(**lamp, hardware=["A"], payload=b"x" * 64), make_org1(**lamp, payload=b"")]


def _esp() -> list[bytes]:
    about = struct.pack("<II8x32s208s", 0xABCD5432, 3, b"5.1", b"blink")
    head = b"\xe9\1\2\x10" + bytes(8) + b"\5\0" + bytes(9) + b"\1"
    body = head + struct.pack("<II", 0x3C000020, len(about)) + about
    whole = body.ljust(len(body) | 15, b"\0") + b"\0"
    return [make_esp_demo("1.0", size=64), whole + hashlib.sha256(whole).digest(), *_real(".bin")]


def _gzips() -> list[bytes]:
    made = [gzip.compress(one, mtime=0) for one in (*_esp()[:2], b"\xe9" + bytes(100_000))]
    return [*made, *_real(".gz")]


def _zigbee() -> list[bytes]:
    found = []
    for control in (0, 7):
        extra = b"\1" * (control and 9) + b"\2\0\7\0" * (control and 1)
        elements = b"\0\0\4\0\0\0abcd"
        size = 56 + len(extra) + len(elements)
        head = (0x0BEEF11E, 0x100, 56 + len(extra), control, 0x1234, 1, 42, 2, b"name", size)
        found.append(struct.pack("<IHHHHHIH32sI", *head) + extra + elements)
    return [*found, b"w" * 64 + found[0], *_real(".ota", ".zigbee", ".fw")]


def _zips() -> list[bytes]:
    about = json.dumps({"name": "SHSW-1", "version": "1.0", "files": [{"src": "a.bin"}]}).encode()
    files = [("SHSW-1/manifest.json", about), ("SHSW-1/a.bin", make_esp_demo("1", size=64))]
    return [zipped(files), zipped(files, packed=True), zipped(files, large=True), *_real(".zip")]


def _uf2() -> list[bytes]:
    def block(number: int, of: int, flags: int) -> bytes:
        head = (0x0A324655, 0x9E5D5157, flags, number * 256, 256, number, of, 0xBFDD4EEE)
        return (
            struct.pack("<8I", *head)
            + make_esp_demo("1", size=64)[:256].ljust(476, b"\0")
            + (struct.pack("<I", 0x0AB16F30))
        )

    whole = b"".join(block(number, 3, 0x2000) for number in range(3))
    return [whole, whole[:1024], block(0, 1, 0x1 | 0x1000 | 0x4000), *_real(".uf2")]


# --- the registry --------------------------------------------------------------------------------

_ZIP = (b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"\1\0\x10\0", b"../", b"metadata/")
_MAGIC = (b"ORG1", b"\xe9", b"\x1f\x8b\x08", b"\x1e\xf1\xee\x0b", b"UF2\n", b"\x32\x54\xcd\xab")


def named(name: str) -> Target:
    """Return a target by its name: a real one, or one of those that show that faults are seen."""
    return TARGETS.get(name) or _BROKEN[name]


TARGETS: dict[str, Target] = {
    "bundle": Target(
        read=_bundle, seeds=_bundles, allowed=(TrustError, Unreachable), words=_ZIP + _JSON
    ),
    "week": Target(
        read=read_train,
        seeds=_weeks,
        allowed=(TrustError,),
        words=(*_JSON, b'"2026-W00"', b'"orange"', b'"rings":', b'"known":', b"fw/a/b/c"),
    ),
    "about": Target(
        read=_about, seeds=_abouts, allowed=(TrustError,), words=(*_JSON, b'"chunks":', b'"A"')
    ),
    "key": Target(
        read=_key, seeds=_keys, allowed=(PublishError,), words=(*_JSON, b'"public":', b"00" * 32)
    ),
    "chunk-request": Target(
        read=_chunk_request,
        seeds=_chunk_requests,
        words=(*_JSON, b'"want":', b'"chunk":', b"9" * 20),
    ),
    "conditions": Target(
        read=_conditions,
        seeds=_header_fields,
        words=(b"bytes=", b"-", b",", b"W/", b'"', b"9" * 30),
    ),
    "image-org1": Target(read=_image, seeds=_org1, words=_MAGIC + _JSON),
    "image-esp": Target(read=_image, seeds=_esp, words=_MAGIC),
    "image-gzip": Target(read=_image, seeds=_gzips, words=_MAGIC),
    "image-zigbee": Target(read=_image, seeds=_zigbee, words=_MAGIC),
    "image-zip": Target(read=_image, seeds=_zips, words=_MAGIC + _ZIP),
    "image-uf2": Target(read=_image, seeds=_uf2, words=(*_MAGIC, struct.pack("<I", 0x0AB16F30))),
}


def _add_later_parsers() -> None:
    """Two formats that not every state of the program can read yet."""
    if importlib.util.find_spec("firmware.event"):
        TARGETS["event"] = Target(
            read=_event, seeds=_events, allowed=(PublishError,), words=_ZIP + _JSON
        )
    if importlib.util.find_spec("firmware.inventory"):
        TARGETS["inventory"] = Target(
            read=_inventory, seeds=_inventories, allowed=(PublishError,), words=(*_JSON, b"\n")
        )


_add_later_parsers()


def _never_ends(data: bytes) -> None:
    while data[:1] != b"":
        pass


def _eats(data: bytes) -> None:
    bytes(2**32 + len(data))


def _dies(_: bytes) -> None:
    os.abort()


def _bad(read: Callable[[bytes], object]) -> Target:
    return Target(read=read, seeds=lambda: [b"x"], words=(b"x",))


_BROKEN = {
    "broken-crashes": _bad(lambda data: data[10**9]),
    "broken-hangs": _bad(_never_ends),
    "broken-eats": _bad(_eats),
    "broken-dies": _bad(_dies),
}
