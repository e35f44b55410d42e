from __future__ import annotations

from desktop.models import glance
from desktop.models.mirror import Mirror
from firmware.morning import Night
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW
from tests.desktop.household import CLAIM


def test_the_tray_says_the_night_and_three_counts(qapp) -> None:
    night = Night(begin=NOW - 50_000, end=NOW - 20_000, done=("d3", "d7"), rolled_back=("d4",))
    told = glance.compose(Mirror(fake_house.house(night={"last": night})), NOW)
    assert told.text.splitlines() == [
        "Orangery",
        "Last night: 2 of 3 confirmed, 1 went back",
        "4 ready · 1 under way · 1 need(s) you",
    ]


def test_a_house_in_which_nothing_is_to_do_says_its_name_alone(qapp) -> None:
    quiet = Mirror(fake_house.house(update={}, fit={}))
    assert glance.compose(quiet, NOW).text == "Orangery"


def test_a_claim_of_heirs_stands_under_the_mornings_line(qapp) -> None:
    night = Night(begin=NOW - 50_000, end=NOW - 20_000, done=("d3",))
    mirror = Mirror(fake_house.house(night={"last": night}, claim={"home": CLAIM}, update={}))
    said = glance.compose(mirror, NOW).text.splitlines()
    assert said[1:3] == [
        "Last night: 1 of 1 confirmed",
        "Heirs claim this home: it is theirs in 12 day(s)",
    ]
