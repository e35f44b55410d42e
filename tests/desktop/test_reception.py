"""How well a device is received: bars, and what counts as weak."""

from __future__ import annotations

import pytest

from desktop.reception import STEPS, reception
from fleet.capability import Capability, Feature
from tests.desktop.fake_house import device


def saying(*said: tuple[float | str, str]):
    names = {f"signal{at}": (value, unit) for at, (value, unit) in enumerate(said)}
    features = {
        name: Feature(capability=Capability.SIGNAL, dialect="native", unit=unit)
        for name, (_, unit) in names.items()
    }
    return device("d", "Lamp", features=features, readings={n: v for n, (v, _) in names.items()})


@pytest.mark.parametrize(
    ("value", "unit", "bars"),
    [
        (-58, "dBm", 4),
        (-60, "dBm", 4),
        (-61, "dBm", 3),
        (-79, "dBm", 2),
        (-81, "dBm", 1),
        (-95, "dBm", 0),
        (255, "lqi", 4),
        (99, "lqi", 3),
        (31, "lqi", 1),
        (0, "lqi", 0),
        (80, "%", 4),
        (9, "%", 0),
    ],
)
def test_each_unit_has_its_own_steps(value: float, unit: str, bars: int) -> None:
    found = reception(saying((value, unit)))
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
    assert all(list(steps) == sorted(set(steps)) for steps in STEPS.values())
    found = reception(saying((99, "lqi")))
    assert found is not None
    assert not found.weak
