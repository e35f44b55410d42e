"""What recorded homes measure and take, written down by hand from their announcements."""

import json
from collections.abc import Iterator

import pytest

from fleet.capability import Capability, values
from fleet.dialects.esphome import Esphome
from fleet.dialects.homeassistant import HomeAssistant
from fleet.model import Device, Message
from fleet.registry import Registry
from tests.fleet.dialects.captures import lines

C = Capability


def home(name: str) -> dict[str, Device]:
    """Return the devices of a capture by their ids' values, as announced to Home Assistant."""
    registry = Registry([Esphome(), HomeAssistant()])
    said = [json.loads(line) for line in lines(name)]
    for again in (False, True):  # a broker sends what it retained when we subscribe
        for each in said:
            if again and not each.get("retain"):
                continue
            payload = each["payload"].encode()
            heard = registry.hear(Message(broker="home", topic=each["topic"], payload=payload))
            assert not heard.unknown.startswith("fault_in_")
    registry.settle()
    return {value: one for one in registry.devices.values() for _, value in one.ids}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "8CAAB53387ED",  # two relays, that were made a roller
            {
                "cover.roller-0.state": C.COVER,
                "cover.roller-0.position": C.POSITION,
                "button.restart": C.BUTTON,
                "power": C.POWER,
                "energy": C.ENERGY,
                "rssi": C.SIGNAL,
                "event.input-0": C.BUTTON,
            },
        ),
        (
            "8CAAB529843E",  # a colour controller, that was made four white ones
            {
                "light.white-0.state": C.ON_OFF,
                "light.white-0.brightness": C.LEVEL,
                "light.white-3.state": C.ON_OFF,
            },
        ),
        (
            "98CDAC073407",  # a flood sensor
            {"binary_sensor.flood": C.LEAK, "battery": C.BATTERY, "temperature": C.TEMPERATURE},
        ),
        ("98CDAC953293", {"binary_sensor.gas": C.GAS_ALARM, "concentration": C.NUMBER}),
        (
            "CCDDEEFF0011",  # a thermostat
            {
                "climate.0.current_temperature": C.TEMPERATURE,
                "climate.0.target_temperature": C.TARGET_TEMPERATURE,
                "climate.0.mode": C.MODE,
            },
        ),
        (
            "24587C0A419E",
            {"boiler": C.TEMPERATURE},
        ),
    ],
)
def test_a_recorded_device_has_the_features_it_announces(
    key: str, expected: dict[str, Capability]
) -> None:
    known = home("ha_discovery")[key].features
    named = {name: known[name].capability for name in expected if name in known}
    assert named == expected


def test_what_a_device_was_before_it_was_made_another_thing_is_gone() -> None:
    found = home("ha_discovery")
    assert not any("relay" in name for name in found["8CAAB53387ED"].features)
    assert "light.0.color" not in found["8CAAB529843E"].features


@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        ("ha_discovery", "24587C0A419E", {"boiler": 92.5}),
        ("ha_discovery", "4a1c77", {"t": 21.4, "p": 1003.2, "b": 87.0, "v": 2960.0}),
        (
            "esphome",
            "20500DAD0B90",
            {
                "garage_temperature": 23.8,
                "garage_humidity": 39.1,
                "binary_sensor.position": False,
                "light.garage_esp_status_led.state": False,
            },
        ),
        ("omg_theengs", "D6493C9D5C34", {"tempc": 26.62, "hum": 53.79, "batt": 89.0}),
        ("omg_theengs", "38AE1A34004D", {"binary_sensor.open": False, "batt": 100.0}),
        (
            "valetudo",
            "OffbeatBrilliantWildcat",
            {"select.select_FanSpeedControlCapability": "medium"},
        ),
        ("openbeken", "Windows Enum", {"select.select_4": "Bad", "select.select_13": "Low"}),
    ],
)
def test_a_recorded_device_says_what_it_measures(
    name: str, key: str, expected: dict[str, object]
) -> None:
    device = home(name)[key]
    typed = {each: value.value for each, _, value in values(device.features, device.readings)}
    assert {each: typed.get(each) for each in expected} == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("20500DAD0B90", ("Garage Door", "Espressif", "esp32", "2026.8.0", "", "wifi")),
        ("083AF2867B59", ("esp32-867b59", "Espressif", "esp32dev", "2026.4.5", "", "wifi")),
        ("A848FAB0C1D2", ("TV plug", "example", "smart-plug-v2", "1.4.0", "1.5.0", "wifi")),
        (
            "DCB4D917A0F1",  # offered an older one: available means different
            ("Heat pump bridge", "Espressif", "wt32-eth01", "2026.3.0", "2026.2.2", "ethernet"),
        ),
        (
            "E05A1B77C3D4",
            ("CO₂ office", "example", "air-gradient-diy", "0.9.0-beta2", "0.9.0", "wifi"),
        ),
        ("examplelamp", ("examplelamp", "Espressif", "esp01_1m", "2025.5.0", "", "")),
        ("irrigation", ("irrigation", "", "", "", "", "")),  # known by its log alone
    ],
)
def test_each_esphome_node_is_what_it_says(key: str, expected: tuple[str, ...]) -> None:
    device = home("esphome")[key]
    assert (
        device.name,
        device.vendor,
        device.model,
        str(device.version or ""),
        str(device.offer or ""),
        device.radio,
    ) == expected


def test_notes_of_an_offer_are_read() -> None:
    device = home("esphome")["A848FAB0C1D2"]
    assert device.notes == "Fixes power metering drift\nhttps://example.org/plug/1.5.0"


def features() -> Iterator[tuple[str, str, Device]]:
    for capture in ("ha_discovery", "zigbee2mqtt", "openbeken", "omg_theengs", "valetudo"):
        for key, device in home(capture).items():
            yield capture, key, device


def test_whatever_can_be_told_is_told_on_a_topic_without_wildcards() -> None:
    told = 0
    for capture, key, device in features():
        for name, feature in device.features.items():
            if feature.settable and feature.dialect == "homeassistant":
                told += 1
                assert not set(feature.args["topic"]) & set("+#"), (capture, key, name)
    assert told > 200


def test_in_every_capture_all_that_is_announced_is_described() -> None:
    for capture, key, device in features():
        unknown = {
            name
            for name, feature in device.features.items()
            if feature.capability is C.TEXT and feature.unit
        }
        assert not unknown, (capture, key)
