"""What images say of themselves: ORG1, ESP, gzip and Zigbee; the other formats have own files."""

import gzip
import struct
import zlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from desktop.demo.images import esp_demo_version, make_esp_demo, make_org1
from firmware.image import inspect, inspect_bytes
from tests.firmware.images import bootloader, element, esp32, ikea, signed, zigbee

LAMP = {"vendor": "Acme", "model": "Lamp", "version": "1.2.0", "counter": 12, "hardware": ["A"]}


@pytest.fixture
def look(tmp_path):
    def inspected(body):
        (tmp_path / "image").write_bytes(body)
        return inspect(tmp_path / "image")

    return inspected


def test_an_org1_image_says_what_it_is(look):
    facts = look(make_org1(**LAMP))
    assert (facts.format, facts.vendor, facts.model) == ("org1", "Acme", "Lamp")
    assert (facts.version, facts.counter, facts.hardware) == ("1.2.0", 12, ("A",))
    assert facts.problems == ()


def test_an_esp32_image_says_its_chip_version_and_project(look):
    facts = look(esp32())
    assert (facts.format, facts.version, facts.problems) == ("esp", "5.1", ())
    assert (facts.details["chip"], facts.details["project"]) == ("ESP32-C3", "blink")
    assert facts.details["secure_version"] == "3"
    assert (facts.details["time"], facts.details["date"]) == ("19:46:07", "Sep 13 2022")
    assert (facts.details["idf"], facts.details["elf_sha256"]) == ("v5.0", bytes(range(32)).hex())
    assert (facts.details["segments"], facts.details["entry"]) == ("1", "0x40380000")
    assert (facts.details["min_rev_full"], facts.details["max_rev_full"]) == ("101", "199")


def test_a_bootloader_says_which_it_is(look):
    facts = look(bootloader())
    assert (facts.version, facts.details["bootloader"], facts.details["idf"]) == ("", "7", "v5.2")
    assert facts.details["date"] == "Apr 25 2023 00:13:32"


@pytest.mark.parametrize(
    ("tail", "trailing", "padding"),
    [(b"", "0", ""), (b"\0" * 9, "9", "00"), (b"\xff" * 9, "9", "ff"), (b"\xff\0", "2", "")],
)
def test_what_follows_an_esp_image_is_counted_and_padding_known(look, tail, trailing, padding):
    for image in (esp32(), make_esp_demo("1")):
        details = look(image + tail).details
        assert (details["trailing"], details["padding"]) == (trailing, padding)


KEYS = {
    "rsa-3072": rsa.generate_private_key(public_exponent=65537, key_size=3072),
    "ecdsa-256": ec.generate_private_key(ec.SECP256R1()),
}


@pytest.mark.parametrize("kind", KEYS)
def test_a_secure_boot_signature_is_verified_with_the_key_beside_it(look, kind):
    facts = look(signed(esp32(), KEYS[kind]))
    assert facts.details["signature"] == f"secure-boot-v2 {kind}"
    assert (facts.problems, facts.details["trailing"]) == ((), "0")


def flipped(body, at):
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: flipped(body, 4096 + 4),  # the digest, seen by the block's checksum
        lambda body: flipped(body, 4096 + 1196),  # the checksum itself
        lambda body: flipped(body, 4000),  # the filling: signed as well
        lambda body: body[:4096] + b"\xe7\x09" + body[4098:],  # a version nobody knows
    ],
)
def test_a_spoilt_secure_boot_signature_is_a_problem(look, kind, spoil):
    facts = look(spoil(signed(esp32(), KEYS[kind])))
    assert "signature" in facts.problems


@pytest.mark.parametrize("kind", KEYS)
def test_a_signature_of_another_image_is_a_problem(look, kind):
    other = signed(esp32(version=b"6"), KEYS[kind])
    assert "signature" in look(signed(esp32(), KEYS[kind])[:4096] + other[4096:]).problems
    assert "signature" in look(signed(esp32(), KEYS[kind], digest=bytes(32))).problems


def resealed(body, at):
    """A byte of the signature block changed, and its checksum made right again."""
    block = flipped(body, 4096 + at)[4096 : 4096 + 1196]
    return body[:4096] + block + struct.pack("<I", zlib.crc32(block)) + body[4096 + 1200 :]


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        ("rsa-3072", 4),  # the digest
        ("rsa-3072", 40),  # the key
        ("rsa-3072", 830),  # the signature
        ("ecdsa-256", 4),
        ("ecdsa-256", 40),
        ("ecdsa-256", 110),
    ],
)
def test_only_the_signature_itself_convinces(look, kind, at):
    assert "signature" in look(resealed(signed(esp32(), KEYS[kind]), at)).problems


@pytest.mark.parametrize("kind", KEYS)
def test_signed_bytes_between_image_and_signature_are_a_problem_all_the_same(look, kind):
    assert "signature" in look(signed(esp32() + b"more", KEYS[kind])).problems


