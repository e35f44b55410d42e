"""A Bluetooth gateway takes orders and updates as a house would give them."""

from collections.abc import Iterator

import pytest

from desktop.demo.images import make_esp_demo
from desktop.demo.simulated.common import Trouble
from desktop.demo.simulated.openmqttgateway import BleGateway, Heard
from fleet.dialects.openmqttgateway import OpenMqttGateway
from fleet.model import Availability, Device, Message, Phase
from fleet.steps import Offer, Publish
from tests.desktop.demo.simulated.house import QUIET, Files, House, nothing_more_runs

DIALECT = OpenMqttGateway()
PLANT = Heard(
    mac="02:00:5E:34:4D:01",
    values={
        "brand": "Xiaomi",
        "model": "RoPot",
        "model_id": "HHCCPOT002",
        "type": "PLANT",
        "moi": 3,
        "batt": 71,
    },
)
PHONE = Heard(mac="5A:00:5E:34:4D:02", values={"name": "phone"})


@pytest.fixture
def gateway(house: House) -> Iterator[BleGateway]:
    device = BleGateway(
        name="OMG_attic",
        mac="02:00:5E:DA:31:04",
        latest="v1.8.1",
        heard=(PLANT, PHONE),
        timings=QUIET,
    )
    device.start(house)
    yield device
    device.stop()


def tell(gateway: BleGateway, steps: object) -> None:
    assert isinstance(steps, tuple), steps
    for step in steps:
        assert isinstance(step, Publish)
        gateway.heard(Message(broker="home", topic=step.topic, payload=step.payload))


def offer(files: Files) -> Offer:
    return Offer(
        transfer="t",
        version="v1.9.0",
        sha256="0",
        size=1,
        path="fw/omg/esp32dev-ble-firmware.bin",
        url=files.url.removesuffix(".gz"),
        mirror="",
    )


def attic(house: House) -> Device:
    return house.until(lambda devices: "OMG_attic" in devices)["OMG_attic"]


def asked(house: House, gateway: BleGateway) -> Device:
    tell(gateway, DIALECT.verify(attic(house)))
    nothing_more_runs()
    return attic(house)


def test_a_gateway_and_what_it_hears_are_found(house: House, gateway: BleGateway) -> None:
    devices = house.until(lambda devices: len(devices) == 2)
    attic, plant = devices["OMG_attic"], devices["RoPot-344D01"]
    assert (attic.model, str(attic.version), str(attic.offer)) == (
        "esp32dev-ble",
        "v1.7.0",
        "v1.8.1",
    )
    assert ("mac", "02005EDA3104") in attic.ids
    assert attic.availability is Availability.ONLINE
    assert (plant.via, plant.battery, plant.readings["moi"]) == (attic.key, 71, 3)
    del gateway


def test_a_gateway_updates_itself_from_our_address(
    house: House, gateway: BleGateway, files: Files
) -> None:
    files.body = make_esp_demo("v1.9.0")
    tell(gateway, DIALECT.plan(attic(house), offer(files)))
    house.until(lambda devices: DIALECT.arrived(devices["OMG_attic"], "v1.9.0"))
    assert [word.phase for word in house.words] == [Phase.ACCEPTED, Phase.REBOOTING]
    assert files.asked == 1


def test_a_gateway_takes_its_makers_latest(house: House, gateway: BleGateway) -> None:
    device = house.until(lambda devices: devices["OMG_attic"].offer)["OMG_attic"]
    tell(gateway, DIALECT.plan(device, None))
    house.until(lambda devices: DIALECT.arrived(devices["OMG_attic"], "v1.8.1"))


def test_its_word_before_the_restart_is_no_success(
    house: House, gateway: BleGateway, files: Files
) -> None:
    files.body = make_esp_demo("v1.9.0")
    gateway.trouble = Trouble.SILENT
    tell(gateway, DIALECT.plan(attic(house), offer(files)))
    house.until(lambda devices: devices["OMG_attic"].availability is Availability.OFFLINE)
    nothing_more_runs()
    assert house.words[-1].phase is Phase.REBOOTING
    assert not DIALECT.arrived(attic(house), "v1.9.0")
    gateway.wake()
    house.until(lambda devices: DIALECT.arrived(devices["OMG_attic"], "v1.9.0"))


@pytest.mark.parametrize(
    ("trouble", "version"),
    [
        (Trouble.REFUSES, "v1.7.0"),
        (Trouble.OLD_VERSION, "v1.7.0"),
        (Trouble.OTHER_VERSION, "v1.0.0"),
        (Trouble.POWER_CUT, "v1.7.0"),
    ],
)
def test_an_update_that_came_to_nothing_has_not_arrived(
    house: House, gateway: BleGateway, files: Files, trouble: Trouble, version: str
) -> None:
    files.body = make_esp_demo("v1.9.0")
    gateway.trouble = trouble
    tell(gateway, DIALECT.plan(attic(house), offer(files)))
    nothing_more_runs()
    device = asked(house, gateway)
    assert (str(device.version), device.availability) == (version, Availability.ONLINE)
    assert not DIALECT.arrived(device, "v1.9.0")


def test_a_gateway_with_a_password_of_its_own_ignores_the_order(
    house: House, gateway: BleGateway, files: Files
) -> None:
    gateway.password = "chosen"
    said = len(house.said)
    tell(gateway, DIALECT.plan(attic(house), offer(files)))
    nothing_more_runs()
    assert (len(house.said), files.asked) == (said, 0)


@pytest.mark.parametrize(("body", "status"), [(b"<html>", 200), (b"", 404)])
def test_what_is_no_image_leaves_the_version(
    house: House, gateway: BleGateway, files: Files, body: bytes, status: int
) -> None:
    files.body, files.status = body, status
    tell(gateway, DIALECT.plan(attic(house), offer(files)))
    nothing_more_runs()
    assert str(attic(house).version) == "v1.7.0"
    assert [word.phase for word in house.words] == [Phase.ACCEPTED]


def test_a_gateway_restarts_and_stops_announcing_as_told(house: House, gateway: BleGateway) -> None:
    device = house.until(lambda devices: "restart" in devices["OMG_attic"].features)["OMG_attic"]
    tell(gateway, DIALECT.act(device, "disc", False))
    house.until(lambda devices: devices["OMG_attic"].readings["disc"] is False)
    tell(gateway, DIALECT.act(device, "restart", None))
    house.until(lambda devices: devices["OMG_attic"].availability is Availability.OFFLINE)
    house.until(lambda devices: devices["OMG_attic"].availability is Availability.ONLINE)


def test_a_sensor_that_two_gateways_hear_stays_with_one(house: House, gateway: BleGateway) -> None:
    other = BleGateway(name="OMG_hall", mac="02:00:5E:DA:31:05", heard=(PLANT,), timings=QUIET)
    other.start(house)
    hall = house.until(lambda devices: "OMG_hall" in devices)["OMG_hall"]
    for device in (gateway, other, gateway):
        device.announce()
        assert house.until(bool)["RoPot-344D01"].via == hall.key
    other.stop()
