"""A device is well when it says what it said before, and nothing new is wrong."""

from __future__ import annotations

import pytest

from firmware.health import Baseline, Watched, baseline, trouble
from fleet.model import Availability, Device, Version

BEFORE = [(100.0 + 10 * n, "tele/a/SENSOR") for n in range(6)]
AFTER = [(1000.0 + 10 * n, "tele/a/SENSOR") for n in range(6)]


def device(**more: object) -> Device:
    said = {"dialects": ("tasmota", "homeassistant"), "version": Version("2"), **more}
    return Device(key="a", name="A", **said)


def watched(now: float, heard=AFTER, **more: object) -> Watched:
    was = baseline(device(), BEFORE, 200.0)
    return Watched(
        before=was,
        device=device(**more),
        heard=heard,
        version="2",
        since=1000.0,
        settle_s=60.0,
        now=now,
    )


def test_one_that_goes_on_as_before_is_well():
    assert trouble(watched(1200.0)) is None


def test_another_version_than_the_one_it_came_back_with_is_told_at_once():
    assert trouble(watched(1001.0, version=Version("1"))) == ("version_changed", "1")


@pytest.mark.parametrize(
    ("readings", "wrong"),
    [
        ({"error": "E7"}, True),
        ({"diag.fault": True}, True),
        ({"problem": 3}, True),
        ({"error": "none"}, False),
        ({"error": 0}, False),
        ({"temperature": 99}, False),
        ({"alarm": True}, False),
    ],
)
def test_what_calls_itself_an_error_and_did_not_before_is_told_at_once(readings, wrong):
    assert (trouble(watched(1001.0, readings=readings)) is not None) is wrong


def test_an_error_that_was_there_before_is_no_news():
    was = baseline(device(readings={"error": "E7"}), BEFORE, 200.0)
    now = Watched(
        before=was, device=device(readings={"error": "E7"}), heard=AFTER, version="2", since=1000.0,
        settle_s=60.0, now=1200.0,
    )  # fmt: skip
    assert trouble(now) is None


def test_a_dialect_that_knows_it_no_more_is_missed_when_it_has_settled():
    gone = {"dialects": ("tasmota",)}
    assert trouble(watched(1059.0, **gone)) is None
    assert trouble(watched(1060.0, **gone)) == ("entities_missing", "homeassistant")


def test_one_that_went_away_is_missed_when_it_has_settled():
    away = {"availability": Availability.OFFLINE}
    assert trouble(watched(1060.0, **away)) == ("went_away", "")


def test_a_topic_it_spoke_on_regularly_is_missed_after_three_of_its_pauses():
    assert trouble(watched(1059.0, heard=BEFORE)) is None
    assert trouble(watched(1060.0, heard=BEFORE)) == ("topic_silent", "tele/a/SENSOR")


def test_a_slow_topic_is_given_its_time():
    slow = [(1000.0 * n, "tele/a/STATE") for n in range(3)]
    was = baseline(device(), slow, 2500.0)
    now = Watched(
        before=was,
        device=device(),
        heard=slow,
        version="2",
        since=3000.0,
        settle_s=60.0,
        now=5999.0,
    )
    assert trouble(now) is None


def test_a_topic_heard_once_or_an_hour_ago_is_not_waited_for():
    assert baseline(device(), [(100.0, "once")], 200.0).pauses == ()
    assert baseline(device(), BEFORE, 10_000.0).pauses == ()


def test_a_baseline_says_what_was_there():
    was = baseline(device(readings={"error": "E7"}), BEFORE, 200.0)
    assert was == Baseline(
        at=200.0,
        dialects=frozenset({"tasmota", "homeassistant"}),
        pauses=(("tele/a/SENSOR", 10.0),),
        errors=frozenset({"error"}),
    )
