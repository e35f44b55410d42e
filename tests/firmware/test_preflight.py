"""A file for another device by its own header never reaches this one; silence stops nobody."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desktop.demo.images import make_esp_demo
from firmware import image
from firmware.preflight import refused
from fleet.model import Caps, Device, Endpoint
from fleet.steps import Offer, Refusal

ZIGBEE = {
    "format": "zigbee-ota",
    "manufacturer": "0x1037",
    "image_type": "0x0017",
    "hardware_min": "2",
    "hardware_max": "7",
}
LAMP = {"manufacturer_code": "4151", "image_type": "0x17", "hardware_version": "3"}


def device(dialect: str = "tasmota", hardware: str = "", **data: str) -> Device:
    endpoint = Endpoint(broker="home", dialect=dialect, id="d", data=data)
    return Device(key="d", name="D", hardware=hardware, endpoints={dialect: endpoint})


def offer(size: int = 1000, **facts: str) -> Offer:
    return Offer(
        transfer="t", version="2", sha256="aa", size=size, path="p", url="u", mirror="", facts=facts
    )


def no(one: Device, of: Offer, dialect: str = "tasmota") -> Refusal | None:
    return refused(one, dialect, of)


def test_what_says_nothing_is_refused_nothing():
    assert no(device(), offer()) is None
    assert (
        no(device(hardware="ESP8266EX"), offer(format="unknown", problems="format_unknown")) is None
    )
    assert no(device("zigbee2mqtt"), offer(**ZIGBEE), "zigbee2mqtt") is None


@pytest.mark.parametrize("problem", ["truncated", "checksum", "hash"])
def test_a_file_that_is_broken_by_its_own_account_goes_to_nobody(problem):
    of = offer(format="esp", problems=f"trailing_bytes {problem}")
    assert no(device(), of) == Refusal("image_damaged", problem)


@pytest.mark.parametrize(
    ("dialect", "form"),
    [
        *(("tasmota", "zigbee-ota"), ("tasmota", "zip"), ("wled", "uf2"), ("esphome", "zip")),
        *(("zigbee2mqtt", "esp"), ("shelly1", "esp"), ("shelly2", "esp-gzip")),
    ],
)
def test_firmware_of_another_family_is_refused(dialect, form):
    found = refused(device(dialect), dialect, offer(format=form))
    assert found == Refusal("image_of_another_kind", form)


@pytest.mark.parametrize("form", ["esp", "esp-gzip"])
def test_a_tasmota_plug_takes_what_it_is_made_for(form):
    assert no(device(), offer(format=form)) is None


def test_a_dialect_of_which_we_do_not_know_what_it_takes_refuses_none():
    assert refused(device("native"), "native", offer(format="uf2")) is None


@pytest.mark.parametrize(
    ("has", "wants"),
    [
        *(("ESP8266EX", "ESP32"), ("ESP8285N08", "ESP32-C3"), ("ESP32-D0WD-V3 rev.3", "ESP8266")),
        *(("ESP32-D0WD-V3 rev.3", "ESP32-C3"), ("ESP32-C3 v0.3", "ESP32"), ("ESP32", "ESP8266")),
        *(("ESP32-S3", "ESP32-S2"), ("esp32c3", "ESP32-S3"), ("ESP32-PICO-D4", "ESP32-S3")),
    ],
)
def test_an_image_for_another_chip_is_refused(has, wants):
    of = offer(format="esp", chip=wants)
    assert no(device(hardware=has), of) == Refusal("image_for_another_chip", wants)
    assert no(device(chip=has), of) == Refusal("image_for_another_chip", wants)


@pytest.mark.parametrize(
    ("has", "wants"),
    [
        *(("ESP8266EX", "ESP8266"), ("ESP8285", "ESP8266"), ("ESP32-D0WDQ6", "ESP32")),
        *(("esp32-c3-devkitm-1", "ESP32-C3"), ("ESP32", "ESP32-C3"), ("esp32dev", "ESP32-S3")),
        *(("Rev. B", "ESP32"), ("", "ESP32"), ("ESP8266EX", ""), ("BK7231N", "ESP32")),
    ],
)
def test_its_own_chip_and_what_nobody_can_tell_pass(has, wants):
    assert no(device(hardware=has), offer(format="esp", chip=wants)) is None


def test_a_real_header_is_read_for_it(tmp_path):
    file = tmp_path / "plug.bin"
    file.write_bytes(make_esp_demo("14.4.1(tasmota)"))
    of = offer(**image.told(file))
    assert no(device(hardware="ESP8266EX"), of) is None
    found = no(device(hardware="ESP32-C3 v0.3"), of)
    assert found == Refusal("image_for_another_chip", "ESP8266")


def test_a_file_larger_than_the_device_takes_is_refused():
    small = replace(device(), caps=Caps(size_max=999))
    assert no(small, offer(size=1000)) == Refusal("image_too_large", "999")
    assert no(small, offer(size=999)) is None


def test_a_zigbee_image_of_its_type_passes():
    assert no(device("zigbee2mqtt", **LAMP), offer(**ZIGBEE), "zigbee2mqtt") is None


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"manufacturer": "0x117c"}, Refusal("image_for_another_type", "manufacturer 0x117c")),
        ({"image_type": "0x0018"}, Refusal("image_for_another_type", "image_type 0x0018")),
        ({"hardware_min": "4"}, Refusal("other_hardware", "3")),
        ({"hardware_max": "2"}, Refusal("other_hardware", "3")),
    ],
)
def test_a_zigbee_image_of_another_maker_type_or_revision_is_refused(other, refusal):
    lamp = device("zigbee2mqtt", **LAMP)
    assert no(lamp, offer(**{**ZIGBEE, **other}), "zigbee2mqtt") == refusal


@pytest.mark.parametrize("wild", ["manufacturer", "image_type"])
def test_a_wild_card_is_for_all_of_them(wild):
    of = offer(**{**ZIGBEE, wild: "0xffff"})
    assert no(device("zigbee2mqtt", **LAMP), of, "zigbee2mqtt") is None


def test_a_shelly_takes_only_the_program_that_it_runs():
    plug = device("shelly2", app="Plus1PM")
    of = offer(format="zip", model="Plus1")
    assert refused(plug, "shelly2", of) == Refusal("image_for_another_type", "Plus1")
    assert refused(plug, "shelly2", offer(format="zip", model="plus1pm")) is None
    assert refused(device("shelly2"), "shelly2", of) is None
