"""What zips with a manifest say of themselves, and which are refused."""

import io
import struct
import time
import zipfile
import zlib

import pytest

from firmware.image import inspect_bytes
from tests.firmware.images import BUILD, manifest, shelly

PARTS = {"fw.bin": b"firmware" * 100, "fs.bin": b"files" * 50}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_says_what_its_manifest_says(method):
    facts = inspect_bytes(shelly(PARTS, method=method))
    assert (facts.format, facts.model, facts.version) == ("zip", "SHSW-1", BUILD)
    assert facts.problems == ()
    assert facts.details["platform"] == "esp8266"
    assert facts.details["parts"] == "fw:fw.bin@0x1000+800 fs:fs.bin@0x1000+250"
    assert (facts.details["members"], facts.details["unlisted"]) == ("3", "0")


def test_without_a_build_id_the_version_counts():
    assert inspect_bytes(shelly(PARTS, said=manifest(PARTS, build_id=""))).version == "1.0"


def test_what_the_manifest_does_not_name_is_counted():
    facts = inspect_bytes(shelly(PARTS, more=[("SHSW-1-1.0/readme", b"hello")]))
    assert (facts.details["unlisted"], facts.problems) == ("1", ())


def test_a_folder_and_streamed_sizes_are_let_pass():
    out = io.BytesIO()
    with zipfile.ZipFile(Unseekable(out), "w") as archive:
        archive.writestr("x/", b"")
        archive.writestr("x/manifest.json", manifest(PARTS))
        for name, body in PARTS.items():
            archive.writestr(f"x/{name}", body)
    assert inspect_bytes(out.getvalue()).problems == ()


class Unseekable(io.RawIOBase):
    """Makes zipfile write the sizes behind each member."""

    def __init__(self, out):
        self._out = out

    def writable(self):
        return True

    def write(self, block):
        return self._out.write(block)


def with_part(**more):
    said = {"type": "fw", "src": "fw.bin", "addr": 0, "size": 800} | more
    return shelly(PARTS, said=manifest(PARTS, parts={"fw": said}))


def patched(body, signature, at, form, value):
    """Change a field of the last record that begins with `signature`."""
    start = body.rindex(signature) + at
    return body[:start] + struct.pack(form, value) + body[start + struct.calcsize(form) :]


def member(body, name, *, flags, method=0):
    """Set flags and method of a member in both of its headers."""
    for signature, names, at in ((b"PK\3\4", 30, 6), (b"PK\1\2", 46, 8)):
        start = 0
        while (start := body.find(signature, start)) >= 0:
            if body[start + names :].startswith(name):
                body = (
                    body[: start + at] + struct.pack("<HH", flags, method) + body[start + at + 4 :]
                )
            start += 4
    return body


