"""What is behind a Shelly: Bluetooth devices, components of the owner's own."""

from fleet.capability import Capability
from fleet.model import Device, Version
from fleet.registry import Registry
from fleet.steps import Refusal
from tests.fleet.dialects.saying import house, message
from tests.fleet.dialects.shelly2_saying import (
    DIALECT,
    ID,
    answered,
    happened,
    identity,
    notified,
    sent,
)

# --- what is behind it ---------------------------------------------------------------------------

COMPONENTS = [
    {
        "key": "bthomedevice:200",
        "status": {"rssi": -58, "battery": 97, "fw_ver": "v1.1.4"},
        "config": {"addr": "02:00:5e:00:00:7e", "name": "Terrace"},
        "attrs": {"model_id": 3},
    },
    {
        "key": "bthomesensor:203",
        "status": {"value": 23.5},
        "config": {"addr": "02:00:5e:00:00:7e", "obj_id": 69, "idx": 0},
    },
    {
        "key": "number:200",
        "status": {"value": 40},
        "config": {
            "name": "Limit", "min": 0, "max": 90, "meta": {"ui": {"unit": "A", "step": 5}},
        },
    },
]  # fmt: skip


def gateway() -> Registry:
    listing = {"components": COMPONENTS, "offset": 0, "total": 3}
    return house(answered(identity()), answered(listing, number=6))


def of(registry: Registry, name: str) -> Device:
    registry.settle()
    return next(device for device in registry.devices.values() if device.name == name)


def test_a_bluetooth_device_is_a_child_of_its_gateway() -> None:
    registry = gateway()
    child, hub = of(registry, "Terrace"), of(registry, "Shelly Plus 1PM 00007F")
    assert child.ids == {("mac", "02005E00007E"), ("shelly2", f"{ID}/bthomedevice:200")}
    assert (child.via, child.radio, child.model) == (hub.key, "ble", "SBHT-003C")
    assert child.version == Version("v1.1.4", plain="1.1.4")
    assert (child.battery, child.readings) == (97, {"rssi": -58, "temperature": 23.5})


def test_one_whose_address_an_example_has_is_known_by_its_place_alone() -> None:
    address = "11:22:33:44:55:66"
    listing = [part | {"config": part["config"] | {"addr": address}} for part in COMPONENTS[:2]]
    registry = house(answered({"components": listing, "offset": 0, "total": 2}, number=6))
    registry.hear(notified({"ts": 1.0, "bthomesensor:203": {"id": 203, "value": 24.0}}))
    child = of(registry, "Terrace")
    assert child.ids == {("shelly2", f"{ID}/bthomedevice:200")}
    assert child.readings["temperature"] == 24.0


def test_a_child_s_firmware_is_not_ours_to_bring() -> None:
    child = of(gateway(), "Terrace")
    assert not child.caps.install
    assert DIALECT.plan(child, None) == Refusal("no_way_to_install")
    assert DIALECT.check(child) == Refusal("no_way_to_install")
    assert DIALECT.verify(child) == ()


def test_later_words_name_only_the_sensor_and_still_find_whose_it_is() -> None:
    registry = gateway()
    registry.hear(notified({"ts": 1.0, "bthomesensor:203": {"id": 203, "value": 24.0}}))
    registry.hear(message(f"{ID}/status/bthomedevice:200", {"id": 200, "rssi": -70}))
    registry.hear(happened({"component": "bthomedevice:200", "event": "single_push", "ts": 4.0}))
    child = of(registry, "Terrace")
    assert child.readings == {
        "rssi": -70, "temperature": 24.0, "event": "single_push", "event_at": 4.0,
    }  # fmt: skip


def test_whose_a_sensor_is_stays_known_when_its_gateway_is_met_anew() -> None:
    registry = gateway()
    registry.hear(notified({"ts": 1.0, "sys": {"wakeup_period": 3600}}))
    registry.hear(notified({"ts": 2.0, "bthomesensor:203": {"id": 203, "value": 25.0}}))
    assert of(registry, "Terrace").readings["temperature"] == 25.0


def test_what_was_added_is_asked_for_page_by_page() -> None:
    registry = house(answered(identity()))
    full = {"ts": 1.0, "bthomedevice:200": {"id": 200, "rssi": -58}}
    heard = registry.hear(notified(full, method="NotifyFullStatus"))
    assert [sent(ask.step)["params"] for ask in heard.asks] == [
        {"dynamic_only": True, "include": ["status", "config"], "offset": 0}
    ]
    listing = {"components": COMPONENTS, "offset": 0, "total": 7}
    (ask,) = registry.hear(answered(listing, number=6)).asks
    assert sent(ask.step)["params"]["offset"] == 3
    assert not registry.hear(answered({**listing, "offset": 4}, number=6)).asks


def test_a_component_of_the_owner_is_what_its_configuration_says() -> None:
    device = of(gateway(), "Shelly Plus 1PM 00007F")
    feature = device.features["number:200.value"]
    assert (feature.label, feature.unit, feature.high) == ("Limit", "A", 90)
    assert sent(DIALECT.act(device, "number:200.value", 45)[0])["params"] == {
        "id": 200,
        "value": 45,
    }


def test_a_radiator_valve_takes_its_order_through_the_gateway() -> None:
    status = {"ts": 1.0, "blutrv:200": {"id": 200, "target_C": 19, "current_C": 18.5, "pos": 40}}
    registry = house(answered(identity()), notified(status))
    valve = next(each for each in registry.devices.values() if each.via)
    assert valve.features["pos"].capability is Capability.POSITION
    (step,) = DIALECT.act(valve, "target_C", 21.5)
    assert step.topic == f"{ID}/rpc"
    assert (sent(step)["method"], sent(step)["params"]) == (
        "BluTrv.Call",
        {"id": 200, "method": "TRV.SetTarget", "params": {"id": 0, "target_C": 21.5}},
    )
