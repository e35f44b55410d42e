"""What recorded Tasmota devices measure and can be told, written down by hand."""

import json

import pytest

from fleet import dialects
from fleet.capability import Reading, values
from fleet.model import Device, Message
from fleet.registry import Registry
from tests.fleet.dialects.captures import lines

Shown = tuple[str, Reading, str]


@pytest.fixture(scope="module")
def home() -> dict[str, Device]:
    """Return the devices of the capture by each of their ids' values."""
    registry = Registry(dialects.ALL)
    for line in lines("tasmota"):
        said = json.loads(line)
        payload = said["payload"].encode()
        registry.hear(Message(broker="home", topic=said["topic"], payload=payload))
    registry.settle()
    return {name: device for device in registry.devices.values() for _, name in device.ids}


def shown(device: Device) -> dict[str, Shown]:
    found = values(device.features, device.readings)
    return {name: (str(value.capability), value.value, value.unit) for name, _, value in found}


@pytest.mark.parametrize(
    ("key", "reading", "expected"),
    [
        ("3C71BF4F0715", "HTU21.Temperature", ("temperature", 20.7, "°C")),
        ("3C71BF4F0715", "HTU21.Humidity", ("humidity", 40.9, "%")),
        ("3C71BF4F0715", "Switch1", ("on_off", True, "")),
        ("workshop_plug", "ENERGY.Power", ("power", 42, "W")),
        ("workshop_plug", "ENERGY.Total", ("energy", 12.5, "kWh")),
        ("E4B0636C008F", "ENERGY.Total2", ("energy", 0.154, "kWh")),
        ("E4B0636C008F", "ENERGY.Voltage", ("voltage", 228.9, "V")),
        ("807D3A05A9C2", "Color", ("colour", "#66ff00", "")),
        ("807D3A05A9C2", "Dimmer", ("level", 100, "%")),
        ("4CEBD6FC3A9C", "CT", ("colour_temperature", 2000, "K")),
        ("2CF432A4B4E1", "Wifi.Signal", ("signal", -74, "dBm")),
        ("2CF432A4B4E1", "POWER2", ("on_off", True, "")),
        ("tasmota_BMP280", "BMP280.Pressure", ("pressure", 753.3, "mmHg")),
        ("esp32_shutter", "SHUTTER4", ("position", 75, "%")),
        ("ds1820", "DS18B20.Temperature", ("temperature", 20.9, "°C")),
        ("sonoff", "DS18x20.DS1.Temperature", ("temperature", 12.2, "°C")),
        ("nan", "SI7021-00.Temperature", ("temperature", 17.1, "°C")),
        ("E8DB840A821F/0xB2A2", "Temperature", ("temperature", 28.14, "°C")),
        ("0x90fd9ffffe03b051", "Dimmer", ("level", 63, "%")),
        ("core2/0x4AD6", "DoorOpen", ("contact", True, "")),
    ],
)
def test_a_reading_means_what_a_person_would_say(
    home: dict[str, Device], key: str, reading: str, expected: Shown
) -> None:
    assert shown(home[key])[reading] == expected


def test_every_output_that_was_seen_can_be_set(home: dict[str, Device]) -> None:
    outputs = [
        device.features[name]
        for device in home.values()
        for name in device.readings
        if name.startswith("POWER") and name in device.features
    ]
    assert len(outputs) > 20
    assert all(feature.settable for feature in outputs)


def test_a_bridge_has_no_reading_of_its_nodes(home: dict[str, Device]) -> None:
    mixed = [name for device in home.values() for name in device.readings if "Zb" in name]
    assert mixed == []
