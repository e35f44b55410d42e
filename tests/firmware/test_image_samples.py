"""Real and constructed files, read field by field as the index beside them says."""

import json
import os
from pathlib import Path

import pytest

from firmware.image import inspect

SAMPLES = Path(os.environ.get("ORANGERY_OTA_SAMPLES", "../shared/ota-samples"))
INDEX = SAMPLES / "INDEX.json"
ENTRIES = {one["file"]: one for one in json.loads(INDEX.read_bytes())} if INDEX.exists() else {}

pytestmark = pytest.mark.skipif(
    not ENTRIES, reason=f"NO SAMPLES at {SAMPLES}: ORANGERY_OTA_SAMPLES names their folder"
)

MALFORMED = {  # the only reasons; every other file of the index is sound
    "zigbee/images__ONOKOM__tcl-1-zb-s_hw1.x_fw0.6.1_ota20.ota": ("truncated",),
    "malformed/not-a-valid-file.ota": ("format_unknown",),
    "malformed/test__images__partitions_singleapp.bin": ("format_unknown",),
    "malformed/test__images__onebyte.bin": ("format_unknown",),
    "malformed/test__images__zerolength.bin": ("empty",),
    "constructed/esp32s2-missing-block.uf2": ("blocks_missing",),
    "constructed/shelly-gen1-like-badsum.zip": ("part_missing", "checksum"),
    "constructed/zb-hdr-lie.ota": ("header_length",),
    "constructed/zb-size-lie.ota": ("truncated",),
    "constructed/zip-slip.zip": ("zip_path",),
}
CONSTRUCTED = {  # the index has no fields for these
    "esp32s2.uf2": ("uf2", {"families": "0xbfdd4eee", "blocks": "16", "extents": "0x10000+4096"}),
    "shelly-gen1-like.zip": ("zip", {"platform": "esp8266", "members": "4", "unlisted": "0"}),
    "tasmota-like.bin.gz": ("esp-gzip", {"chip": "ESP8266", "name": "tasmota.bin"}),
    "zb-plain.ota": ("zigbee-ota", {"manufacturer": "0x1234", "elements": "0x0:64"}),
    "zb-dest.ota": ("zigbee-ota", {"destination": "0000b557fffe6f0c", "control": "0x0002"}),
    "zb-hw.ota": ("zigbee-ota", {"hardware_min": "1", "hardware_max": "7"}),
    "zb-sec-dest-hw.ota": (
        "zigbee-ota",
        {"security_version": "1", "destination": "0000b557fffe6f0c", "hardware_max": "3"},
    ),
    "zb-wrapped.ota": ("zigbee-ota", {"offset": "64", "wrapper": "ikea", "trailing": "32"}),
}
APP = {  # name in the index -> in the details
    "project_name": "project",
    "time": "time",
    "date": "date",
    "idf_ver": "idf",
    "app_elf_sha256": "elf_sha256",
    "secure_version": "secure_version",
}


def of(kind):
    return [name for name, entry in ENTRIES.items() if kind in entry.get("parsed", {})]


@pytest.mark.parametrize("name", ENTRIES)
def test_every_sample_is_the_file_of_the_index_and_sound_or_refused_with_its_reason(name):
    facts = inspect(SAMPLES / name)
    assert (facts.sha256, facts.size) == (ENTRIES[name]["sha256"], ENTRIES[name]["bytes"])
    assert facts.problems == MALFORMED.get(name, ())


def test_what_the_index_calls_malformed_is_all_refused():
    wrong = {
        name for name, one in ENTRIES.items() if {"error", "text"} & one.get("parsed", {}).keys()
    }
    folder = {name for name in ENTRIES if name.startswith("malformed/")}
    assert wrong == folder
    assert folder <= MALFORMED.keys() <= ENTRIES.keys()


