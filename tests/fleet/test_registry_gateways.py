"""Which gateway a device is behind: by an id, else by the name that one alone has."""

from fleet.model import Device, Message
from fleet.registry import Registry
from tests.fleet.dialects.saying import house, message


def leaf(via: str) -> Message:
    """A sensor that names its gateway, as OpenMQTTGateway's do by its name."""
    config = {"dev": {"ids": ["leaf"], "name": "Leaf", "via_device": via}, "stat_t": "leaf/s"}
    return message("homeassistant/sensor/leaf/config", config)


def hub(key: str, name: str) -> Message:
    config = {"dev": {"ids": [key], "name": name}, "stat_t": f"{key}/s"}
    return message(f"homeassistant/sensor/{key}/config", config)


def named(registry: Registry) -> dict[str, Device]:
    registry.settle()
    return {device.name: device for device in registry.devices.values()}


def test_a_gateway_may_be_named_by_its_name_in_any_order() -> None:
    for said in (
        (leaf("My Gateway"), hub("g1", "My gateway")),
        (hub("g1", "My gateway"), leaf("My Gateway")),
    ):
        found = named(house(*said))
        assert found["Leaf"].via == found["My gateway"].key
        assert found["Leaf"].via_claim == ""


def test_an_id_wins_over_a_name() -> None:
    found = named(house(leaf("g1"), hub("g2", "g1"), hub("g1", "Cellar")))
    assert found["Leaf"].via == found["Cellar"].key


def test_a_name_that_two_have_names_none() -> None:
    registry = house(leaf("Gateway"), hub("g1", "Gateway"))
    assert named(registry)["Leaf"].via
    registry.hear(hub("g2", "Gateway"))
    found = named(registry)["Leaf"]
    assert (found.via, found.via_claim) == ("", "ha:Gateway")


def test_a_gateway_that_is_renamed_is_no_longer_meant() -> None:
    registry = house(leaf("Gateway"), hub("g1", "Gateway"))
    registry.hear(hub("g1", "Attic"))
    assert named(registry)["Leaf"].via == ""
    registry.hear(hub("g1", "Gateway"))
    assert named(registry)["Leaf"].via


def test_a_gateway_that_is_gone_is_no_longer_meant() -> None:
    registry = house(leaf("Gateway"), hub("g1", "Gateway"))
    registry.hear(message("homeassistant/sensor/g1/config"))
    assert named(registry)["Leaf"].via == ""


def test_nobody_is_behind_itself_by_its_own_name() -> None:
    assert named(house(leaf("Leaf")))["Leaf"].via == ""


def test_what_is_stored_knows_its_gateway_by_name_again() -> None:
    before = house(leaf("Gateway"), hub("g1", "Gateway"))
    records = [before.record(key) for key in before.devices]
    after = house()
    after.restore(record for record in records if record)
    assert named(after)["Leaf"].via == named(after)["Gateway"].key
