from __future__ import annotations

import pytest
from msgspec.structs import replace

from desktop.models import signal
from desktop.models.signal import Heard
from tests.desktop import detail_house


@pytest.mark.parametrize(
    ("number", "unit", "radio", "heard"),
    [
        (-58, "dBm", "wifi", Heard.GOOD),
        (-67, "dBm", "wifi", Heard.GOOD),
        (-70, "dBm", "wifi", Heard.FAIR),
        (-78, "dBm", "wifi", Heard.WEAK),
        (-67, "dBm", "zigbee", Heard.FAIR),
        (-80, "dBm", "ble", Heard.WEAK),
        (84, "%", "wifi", Heard.GOOD),  # -58 dBm
        (40, "%", "wifi", Heard.WEAK),  # -80 dBm
        (102, "lqi", "zigbee", Heard.UNKNOWN),  # every maker counts it in its own way
        (102, "", "", Heard.UNKNOWN),
    ],
)
def test_how_well_it_is_heard_depends_on_scale_and_radio(number, unit, radio, heard) -> None:
    assert signal.judged(number, unit, radio) is heard


def test_the_word_stands_with_its_number() -> None:
    assert signal.of_device(detail_house.lamp()).told == "good (-58 dBm)"
    assert signal.of_device(detail_house.plug()).tone == "warn"
    assert signal.of_device(detail_house.thermometer()).told == "102 LQI"


def test_a_device_that_does_not_say_has_none() -> None:
    assert signal.of_device(replace(detail_house.lamp(), readings={})) is None
