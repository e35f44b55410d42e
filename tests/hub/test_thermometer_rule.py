"""The thermometer's formula, and when three contacts are enough."""

from __future__ import annotations

import pytest

from feedback.wire_signals import Cause, Weight
from hub import thermometer_rule as rule
from hub.thermometer_rule import Contact, Event, Waited

DAY = 86_400.0
NOW = 1_795_000_000.0


def happened(cause: Cause, *days_ago: float) -> list[Event]:
    return [Event(at=NOW - days * DAY, cause=cause, about=f"report {days}") for days in days_ago]


def degrees(*events: list[Event]) -> int:
    return rule.degrees(rule.moved([one for some in events for one in some], NOW))


def test_a_household_to_which_nothing_happened_stands_in_the_middle():
    assert degrees() == 50


def test_a_fix_warms_and_a_failed_update_cools():
    assert degrees(happened(Cause.FIX_DELIVERED, 1)) == 58
    assert degrees(happened(Cause.FIX_DELIVERED, 1), happened(Cause.UPDATE_FAILED, 2)) == 52


def test_each_event_that_moved_it_is_listed_and_adds_up():
    events = happened(Cause.ANSWERED, 3, 1) + happened(Cause.REOPENED, 2)
    listed = rule.moved(events, NOW)
    assert [(one.cause, one.degrees) for one in listed] == [
        (Cause.ANSWERED, 2.0),
        (Cause.REOPENED, -8.0),
        (Cause.ANSWERED, 2.0),
    ]
    assert rule.degrees(listed) == 50 + sum(one.degrees for one in listed)


def test_one_cause_goes_no_further_than_its_most_and_says_so():
    listed = rule.moved(happened(Cause.ANSWERED, *range(1, 16)), NOW)
    assert len(listed) == 15
    assert sum(one.degrees for one in listed) == 20.0
    assert listed[0].degrees == 0.0  # the newest came when there was no room


def test_what_is_long_ago_counts_no_more():
    assert degrees(happened(Cause.ANSWERED, 181)) == 50
    assert degrees(happened(Cause.FIX_DELIVERED, 181)) == 58


def test_it_stays_between_0_and_100():
    cold = [one for cause in Cause for one in happened(cause, *range(1, 60))]
    assert degrees([one for one in cold if one.cause not in ("answered", "fix_delivered")]) == 0
    heavy = [Weight(cause=Cause.ANSWERED, degrees=40.0, most=400.0, days=9)]
    assert rule.degrees(rule.moved(happened(Cause.ANSWERED, 1, 2, 3), NOW, heavy)) == 100


def test_every_cause_has_a_weight_of_its_own_sign():
    weights = {weight.cause: weight for weight in rule.formula()}
    assert set(weights) == set(Cause)
    assert all(weight.degrees * weight.most > 0 for weight in weights.values())


@pytest.mark.parametrize(("days", "times"), [(2.9, 0), (3.0, 1), (10.0, 3)])
def test_silence_counts_once_for_each_three_days(days, times):
    waited = Waited(report="r", since=NOW - days * DAY)
    assert len(rule.silences(waited, NOW)) == times
    ended = Waited(report="r", since=NOW - 30 * DAY, until=NOW - (30 - days) * DAY)
    assert len(rule.silences(ended, NOW)) == times


def contact(days_ago: float, device: str = "", cluster: str = "") -> Contact:
    return Contact(
        at=NOW - days_ago * DAY, report=f"r{days_ago}", device=device, cluster=cluster or "c1"
    )


def test_the_third_contact_about_one_cluster_is_taken_over():
    two = [contact(20), contact(10)]
    assert rule.taken_over(two) == []
    ((third, thing),) = rule.taken_over([*two, contact(1), contact(0)])
    assert (third.at, thing) == (NOW - DAY, "cluster:c1")


def test_three_about_one_device_are_enough_whatever_their_clusters():
    told = [contact(9, "lamp", "c1"), contact(8, "lamp", "c2"), contact(7, "lamp", "c3")]
    ((third, thing),) = rule.taken_over(told)
    assert (third.cluster, thing) == ("c3", "device:lamp")


def test_three_within_more_than_thirty_days_are_not():
    assert rule.taken_over([contact(40), contact(20), contact(5)]) == []
    ((third, _),) = rule.taken_over([contact(40), contact(20), contact(5), contact(1)])
    assert third.at == NOW - DAY


def test_device_and_cluster_together_are_taken_over_once():
    told = [contact(3, "lamp"), contact(2, "lamp"), contact(1, "lamp")]
    assert len(rule.taken_over(told)) == 1
