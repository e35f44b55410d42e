import json

import pytest

from fleet.capability import Capability, values
from fleet.dialects.tasmota import Tasmota
from fleet.model import Availability, Device
from fleet.registry import Registry
from fleet.steps import Refusal
from tests.fleet.dialects.saying import house, message
from tests.fleet.dialects.test_tasmota import PLACE, config

DIALECT = Tasmota()
BRIDGE = config(t="hub", dn="Hub", md="Sonoff ZbBridge")
LAMP = {"Device": "0x4773", "Name": "Hall lamp", "Power": 1, "Dimmer": 127, "LinkQuality": 52}
KNOWN = LAMP | {"IEEEAddr": "0x00124B0012000001", "ModelId": "L1", "Manufacturer": "Acme"}


def heard(*said: object, topic: str = "tele/hub/SENSOR") -> Registry:
    return house(message(f"{PLACE}/config", BRIDGE), *(message(topic, each) for each in said))


def by_name(registry: Registry) -> dict[str, Device]:
    registry.settle()
    return {device.name: device for device in registry.devices.values()}


def test_a_node_is_a_device_behind_its_bridge() -> None:
    devices = by_name(heard({"ZbInfo": {"0x4773": KNOWN | {"Reachable": True}}}))
    lamp, hub = devices["Hall lamp"], devices["Hub"]
    assert lamp.ids == {("ieee", "0x00124b0012000001"), ("tasmota", "hub/0x4773")}
    assert (lamp.vendor, lamp.model, lamp.radio) == ("Acme", "L1", "zigbee")
    assert (lamp.via, lamp.availability) == (hub.key, Availability.ONLINE)
    assert hub.kind == "gateway"


def test_what_a_node_measures_is_not_the_bridges() -> None:
    both = {"AM2301": {"Temperature": 20}, "ZbReceived": {"0xB2A2": {"Temperature": 28.1}}}
    devices = by_name(heard(both))
    assert devices["Hub"].readings == {"AM2301.Temperature": 20}
    assert devices["hub/0xB2A2"].readings == {"Temperature": 28.1}


def test_its_readings_are_typed() -> None:
    said = LAMP | {"CT": 350, "BatteryPercentage": 80}
    lamp = by_name(heard({"ZbReceived": {"0x4773": said}}))["Hall lamp"]
    found = {name: value.value for name, _, value in values(lamp.features, lamp.readings)}
    assert found == {
        "Power": True,
        "Dimmer": 50,
        "CT": 2857,
        "LinkQuality": 52,
        "BatteryPercentage": 80,
    }
    assert lamp.battery == 80


def test_a_node_that_cannot_be_reached_is_offline_until_it_is_heard() -> None:
    registry = heard({"ZbInfo": {"0x4773": KNOWN | {"Reachable": False}}})
    assert by_name(registry)["Hall lamp"].availability is Availability.OFFLINE
    registry.hear(message("tele/hub/SENSOR", {"ZbReceived": {"0x4773": LAMP}}))
    assert by_name(registry)["Hall lamp"].availability is Availability.ONLINE


def test_a_node_with_a_new_short_address_is_the_same_device() -> None:
    registry = heard(
        {"ZbInfo": {"0x4773": KNOWN}}, {"ZbInfo": {"0x1111": KNOWN | {"Device": "0x1111"}}}
    )
    assert len(by_name(registry)) == 2


def test_an_address_given_to_another_node_is_another_device() -> None:
    other = KNOWN | {"IEEEAddr": "0x00124B0012000002", "Name": "Other"}
    devices = by_name(heard({"ZbInfo": {"0x4773": KNOWN}}, {"ZbInfo": {"0x4773": other}}))
    assert {"Hall lamp", "Other"} <= devices.keys()
    assert ("tasmota", "hub/0x4773") in devices["Other"].ids


@pytest.mark.parametrize("topic", ["tele/hub/4773/SENSOR", "tele/hub/ZbReceived"])
def test_nodes_are_heard_on_the_topics_of_their_own(topic: str) -> None:
    payload: dict[str, object] = {"ZbReceived": {"0x4773": LAMP}}
    assert "Hall lamp" in by_name(heard(payload, topic=topic))


