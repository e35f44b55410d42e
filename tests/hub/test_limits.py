from __future__ import annotations

import pytest

from feedback.wire import HubError
from hub.limits import Fresh, Limit, Load


def test_too_often_is_refused_with_the_time_to_wait():
    limit = Limit(2, span_s=60)
    limit.take("anna", now=0)
    limit.take("anna", now=10)
    with pytest.raises(HubError) as caught:
        limit.take("anna", now=20)
    assert caught.value.facts["retry_after"] == "40"


def test_after_the_span_it_may_be_asked_again():
    limit = Limit(1, span_s=60)
    limit.take("anna", now=0)
    limit.take("anna", now=60)


def test_one_asker_does_not_spend_anothers_share():
    limit = Limit(1)
    limit.take("anna", now=0)
    limit.take("ben", now=0)


def test_checking_alone_costs_nothing():
    limit = Limit(1)
    limit.check("anna", now=0)
    limit.check("anna", now=0)


def test_the_silent_are_forgotten():
    limit = Limit(1)
    for asker in range(10_002):
        limit.count(str(asker), now=asker / 1000)
    limit.count("last", now=1000)
    assert len(limit._asked) < 10


def test_what_all_ask_for_is_made_once_until_it_is_old():
    made, fresh = iter("ab"), Fresh(60)
    said = [fresh.get(lambda: next(made), now=now) for now in (0, 59, 60)]
    assert said == ["a", "a", "b"]


def test_a_clock_that_was_set_back_makes_it_anew():
    made, fresh = iter("ab"), Fresh(60)
    assert [fresh.get(lambda: next(made), now=now) for now in (1000, 0)] == ["a", "b"]


def test_outcomes_are_sent_away_before_reports():
    load = Load(2, 4)
    with load.entered(), load.entered():
        with pytest.raises(HubError, match="hub_busy"), load.entered(can_wait=True):
            pass
        with load.entered():
            assert load.now == 3
    with load.entered(can_wait=True):
        assert load.now == 1
    assert load.now == 0


def test_when_there_is_far_too_much_everything_is_sent_away():
    load = Load(1, 1)
    with load.entered(), pytest.raises(HubError, match="hub_busy"), load.entered():
        pass
