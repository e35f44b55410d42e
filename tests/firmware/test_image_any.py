"""Any bytes at all, and sound images with a few bytes changed: an answer, soon, never a crash."""

import gzip
import io
import lzma
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.demo.images import make_esp_demo, make_org1
from firmware.image import inspect_bytes
from firmware.image_scan import scan
from tests.firmware.images import bootloader, esp32, ikea, shelly, uf2, uf2_tag, zigbee
from tests.firmware.test_image_program import LISTED
from tests.firmware.test_image_samples import ENTRIES, SAMPLES

SOUND = {
    "org1": make_org1(vendor="A", model="B", version="1", counter=1, payload=b"x" * 50),
    "esp8266": make_esp_demo("1", size=64),
    "esp32": esp32(),
    "bootloader": bootloader(),
    # No key signed this: the block only has to lead into the reader.
    "signed": esp32().ljust(4096, b"\xff") + (b"\xe7\2" + bytes(1214)).ljust(4096, b"\xff"),
    "gzip": gzip.compress(make_esp_demo("1", size=64), mtime=0),
    "zigbee": zigbee(control=7),
    "wrapped": ikea(zigbee()),
    "uf2": uf2(tags=uf2_tag(0x9FC7BC, b"1.2")),
    "zip": shelly(),
    "xz": lzma.compress(b"a program " * 50),
    "program-files": LISTED,
}
MAGICS = [
    b"ORG1", b"\xe9", b"\x1f\x8b\x08", b"\x1e\xf1\xee\x0b", b"NGIS", b"PK\3\4", b"PK\5\6",
    b"\xfd7zXZ\0", b'{\n "version": "',
    struct.pack("<II", 0x0A324655, 0x9E5D5157),
]  # fmt: skip
EXTREME = [b"\0", b"\xff", b"\xff\xff\xff\xff", b"\0\0\0\x80", b"\xff\xff\xff\x7f"]


def answered(body):
    facts = inspect_bytes(body)
    assert facts.size == len(body)
    assert all(isinstance(one, str) for one in [*facts.details, *facts.details.values()])
    scan(io.BytesIO(body), facts.format)


@given(st.sampled_from(MAGICS), st.binary(max_size=2048))
@settings(deadline=5000)
def test_any_bytes_behind_a_magic_get_an_answer(magic, rest):
    answered(magic + rest)


@given(st.sampled_from(MAGICS), st.binary(max_size=1200), st.sampled_from([508, 1216, 4096]))
@settings(deadline=5000)
def test_any_bytes_in_blocks_get_an_answer(magic, rest, size):
    answered(((magic + rest).ljust(size, b"\xff")) * 3)


@pytest.mark.parametrize("name", SOUND)
@given(data=st.data())
@settings(max_examples=60, deadline=5000)
def test_a_sound_image_with_bytes_changed_gets_an_answer(name, data):
    answered(mutated(data, SOUND[name]))


def mutated(data, body):
    """Overwrite, cut out or double a few places: mostly near the headers, often by extremes."""
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, min(len(body), 1300)) | st.integers(0, len(body)))
        piece = data.draw(st.sampled_from(EXTREME) | st.binary(max_size=8))
        how = data.draw(st.sampled_from("ocdt"))
        if how == "o":
            body = body[:at] + piece + body[at + len(piece) :]
        elif how == "c":
            body = body[:at] + body[at + len(piece) :]
        elif how == "d":
            body = body[:at] + body[at : at + 64] + body[at:]
        else:
            body = body[:at]
    return body


@pytest.mark.skipif(not ENTRIES, reason=f"NO SAMPLES at {SAMPLES}")
@given(data=st.data())
@settings(max_examples=100, deadline=5000)
def test_a_real_image_with_bytes_changed_gets_an_answer(data):
    names = [name for name, entry in ENTRIES.items() if entry["bytes"] < 60_000]
    body = (SAMPLES / data.draw(st.sampled_from(names))).read_bytes()
    answered(mutated(data, body))
