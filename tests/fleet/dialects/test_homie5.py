import itertools

import pytest

from fleet import capability
from fleet.capability import Capability
from fleet.dialects.homie import Homie
from fleet.model import Availability, Device, Message, Unknown
from fleet.registry import Registry
from fleet.steps import Offer, Publish, Refusal
from tests.fleet.dialects.saying import house, message, only

DIALECT = Homie()
HOME = "homie/5"
FAN = {
    "homie": "5.0",
    "version": 7,
    "name": "Attic fan",
    "type": "acme-fan",
    "nodes": {
        "fan": {
            "type": "fan",
            "properties": {
                "power": {"name": "Power", "datatype": "boolean", "settable": True},
                "speed": {"datatype": "integer", "format": "0:4:1", "unit": "%", "settable": True},
                "light": {"datatype": "color", "format": "rgb,hsv", "settable": True},
                "since": {"datatype": "duration"},
            },
        }
    },
}


def said(name: str, state: str = "ready", /, **description: object) -> list[Message]:
    """Make the two messages with which a device announces itself."""
    document = {"homie": "5.0", "version": 1, "name": name.title()} | description
    return [
        message(f"{HOME}/{name}/$state", state, retain=True),
        message(f"{HOME}/{name}/$description", document, retain=True),
    ]


def fan(*more: Message) -> Device:
    return only(house(*said("fan", **FAN), *more))


def named(registry: Registry) -> dict[str, Device]:
    registry.settle()
    return {device.name: device for device in registry.devices.values()}


def test_a_description_says_who_it_is() -> None:
    device = fan()
    assert device.ids == {("homie", "fan")}
    assert (device.name, device.model, device.kind) == ("Attic fan", "acme-fan", "fan")
    assert device.availability is Availability.ONLINE
    assert device.version is None  # the description's own number is not its firmware's


def test_readings_mean_what_the_description_says() -> None:
    device = fan(
        message(f"{HOME}/fan/fan/power", "true"),
        message(f"{HOME}/fan/fan/speed", "2"),
        message(f"{HOME}/fan/fan/light", "rgb,255,136,0"),
        message(f"{HOME}/fan/fan/since", "PT1H2M3S"),
    )
    found = {
        name: (value.capability, value.value)
        for name, _, value in capability.values(device.features, device.readings)
    }
    assert found == {
        "fan/power": (Capability.ON_OFF, True),
        "fan/speed": (Capability.LEVEL, 50.0),
        "fan/light": (Capability.COLOUR, "#ff8800"),
        "fan/since": (Capability.DURATION, 3723.0),
    }


@pytest.mark.parametrize(
    ("feature", "wish", "payload"),
    [
        ("fan/power", True, b"true"),
        ("fan/speed", 75.0, b"3"),
        ("fan/light", "#00ff80", b"rgb,0,255,128"),
    ],
)
def test_an_order_is_spoken_in_the_devices_own_words(
    feature: str, wish: capability.Reading, payload: bytes
) -> None:
    assert DIALECT.act(fan(), feature, wish) == (
        Publish(topic=f"{HOME}/fan/{feature}/set", payload=payload, qos=1),
    )


def test_what_it_does_not_describe_as_settable_is_refused() -> None:
    assert DIALECT.act(fan(), "fan/since", 1.0) == Refusal("not_settable", "fan/since")


def test_it_takes_no_file() -> None:
    offer = Offer(transfer="t", version="2", sha256="", size=1, path="p", url="u", mirror="")
    assert DIALECT.plan(fan(), offer) == Refusal("homie_takes_no_file")


def test_either_message_may_come_first() -> None:
    state, description = said("fan", **FAN)
    value = message(f"{HOME}/fan/fan/speed", "2")
    one, other = only(house(state, description, value)), only(house(description, state, value))
    assert (one.name, one.availability, one.features) == (
        other.name,
        other.availability,
        other.features,
    )


def test_an_empty_state_removes_it_and_an_empty_description_does_not() -> None:
    registry = house(*said("fan", **FAN), message(f"{HOME}/fan/$description", b"", retain=True))
    assert registry.devices
    registry.hear(message(f"{HOME}/fan/$state", b"", retain=True))
    registry.settle()
    assert not registry.devices


def test_what_a_new_description_no_longer_names_goes_and_a_new_state_takes_nothing() -> None:
    registry = house(*said("fan", **FAN), message(f"{HOME}/fan/fan/speed", "2"))
    registry.hear(message(f"{HOME}/fan/$state", "sleeping"))
    before = named(registry)["Attic fan"]
    light = {"fan": {"properties": {"power": {"datatype": "boolean"}}}}
    registry.hear(message(f"{HOME}/fan/$description", FAN | {"version": 8, "nodes": light}))
    after = named(registry)["Attic fan"]
    assert set(before.features) == {"fan/power", "fan/speed", "fan/light", "fan/since"}
    assert before.readings["fan/speed"] == 2
    assert set(after.features) == {"fan/power"}
    assert "fan/speed" not in after.readings


