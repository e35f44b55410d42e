"""When the program asks for a new version of itself."""

import datetime as dt

import pytest

from desktop.selfupdate import fridays

FRIDAY = dt.datetime(2026, 11, 27, 18, tzinfo=dt.UTC).timestamp()
HOUR, DAY = 3600.0, 86_400.0
ME = "a" * 32


@pytest.mark.parametrize("name", [f"{number:032x}" for number in range(40)])
def test_each_installation_has_a_moment_of_its_own_on_friday_evening(name):
    moment = fridays.last_moment(name, FRIDAY + DAY)
    assert 0 <= moment - FRIDAY < fridays.SPREAD_S
    assert fridays.next_moment(name, FRIDAY + DAY) == moment + fridays.WEEK_S


def test_the_moments_are_spread_and_stay_the_same():
    delays = [fridays.own_delay(f"{number:032x}") for number in range(600)]
    assert delays == [fridays.own_delay(f"{number:032x}") for number in range(600)]
    hours = [sum(hour * HOUR <= one < (hour + 1) * HOUR for one in delays) for hour in range(6)]
    assert min(hours) > 70


def due(now, *, checked, tried=0.0):
    return fridays.is_due(ME, checked=checked, tried=tried, now=now)


def test_it_asks_once_a_week():
    moment = fridays.last_moment(ME, FRIDAY + DAY)
    assert due(moment, checked=moment - fridays.WEEK_S)
    assert not due(moment - 1, checked=moment - fridays.WEEK_S)
    assert not due(moment + DAY, checked=moment)
    assert not due(moment + 6.9 * DAY, checked=moment)


def test_a_computer_that_was_off_on_friday_asks_when_it_starts():
    moment = fridays.last_moment(ME, FRIDAY + DAY)
    assert due(moment + 3 * DAY, checked=moment - 2 * DAY)


def test_after_a_check_that_came_to_nothing_it_rests_for_an_hour():
    moment = fridays.last_moment(ME, FRIDAY + DAY)
    late = moment + DAY
    assert not due(late, checked=moment - DAY, tried=late - 0.9 * HOUR)
    assert due(late, checked=moment - DAY, tried=late - HOUR)


def test_a_clock_that_was_set_back_makes_it_ask_once_more():
    moment = fridays.last_moment(ME, FRIDAY + DAY)
    assert due(moment, checked=moment + 300 * DAY, tried=moment + 300 * DAY)
