from collections.abc import Iterator

import pytest

from desktop.demo.simulated.valetudo import ValetudoRobot
from fleet.capability import Reading
from fleet.dialects.valetudo import Valetudo
from fleet.model import Availability, Device, Message
from tests.desktop.demo.simulated.house import FAST, QUIET, House, nothing_more_runs

DIALECT = Valetudo()


@pytest.fixture
def robot(house: House) -> Iterator[ValetudoRobot]:
    device = ValetudoRobot(id="flur_robi", name="Röbi", timings=QUIET)
    device.start(house)
    yield device
    device.stop()


def found(house: House) -> Device:
    return house.until(lambda devices: "Röbi" in devices)["Röbi"]


def order(house: House, robot: ValetudoRobot, feature: str, wish: Reading | None) -> None:
    steps = DIALECT.act(found(house), feature, wish)
    assert isinstance(steps, tuple), steps
    robot.heard(Message(broker="home", topic=steps[0].topic, payload=steps[0].payload))


def test_a_robot_is_one_device_with_its_maker_from_discovery(
    house: House, robot: ValetudoRobot
) -> None:
    device = found(house)
    assert device.dialects == ("valetudo", "homeassistant")
    assert (device.vendor, device.model) == ("Dreame", "Dreame Z10 Pro")
    assert (str(device.version), device.kind, device.battery) == ("2026.08.0", "vacuum", 100)
    assert device.availability is Availability.ONLINE
    del robot


@pytest.mark.parametrize(
    ("feature", "wish", "expected"),
    [
        ("BasicControlCapability/operation", "START", "StatusStateAttribute/status=cleaning"),
        ("BasicControlCapability/operation", "pause", "StatusStateAttribute/status=paused"),
        ("FanSpeedControlCapability/preset", "max", "FanSpeedControlCapability/preset=max"),
    ],
)
def test_a_robot_does_what_our_order_says(
    house: House, robot: ValetudoRobot, feature: str, wish: str, expected: str
) -> None:
    order(house, robot, feature, wish)
    reading, _, word = expected.partition("=")
    house.until(lambda devices: devices["Röbi"].readings[reading] == word)


def test_a_robot_can_be_found_by_ear(house: House, robot: ValetudoRobot) -> None:
    order(house, robot, "LocateCapability/locate", None)
    nothing_more_runs()
    assert robot.located == 1


@pytest.mark.parametrize(
    ("rest", "payload"),
    [
        ("FanSpeedControlCapability/preset", b"turbo"),
        ("StatusStateAttribute/status", b"cleaning"),
        ("Nothing/there", b"START"),
    ],
)
def test_a_robot_ignores_what_it_does_not_take(
    house: House, robot: ValetudoRobot, rest: str, payload: bytes
) -> None:
    before = found(house).readings
    robot.heard(Message(broker="home", topic=f"valetudo/flur_robi/{rest}/set", payload=payload))
    nothing_more_runs()
    assert found(house).readings == before


def test_cleaning_uses_the_battery_up(house: House) -> None:
    robot = ValetudoRobot(id="r", name="Röbi", timings=FAST)
    robot.start(house)
    order(house, robot, "BasicControlCapability/operation", "START")
    house.until(lambda devices: (devices["Röbi"].battery or 100) < 99)
    robot.stop()
    area = found(house).readings["CurrentStatisticsCapability/area"]
    assert isinstance(area, float)
    assert area > 0
    assert found(house).availability is Availability.OFFLINE