def test_a_device_of_another_domain_is_another_device() -> None:
    registry = house(
        *said("fan", **FAN),
        message("ebus/5/fan/$state", "ready"),
        message("ebus/5/fan/$description", {"homie": "5.0", "name": "Panel"}),
    )
    assert {frozenset(device.ids) for device in registry.devices.values()} == {
        frozenset({("homie", "fan")}),
        frozenset({("homie", "ebus/fan")}),
    }


def test_only_its_values_are_subscribed_to() -> None:
    registry = house(*said("fan", **FAN))
    assert [topic for topic, _ in registry.filters() if topic.startswith(HOME)] == [
        f"{HOME}/fan/+/+"
    ]


# --- families -------------------------------------------------------------------------------------

BRIDGE = ("bridge", "ready", {"children": ["relay"], "type": "bridge"})
RELAY = ("relay", "ready", {"root": "bridge", "children": ["lamp"]})
LAMP = ("lamp", "ready", {"root": "bridge", "parent": "relay"})


def family(bridge: str = "ready", lamp: str = "ready") -> list[Message]:
    return [
        *said("bridge", bridge, **BRIDGE[2]),
        *said("relay", **RELAY[2]),
        *said("lamp", lamp, **LAMP[2]),
    ]


def test_a_child_is_behind_the_root_and_speaks_through_its_parent() -> None:
    found = named(house(*family()))
    assert found["Lamp"].via == found["Bridge"].key
    assert found["Lamp"].parent == "relay"
    assert found["Relay"].via == found["Bridge"].key
    assert found["Relay"].parent == ""


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_all_behind_a_lost_root_are_lost_in_whatever_order_they_are_heard(
    order: tuple[int, ...],
) -> None:
    messages = [*said("bridge", "lost", **BRIDGE[2]), *said("lamp", **LAMP[2])]
    found = named(house(*(messages[number] for number in order)))
    assert found["Lamp"].availability is Availability.OFFLINE


def test_a_root_that_is_back_gives_each_its_own_state_again() -> None:
    registry = house(*family(lamp="sleeping"))
    registry.hear(message(f"{HOME}/bridge/$state", "lost"))
    lost = named(registry)
    registry.hear(message(f"{HOME}/bridge/$state", "ready"))
    back = named(registry)
    assert [lost[name].availability for name in ("Relay", "Lamp")] == [Availability.OFFLINE] * 2
    assert back["Relay"].availability is Availability.ONLINE
    assert back["Lamp"].availability is Availability.SLEEPING


def test_a_lost_child_takes_nobody_with_it() -> None:
    found = named(house(*family(lamp="lost")))
    assert found["Lamp"].availability is Availability.OFFLINE
    assert found["Relay"].availability is Availability.ONLINE


# --- what else it says ----------------------------------------------------------------------------


def test_an_alert_is_told_until_it_is_taken_back() -> None:
    alert = f"{HOME}/fan/$alert/battery"
    registry = house(*said("fan", **FAN), message(alert, "Battery is low, at 8%"))
    device = only(registry)
    assert device.readings["$alert/battery"] == "Battery is low, at 8%"
    assert device.features["$alert/battery"].label == "battery"
    registry.hear(message(alert, b""))
    assert only(registry).readings["$alert/battery"] == ""


@pytest.mark.parametrize("rest", ["$log/warn", "fan/power/$target", "fan/power/set", "$more"])
def test_logs_targets_and_orders_are_no_readings(rest: str) -> None:
    before = fan()
    assert fan(message(f"{HOME}/fan/{rest}", "false")).readings == before.readings


def test_the_convention_s_empty_text_is_an_empty_reading() -> None:
    nodes = {"n": {"properties": {"p": {"datatype": "string"}}}}
    registry = house(*said("x", nodes=nodes), message(f"{HOME}/x/n/p", b"\0"))
    assert only(registry).readings["n/p"] == ""


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"[]", "not_json_object"),
        (b"{", "not_json_object"),
        (b'{"homie": "6.0"}', "homie_not_understood"),
        (b"{}", "homie_not_understood"),
        (b"[" * 100_000, "not_json_object"),
    ],
)
def test_a_description_that_is_none_is_unknown(payload: bytes, reason: str) -> None:
    assert DIALECT.read(message(f"{HOME}/fan/$description", payload), ()) == Unknown(reason)


def test_a_state_that_is_none_is_unknown() -> None:
    assert DIALECT.read(message(f"{HOME}/fan/$state", "busy"), ()) == Unknown(
        "homie_not_understood"
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"nodes": []},
        {"nodes": {"n": None}},
        {"nodes": {"n": {"properties": {"p": 3, "$q": {}}}}},
        {"root": 7, "parent": [], "children": "x", "type": {}, "name": None},
    ],
)
def test_a_description_with_wrong_parts_still_names_the_device(broken: dict[str, object]) -> None:
    assert only(house(*said("fan", **broken))).ids == {("homie", "fan")}


def test_a_huge_description_stays_bounded() -> None:
    properties = {f"p{number}": {"datatype": "float"} for number in range(5_000)}
    device = only(house(*said("fan", nodes={"n": {"properties": properties}})))
    assert len(device.features) == 300
