"""A WLED strip takes orders over MQTT and its update over HTTP, as a house would give them."""

from collections.abc import Iterator
from typing import Any

import pytest

from desktop.demo.images import make_esp_demo
from desktop.demo.simulated.common import Trouble
from desktop.demo.simulated.wled import WledStrip
from fleet.dialects.wled import Wled, located, read_info
from fleet.lan_http import LanError, Upload, send
from fleet.model import Availability, Device, Message, Unknown
from fleet.steps import HttpRequest, Offer, Publish
from tests.desktop.demo.simulated.house import QUIET, House, nothing_more_runs

DIALECT = Wled()
MAC = "02005e0f3e77"
OFFER = Offer(
    transfer="t",
    version="0.15.4",
    sha256="0",
    size=1,
    path="fw/wled/WLED_0.15.4_ESP32.bin",
    url="",
    mirror="",
    facts={"format": "esp", "chip": "ESP32"},
)


@pytest.fixture
def strip(house: House) -> Iterator[WledStrip]:
    device = WledStrip(topic="wled/0f3e77", mac=MAC, name="Stairs", timings=QUIET)
    device.start(house)
    yield device
    device.stop()


def found(house: House) -> Device:
    return house.until(lambda devices: "Stairs" in devices)["Stairs"]


def sent(step: object, image: bytes = b"") -> tuple[int, bytes]:
    """Carry a request out; status 0: no answer."""
    assert isinstance(step, HttpRequest)
    upload = Upload(name="f.bin", size=len(image), pieces=[image]) if step.upload else None
    try:
        answer = send(step, upload=upload, loopback=True)
    except LanError:
        return 0, b""
    return answer.status, answer.body


def told_where(house: House, strip: WledStrip) -> Device:
    """Let the house know the strip's address, as mDNS would."""
    seen = located(found(house), MAC, strip.address)
    assert seen is not None
    house.fold(seen)
    return found(house)


def asked(house: House, strip: WledStrip) -> Device:
    """Let the house ask the strip what it runs."""
    (request,) = DIALECT.verify(told_where(house, strip))
    assert isinstance(request, HttpRequest)
    status, body = sent(request)
    read = DIALECT.answered(found(house), request, status, body)
    assert isinstance(read, tuple)
    house.fold(*read)
    return found(house)


def updated(house: House, strip: WledStrip, image: bytes) -> tuple[int, bytes]:
    steps: Any = DIALECT.plan(asked(house, strip), OFFER)
    who, request = steps
    assert sent(who)[0] == 200
    return sent(request, image)


def test_a_strip_is_found_and_says_over_http_what_it_runs(house: House, strip: WledStrip) -> None:
    assert found(house).version is None
    device = asked(house, strip)
    assert ("mac", "02005E0F3E77") in device.ids
    assert (device.model, device.hardware, str(device.version)) == ("ESP32", "esp32", "0.15.3")
    assert (device.readings["rssi"], device.access) == (-57, "02005E000001")


@pytest.mark.parametrize(
    ("feature", "wish", "said"),
    [
        ("on", False, False),
        ("bri", 100.0, 255.0),
        ("col", "#08ffaa", "#08ffaa"),
        ("fx", 42.0, 42.0),
        ("ps", 3.0, 3.0),
    ],
)
def test_a_strip_does_as_it_is_told(
    house: House, strip: WledStrip, feature: str, wish: Any, said: Any
) -> None:
    steps = DIALECT.act(found(house), feature, wish)
    assert isinstance(steps, tuple)
    (step,) = steps
    assert isinstance(step, Publish)
    strip.heard(Message(broker="home", topic=step.topic, payload=step.payload))
    house.until(lambda devices: devices["Stairs"].readings[feature] == said)


def test_a_strip_is_switched_back_on_as_bright_as_it_was(house: House, strip: WledStrip) -> None:
    for wish in (False, True):
        steps: Any = DIALECT.act(found(house), "on", wish)
        strip.heard(Message(broker="home", topic=steps[0].topic, payload=steps[0].payload))
        house.until(lambda devices, wish=wish: devices["Stairs"].readings["on"] is wish)
    assert found(house).readings["bri"] == 128


def test_a_strip_takes_a_file_and_says_its_new_version(house: House, strip: WledStrip) -> None:
    assert updated(house, strip, make_esp_demo("0.15.4"))[0] == 200
    house.until(lambda devices: devices["Stairs"].availability is Availability.OFFLINE)
    house.until(lambda devices: devices["Stairs"].availability is Availability.ONLINE)
    assert DIALECT.arrived(asked(house, strip), "0.15.4")


@pytest.mark.parametrize(
    ("trouble", "status", "version"),
    [
        (Trouble.REFUSES, 401, "0.15.3"),
        (Trouble.OLD_VERSION, 200, "0.15.3"),
        (Trouble.OTHER_VERSION, 200, "0.9.0"),
        (Trouble.POWER_CUT, 0, "0.15.3"),
    ],
)
def test_an_update_that_came_to_nothing_has_not_arrived(
    house: House, strip: WledStrip, trouble: Trouble, status: int, version: str
) -> None:
    strip.trouble = trouble
    assert updated(house, strip, make_esp_demo("0.15.4"))[0] == status
    nothing_more_runs()
    device = asked(house, strip)
    assert str(device.version) == version
    assert not DIALECT.arrived(device, "0.15.4")


def test_a_silent_strip_answers_when_it_is_woken(house: House, strip: WledStrip) -> None:
    strip.trouble = Trouble.SILENT
    assert updated(house, strip, make_esp_demo("0.15.4"))[0] == 200
    nothing_more_runs()
    device = house.until(lambda devices: devices["Stairs"].availability is Availability.OFFLINE)
    assert sent(DIALECT.verify(device["Stairs"])[0]) == (0, b"")
    strip.wake()
    assert DIALECT.arrived(asked(house, strip), "0.15.4")


@pytest.mark.parametrize("image", [b"<html>", b"\xe9 no version"])
def test_what_is_no_image_is_refused(house: House, strip: WledStrip, image: bytes) -> None:
    status, words = updated(house, strip, image)
    assert (status, words[:14]) == (500, b"Update failed!")


def test_another_strip_at_its_address_is_told_apart(house: House, strip: WledStrip) -> None:
    device = told_where(house, strip)
    strip.mac = "02005e999999"
    _, body = sent(DIALECT.verify(device)[0])
    assert read_info(body, device) == Unknown("another_device_answers")
