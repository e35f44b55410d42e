"""A claim waits by time that nobody can set; who is an heir has a name of their own."""

from dataclasses import replace

import pytest

from desktop import heirs
from desktop.heirs import DAY_S, Claim, Heirs, Moment
from fleet.errors import CommandError

HEIRS = Heirs(names=("Ana", "Bo", "Chen"), need=2, set=7, public="00", made_at=0.0)
NOON = Moment(wall=1_000_000.0, on=5_000.0, boot="first")
CLAIM = heirs.begun(HEIRS, NOON)


def later(wall=0.0, on=None, boot="first", since=NOON):
    """Some time later: by the calendar, by the count, and after how many switchings on."""
    return Moment(wall=since.wall + wall, on=since.on + (wall if on is None else on), boot=boot)


def test_it_waits_two_weeks_where_nobody_said_otherwise():
    assert CLAIM.left_s == 14 * DAY_S
    assert not CLAIM.ripe


def test_a_computer_that_stays_on_counts_all_of_it():
    assert heirs.counted(CLAIM, later(13.9 * DAY_S)).ripe is False
    assert heirs.counted(CLAIM, later(14 * DAY_S)).ripe


def test_looking_often_is_no_quicker():
    claim = CLAIM
    for hour in range(1, 24 * 14):
        claim = heirs.counted(claim, later(hour * 3600.0))
    assert claim.left_s == pytest.approx(3600.0)


def test_a_clock_set_forward_counts_nothing_and_is_noted():
    claim = heirs.counted(CLAIM, later(wall=30 * DAY_S, on=60.0))
    assert claim.counted_s == 60.0
    assert claim.skipped_s == pytest.approx(30 * DAY_S - 60.0)
    assert not claim.ripe


def test_a_clock_set_forward_and_back_counts_what_went_by():
    ahead = heirs.counted(CLAIM, later(wall=30 * DAY_S, on=60.0))
    back = heirs.counted(ahead, later(wall=120.0, on=120.0))
    assert back.counted_s == 120.0


def test_a_clock_set_back_costs_nothing():
    assert heirs.counted(CLAIM, later(wall=-30 * DAY_S, on=60.0)).counted_s == 60.0


def test_a_night_that_the_computer_was_off_counts():
    morning = Moment(wall=NOON.wall + 10 * 3600.0, on=3600.0, boot="second")
    assert heirs.counted(CLAIM, morning).counted_s == 10 * 3600.0


def test_of_a_holiday_that_it_was_off_a_day_counts_and_the_rest_is_noted():
    home = Moment(wall=NOON.wall + 21 * DAY_S, on=60.0, boot="second")
    claim = heirs.counted(CLAIM, home)
    assert claim.counted_s == DAY_S + 60.0
    assert claim.skipped_s == pytest.approx(20 * DAY_S - 60.0)


def test_switched_off_and_set_forward_it_wins_a_day_each_time_and_no_more():
    claim, wall = CLAIM, NOON.wall
    for n in range(13):
        wall += 100 * DAY_S
        claim = heirs.counted(claim, Moment(wall=wall, on=0.0, boot=f"boot {n}"))
    assert claim.counted_s == 13 * DAY_S
    assert not claim.ripe


def test_switched_on_under_a_clock_set_back_it_counts_since_then():
    claim = heirs.counted(CLAIM, Moment(wall=0.0, on=600.0, boot="second"))
    assert claim.counted_s == 600.0


def test_a_system_that_names_no_switching_on_is_told_by_its_count():
    unnamed = replace(CLAIM, seen=replace(NOON, boot=""))
    assert heirs.counted(unnamed, later(60.0, boot="")).counted_s == 60.0
    again = Moment(wall=NOON.wall + 60.0, on=30.0, boot="")
    assert heirs.counted(unnamed, again).counted_s == 60.0


def test_a_no_stays_a_no():
    refused = heirs.denied(CLAIM, 1_000_100.0)
    assert heirs.denied(refused, 1_000_200.0).denied_at == 1_000_100.0
    assert not heirs.counted(refused, later(99 * DAY_S)).ripe


@pytest.mark.parametrize(("left", "days"), [(0.0, 0), (1.0, 1), (DAY_S, 1), (DAY_S + 1, 2)])
def test_a_day_that_has_begun_counts_whole(left, days):
    assert heirs.days(left) == days


def test_names_are_put_in_order():
    assert heirs.named(["  Ana  Li ", "Bo"], 2) == ("Ana Li", "Bo")


@pytest.mark.parametrize("names", [["Ana", ""], ["Ana", "ana"], ["Ana", "x" * 61], ["Ana", "\x07"]])
def test_names_that_tell_nobody_from_nobody_are_refused(names):
    with pytest.raises(CommandError, match="heir_name_bad"):
        heirs.named(names, 2)


def test_no_more_are_needed_than_there_are():
    with pytest.raises(CommandError, match="heirs_count_bad"):
        heirs.named(["Ana"], 2)


@pytest.mark.parametrize("seconds", [0.0, DAY_S - 1, 366 * DAY_S])
def test_a_wait_is_a_day_to_a_year(seconds):
    with pytest.raises(CommandError, match="heirs_wait_bad"):
        heirs.waiting(seconds)


def test_a_claim_waits_as_long_as_was_said_when_it_began():
    short = heirs.begun(replace(HEIRS, wait_s=DAY_S), NOON)
    assert isinstance(short, Claim)
    assert heirs.counted(short, later(DAY_S)).ripe
