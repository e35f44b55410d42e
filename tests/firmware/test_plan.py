"""Hours are the home's wall clock, whatever its clocks do."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import plan
from firmware.plan import PRESETS, Begins, Plan, Window

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = Plan(windows=(Window(begin=60, end=5 * 60),), zone="Europe/Berlin")
FRIDAY = Plan(windows=(Window(days=frozenset({4}), begin=20 * 60, end=6 * 60),), zone="UTC")


def is_open(one: Plan, moment: float) -> bool:
    return plan.next_open(one, moment) == moment


def at(text: str, zone: dt.tzinfo = BERLIN) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def says(moment: float | None, zone: dt.tzinfo = BERLIN) -> str:
    assert moment is not None
    return dt.datetime.fromtimestamp(moment, zone).isoformat(timespec="minutes")


def test_without_hours_it_is_always_open():
    assert is_open(Plan(), 12.5)
    assert plan.next_open(Plan(), 12.5) == 12.5
    assert plan.closes(Plan(), 12.5) is None


def test_the_next_night_begins_at_its_hour():
    now = at("2026-11-27T12:00")
    assert says(plan.next_open(NIGHTS, now)) == "2026-11-28T01:00+01:00"
    assert not is_open(NIGHTS, now)


def test_within_the_hours_it_is_open_until_they_end():
    now = at("2026-11-28T01:00")
    assert is_open(NIGHTS, now)
    assert says(plan.closes(NIGHTS, now)) == "2026-11-28T05:00+01:00"
    assert not is_open(NIGHTS, at("2026-11-28T05:00"))


def test_friday_evening_goes_into_saturday():
    utc = dt.UTC
    assert is_open(FRIDAY, at("2026-11-27T23:30", utc))
    assert is_open(FRIDAY, at("2026-11-28T05:59", utc))
    assert not is_open(FRIDAY, at("2026-11-28T06:00", utc))
    assert (
        says(plan.next_open(FRIDAY, at("2026-11-28T06:00", utc)), utc) == "2026-12-04T20:00+00:00"
    )


def test_a_night_in_which_an_hour_is_missing_is_shorter():
    """2026-03-29, Berlin: 02:00 becomes 03:00."""
    opens = plan.next_open(NIGHTS, at("2026-03-28T12:00"))
    assert says(opens) == "2026-03-29T01:00+01:00"
    ends = plan.closes(NIGHTS, opens)
    assert (says(ends), ends - opens) == ("2026-03-29T05:00+02:00", 3 * 3600)


def test_a_night_in_which_an_hour_comes_twice_is_longer():
    """2026-10-25, Berlin: 03:00 becomes 02:00."""
    opens = plan.next_open(NIGHTS, at("2026-10-24T12:00"))
    ends = plan.closes(NIGHTS, opens)
    assert (says(opens), says(ends)) == ("2026-10-25T01:00+02:00", "2026-10-25T05:00+01:00")
    assert ends - opens == 5 * 3600


def test_hours_that_begin_in_the_missing_hour_begin_as_much_later():
    window = replace(NIGHTS, windows=(Window(begin=2 * 60 + 30, end=4 * 60),))
    opens = plan.next_open(window, at("2026-03-28T12:00"))
    assert says(opens) == "2026-03-29T03:30+02:00"


def test_an_unknown_zone_is_the_computers():
    assert plan.zone_of(Plan(zone="Mars/Olympus")) == plan.zone_of(Plan())


def test_hours_on_no_day_never_open():
    never = Plan(windows=(Window(days=frozenset(), begin=0, end=60),))
    assert plan.next_open(never, 0.0) is None


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_opens_within_a_week_and_survives_being_kept(name):
    preset = PRESETS[name]
    opens = plan.next_open(preset, at("2026-11-27T12:00"))
    assert opens is not None
    assert opens - at("2026-11-27T12:00") <= 7 * 86_400
    assert msgspec.json.decode(msgspec.json.encode(preset), type=Plan) == preset


def test_only_by_hand_begins_nothing_alone():
    assert [name for name, one in PRESETS.items() if one.begins is Begins.HAND] == ["by_hand"]


@settings(max_examples=300, deadline=None)
@given(
    now=st.floats(1_700_000_000, 1_900_000_000),
    begin=st.integers(0, 1440),
    end=st.integers(0, 1440),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    zone=st.sampled_from(
        ["Europe/Berlin", "Asia/Shanghai", "America/St_Johns", "Australia/Lord_Howe"]
    ),
)
def test_the_next_opening_is_open_and_nothing_before_it_is(now, begin, end, days, zone):
    one = Plan(windows=(Window(days=days, begin=begin, end=end),), zone=zone)
    opens = plan.next_open(one, now)
    assert opens is not None
    assert opens >= now
    assert is_open(one, opens)
    for share in (0.1, 0.5, 0.9):
        between = now + (opens - now) * share
        assert opens == now or not is_open(one, between)
