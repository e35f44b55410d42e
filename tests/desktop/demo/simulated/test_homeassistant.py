"""A simulated Home Assistant device: told what the announcement says, and updated by its button."""

from collections.abc import Callable, Iterator

import pytest

from desktop.demo.simulated.common import Trouble
from desktop.demo.simulated.controls import Control
from desktop.demo.simulated.homeassistant import HomeAssistantDevice, Identity
from fleet.capability import Reading, typed
from fleet.dialects.homeassistant import HomeAssistant
from fleet.model import Availability, Device, Message
from fleet.steps import Publish
from tests.desktop.demo.simulated.house import QUIET, House, nothing_more_runs

DIALECT = HomeAssistant()
CONTROLS = {
    "relay": Control("switch", "OFF"),
    "lamp": Control("light", '{"state": "OFF", "brightness": 254}'),
    "blind": Control("cover", "100"),
    "door": Control("lock", "LOCKED"),
    "timer": Control("number", "10"),
    "mode": Control("select", '{"mode": "eco"}'),
    "chime": Control("button"),
}
Made = Callable[..., HomeAssistantDevice]


@pytest.fixture
def made(house: House) -> Iterator[Made]:
    running: list[HomeAssistantDevice] = []

    def make(**more: object) -> HomeAssistantDevice:
        who = Identity(id="box", name="Box", vendor="Acme", model="B1", version="1.0")
        device = HomeAssistantDevice(who, timings=QUIET, **more)  # type: ignore[arg-type] # its options
        device.start(house)
        running.append(device)
        return device

    yield make
    for each in running:
        each.stop()


def box(house: House) -> Device:
    return house.until(lambda devices: "Box" in devices)["Box"]


def say(device: HomeAssistantDevice, steps: object) -> None:
    assert isinstance(steps, tuple), steps
    for step in steps:
        assert isinstance(step, Publish)
        device.heard(Message(broker="home", topic=step.topic, payload=step.payload))


def value(device: Device, name: str) -> Reading | None:
    if name not in device.readings:
        return None
    found = typed(device.features[name], device.readings[name])
    return found.value if found else None


@pytest.mark.parametrize(
    ("feature", "wish", "becomes"),
    [
        ("relay", True, True),
        ("lamp.state", True, True),
        ("lamp.brightness", 50.0, 50.0),
        ("lamp.color_temp", 4000, 4000),
        ("lamp.color", "#ff0000", "#ff0000"),
        ("blind.position", 30, 30.0),
        ("door.state", False, False),
        ("timer", 25, 25.0),
        ("mode", "Comfort", "comfort"),
    ],
)
def test_it_becomes_what_is_wished(
    house: House, made: Made, feature: str, wish: Reading, becomes: Reading
) -> None:
    device = made(controls=CONTROLS)
    say(device, DIALECT.act(box(house), feature, wish))
    house.until(lambda devices: value(devices["Box"], feature) == becomes)


def test_a_blind_is_told_to_close(house: House, made: Made) -> None:
    device = made(controls=CONTROLS)
    say(device, DIALECT.act(box(house), "blind.state", "close"))
    house.until(lambda devices: value(devices["Box"], "blind.state") == "closed")


def test_a_button_is_pressed(house: House, made: Made) -> None:
    device = made(controls=CONTROLS)
    say(device, DIALECT.act(box(house), "chime", None))
    assert device.controls["chime"].state == "!"


def test_it_listens_where_its_announcement_says(house: House, made: Made) -> None:
    made(controls=CONTROLS, latest="1.1")
    assert set(house.filters) == {
        "demo/box/update/set",
        *(f"demo/box/{name}/#" for name in CONTROLS),
    }


def updated(house: House, device: HomeAssistantDevice) -> list[bytes]:
    """Press its update's button; return a list that will hold what it says on its status."""
    offered = house.until(lambda devices: devices["Box"].offer)["Box"]
    say(device, DIALECT.plan(offered, None))
    return [step.payload for step in house.said if step.topic == "demo/box/status"]


def came_back(house: House) -> Callable[[object], bool]:
    wills = [b"online", b"offline", b"online"]
    return lambda _: [s.payload for s in house.said if s.topic == "demo/box/status"] == wills


def test_its_update_arrives_and_shows_its_notes_before(house: House, made: Made) -> None:
    device = made(latest="1.1", notes="Quieter.")
    assert house.until(lambda devices: devices["Box"].notes)["Box"].notes == "Quieter."
    updated(house, device)
    house.until(lambda devices: DIALECT.arrived(devices["Box"], "1.1"))
    assert [word.percent for word in house.words] == [0, 25, 50, 75, 100]


def test_one_that_refuses_says_nothing_and_does_nothing(house: House, made: Made) -> None:
    device = made(latest="1.1", trouble=Trouble.REFUSES)
    updated(house, device)
    nothing_more_runs()
    assert (device.version, house.words) == ("1.0", [])


def test_a_silent_one_is_away_until_it_is_woken(house: House, made: Made) -> None:
    device = made(latest="1.1", trouble=Trouble.SILENT)
    updated(house, device)
    house.until(lambda devices: devices["Box"].availability is Availability.OFFLINE)
    nothing_more_runs()
    assert not DIALECT.arrived(box(house), "1.1")
    device.wake()
    house.until(lambda devices: DIALECT.arrived(devices["Box"], "1.1"))


@pytest.mark.parametrize(
    ("trouble", "runs"),
    [
        (Trouble.OLD_VERSION, "1.0"),
        (Trouble.OTHER_VERSION, "0.0.9"),
        (Trouble.POWER_CUT, "1.0"),
    ],
)
def test_one_that_comes_back_otherwise_has_not_arrived(
    house: House, made: Made, trouble: Trouble, runs: str
) -> None:
    device = made(latest="1.1", trouble=trouble)
    updated(house, device)
    house.until(came_back(house))
    found = house.until(lambda devices: devices["Box"].availability is Availability.ONLINE)["Box"]
    assert str(found.version) == runs
    assert not DIALECT.arrived(found, "1.1")


def test_a_power_cut_comes_half_way(house: House, made: Made) -> None:
    device = made(latest="1.1", trouble=Trouble.POWER_CUT)
    updated(house, device)
    house.until(came_back(house))
    assert [word.percent for word in house.words] == [0, 25]
