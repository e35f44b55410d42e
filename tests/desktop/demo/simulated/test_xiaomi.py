from collections.abc import Iterator

import pytest

from desktop.demo.simulated.xiaomi import XiaomiGateway
from fleet.capability import Capability, values
from fleet.model import Device
from tests.desktop.demo.simulated.house import FAST, QUIET, House


@pytest.fixture
def gateway(house: House) -> Iterator[XiaomiGateway]:
    device = XiaomiGateway(timings=QUIET)
    device.start(house)
    yield device
    device.stop()


def by_id(house: House) -> dict[str, Device]:
    devices = house.until(lambda devices: len(devices) >= 5)
    return {value: device for device in devices.values() for _, value in device.ids}


def test_the_gateway_and_all_behind_it_are_found(house: House, gateway: XiaomiGateway) -> None:
    found = by_id(house)
    itself = found["gateway"]
    assert (itself.model, str(itself.version)) == ("lumi.gateway.mgl03", "1.5.5_0003")
    assert ("ieee", "0x02005e000000007f") in itself.ids
    assert {found[each].via for each in (gateway.door, gateway.plug, gateway.lamp)} == {itself.key}
    assert str(found[gateway.plug].version) == "30"
    assert (found[gateway.thermometer].battery, found[gateway.thermometer].radio) == (87, "ble")


def test_a_door_that_opens_is_seen_to_open(house: House, gateway: XiaomiGateway) -> None:
    gateway.move_door(opened=True)
    device = by_id(house)[gateway.door]
    (value,) = (value for _, _, value in values(device.features, device.readings))
    assert (value.capability, value.value) == (Capability.CONTACT, True)


def test_the_thermometer_goes_on_measuring(house: House) -> None:
    gateway = XiaomiGateway(timings=FAST)
    gateway.start(house)
    house.until(
        lambda devices: any(
            device.readings.get("temperature") == 22.8 for device in devices.values()
        )
    )
    gateway.stop()


def test_it_listens_to_nobody(house: House, gateway: XiaomiGateway) -> None:
    assert house.filters == []
    del gateway
