"""How well a device is received: bars, and what counts as weak."""

from __future__ import annotations

import pytest

from desktop.reception import LQI, OTHER, WIFI, reception
from fleet.capability import Capability, Feature
from tests.desktop.fake_house import device


def saying(*said: tuple[float | str, str], radio: str = ""):
    names = {f"signal{at}": (value, unit) for at, (value, unit) in enumerate(said)}
    features = {
        name: Feature(capability=Capability.SIGNAL, dialect="native", unit=unit)
        for name, (_, unit) in names.items()
    }
    readings = {name: value for name, (value, _) in names.items()}
    return device("d", "Lamp", features=features, readings=readings, radio=radio)


@pytest.mark.parametrize(
    ("value", "unit", "radio", "bars"),
    [
        (-58, "dBm", "wifi", 4),
        (-67, "dBm", "wifi", 4),
        (-68, "dBm", "wifi", 3),
        (-76, "dBm", "", 2),
        (-77, "dBm", "", 1),
        (-95, "dBm", "wifi", 0),
        (-68, "dBm", "ble", 3),
        (-79, "dBm", "ble", 2),
        (-80, "dBm", "ble", 1),
        (255, "lqi", "zigbee", 4),
        (99, "lqi", "zigbee", 3),
        (31, "lqi", "zigbee", 1),
        (0, "lqi", "zigbee", 0),
        (80, "%", "wifi", 4),
        (40, "%", "wifi", 1),
    ],
)
def test_each_unit_and_radio_has_its_own_steps(value, unit, radio, bars) -> None:
    found = reception(saying((value, unit), radio=radio))
    assert found is not None
    assert (found.bars, found.unit, found.weak) == (bars, unit, bars <= 1)


def test_a_link_quality_without_a_unit_is_that_of_its_standard() -> None:
    found = reception(saying((102, "")))
    assert found is not None
    assert found.told == "102 LQI"


def test_of_several_words_what_was_measured_counts_first() -> None:
    found = reception(saying((90, "%"), (-85, "dBm")))
    assert found is not None
    assert found.told == "-85 dBm"


def test_who_says_nothing_or_no_number_is_not_judged() -> None:
    assert reception(device("d", "Lamp")) is None
    assert reception(saying(("strong", "lqi"))) is None
    assert reception(saying((3, "furlongs"))) is None


def test_steps_rise_and_a_lamp_that_loses_nothing_is_not_called_weak() -> None:
    assert all(list(steps) == sorted(set(steps)) for steps in (WIFI, OTHER, LQI))
    found = reception(saying((99, "lqi")))
    assert found is not None
    assert not found.weak
