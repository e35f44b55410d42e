from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale

from desktop import language
from desktop.models import measured
from fleet.capability import Capability, Value


@pytest.fixture(autouse=True)
def british():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("kind", "value", "unit", "said"),
    [
        (Capability.TEMPERATURE, 21.04, "°C", "21 °C"),
        (Capability.TEMPERATURE, 21.46, "°C", "21.5 °C"),
        (Capability.POWER, 1834.2, "W", "1,834.2 W"),
        (Capability.ENERGY, 0.0031, "kWh", "0.003 kWh"),
        (Capability.VOLTAGE, 2.987, "V", "2.987 V"),
        (Capability.VOLTAGE, 231.44, "V", "231.4 V"),
        (Capability.DURATION, 45, "s", "45 s"),
        (Capability.DURATION, 11_520, "s", "3 h 12 min"),
        (Capability.DURATION, 2, "d", "2 d"),
        (Capability.COVER, "CLOSING", "", "closing"),
        (Capability.COVER, "vented", "", "vented"),
        (Capability.ON_OFF, True, "", "on"),
        (Capability.CONTACT, True, "", "open"),
        (Capability.TIME, "not a time", "", "not a time"),
        (Capability.NUMBER, 12_345_678, "", "12,345,678"),
    ],
)
def test_a_value_is_said_as_people_say_it(spoken, kind, value, unit, said) -> None:
    assert measured.told(Value(capability=kind, value=value, unit=unit)) == said


def test_numbers_are_the_readers() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert language.number(1234.5) == "1.234,5"
