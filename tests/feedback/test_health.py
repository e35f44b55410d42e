"""The vendor's halt rule, against its published cut-offs and against drawing from the posterior."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from feedback.health import ACCEPTED, Tally, Verdict, accepted_after, chance, interval, judge

CUT_OFFS = {5: 3, 10: 3, 20: 3, 50: 4, 100: 5, 200: 7, 500: 12, 1000: 19, 2000: 32}


def verdict(failed: int, attempted: int, accepted: Fraction = ACCEPTED, **more: object) -> Verdict:
    return judge(Tally(attempted=attempted, failed=failed, **more), accepted)


@pytest.mark.parametrize(("attempted", "failed"), CUT_OFFS.items())
def test_the_first_number_of_failures_that_halts_is_the_published_one(attempted, failed):
    assert verdict(failed, attempted) is Verdict.HALT
    assert verdict(failed - 1, attempted) is not Verdict.HALT


def test_two_failures_halt_nothing_however_few_tried():
    """Because of what is believed before, "at least 2" never decides at 1 per cent."""
    assert [verdict(2, tried) for tried in (2, 3, 5, 50)] == [Verdict.WARN] * 4


def test_one_failure_never_halts_even_where_almost_none_is_accepted():
    assert verdict(1, 1, Fraction(1, 10_000)) is Verdict.WARN
    assert verdict(2, 2, Fraction(1, 10_000)) is Verdict.HALT


def test_nothing_is_said_where_nothing_failed():
    assert verdict(0, 0) is verdict(0, 2000) is Verdict.GO_ON


def test_a_warning_comes_before_a_halt():
    said = [verdict(failed, 500) for failed in range(13)]
    assert said == sorted(said, key=[Verdict.GO_ON, Verdict.WARN, Verdict.HALT].index)
    assert Verdict.WARN in said


def test_two_dead_devices_of_one_model_pause_at_once():
    assert verdict(2, 20_000, dead=1) is Verdict.GO_ON
    assert verdict(2, 20_000, dead=2) is Verdict.PAUSE


def test_a_safety_flag_pauses_with_no_failure_at_all():
    assert verdict(0, 1, safety=True) is Verdict.PAUSE


def test_a_halt_is_not_weakened_to_a_pause():
    assert verdict(9, 9, dead=9, safety=True) is Verdict.HALT


@pytest.mark.parametrize(
    ("before", "accepted"),
    [
        (None, Fraction(1, 100)),
        (Tally(attempted=99, failed=50), Fraction(1, 100)),  # too few to be held against
        (Tally(attempted=1000, failed=2), Fraction(1, 100)),  # was better
        (Tally(attempted=1000, failed=30), Fraction(3, 100)),
        (Tally(attempted=1000, failed=400), Fraction(5, 100)),  # was bad itself
    ],
)
def test_what_is_accepted_is_what_the_release_before_did_where_that_was_worse(before, accepted):
    assert accepted_after(before) == accepted


def test_a_model_that_was_always_worse_is_held_against_itself():
    assert verdict(12, 500) is Verdict.HALT
    assert verdict(12, 500, Fraction(3, 100)) is Verdict.GO_ON


def test_the_sum_of_whole_numbers_is_the_tail_of_the_posterior():
    dice = random.Random(5)
    drawn = sum(dice.betavariate(1 + 5, 49 + 95) > 0.02 for _ in range(40_000)) / 40_000
    assert chance(5, 100, Fraction(2, 100)) == pytest.approx(drawn, abs=0.01)


def test_before_anybody_tried_it_forty_nine_good_devices_are_believed_in():
    assert chance(0, 0) == pytest.approx(0.99**49)


def test_an_interval_holds_the_share_and_narrows():
    low, high = interval(3, 100)
    assert (round(low, 4), round(high, 4)) == (0.0103, 0.0845)  # Wilson's own formula, by hand
    assert interval(30, 1000)[1] < high
    assert interval(0, 0) == (0.0, 1.0)