def test_a_secure_boot_v1_signature_is_named(look):
    facts = look(esp32() + bytes(4) + b"s" * 64)
    assert (facts.details["signature"], facts.details["trailing"]) == ("secure-boot-v1", "0")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"ORG1" + struct.pack("<I", 2**31) + b"{}", "header_length"),
        (b"ORG1" + struct.pack("<I", 2) + b"{}payload", "header_bad"),
        (b"ORG1" + struct.pack("<I", 2) + b"\xff\xffpayload", "header_bad"),
        (make_org1(**LAMP, payload=b""), "truncated"),
        (b"", "empty"),
        (b"hello", "format_unknown"),
        (make_esp_demo("1")[:-10], "truncated"),
        (make_esp_demo("1")[:-1] + b"\0", "checksum"),
        (b"\xe9", "truncated"),
        (esp32(spoil=bytes(32)), "hash"),
        (esp32(spoil=b"short"), "truncated"),
        (esp32(chip=77), "chip_unknown"),
        (make_esp_demo("1")[:1] + b"\0" + bytes(40), "segments"),
        (zigbee(total=1000), "truncated"),
        (zigbee(form=0x200), "header_version"),
        (zigbee(control=4, hardware=(7, 2)), "hardware_range"),
        (zigbee(elements=b""), "elements"),
        (zigbee(elements=element(0, b"") * 65), "elements"),
        (ikea(zigbee(), length=5), "wrapper"),
        (ikea(zigbee(), start=8), "wrapper"),
        (zigbee(tail=b"extra"), "trailing_bytes"),
        (zigbee(header=9999), "header_length"),
        (zigbee(elements=b"\0\0\xff\0\0\0abcd"), "elements"),
        (zigbee()[:20], "truncated"),
        (gzip.compress(make_esp_demo("1"), mtime=0)[:-4], "truncated"),
        (gzip.compress(make_esp_demo("1"), mtime=0) + b"x", "trailing_bytes"),
        (gzip.compress(b"\xe9" + bytes(17 * 1024 * 1024), mtime=0), "inflates_too_far"),
        (gzip.compress(b"hello", mtime=0), "format_unknown"),
        (b"\x1f\x8b\xff\xff", "header_bad"),
    ],
)
def test_a_broken_image_says_what_is_wrong(look, body, problem):
    assert problem in look(body).problems


def test_an_esp8266_image_is_sound_and_carries_the_demos_mark(look):
    body = make_esp_demo("14.2.0")
    facts = look(body)
    assert (facts.format, facts.details["chip"], facts.problems) == ("esp", "ESP8266", ())
    assert esp_demo_version(body) == "14.2.0"


def test_a_gzipped_esp_image_is_looked_into(look):
    facts = look(gzip.compress(make_esp_demo("14.2.0")))
    assert (facts.format, facts.details["chip"], facts.problems) == ("esp-gzip", "ESP8266", ())
    assert facts.details["inflated"] == str(len(make_esp_demo("14.2.0")))


def test_what_follows_a_gzip_is_counted_from_its_end(look):
    assert (
        look(gzip.compress(make_esp_demo("1"), mtime=0) + b"x" * 70_000).details["trailing"]
        == "70000"
    )


def test_a_zigbee_image_says_its_numbers(look):
    facts = look(zigbee(control=7))
    assert (facts.format, facts.version, facts.problems) == ("zigbee-ota", "42", ())
    assert facts.details["manufacturer"] == "0x1234"
    assert (facts.details["hardware_min"], facts.details["hardware_max"]) == ("2", "7")
    assert facts.details["destination"] == "0706050403020100"
    assert facts.details["security_version"] == "1"


def test_the_elements_of_a_zigbee_image_are_listed(look):
    body = zigbee(elements=element(0, b"firmware") + element(0xF001, b"") + element(3, b"c" * 16))
    facts = look(body)
    assert (facts.details["elements"], facts.problems) == ("0x0:8 0xf001:0 0x3:16", ())


def test_telinks_two_bytes_behind_an_element_are_let_pass(look):
    assert look(zigbee(elements=element(0xF000, b"secret") + b"..")).problems == ()


def test_a_vendors_wrapper_is_known_and_its_signature_counted(look):
    facts = look(ikea(zigbee()))
    assert (facts.details["wrapper"], facts.details["offset"], facts.problems) == ("ikea", "32", ())
    assert facts.details["trailing"] == "64"


def test_a_wrapped_zigbee_image_is_found_behind_its_wrapper(look):
    facts = look(b"w" * 64 + zigbee() + b"w" * 32)
    assert (facts.details["offset"], facts.problems) == ("64", ())


def test_it_never_reads_a_large_file_at_once(tmp_path, monkeypatch):
    file = tmp_path / "big"
    with file.open("wb") as out:
        out.write(make_org1(**LAMP))
        out.truncate(64 * 1024 * 1024)
    largest = []
    real = Path.open

    def watched(self, *words, **more):
        opened = real(self, *words, **more)
        return Watched(opened, largest) if self == file else opened

    monkeypatch.setattr(Path, "open", watched)
    assert inspect(file).size == 64 * 1024 * 1024
    assert max(largest) <= 1024 * 1024


class Watched:
    def __init__(self, file, largest):
        self._file, self._largest = file, largest
        self.seek = file.seek

    def read(self, size=-1):
        self._largest.append(size if size >= 0 else 2**62)
        return self._file.read(size)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()


def test_bytes_in_memory_are_read_like_a_file(look):
    for body in (make_org1(**LAMP), esp32(), zigbee(), b"", b"hello"):
        assert inspect_bytes(body) == look(body)
