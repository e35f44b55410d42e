"""What every dialect answers, and how a wish is held against what a device takes."""

import pytest

from fleet.capability import Capability, Feature
from fleet.dialects.base import Listener, wished
from fleet.model import Device, Version
from fleet.steps import Refusal

LAMP = Device(
    key="k",
    name="Lamp",
    version=Version("2026/v1.4-g1", plain="1.4"),
    features={
        "state": Feature(
            capability=Capability.ON_OFF, dialect="x", on="ON", off="OFF", settable=True
        ),
        "heat": Feature(
            capability=Capability.TARGET_TEMPERATURE,
            dialect="x",
            unit="°C",
            low=5,
            high=30,
            settable=True,
        ),
        "ping": Feature(capability=Capability.BUTTON, dialect="x", settable=True),
        "power": Feature(capability=Capability.POWER, dialect="x"),
        "level": Feature(capability=Capability.LEVEL, dialect="x", high=255, settable=True),
        "warm": Feature(capability=Capability.COLOUR_TEMPERATURE, dialect="x", settable=True),
        "tint": Feature(capability=Capability.COLOUR, dialect="x", settable=True),
        "mode": Feature(capability=Capability.MODE, dialect="x", words=("a", "b"), settable=True),
        "any": Feature(capability=Capability.NUMBER, dialect="x", settable=True),
    },
)


class Deaf(Listener):
    name = "deaf"
    rank = 9


def test_a_dialect_that_only_hears_says_so():
    assert Deaf().plan(LAMP, None) == Refusal("no_way_to_install")
    assert Deaf().check(LAMP) == Refusal("cannot_check")
    assert Deaf().act(LAMP, "state", wish=True) == Refusal("not_settable", "state")
    assert Deaf().verify(LAMP) == ()


@pytest.mark.parametrize(
    ("version", "there"), [("2026/v1.4-g1", True), ("1.4", True), ("1.5", False), ("", False)]
)
def test_a_device_has_arrived_by_its_whole_word_or_what_can_be_compared(version, there):
    assert Deaf().arrived(LAMP, version) is there


def test_a_wish_becomes_the_device_s_word():
    assert wished(LAMP, "x", "state", wish=True) == (LAMP.features["state"], "ON")
    assert wished(LAMP, "x", "ping", None) == (LAMP.features["ping"], "")


@pytest.mark.parametrize(
    ("feature", "wish", "refusal"),
    [
        ("power", 5, Refusal("not_settable", "power")),
        ("gone", 5, Refusal("not_settable", "gone")),
        ("state", None, Refusal("wish_refused", "on, off")),
        ("state", "blue", Refusal("wish_refused", "on, off")),
        ("heat", 60, Refusal("wish_refused", "5 to 30 °C")),
        ("level", 101, Refusal("wish_refused", "0 to 100 %")),
        ("warm", 0, Refusal("wish_refused", "K")),
        ("tint", "red", Refusal("wish_refused", "#rrggbb")),
        ("mode", "c", Refusal("wish_refused", "a, b")),
        ("any", "x", Refusal("wish_refused", "a number")),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_what_can(feature, wish, refusal):
    assert wished(LAMP, "x", feature, wish) == refusal


def test_a_feature_of_another_dialect_is_not_this_one_s_to_set():
    assert wished(LAMP, "y", "state", wish=True) == Refusal("not_settable", "state")
