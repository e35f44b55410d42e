"""Who has not said what it runs is asked, rarely, and nobody else."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desktop.version_questions import VersionQuestions
from fleet.house import Batch
from fleet.model import Availability, Caps, Device, Install, Version

SILENT = Device(key="k", name="Plug", availability=Availability.ONLINE)
STRIP = replace(SILENT, caps=Caps(install=frozenset({Install.HTTP})), version=Version("1"))


class Asker:
    """The part, and whom it asked."""

    def __init__(self, *devices: Device) -> None:
        self.asked: list[str] = []
        self.http, self.reached, self.now = False, True, 1_000_000.0
        self.devices = {device.key: device for device in devices}
        self.part = VersionQuestions(self.ask, http=lambda: self.http)

    def ask(self, key: str) -> bool:
        self.asked.append(key)
        return self.reached

    def turn(self, passed: float = 0.25, changed: tuple[str, ...] = ()) -> list[str]:
        self.now += passed
        batch = Batch(now=self.now, devices=self.devices, changed=frozenset(changed))
        for action in self.part.take(batch).then:
            action()
        asked, self.asked = self.asked, []
        return asked


def test_a_device_met_without_a_version_is_asked_at_once_and_then_ever_more_rarely():
    home = Asker(SILENT)
    assert home.turn(changed=("k",)) == ["k"]
    assert home.turn(changed=("k",)) == []
    assert home.turn(1799) == []
    assert home.turn(61) == ["k"]
    assert home.turn(3599) == []
    assert home.turn(61) == ["k"]
    for _ in range(8):
        home.turn(6 * 3600)
    assert home.turn(6 * 3600 - 60) == []


def test_who_could_not_be_asked_is_asked_again_soon():
    home = Asker(SILENT)
    home.reached = False
    assert home.turn(changed=("k",)) == ["k"]
    home.reached = True
    assert home.turn(60) == ["k"]


@pytest.mark.parametrize(
    "device",
    [
        replace(SILENT, version=Version("1")),
        replace(SILENT, availability=Availability.OFFLINE),
        replace(SILENT, availability=Availability.SLEEPING),
        replace(SILENT, availability=Availability.UNKNOWN),  # all that is known may be years old
        STRIP,
    ],
)
def test_who_has_said_it_or_is_not_there_is_not_asked(device):
    assert Asker(device).turn(changed=("k",)) == []


def test_who_says_it_over_http_only_is_asked_now_and_then_where_that_is_allowed():
    home = Asker(STRIP)
    home.http = True
    assert home.turn(changed=("k",)) == ["k"]
    assert home.turn(6 * 3600 - 60) == []
    assert home.turn(61) == ["k"]


def test_a_large_house_is_asked_a_few_at_a_time():
    home = Asker(*(replace(SILENT, key=f"k{number}") for number in range(25)))
    assert [len(home.turn(60)) for _ in range(4)] == [10, 10, 5, 0]


def test_a_device_that_is_gone_is_forgotten():
    home = Asker(SILENT)
    home.turn(changed=("k",))
    home.devices = {}
    home.turn(60)
    home.devices = {"k": SILENT}
    assert home.turn(60) == ["k"]
