"""What UF2 files say of themselves."""

import hashlib
import struct

import pytest

from firmware.image import inspect_bytes
from tests.firmware.images import uf2, uf2_tag

PAYLOAD = bytes(range(256)) * 4


def field(number, value, *, block=1):
    """A sound file with one number of one block's header changed."""
    at = block * 512 + 4 * number
    body = uf2()
    return body[:at] + struct.pack("<I", value) + body[at + 4 :]


def test_a_uf2_file_says_its_family_chip_and_extents():
    facts = inspect_bytes(uf2(PAYLOAD))
    assert (facts.format, facts.problems) == ("uf2", ())
    assert (facts.details["families"], facts.details["chip"]) == ("0xbfdd4eee", "ESP32-S2")
    assert (facts.details["blocks"], facts.details["extents"]) == ("4", "0x10000+1024")
    assert facts.details["payload"] == "1024"
    assert facts.details["payload_sha256"] == hashlib.sha256(PAYLOAD).hexdigest()


def test_the_documented_tags_are_read():
    tags = uf2_tag(0x9FC7BC, b"0.1.2") + uf2_tag(0x650D9D, b"ACME Toaster mk3")
    facts = inspect_bytes(uf2(tags=tags + uf2_tag(0xB46DB0, b"\1\2")))
    assert (facts.version, facts.details["device"]) == ("0.1.2", "ACME Toaster mk3")
    assert (facts.details["sha2"], facts.problems) == ("0102", ())


def test_blocks_may_come_in_any_order_and_leave_room_between_extents():
    body = uf2()
    turned = b"".join(body[n : n + 512] for n in (1536, 512, 0, 1024))
    facts = inspect_bytes(turned)
    assert (facts.problems, facts.details["extents"]) == ((), "0x10000+1024")
    apart = inspect_bytes(field(3, 0x20000, block=3))
    assert apart.details["extents"] == "0x10000+768 0x20000+256"


def test_files_of_several_families_may_be_put_together():
    facts = inspect_bytes(uf2() + uf2(family=0xE48BFF56) + uf2(family=None))
    assert facts.problems == ()
    assert facts.details["families"] == "0xbfdd4eee 0xe48bff56 none"
    assert facts.details["chip"] == "ESP32-S2 RP2040"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (uf2()[:-512], "blocks_missing"),
        (uf2()[512:], "blocks_missing"),
        (uf2()[:-1], "truncated"),
        (uf2() + uf2()[-512:], "block_twice"),
        (uf2()[:-4] + b"\0\0\0\0", "block_bad"),
        (field(0, 0), "block_bad"),
        (field(1, 0), "block_bad"),
        (field(2, 0x3000), "block_flags"),  # a container of files
        (field(4, 477), "block_bad"),
        (field(4, 2**32 - 1), "block_bad"),
        (field(5, 4), "block_bad"),
        (field(6, 2**32 - 1), "block_bad"),
        (field(3, 2**32 - 4), "block_bad"),
        (field(3, 0x10010), "overlap"),
        (b"".join(uf2(b"x" * 256, family=n + 1) for n in range(17)), "families"),
        (uf2(b"x" * 256).ljust(65 * 1024 * 1024, b"\0"), "too_large"),
    ],
)
def test_a_broken_uf2_file_says_what_is_wrong(body, problem):
    assert problem in inspect_bytes(body).problems
