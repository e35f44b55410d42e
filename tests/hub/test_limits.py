from __future__ import annotations

import pytest

from feedback.wire import HubError
from hub.limits import Limit


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