SOUND = shelly(PARTS)
PACKED = shelly({"fw.bin": bytes(100_000)}, method=zipfile.ZIP_DEFLATED)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (with_part(cs_sha1="0" * 40), "checksum"),
        (with_part(cs_sha256="0" * 64), "checksum"),
        (with_part(size=799, cs_sha1="0" * 40), "part_size"),
        (with_part(src="gone.bin"), "part_missing"),
        (with_part(src="../fw.bin"), "part_missing"),
        (with_part(src=None), "part_missing"),
        (with_part(src="manifest.json", size=None), "part_missing"),
        (with_part(), "part_unchecked"),
        (shelly(PARTS, said=b"{}"), "manifest_bad"),
        (shelly(PARTS, said=b"[" * 60_000), "manifest_bad"),
        (shelly(PARTS, said=b"\xff"), "manifest_bad"),
        (shelly(PARTS, said=manifest(PARTS, name=1)), "manifest_bad"),
        (shelly(PARTS, said=manifest(PARTS) + b" " * 66_000), "manifest_bad"),
        (shelly(PARTS, more=[("other/manifest.json", b"{}")]), "manifest_bad"),
        (shelly(PARTS, folder="a/b/"), "manifest_missing"),
        (shelly(PARTS, more=[("../../etc/evil", b"x")]), "zip_path"),
        (shelly(PARTS, more=[("/etc/evil", b"x")]), "zip_path"),
        (shelly(PARTS, more=[("a//b", b"x")]), "zip_path"),
        (shelly(PARTS, more=[("c:evil", b"x")]), "zip_path"),
        (shelly(PARTS, more=[("a\\..\\b", b"x")]), "zip_path"),
        (shelly(PARTS, more=[("x/../fw.bin", b"x")]), "zip_path"),
        (shelly(PARTS, more=[("SHSW-1-1.0/FW.BIN", b"x")]), "zip_twice"),
        (shelly(PARTS, more=[(f"f{n}", b"") for n in range(62)]), "zip_members"),
        (shelly(PARTS, method=zipfile.ZIP_BZIP2), "zip_method"),
        (member(SOUND, b"SHSW-1-1.0/fw.bin", flags=1), "zip_encrypted"),
        (member(SOUND, b"SHSW-1-1.0/fw.bin", flags=0x2000), "zip_encrypted"),
        (member(SOUND, b"SHSW-1-1.0/fw.bin", flags=0x20), "zip_method"),
        (SOUND.replace(b"firmware", b"fIrmware", 1), "checksum"),
        (shelly(PARTS, more=[("readme", b"hello")]).replace(b"hello", b"hallo"), "checksum"),
        (patched(SOUND, b"PK\1\2", 16, "<I", 1), "zip_disagrees"),  # crc
        (patched(SOUND, b"PK\1\2", 24, "<I", 1), "zip_disagrees"),  # size
        (patched(SOUND, b"PK\1\2", 42, "<I", 2**31), "zip_bad"),  # offset
        (SOUND.replace(b"SHSW-1-1.0/fs.bin", b"SHSW-1-1.0/fx.bin", 1), "zip_disagrees"),
        (patched(SOUND, b"PK\5\6", 10, "<H", 2), "zip_bad"),  # count
        (patched(patched(SOUND, b"PK\5\6", 10, "<H", 2), b"PK\5\6", 8, "<H", 2), "zip_bad"),
        (patched(SOUND, b"PK\5\6", 12, "<I", 2**32 - 1), "zip_bad"),  # directory's length
        (patched(SOUND, b"PK\5\6", 4, "<H", 1), "zip_bad"),  # disk
        (SOUND + b"extra", "trailing_bytes"),
        (SOUND[:-1], "truncated"),
        (SOUND[:100], "truncated"),
        (b"PK\3\4", "truncated"),
        (b"PK\5\6" + bytes(18), "manifest_missing"),
        (SOUND[:-22] + b"hidden" + SOUND[-22:], "zip_bad"),
    ],
)
def test_a_broken_zip_says_what_is_wrong(body, problem):
    assert problem in inspect_bytes(body).problems


def test_bytes_between_two_members_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x/manifest.json", manifest(PARTS))
        out.write(b"hidden")
        archive.start_dir = out.tell()
        for name, body in PARTS.items():
            archive.writestr(f"x/{name}", body)
    assert "zip_gap" in inspect_bytes(out.getvalue()).problems


def test_a_member_that_inflates_to_more_than_it_says_is_cut_off():
    smaller = struct.pack("<I", 100)
    body = PACKED.replace(struct.pack("<I", 100_000), smaller)
    assert "inflates_too_far" in inspect_bytes(body).problems


def test_bytes_behind_the_end_of_a_deflated_member_are_refused():
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(b"hello") + packer.flush() + b"hidden"
    body = shelly(PARTS, more=[("readme", packed)])
    old = struct.pack("<III", zlib.crc32(packed), len(packed), len(packed))
    new = struct.pack("<III", zlib.crc32(b"hello"), len(packed), 5)
    assert body.count(old) == 2
    body = member(body.replace(old, new), b"readme", flags=0, method=8)
    assert inspect_bytes(body).problems == ("zip_bad",)


def test_a_bomb_is_refused_before_it_is_inflated():
    body = shelly({f"{n}.bin": bytes(9 * 2**20) for n in range(8)}, method=zipfile.ZIP_DEFLATED)
    started = time.process_time()
    assert inspect_bytes(body).problems == ("inflates_too_far",)
    assert time.process_time() - started < 0.5
