"""What `exposes` come to: features, kinds, and what may be set."""

import json

import pytest

from fleet.capability import Capability, Feature, typed
from fleet.dialects.zigbee2mqtt import Zigbee2Mqtt
from fleet.dialects.zigbee2mqtt_exposes import features, kind
from fleet.model import Device, Endpoint
from fleet.steps import Publish, Refusal


def generic(form: str, name: str, access: int = 1, **more: object) -> dict[str, object]:
    return {"type": form, "name": name, "property": name, "access": access, **more}


def specific(form: str, *inner: object) -> dict[str, object]:
    return {"type": form, "features": list(inner)}


def only(*exposes: object) -> Feature:
    (feature,) = features(list(exposes)).values()
    return feature


def acted(exposes: list[object], name: str, wish: object) -> object:
    at = Endpoint(
        broker="home", dialect="zigbee2mqtt", id="x", data={"command_topic": "z/My lamp/set"}
    )
    device = Device(key="k", name="n", features=features(exposes), endpoints={"zigbee2mqtt": at})
    steps = Zigbee2Mqtt().act(device, name, wish)  # type: ignore[arg-type] # also wrong ones
    if isinstance(steps, Refusal):
        return steps
    (step,) = steps
    assert isinstance(step, Publish)
    assert step.topic == "z/My lamp/set"
    return json.loads(step.payload)


ON_OFF = generic("binary", "state", 7, value_on="ON", value_off="OFF", value_toggle="TOGGLE")
LOCK = generic("binary", "state", 7, value_on="LOCK", value_off="UNLOCK")
CONTACT = generic("binary", "contact", value_on=False, value_off=True)
OCCUPANCY = generic("binary", "occupancy", value_on=True, value_off=False)
BRIGHTNESS = generic("numeric", "brightness", 7, value_min=0, value_max=254)
WARMTH = generic("numeric", "color_temp", 7, unit="mired", value_min=153, value_max=500)
XY = {
    "type": "composite",
    "name": "color_xy",
    "property": "color",
    "features": [generic("numeric", "x", 7)],
}
COVER = generic("enum", "state", 3, values=["OPEN", "CLOSE", "STOP"])
POSITION = generic("numeric", "position", 7, value_min=0, value_max=100, unit="%")
TARGET = generic("numeric", "occupied_heating_setpoint", 7, unit="°C", value_min=5, value_max=30)
CHILD_LOCK = generic("binary", "child_lock", 7, value_on="LOCK", value_off="UNLOCK")
INVERTED = generic("binary", "led_disabled", 7, value_on=False, value_off=True)


@pytest.mark.parametrize(
    ("expose", "reading", "capability", "value"),
    [
        (specific("light", ON_OFF), "ON", Capability.ON_OFF, True),
        (specific("switch", ON_OFF), "OFF", Capability.ON_OFF, False),
        (specific("light", BRIGHTNESS), 127.0, Capability.LEVEL, 50.0),
        (specific("light", WARMTH), 250.0, Capability.COLOUR_TEMPERATURE, 4000),
        (specific("light", XY), "#ff0000", Capability.COLOUR, "#ff0000"),
        (specific("lock", LOCK), "LOCK", Capability.LOCK, True),
        (specific("lock", LOCK), "UNLOCK", Capability.LOCK, False),
        (specific("cover", COVER), "OPEN", Capability.COVER, "OPEN"),
        (specific("cover", POSITION), 30.0, Capability.POSITION, 30.0),
        (specific("climate", TARGET), 21.5, Capability.TARGET_TEMPERATURE, 21.5),
        (CONTACT, True, Capability.CONTACT, False),
        (CONTACT, False, Capability.CONTACT, True),
        (OCCUPANCY, True, Capability.MOTION, True),
        (generic("numeric", "temperature", unit="°C"), 20.5, Capability.TEMPERATURE, 20.5),
        (generic("numeric", "device_temperature", unit="°C"), 20.5, Capability.TEMPERATURE, 20.5),
        (generic("numeric", "linkquality"), 90.0, Capability.SIGNAL, 90.0),
        (generic("numeric", "strange", unit="bogus"), 1.0, Capability.NUMBER, 1.0),
        (generic("enum", "action", values=["single"]), "single", Capability.BUTTON, "single"),
        (generic("enum", "mode", 7, values=["a", "b"]), "a", Capability.MODE, "a"),
        (generic("text", "note", 7), "hello", Capability.TEXT, "hello"),
    ],
)
def test_a_reading_means_what_its_expose_says(
    expose: object, reading: str | float, capability: Capability, value: object
) -> None:
    meant = typed(only(expose), reading)
    assert meant is not None
    assert (meant.capability, meant.value) == (capability, value)


