"""The rule of trends: what is chance, what is not, and from when on."""

from __future__ import annotations

import math
import random

import pytest

from hub import trend_rule
from hub.trend_rule import DAY_S, Baseline, Sighting

NOW = 1_795_000_000.0


def met(day: float, *homes: str) -> list[Sighting]:
    """Sightings so many days before NOW, one a minute."""
    return [(NOW - day * DAY_S + 60.0 * n, home) for n, home in enumerate(homes)]


def test_the_tail_of_poisson_is_that_of_its_table():
    two = Baseline(mean=2.0, variance=2.0)
    assert trend_rule.chance(0, two) == 1.0
    assert trend_rule.chance(1, two) == pytest.approx(1 - math.exp(-2))
    assert trend_rule.chance(10, two) == pytest.approx(4.6498e-5, rel=1e-3)


def test_days_that_differ_more_than_by_chance_need_more_households():
    even, scattered = Baseline(mean=4.0, variance=4.0), Baseline(mean=4.0, variance=16.0)
    assert trend_rule.is_alarm(14, even)
    assert not trend_rule.is_alarm(14, scattered)
    assert trend_rule.is_alarm(40, scattered)


def test_the_negative_binomial_is_poisson_where_nothing_is_scattered():
    nearly = Baseline(mean=3.0, variance=3.0 * 1.0501)
    exactly = Baseline(mean=3.0, variance=3.0)
    ratio = trend_rule.chance(9, nearly) / trend_rule.chance(9, exactly)
    assert 1.0 < ratio < 1.4


def test_half_of_the_baseline_is_the_same_weekday():
    quiet = [2] * 28
    for friday in (7, 14, 21, 28):
        quiet[friday - 1] = 10
    usual = trend_rule.baseline(quiet)
    assert usual.mean == pytest.approx(6.0)
    assert usual.variance == pytest.approx(16.0)


def test_a_hub_of_three_days_is_held_against_three_days():
    assert trend_rule.baseline([9, 9, 9]).mean == 9.0
    assert trend_rule.baseline([0] * 28).mean == pytest.approx(1 / 28)


def test_a_hub_that_has_not_seen_a_week_takes_less_for_no_chance():
    assert not trend_rule.is_alarm(12, trend_rule.baseline([]))
    assert trend_rule.is_alarm(20, trend_rule.baseline([1, 0, 2]))


def test_four_households_are_never_an_alarm_and_five_out_of_nothing_are():
    silence = trend_rule.baseline([0] * 28)
    assert not trend_rule.is_alarm(4, silence)
    assert trend_rule.is_alarm(5, silence)


def test_the_alarm_is_at_the_fifth_household_whatever_the_hour():
    seen = met(0, "a", "b", "a", "c", "d", "e", "f")
    alarm = trend_rule.first_alarm(seen, since=0.0, begin=NOW - 40 * DAY_S)
    assert alarm is not None
    assert (alarm.at, alarm.homes) == (NOW + 300.0, 5)  # "a" came twice and is one


def test_households_of_yesterday_evening_count_until_a_day_has_passed():
    begin = NOW - 40 * DAY_S
    evening = met(0.9, "a", "b", "c")
    assert trend_rule.first_alarm(evening + met(0, "d", "e"), since=0.0, begin=begin)
    assert not trend_rule.first_alarm(
        met(1.1, "a", "b", "c") + met(0, "d", "e"), since=0, begin=begin
    )


def test_what_has_been_asked_is_not_asked_again():
    seen = met(0, *"abcde")
    assert trend_rule.first_alarm(seen, since=seen[-1][0], begin=0.0) is None
    later = [*seen, (NOW + 3600.0, "f")]
    alarm = trend_rule.first_alarm(later, since=seen[-1][0], begin=0.0)
    assert alarm is not None
    assert alarm.homes == 6


def test_a_loud_friday_is_no_news_where_fridays_are_loud():
    begin = NOW - 60 * DAY_S
    usual = [
        one for day in range(1, 29) for one in met(day + 0.5, *_homes(12 if day % 7 == 0 else 3))
    ]
    usual.sort()
    friday = trend_rule.first_alarm(usual + met(0.4, *_homes(14)), since=NOW - DAY_S, begin=begin)
    assert friday is None
    storm = trend_rule.first_alarm(usual + met(0.4, *_homes(60)), since=NOW - DAY_S, begin=begin)
    assert storm is not None


def test_false_alarms_of_a_quiet_year_are_fewer_than_one():
    dice = random.Random(7)
    alarms = 0
    for _ in range(4):
        days = [_poisson(dice, 2.0) for _ in range(28 + 365)]
        for today in range(28, len(days)):
            usual = trend_rule.baseline(days[today - 28 : today][::-1])
            alarms += trend_rule.is_alarm(days[today], usual)
    assert alarms / 4 < 1


def _homes(count: int) -> list[str]:
    return [f"home {n}" for n in range(count)]


def _poisson(dice: random.Random, mean: float) -> int:
    count, product = 0, dice.random()
    while product > math.exp(-mean):
        count, product = count + 1, product * dice.random()
    return count
