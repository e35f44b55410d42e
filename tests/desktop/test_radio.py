import pytest

from desktop.radio import signal
from fleet.capability import Capability, Feature
from tests.desktop.fake_house import device


@pytest.mark.parametrize(
    ("unit", "high", "said", "percent", "told"),
    [
        ("dBm", None, -50.0, 100.0, "-50 dBm"),
        ("dBm", None, -75.0, 50.0, "-75 dBm"),
        ("dBm", None, -120.0, 0.0, "-120 dBm"),
        ("%", None, 72.0, 72.0, "72 %"),
        ("lqi", 255.0, 102.0, 40.0, "102 lqi"),
        ("", None, 255.0, 100.0, "255"),
        ("", 5.0, 4.0, 80.0, "4"),
    ],
)
def test_each_radio_is_told_on_one_scale(unit, high, said, percent, told) -> None:
    known = Feature(capability=Capability.SIGNAL, dialect="native", unit=unit, high=high)
    heard = signal(device("a", "A", features={"x": known}, readings={"x": said}))
    assert heard is not None
    assert (heard.percent, heard.told) == (percent, told)


def test_a_device_that_does_not_say_has_no_signal() -> None:
    assert signal(device("a", "A")) is None
