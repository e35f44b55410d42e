"""What a device's own words and numbers mean, and the way back."""

import pytest

from fleet.capability import Capability, Feature, Value, raw, typed, values


def feature(capability: Capability, **more) -> Feature:
    return Feature(capability=capability, dialect="test", **more)


@pytest.mark.parametrize(
    ("known", "reading", "value", "unit"),
    [
        (feature(Capability.ON_OFF), "ON", True, ""),
        (feature(Capability.ON_OFF), "off", False, ""),
        (feature(Capability.ON_OFF), 1.0, True, ""),
        (feature(Capability.ON_OFF, on="brew", off="idle"), "idle", False, ""),
        (feature(Capability.CONTACT, on="False", off="True"), False, True, ""),
        (feature(Capability.LOCK), "LOCKED", True, ""),
        (feature(Capability.LEVEL, low=0, high=254), 127, 50.0, "%"),
        (feature(Capability.LEVEL), "101", 100.0, "%"),
        (feature(Capability.POSITION, low=100, high=0), 30, 70.0, "%"),
        (feature(Capability.COLOUR), "#FF8000", "#ff8000", ""),
        (feature(Capability.COLOUR_TEMPERATURE), 250, 4000, "K"),
        (feature(Capability.COLOUR_TEMPERATURE, unit="K"), 2700, 2700.0, "K"),
        (feature(Capability.TEMPERATURE, unit="°C"), "-3.25", -3.25, "°C"),
        (feature(Capability.BATTERY), 61, 61.0, "%"),
        (feature(Capability.MODE, words=("eco",)), "boost", "boost", ""),
    ],
)
def test_a_reading_becomes_what_people_say(known, reading, value, unit):
    assert typed(known, reading) == Value(capability=known.capability, value=value, unit=unit)


@pytest.mark.parametrize(
    ("known", "reading"),
    [
        (feature(Capability.ON_OFF), "maybe"),
        (feature(Capability.ON_OFF, on="a", off="b"), "c"),
        (feature(Capability.TEMPERATURE), "warm"),
        (feature(Capability.TEMPERATURE), True),
        (feature(Capability.COLOUR), "red"),
        (feature(Capability.COLOUR_TEMPERATURE), 0),
        (feature(Capability.TEXT), ""),
    ],
)
def test_what_is_not_what_it_should_be_is_no_value(known, reading):
    assert typed(known, reading) is None


@pytest.mark.parametrize(
    ("known", "wish", "word"),
    [
        (feature(Capability.ON_OFF, on="ON", off="OFF"), True, "ON"),
        (feature(Capability.ON_OFF), False, False),
        (feature(Capability.LEVEL, low=0, high=254), 50, 127.0),
        (feature(Capability.POSITION, low=100, high=0), 70, 30.0),
        (feature(Capability.COLOUR), "FF8000", "#ff8000"),
        (feature(Capability.COLOUR_TEMPERATURE, low=153, high=500), 4000, 250.0),
        (feature(Capability.TARGET_TEMPERATURE, low=5, high=30), 21.5, 21.5),
        (feature(Capability.MODE, words=("Eco", "Boost")), "eco", "Eco"),
        (feature(Capability.TEXT), "hello", "hello"),
    ],
)
def test_a_wish_becomes_the_device_s_own_word(known, wish, word):
    assert raw(known, wish) == word


@pytest.mark.parametrize(
    ("known", "wish"),
    [
        (feature(Capability.ON_OFF), "on"),
        (feature(Capability.LEVEL), 101),
        (feature(Capability.TARGET_TEMPERATURE, low=5, high=30), 40),
        (feature(Capability.COLOUR_TEMPERATURE, low=153, high=500), 9000),
        (feature(Capability.COLOUR_TEMPERATURE), 0),
        (feature(Capability.MODE, words=("Eco",)), "party"),
        (feature(Capability.COLOUR), "red"),
        (feature(Capability.TEMPERATURE), "warm"),
    ],
)
def test_a_wish_it_cannot_have_is_none(known, wish):
    assert raw(known, wish) is None


def test_only_readings_that_are_explained_have_values():
    known = {"t": feature(Capability.TEMPERATURE), "x": feature(Capability.POWER)}
    told = list(values(known, {"t": 21.0, "y": 5.0}))
    assert [(name, one.value) for name, _, one in told] == [("t", 21.0)]
