from __future__ import annotations

import datetime as dt

import pytest

from desktop.facts import Power
from desktop.models import policy
from firmware.plan import PRESETS, Begins, Plan, Window
from tests.desktop.fake_house import NOW

BERLIN = "Europe/Berlin"


def test_every_preset_and_ones_own_hours_have_words(qapp) -> None:
    assert {name for name, _ in policy.names()} == {*PRESETS, policy.OWN}
    assert all(words for _, words in policy.names())


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_known_by_what_it_does(qapp, name: str) -> None:
    told = policy.compose(PRESETS[name], NOW)
    assert told.preset == name
    assert told.sentence
    assert told.next


def test_the_next_time_is_told_on_the_homes_own_clock(qapp) -> None:
    noon = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC).timestamp()
    plan = Plan(
        begins=Begins.ALL, zone=BERLIN, windows=(Window(days=frozenset({4}), begin=1200, end=360),)
    )
    told = policy.compose(plan, noon)
    assert told.next == "Next, updates may begin 20:00 until tomorrow 06:00."
    assert told.zone == BERLIN


def test_open_hours_say_until_when(qapp) -> None:
    late = dt.datetime(2026, 11, 27, 22, tzinfo=dt.UTC).timestamp()
    plan = Plan(begins=Begins.ALL, zone="UTC", windows=(Window(begin=1200, end=360),))
    assert policy.compose(plan, late).next == "Updates may begin now, until tomorrow 06:00."


def test_hours_without_a_day_say_that_nothing_could_begin(qapp) -> None:
    plan = Plan(begins=Begins.ALL, windows=(Window(days=frozenset()),))
    assert policy.compose(plan, NOW).next == "With these hours nothing could ever begin."


def test_by_hand_it_is_said_that_a_person_begins(qapp) -> None:
    assert policy.compose(Plan(), NOW).next.endswith("Only after you pressed Update.")


def test_a_zone_that_is_not_this_computers_is_told_with_this_computers(qapp) -> None:
    other = "Asia/Tokyo" if policy.local_zone() != "Asia/Tokyo" else BERLIN
    assert policy.local_zone() in policy.compose(Plan(zone=other), NOW).zone_note
    assert not policy.compose(Plan(), NOW).zone_note


@pytest.mark.parametrize(
    ("plan", "power", "told"),
    [
        (PRESETS["every_night"], Power(portable=True), True),
        (PRESETS["every_night"], Power(), False),
        (PRESETS["by_hand"], Power(portable=True), False),
        (PRESETS["every_night"], Power(refused="policy forbids it"), True),
    ],
)
def test_a_computer_that_may_sleep_at_night_is_told_beside_the_hours(
    qapp, plan: Plan, power: Power, *, told: bool
) -> None:
    said = policy.compose(plan, NOW, power).asleep
    assert bool(said) is told
    assert power.refused in said


def test_every_number_and_switch_is_a_member_of_the_plan_and_says_what_it_means(qapp) -> None:
    for one in (*policy.numbers(), *policy.switches()):
        assert hasattr(Plan(), one.name)
        assert one.words
        assert one.meaning
    for number in policy.numbers():
        assert getattr(Plan(), number.name) in number.offered
