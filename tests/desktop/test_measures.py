"""What a device says, as people read it."""

import pytest

from desktop.measures import kind_of, measures, told
from fleet.capability import Capability, Feature, Value
from fleet.model import Device


def feature(capability: Capability, **more) -> Feature:
    return Feature(capability=capability, dialect="x", **more)


@pytest.mark.parametrize(
    ("capability", "value", "unit", "en", "zh"),
    [
        (Capability.TEMPERATURE, 21.456, "°C", "21.46 °C", "21.46 °C"),
        (Capability.ENERGY, 12345.0, "kWh", "12\u202f345 kWh", "12\u202f345 kWh"),
        (Capability.LEVEL, 50.0, "%", "50 %", "50 %"),
        (Capability.ON_OFF, True, "", "on", "开"),
        (Capability.LOCK, False, "", "unlocked", "未锁"),
        (Capability.CONTACT, True, "", "open", "打开"),
        (Capability.LEAK, True, "", "detected", "检测到"),
        (Capability.CHARGING, False, "", "no", "否"),
        (Capability.COLOUR, "#ff8000", "", "#ff8000", "#ff8000"),
    ],
)
def test_a_value_is_told_with_its_unit_in_both_languages(capability, value, unit, en, zh):
    said = Value(capability=capability, value=value, unit=unit)
    assert (told(said), told(said, "zh_CN")) == (en, zh)


@pytest.mark.parametrize("capability", list(Capability))
def test_each_kind_of_value_has_its_word(capability):
    assert kind_of(capability, "en")
    assert kind_of(capability, "zh_CN") != kind_of(capability, "en")


def test_a_device_tells_what_it_measures_and_what_it_can_be_told():
    device = Device(
        key="k",
        name="Strip",
        features={
            "rssi": feature(Capability.SIGNAL, unit="dBm", aside=True),
            "POWER1": feature(Capability.ON_OFF, settable=True),
            "POWER2": feature(Capability.ON_OFF, label="Fan", settable=True),
            "restart": feature(Capability.BUTTON, label="Restart", settable=True),
            "power": feature(Capability.POWER, unit="W"),
            "energy": feature(Capability.ENERGY, unit="kWh"),
        },
        readings={"rssi": -60, "POWER1": "ON", "POWER2": "OFF", "power": 4.25, "other": 1},
    )
    assert [(row.name, row.label, row.told, row.settable) for row in measures(device)] == [
        ("POWER1", "Switch (POWER1)", "on", True),
        ("POWER2", "Fan", "off", True),
        ("restart", "Restart", "", True),
        ("power", "Power", "4.25 W", False),
        ("rssi", "Signal", "-60 dBm", False),
    ]
