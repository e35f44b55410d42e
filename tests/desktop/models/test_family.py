from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace

from desktop.commands import SetSimple
from desktop.models import family
from desktop.models.mirror import Mirror
from firmware.morning import Night
from fleet.model import (
    Availability,
    BrokerState,
    Changes,
    Connection,
    Rollout,
    RolloutState,
    UpdateState,
)
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW, update


def well(**facts) -> Mirror:
    """A house in which nothing wants a hand."""
    mirror = Mirror(fake_house.house(update={}, rollout={}, **facts))
    blinds = replace(mirror.devices["d13"], availability=Availability.ONLINE)
    mirror.fold(Changes(number=1, at=NOW, devices={"d13": blinds}, facts={}))
    return mirror


@pytest.fixture
def mirror(spoken) -> Mirror:
    return well()


def test_all_is_well_is_one_sentence_with_the_number_of_devices(mirror) -> None:
    told = family.compose(mirror, NOW)
    assert told.sentence == "All is well. 14 devices, all can be reached."
    assert (told.icon, told.tone, told.hands) == ("circle-check", "ok", ())


def test_a_new_house_is_not_told_that_a_connection_is_gone(spoken) -> None:
    told = family.compose(well(connection={}), NOW)
    assert told.sentence == "This home is not connected to anything yet."
    assert told.tone == "muted"


def test_who_sleeps_is_well(mirror) -> None:
    assert mirror.devices["d6"].availability is Availability.SLEEPING
    assert family.compose(mirror, NOW).hands == ()


def test_what_wants_a_hand_is_named_with_what_it_is(spoken) -> None:
    told = family.compose(Mirror(fake_house.house()), NOW)
    assert told.sentence == "2 things want a hand."
    assert told.hands == (
        "Blinds: cannot be reached since Wed 12:10",
        "Hall light: its update did not work",
    )
    assert told.icon == "triangle-alert"


def test_a_battery_that_is_nearly_empty_wants_a_hand(mirror) -> None:
    weak = replace(mirror.devices["d14"], battery=8.0)
    mirror.fold(Changes(number=2, at=NOW, devices={"d14": weak}, facts={}))
    told = family.compose(mirror, NOW)
    assert told.sentence == "1 thing wants a hand."
    assert told.hands == ("Thermostat: battery nearly empty (8 %)",)


def test_a_device_is_told_once_and_of_many_only_some(mirror) -> None:
    gone = {
        key: replace(one, availability=Availability.OFFLINE, last_seen=None)
        for key, one in mirror.devices.items()
    }
    halted = Rollout(id="r", week="2026-W48", state=RolloutState.HALTED, device="d4")
    mirror.fold(Changes(number=2, at=NOW, devices=gone, facts={"rollout": {"r": halted}}))
    told = family.compose(mirror, NOW)
    assert told.sentence == "14 things want a hand."
    assert told.hands[0] == "Hall light: its update stopped"
    assert told.hands[-1] == "and 11 more"
    assert len(told.hands) == 4


def test_a_home_that_is_not_heard_says_so_and_not_that_all_is_well(mirror) -> None:
    lost = Connection(broker="home", state=BrokerState.LOST, address="192.168.1.4:1883")
    mirror.fold(Changes(number=2, at=NOW, devices={}, facts={"connection": {"home": lost}}))
    told = family.compose(mirror, NOW)
    assert told.sentence == "Nothing can be heard of the home right now."
    assert told.icon == "wifi-off"


def test_a_home_without_devices_says_so(spoken) -> None:
    mirror = well()
    mirror.fold(Changes(number=2, at=NOW, devices=dict.fromkeys(mirror.devices), facts={}))
    assert family.compose(mirror, NOW).sentence == "No device has spoken yet."


def test_who_has_not_spoken_is_not_counted_as_reached(mirror) -> None:
    quiet = replace(mirror.devices["d1"], availability=Availability.UNKNOWN)
    mirror.fold(Changes(number=2, at=NOW, devices={"d1": quiet}, facts={}))
    told = family.compose(mirror, NOW)
    assert told.sentence == "All is well. 13 devices can be reached, 1 has not spoken yet."


def test_beside_it_stand_what_runs_the_last_night_and_the_next_friday(mirror) -> None:
    writes = update("d5", UpdateState.INSTALLING)
    night = Night(begin=NOW - 50_000, end=NOW - 30_000, done=("d3",))
    facts = {"update": {"d5": writes}, "night": {"last": night}}
    mirror.fold(Changes(number=2, at=NOW, devices={}, facts=facts))
    assert family.compose(mirror, NOW).notes == (
        "1 device gets a new version now: leave it on, please.",
        "Last night: 1 of 1 confirmed",
        "New versions come on Friday 4 December.",
    )


@pytest.mark.parametrize(("day", "friday"), [(26, 27), (27, 34), (28, 34)])
def test_the_next_friday_is_never_today(day: int, friday: int) -> None:
    now = dt.datetime(2026, 11, day, 23, 0).astimezone().timestamp()
    told = dt.datetime.fromtimestamp(family.next_friday(now)).astimezone()
    assert (told - dt.datetime(2026, 11, 1).astimezone()).days == friday - 1


def test_the_phone_stands_where_settings_have_it(mirror) -> None:
    told = {"simple": {"window": SetSimple(phone="0151 234")}}
    mirror.fold(Changes(number=2, at=NOW, devices={}, facts=told))
    assert mirror.simple().phone == "0151 234"
