"""How many homes are unhappy with a version, held against the version before."""

from __future__ import annotations

import pytest

from feedback.wire import Result
from feedback.wire_incidents import AlertKind
from hub import alerts, negative, watching
from tests.hub.problems import DAY, NOW, home, meets
from tests.hub.told import House, an_outcome


def counted(db):
    while watching.look(db, now=NOW):
        pass


def members(db, count):
    for n in range(count):
        home(db, f"member {n}")


def test_the_rate_is_homes_that_reported_by_homes_that_are_there(store):
    with store.write() as db:
        members(db, 100)
        for n in range(10):
            meets(db, f"member {n}", NOW - 60 * n)
            meets(db, f"member {n}", NOW - 60 * n)
        counted(db)
        (rate,) = negative.rates(db, now=NOW)
    assert (rate.reported, rate.active, rate.rate) == (10, 100, 0.1)


def test_who_was_not_seen_for_a_day_is_not_active(store):
    with store.write() as db:
        members(db, 10)
        home(db, "away", seen=NOW - 2 * DAY)
        meets(db, "member 1", NOW)
        counted(db)
        (rate,) = negative.rates(db, now=NOW)
    assert rate.active == 10


def test_failed_updates_are_a_share_of_their_own_because_outcomes_are_nobodys(store):
    with store.write() as db:
        members(db, 100)
        house = House(db)
        told = [an_outcome(home=n, result=Result.FAILED if n < 4 else "done") for n in range(16)]
        assert {answer.code for answer in house.tell(*told)} == {""}
        meets(db, "member 1", NOW)
        counted(db)
        (rate,) = negative.rates(db, now=NOW)
    assert (rate.reported, rate.failed, rate.told) == (1, 4, 16)
    assert rate.rate == pytest.approx(0.25)


def test_more_than_twice_the_rate_of_the_version_before_is_told_once_a_day(store):
    with store.write() as db:
        members(db, 200)
        for n in range(10):  # within ten days: one a day of the old version
            meets(db, f"member {n}", NOW - (11 - n) * DAY, version="1.1.0")
        for n in range(8):
            meets(db, f"member {100 + n}", NOW - 600 + n, version="1.2.0")
        counted(db)
        newest = next(one for one in negative.rates(db, now=NOW) if one.version == "1.2.0")
        assert (newest.previous, newest.alarm) == ("1.1.0", True)
        assert newest.rate > negative.WORSE * newest.before > 0
        found = negative.rates(db, now=NOW)
        told = [negative.alarms(db, found, now=at) for at in (NOW, NOW + 60)]
        assert told == [1, 0]
        kinds = [one.kind for one in alerts.recent(db, now=NOW + 60)]
    assert AlertKind.NEGATIVE_RATE in kinds


@pytest.mark.parametrize(
    ("homes", "rate", "before", "alarm"),
    [
        (4, 0.5, 0.01, False),  # too few to say anything
        (6, 0.021, 0.01, True),  # more than twice
        (6, 0.012, 0.01, False),
        (400, 0.014, 0.01, True),  # not twice, and still no chance
    ],
)
def test_twice_the_rate_or_no_chance_is_an_alarm(homes, rate, before, alarm):
    assert negative.is_worse(homes, rate, before, known=True) is alarm


def test_without_a_version_before_the_rule_of_trends_decides():
    assert negative.is_worse(5, 0.001, 0.0, known=False)
    assert not negative.is_worse(4, 0.9, 0.0, known=False)
