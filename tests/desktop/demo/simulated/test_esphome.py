"""A simulated ESPHome node: found by both of its dialects, and updated from its own manifest."""

import hashlib
from collections.abc import Callable, Iterator

import msgspec
import pytest

from desktop.demo.images import make_esp_demo
from desktop.demo.simulated.common import Trouble
from desktop.demo.simulated.esphome import EsphomeNode
from fleet.dialects.esphome import Esphome, manifest
from fleet.dialects.homeassistant import HomeAssistant
from fleet.model import Availability, Device, Message
from fleet.steps import Offer, Publish
from tests.desktop.demo.simulated.house import QUIET, Files, House, nothing_more_runs

DIALECT = Esphome()
MAC = "02005E00007F"
Made = Callable[..., EsphomeNode]


class Mirror:
    """The owner's mirror: the manifest at one address, the image at another."""

    def __init__(self, manifest_at: Files, image_at: Files) -> None:
        self._manifest, self._image = manifest_at, image_at
        self.source = manifest_at.url

    def offer(self, version: str, *, chip: str = "ESP32-C3", md5: str = "") -> None:
        image = make_esp_demo(version)
        offer = Offer(
            transfer="t", version=version, sha256="", size=len(image), path="p",
            url=self._image.url, mirror="",
        )  # fmt: skip
        known = md5 or hashlib.md5(image).hexdigest()
        laid = manifest(offer, name="acme.relay-1", chip=chip, md5=known, summary="Quieter.")
        self._image.body, self._manifest.body = image, laid.payload


@pytest.fixture
def mirror(files: Files) -> Iterator[Mirror]:
    images = Files()
    yield Mirror(files, images)
    images.stop()


@pytest.fixture
def made(house: House, mirror: Mirror) -> Iterator[Made]:
    running: list[EsphomeNode] = []

    def make(**more: object) -> EsphomeNode:
        device = EsphomeNode(
            node="hall-relay",
            mac=MAC,
            name="Hall relay",
            source=mirror.source,
            timings=QUIET,
            **more,
        )  # type: ignore[arg-type] # its options
        device.start(house)
        running.append(device)
        return device

    yield make
    for each in running:
        each.stop()


def relay(house: House, until: Callable[[Device], object] = lambda _: True) -> Device:
    """Wait until this is true of the node, and return it."""
    here = house.until(lambda all_: "Hall relay" in all_ and until(all_["Hall relay"]))
    return here["Hall relay"]


def say(device: EsphomeNode, steps: object) -> None:
    assert isinstance(steps, tuple), steps
    for step in steps:
        assert isinstance(step, Publish)
        device.heard(Message(broker="home", topic=step.topic, payload=step.payload))


def update(house: House, device: EsphomeNode) -> None:
    say(device, DIALECT.plan(relay(house, lambda found: found.offer), None))


def test_it_is_one_device_in_both_its_dialects(house: House, made: Made) -> None:
    made()
    found = relay(house, lambda device: "temperature" in device.readings)
    assert found.dialects == ("esphome", "homeassistant")
    assert (found.vendor, found.model, str(found.version)) == ("acme", "relay-1", "1.4.0")
    assert found.ids >= {("mac", MAC), ("esphome", "hall-relay")}
    assert found.readings["temperature"] == 21.6


def test_its_relay_is_switched(house: House, made: Made) -> None:
    device = made()
    found = relay(house, lambda device: device.readings.get("switch.relay") == "OFF")
    say(device, HomeAssistant().act(found, "switch.relay", True))
    relay(house, lambda device: device.readings["switch.relay"] == "ON")


def test_it_answers_a_ping_with_its_version(house: House, made: Made) -> None:
    device = made()
    say(device, DIALECT.verify(relay(house)))
    topic = "esphome/discover/hall-relay"
    house.until(lambda _: sum(step.topic == topic for step in house.said) == 2)


def test_it_installs_what_its_manifest_offers(house: House, made: Made, mirror: Mirror) -> None:
    mirror.offer("1.5.0")
    device = made()
    assert relay(house, lambda found: found.offer).notes == "Quieter."
    update(house, device)
    relay(house, lambda found: DIALECT.arrived(found, "1.5.0"))


def test_an_older_version_is_offered_too(house: House, made: Made, mirror: Mirror) -> None:
    mirror.offer("1.3.0")
    device = made()
    update(house, device)
    relay(house, lambda found: DIALECT.arrived(found, "1.3.0"))


def test_a_manifest_without_its_chip_offers_nothing(
    house: House, made: Made, mirror: Mirror, files: Files
) -> None:
    mirror.offer("1.5.0", chip="ESP8266")
    made()
    nothing_more_runs()
    assert files.asked == 1
    assert relay(house).offer is None


@pytest.mark.parametrize("body", [b"", b"[]", b'{"name": 1}'])
def test_a_broken_manifest_offers_nothing(
    house: House, made: Made, files: Files, body: bytes
) -> None:
    files.body = body
    made()
    nothing_more_runs()
    assert relay(house).offer is None


def test_a_file_that_is_another_is_not_installed(house: House, made: Made, mirror: Mirror) -> None:
    mirror.offer("1.5.0", md5="0" * 32)
    device = made()
    update(house, device)
    nothing_more_runs()
    assert device.version == "1.4.0"
    assert relay(house).availability is Availability.ONLINE


def test_one_that_refuses_says_nothing(house: House, made: Made, mirror: Mirror) -> None:
    mirror.offer("1.5.0")
    device = made(trouble=Trouble.REFUSES)
    update(house, device)
    nothing_more_runs()
    assert not DIALECT.arrived(relay(house), "1.5.0")


def test_a_silent_one_is_away_until_it_is_woken(house: House, made: Made, mirror: Mirror) -> None:
    mirror.offer("1.5.0")
    device = made(trouble=Trouble.SILENT)
    update(house, device)
    relay(house, lambda found: found.availability is Availability.OFFLINE)
    device.wake()
    relay(house, lambda found: DIALECT.arrived(found, "1.5.0"))


@pytest.mark.parametrize(
    ("trouble", "runs"),
    [
        (Trouble.OLD_VERSION, "1.4.0"),
        (Trouble.OTHER_VERSION, "0.0.9"),
        (Trouble.POWER_CUT, "1.4.0"),
    ],
)
def test_one_that_comes_back_otherwise_has_not_arrived(
    house: House, made: Made, mirror: Mirror, trouble: Trouble, runs: str
) -> None:
    mirror.offer("1.5.0")
    device = made(trouble=trouble)
    update(house, device)
    wills = [b"online", b"offline", b"online"]
    topic = "hall-relay/status"
    house.until(lambda _: [s.payload for s in house.said if s.topic == topic] == wills)
    found = relay(house, lambda found: str(found.version) == runs)
    assert not DIALECT.arrived(found, "1.5.0")


def test_its_announcements_are_those_of_the_firmware(house: House, made: Made) -> None:
    made()
    relay(house)
    said = {step.topic: step.payload for step in house.said}
    config = msgspec.json.decode(said["homeassistant/update/hall-relay/firmware/config"])
    assert config["uniq_id"] == "ESPupdatefirmware"
    assert config["dev"]["sw"] == "1.4.0 (ESPHome 2026.1.0)"