@pytest.mark.parametrize(
    ("expose", "name", "wish", "said"),
    [
        (specific("light", ON_OFF), "state", True, {"state": "ON"}),
        (specific("light", BRIGHTNESS), "brightness", 50, {"brightness": 127}),
        (specific("light", WARMTH), "color_temp", 4000, {"color_temp": 250}),
        (specific("light", XY), "color", "#ff8800", {"color": {"hex": "#ff8800"}}),
        (specific("lock", LOCK), "state", True, {"state": "LOCK"}),
        (specific("cover", COVER), "state", "stop", {"state": "STOP"}),
        (specific("cover", POSITION), "position", 30, {"position": 30}),
        (
            specific("climate", TARGET),
            "occupied_heating_setpoint",
            21.5,
            {"occupied_heating_setpoint": 21.5},
        ),
        (CHILD_LOCK, "child_lock", False, {"child_lock": "UNLOCK"}),
        (INVERTED, "led_disabled", True, {"led_disabled": False}),
        (
            generic("enum", "identify", 2, values=["identify"]),
            "identify",
            None,
            {"identify": "identify"},
        ),
        (
            generic("enum", "effect", 2, values=["blink", "okay"]),
            "effect",
            "okay",
            {"effect": "okay"},
        ),
        (generic("text", "note", 7), "note", "hi", {"note": "hi"}),
    ],
)
def test_a_wish_becomes_what_its_set_topic_takes(
    expose: object, name: str, wish: object, said: object
) -> None:
    assert acted([expose], name, wish) == said


@pytest.mark.parametrize(
    ("expose", "name", "wish", "code"),
    [
        (CONTACT, "contact", True, "not_settable"),
        (specific("light", ON_OFF), "colour", True, "not_settable"),
        (specific("light", ON_OFF), "state", "on", "wish_refused"),
        (specific("light", BRIGHTNESS), "brightness", 101, "wish_refused"),
        (specific("light", WARMTH), "color_temp", 10_000, "wish_refused"),
        (specific("climate", TARGET), "occupied_heating_setpoint", 99, "wish_refused"),
        (specific("cover", COVER), "state", "fly", "wish_refused"),
    ],
)
def test_what_an_expose_does_not_allow_is_refused(
    expose: object, name: str, wish: object, code: str
) -> None:
    refused = acted([expose], name, wish)
    assert isinstance(refused, Refusal)
    assert refused.code == code


def test_without_a_topic_nothing_is_set() -> None:
    device = Device(key="k", name="n", features=features([specific("light", ON_OFF)]))
    assert Zigbee2Mqtt().act(device, "state", wish=True) == Refusal("no_command_topic")


def test_two_endpoints_of_one_switch_are_two_features_with_their_names() -> None:
    left, right = (
        {**ON_OFF, "property": f"state_{side}", "endpoint": side} for side in ("left", "right")
    )
    found = features([specific("switch", left), specific("switch", right)])
    assert {name: feature.label for name, feature in found.items()} == {
        "state_left": "left",
        "state_right": "right",
    }


def test_what_its_capability_does_not_say_its_label_does() -> None:
    assert only(generic("numeric", "device_temperature", unit="°C")).label == "device temperature"
    assert only(generic("numeric", "temperature", unit="°C")).label == ""
    assert only(CHILD_LOCK).label == "child lock"


def test_what_only_a_close_look_is_for_stands_aside() -> None:
    assert only(generic("numeric", "linkquality")).aside
    assert only(generic("enum", "power_on_behavior", 7, category="config", values=["on"])).aside
    assert not only(OCCUPANCY).aside


def test_lists_and_unknown_types_are_no_features() -> None:
    many = {"type": "list", "name": "options", "property": "options", "item_type": {}}
    parts = {"type": "composite", "name": "schedule", "property": "schedule", "features": [ON_OFF]}
    assert features([many, parts, {"type": "new", "name": "x", "property": "x"}]) == {}


def test_there_is_an_end_to_features_and_to_their_depth() -> None:
    assert len(features([generic("numeric", f"n{at}") for at in range(500)])) == 100
    deep: object = ON_OFF
    for _ in range(50):
        deep = specific("light", deep)
    assert features([deep]) == {}


@pytest.mark.parametrize("exposes", [None, "x", 5, [None], [[]], [{}], [{"type": 5}], {"a": 1}])
def test_exposes_that_are_none_make_no_features(exposes: object) -> None:
    assert features(exposes) == {}


@pytest.mark.parametrize(
    ("exposes", "words", "is_a"),
    [
        ([specific("light", ON_OFF)], "", "light"),
        ([specific("switch", ON_OFF)], "Wall switch", "switch"),
        ([specific("switch", ON_OFF)], "Smart plug with power metering", "plug"),
        ([specific("cover", COVER), specific("light", ON_OFF)], "", "cover"),
        ([specific("lock", LOCK)], "", "lock"),
        ([specific("climate", TARGET)], "", "climate"),
        ([specific("fan", ON_OFF)], "", "fan"),
        ([OCCUPANCY, generic("numeric", "battery")], "", "sensor"),
        ([generic("enum", "action"), generic("numeric", "battery")], "", "remote"),
        ([generic("enum", "action"), CONTACT], "", "sensor"),
        ([generic("numeric", "linkquality")], "", "router"),
        ([], "", None),
        (None, "", None),
    ],
)
def test_a_kind_is_what_it_mainly_does(exposes: object, words: str, is_a: str | None) -> None:
    assert kind(exposes, words) == is_a
