"""What images say of themselves: our own bytes, and real files where the samples are at hand."""

import gzip
import hashlib
import json
import os
import struct
from functools import reduce
from operator import xor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.demo.images import esp_demo_version, make_esp_demo, make_org1
from firmware.image import inspect

SAMPLES = Path(os.environ.get("ORANGERY_OTA_SAMPLES", "../shared/ota-samples"))
LAMP = {"vendor": "Acme", "model": "Lamp", "version": "1.2.0", "counter": 12, "hardware": ["A"]}


@pytest.fixture
def look(tmp_path):
    def inspected(body):
        (tmp_path / "image").write_bytes(body)
        return inspect(tmp_path / "image")

    return inspected


def zigbee(*, control=0, header=None, total=None, tail=b"", elements=b"\0\0\4\0\0\0abcd"):
    extra = b"\1" * ((control & 1) + (control >> 1 & 1) * 8) + b"\2\0\7\0" * (control >> 2 & 1)
    length = header or 56 + len(extra)
    size = 56 + len(extra) + len(elements) if total is None else total
    head = (0x0BEEF11E, 0x100, length, control, 0x1234, 1, 42, 2, b"name".ljust(32, b"\0"), size)
    return struct.pack("<IHHHHHIH32sI", *head) + extra + elements + tail


def test_an_org1_image_says_what_it_is(look):
    facts = look(make_org1(**LAMP))
    assert (facts.format, facts.vendor, facts.model) == ("org1", "Acme", "Lamp")
    assert (facts.version, facts.counter, facts.hardware) == ("1.2.0", 12, ("A",))
    assert facts.problems == ()


def esp32(*, version=b"5.1", spoil=b""):
    """A minimal ESP32-C3 app: header, a segment with the app descriptor, checksum, digest."""
    about = (
        struct.pack("<II8x", 0xABCD5432, 3) + version.ljust(32, b"\0") + b"blink".ljust(208, b"\0")
    )
    head = b"\xe9\1\2\x10" + bytes(8) + b"\5\0" + bytes(9) + b"\1"
    body = head + struct.pack("<II", 0x3C000020, len(about)) + about
    body = body.ljust(len(body) | 15, b"\0") + bytes([reduce(xor, about, 0xEF)])
    return body + (spoil or hashlib.sha256(body).digest())


def test_an_esp32_image_says_its_chip_version_and_project(look):
    facts = look(esp32())
    assert (facts.format, facts.version, facts.problems) == ("esp", "5.1", ())
    assert (facts.details["chip"], facts.details["project"]) == ("ESP32-C3", "blink")
    assert facts.details["secure_version"] == "3"


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
        (zigbee(total=1000), "truncated"),
        (zigbee(tail=b"extra"), "trailing_bytes"),
        (zigbee(header=9999), "header_length"),
        (zigbee(elements=b"\0\0\xff\0\0\0abcd"), "elements"),
        (zigbee()[:20], "truncated"),
        (gzip.compress(make_esp_demo("1"))[:-4], "truncated"),
        (gzip.compress(make_esp_demo("1")) + b"x", "trailing_bytes"),
        (gzip.compress(b"\xe9" + bytes(17 * 1024 * 1024)), "inflates_too_far"),
        (gzip.compress(b"hello"), "format_unknown"),
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


def test_a_zigbee_image_says_its_numbers(look):
    facts = look(zigbee(control=7))
    assert (facts.format, facts.version, facts.problems) == ("zigbee-ota", "42", ())
    assert facts.details["manufacturer"] == "0x1234"
    assert (facts.details["hardware_min"], facts.details["hardware_max"]) == ("2", "7")


def test_a_wrapped_zigbee_image_is_found_behind_its_wrapper(look):
    facts = look(b"w" * 64 + zigbee() + b"w" * 32)
    assert (facts.details["offset"], facts.problems) == ("64", ())


@given(st.sampled_from([b"ORG1", b"\xe9", b"\x1f\x8b\x08", b"\x1e\xf1\xee\x0b"]), st.binary())
def test_any_bytes_get_an_answer(tmp_path_factory, magic, rest):
    file = tmp_path_factory.getbasetemp() / "any"
    file.write_bytes(magic + rest)
    assert inspect(file).size == len(magic) + len(rest)


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


def samples():
    index = SAMPLES / "INDEX.json"
    return json.loads(index.read_bytes()) if index.exists() else []


needs_samples = pytest.mark.skipif(
    not samples(), reason="no samples: ORANGERY_OTA_SAMPLES names their folder"
)


@needs_samples
def test_every_real_zigbee_image_reads_as_the_index_says():
    for entry in samples():
        said = entry.get("parsed", {})
        if "imageType" not in said:
            continue
        facts = inspect(SAMPLES / entry["file"])
        assert facts.sha256 == entry["sha256"]
        assert facts.version == str(said["fileVersion"])
        assert int(facts.details["manufacturer"], 16) == said["manufacturerCode"]
        assert int(facts.details["image_type"], 16) == said["imageType"]
        whole = said["trailingBytes"] == 0
        assert facts.problems == (() if whole else ("truncated",)), entry["file"]


@needs_samples
def test_every_real_esp_image_reads_as_the_index_says():
    for entry in samples():
        said = entry.get("parsed", {})
        if "segments" not in said:
            continue
        facts = inspect(SAMPLES / entry["file"])
        large = said["walk_esp32"] and said["walk_esp32"]["checksum_ok"]
        chip = said["esp32_ext"]["chip"] if large else "ESP8266"
        assert (facts.format, facts.details["chip"]) == ("esp", chip), entry["file"]
        assert facts.problems == (), entry["file"]
        if "app_desc" in said:
            assert facts.version == said["app_desc"]["version"]
            assert facts.details["project"] == said["app_desc"]["project_name"]


@needs_samples
def test_every_malformed_sample_is_refused():
    files = [entry["file"] for entry in samples() if entry["file"].startswith("malformed/")]
    lies = ["constructed/zb-hdr-lie.ota", "constructed/zb-size-lie.ota"]
    for file in [*files, *lies]:
        assert inspect(SAMPLES / file).problems, file


@needs_samples
def test_every_sound_constructed_sample_is_read():
    for name in ("zb-plain.ota", "zb-hw.ota", "zb-wrapped.ota", "tasmota-like.bin.gz"):
        assert inspect(SAMPLES / "constructed" / name).problems == (), name
