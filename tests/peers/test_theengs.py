"""Theengs' own decoder at the other end: what it makes of adverts is understood here.

The adverts have the documented form of the ATC firmware for Xiaomi thermometers (its page, "ATC1441
format": address, temperature in tenths, humidity, battery per cent and millivolts, a counter) and
of Apple's devices, as a gateway hears them.
"""

import json

import pytest

from desktop.app import Household
from fleet.capability import values
from tests.desktop.homes import Voice, furnish, until

pytestmark = pytest.mark.broker

ADDRESS = "A4:C1:38:0A:0B:0C"
GATEWAY = "home/TheengsGateway/BTtoMQTT"


def thermometer(temperature: float, humidity: int, battery: int) -> dict[str, object]:
    """Return an advert of a thermometer."""
    mac = ADDRESS.replace(":", "").lower()
    data = f"{mac}{int(temperature * 10):04x}{humidity:02x}{battery:02x}{2908:04x}12"
    return {"servicedata": data, "servicedatauuid": "0x181a", "name": "ATC_0A0B0C", "id": ADDRESS}


@pytest.fixture
def decoder(python_of):
    return python_of("theengs", "decode_adverts.py")


@pytest.fixture
def heard(tmp_path, broker, decoder):
    """Let a gateway hear an advert; the house is told what the decoder makes of it."""
    house = Household(furnish(tmp_path / "house", broker.port))
    with house, Voice(broker.port, name="Hall lamp") as at_broker:
        until(house.client, lambda now: now.devices)

        def hear(advert: dict[str, object]) -> dict[str, object]:
            said = decoder.ask(**advert, rssi=-63)
            assert said is not None
            topic = f"{GATEWAY}/{str(advert['id']).replace(':', '')}"
            at_broker.publish(topic, json.dumps(said).encode(), retain=False)
            return said

        hear.client = house.client
        yield hear


def others(now):
    return [device for device in now.devices.values() if device.name != "Hall lamp"]


def test_a_thermometer_is_found_with_maker_model_and_what_it_measures(heard):
    said = heard(thermometer(22.7, 46, 90))
    assert said["model_id"]  # Theengs knows it
    device = until(
        heard.client,
        lambda now: next((one for one in others(now) if ("mac", "A4C1380A0B0C") in one.ids), None),
    )
    assert (device.vendor, device.battery, device.radio) == ("Xiaomi", 90, "ble")
    told = {
        (value.capability, value.value, value.unit)
        for _, feature, value in values(device.features, device.readings)
    }
    assert ("temperature", 22.7, "°C") in told
    assert ("humidity", 46.0, "%") in told


def test_a_telephone_that_passes_by_is_no_device(heard):
    heard({"manufacturerdata": "4c0010055b1c5b27", "id": "5B:5B:B2:7A:5B:46"})
    heard(thermometer(21.0, 40, 80))
    until(heard.client, lambda now: any("mac" in dict(one.ids) for one in others(now)))
    names = {value for one in others(heard.client.snapshot()) for _, value in one.ids}
    assert "5B5BB27A5B46" not in names