@pytest.mark.parametrize("name", of("imageType"))
def test_a_zigbee_sample_reads_as_the_index_says(name):
    said, facts = ENTRIES[name]["parsed"], inspect(SAMPLES / name)
    details = facts.details
    assert facts.format == "zigbee-ota"
    assert facts.version == str(said["fileVersion"])
    assert int(details["manufacturer"], 16) == said["manufacturerCode"]
    assert int(details["image_type"], 16) == said["imageType"]
    assert int(details["header_version"], 16) == int(said["headerVersion"], 16)
    assert int(details["control"], 16) == int(said["fieldControl"], 16)
    assert details["offset"] == str(said["offset"])
    assert details["header_length"] == str(said["headerLength"])
    assert details["stack"] == str(said["stack"])
    assert details["text"] == said["headerString"]
    assert details["total"] == str(said["totalImageSize"])
    assert details.get("hardware_min") == (str(said["minHw"]) if "minHw" in said else None)
    assert details.get("hardware_max") == (str(said["maxHw"]) if "maxHw" in said else None)
    elements = " ".join(f"{one['tag']}:{one['len']}" for one in said["elements"])
    assert details["elements"] == elements
    assert details["trailing"] == str(max(0, said["trailingBytes"]))


@pytest.mark.parametrize("name", of("segments"))
def test_an_esp_sample_reads_as_the_index_says(name):
    said, facts = ENTRIES[name]["parsed"], inspect(SAMPLES / name)
    details, more = facts.details, said["esp32_ext"]
    large = said["walk_esp32"] if said["walk_esp32"] and said["walk_esp32"]["checksum_ok"] else None
    walk = large or said["walk_esp8266"]
    assert (facts.format, details["chip"]) == ("esp", more["chip"] if large else "ESP8266")
    assert details["segments"] == str(said["segments"])
    assert details["flash_mode"] == str(said["flash_mode"])
    assert (details["flash"], details["entry"]) == (said["flash_size_freq"], said["entry"])
    assert details["data_end"] == str(walk["data_end"])
    assert ("checksum" not in facts.problems) == walk["checksum_ok"]
    if large:
        numbers = ("chip_id", "min_rev", "min_rev_full", "max_rev_full", "hash_appended")
        assert {key: details[key] for key in numbers} == {key: str(more[key]) for key in numbers}
        assert ("hash" not in facts.problems) == (walk["sha_ok"] is not False)
    accounted = 32 * bool(large and more["hash_appended"])
    if "signature" not in details:
        assert details["trailing"] == str(walk["after"] - accounted)


@pytest.mark.parametrize("name", of("app_desc"))
def test_an_app_descriptor_reads_as_the_index_says(name):
    said, facts = ENTRIES[name]["parsed"]["app_desc"], inspect(SAMPLES / name)
    assert facts.version == said["version"]
    assert {key: facts.details[ours] for key, ours in APP.items()} == {
        key: str(said[key]) for key in APP
    }


@pytest.mark.parametrize("name", of("bootloader_desc"))
def test_a_bootloader_descriptor_reads_as_the_index_says(name):
    said, details = ENTRIES[name]["parsed"]["bootloader_desc"], inspect(SAMPLES / name).details
    assert details["bootloader"] == str(said["version"])
    assert (details["idf"], details["date"]) == (said["idf_ver"], said["date"])


@pytest.mark.parametrize(("name", "kind"), [("rsa", "rsa-3072"), ("ecdsa256", "ecdsa-256")])
def test_a_signed_bootloader_verifies_with_its_own_key(name, kind):
    facts = inspect(SAMPLES / f"esp/test__secure_images__bootloader_signed_v2_{name}.bin")
    assert facts.details["signature"] == f"secure-boot-v2 {kind}"


@pytest.mark.parametrize("name", CONSTRUCTED)
def test_a_constructed_sample_says_what_was_put_into_it(name):
    form, details = CONSTRUCTED[name]
    facts = inspect(SAMPLES / "constructed" / name)
    assert facts.format == form
    assert {key: facts.details[key] for key in details} == details


def test_every_sample_without_fields_in_the_index_is_named_here():
    bare = {name for name, one in ENTRIES.items() if "parsed" not in one}
    assert bare == {f"constructed/{name}" for name in CONSTRUCTED} | {
        name for name in MALFORMED if name.startswith("constructed/")
    }