def test_a_name_as_key_counts_by_the_address_inside() -> None:
    devices = by_name(heard({"ZbReceived": {"Hall lamp": LAMP}}))
    assert ("tasmota", "hub/0x4773") in devices["Hall lamp"].ids


def test_a_lorawan_node_is_one_too() -> None:
    node = {"Device": "0x4AD6", "RSSI": -50, "DoorOpen": 1, "Battery": 3.0}
    sensor = by_name(heard({"LwReceived": {"0x4AD6": node}}))["hub/0x4AD6"]
    assert sensor.radio == "lora"
    assert sensor.features["DoorOpen"].capability is Capability.CONTACT


@pytest.mark.parametrize(
    ("feature", "wish", "send"),
    [("Power", False, {"Power": 0}), ("Dimmer", 50, {"Dimmer": 127}), ("CT", 2500, {"CT": 400})],
)
def test_a_node_takes_orders_through_its_bridge(
    feature: str, wish: float, send: dict[str, int]
) -> None:
    lamp = by_name(heard({"ZbReceived": {"0x4773": LAMP | {"CT": 350}}}))["Hall lamp"]
    steps = DIALECT.act(lamp, feature, wish)
    assert not isinstance(steps, Refusal)
    (step,) = steps
    assert (step.topic, json.loads(step.payload)) == (
        "cmnd/hub/ZbSend",
        {"Device": "0x4773", "Send": send},
    )


def test_a_node_takes_no_update_and_is_not_asked_for_a_version() -> None:
    lamp = by_name(heard({"ZbReceived": {"0x4773": LAMP}}))["Hall lamp"]
    assert (lamp.caps.install, DIALECT.verify(lamp)) == (frozenset(), ())
    assert DIALECT.plan(lamp, None) == Refusal("no_way_to_install")


@pytest.mark.parametrize("strange", [[], "x", {"0x4773": 5}, {"lamp": {"Power": 1}}, {"": {}}])
def test_nodes_that_are_none_are_no_devices(strange: object) -> None:
    assert set(by_name(heard({"ZbReceived": strange}))) == {"Hub"}


BEACON = {"mac": "02005e00007e", "Temperature": 21.4, "Battery": 80, "RSSI": -69}


def test_a_ble_sensor_is_a_device_of_its_own_by_its_address() -> None:
    devices = by_name(heard({"ATC00007e": BEACON, "AM2301": {"Temperature": 20}}))
    sensor = devices["ATC00007e"]
    assert (sensor.ids, sensor.radio) == ({("mac", "02005E00007E")}, "ble")
    assert (sensor.via, sensor.battery) == (devices["Hub"].key, 80)
    found = {name: value.value for name, _, value in values(sensor.features, sensor.readings)}
    assert found == {"Temperature": 21.4, "Battery": 80, "RSSI": -69}
    assert devices["Hub"].readings == {"AM2301.Temperature": 20}


def test_what_discovery_says_of_ble_sensors_is_no_reading_of_the_bridge() -> None:
    sensors = {"sn": {"ATC00007e": BEACON, "AM2301": {"Temperature": 20}}}
    registry = house(
        message(f"{PLACE}/config", BRIDGE), message(f"{PLACE}/sensors", sensors, retain=True)
    )
    assert by_name(registry)["Hub"].readings == {"AM2301.Temperature": 20}


@pytest.mark.parametrize("mac", ["", "NoMAC", 5, None, "000000000000"])
def test_without_an_address_it_is_a_reading_as_any_other(mac: object) -> None:
    devices = by_name(heard({"X": {"mac": mac, "Temperature": 20}}))
    assert devices.keys() == {"Hub"}
    assert devices["Hub"].readings["X.Temperature"] == 20


def test_a_ble_sensor_takes_nothing() -> None:
    sensor = by_name(heard({"ATC00007e": BEACON}))["ATC00007e"]
    assert DIALECT.plan(sensor, None) == Refusal("no_command_topic")
    assert DIALECT.act(sensor, "Temperature", 5) == Refusal("not_settable", "Temperature")
