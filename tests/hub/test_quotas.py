from __future__ import annotations

import uuid

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.wire import HubError, Op, OpKind
from hub import quotas
from hub.config import Limits
from hub.quotas import Used

NOW = 1_795_000_000.0
LIMITS = Limits()
DAY = 86_400.0


def report(*, danger: bool = False) -> Op:
    body = msgspec.json.encode({"title": "smoke", "safety": "smoke" if danger else ""})
    return _op(OpKind.REPORT, body)


def other(kind: str = OpKind.REPLY) -> Op:
    return _op(kind, b"{}")


def _op(kind: str, body: bytes) -> Op:
    return Op(seq=1, op_id=str(uuid.uuid4()), kind=kind, made=NOW, body=msgspec.Raw(body))


def test_what_is_within_the_limits_is_taken_whole():
    assert quotas.room([report(), other(), report()], Used(), LIMITS, now=NOW) == (3, 0.0)


def test_the_sixth_report_of_a_minute_waits_for_the_first_to_be_a_minute_old():
    ops = [report() for _ in range(7)]
    assert quotas.room(ops, Used(), LIMITS, now=NOW) == (5, 60.0)
    lately = Used(reports=(NOW - 50, NOW - 40, NOW - 30, NOW - 20, NOW - 10))
    assert quotas.room([report()], lately, LIMITS, now=NOW) == (0, 10.0)


def test_the_thirty_first_report_of_a_day_waits_until_the_first_is_a_day_old():
    had = Used(reports=tuple(NOW - DAY + 600 + n for n in range(30)))
    assert quotas.room([report()], had, LIMITS, now=NOW) == (0, 600.0)
    assert quotas.room([other()], had, LIMITS, now=NOW) == (1, 0.0)


def test_five_thousand_operations_are_a_day():
    had = Used(ops=4_999, first_op=NOW - DAY + 3_600)
    assert quotas.room([other(), other()], had, LIMITS, now=NOW) == (1, 3_600.0)


def test_who_sent_spam_more_than_five_times_sends_two_a_day():
    had = Used(reports=(NOW - 5_000, NOW - 4_000), spam=6)
    assert quotas.room([report()], had, LIMITS, now=NOW) == (0, DAY - 5_000)
    assert quotas.room([report()], Used(reports=had.reports, spam=5), LIMITS, now=NOW)[0] == 1


def test_a_report_of_danger_is_never_held_up_nor_is_what_stands_before_it():
    had = Used(reports=tuple(NOW - 50 + n for n in range(30)), ops=6_000, spam=9)
    ops = [report(), other(), report(danger=True), report()]
    assert quotas.room(ops, had, LIMITS, now=NOW)[0] == 3


def test_a_report_of_a_dead_device_is_not_held_up_either():
    dead = _op(OpKind.REPORT, b'{"effect":"device_dead"}')
    assert quotas.room([dead], Used(ops=6_000), LIMITS, now=NOW)[0] == 1


def test_a_body_that_is_no_report_is_no_report_of_danger():
    broken = _op(OpKind.REPORT, b"[1]")
    assert quotas.room([broken], Used(ops=5_000), LIMITS, now=NOW)[0] == 0


@given(
    st.lists(st.booleans(), max_size=40),
    st.lists(st.floats(NOW - DAY, NOW), max_size=60),
    st.integers(0, 6_000),
)
def test_whoever_must_wait_is_told_for_how_long(kinds, reports, ops):
    had = Used(reports=tuple(sorted(reports)), ops=ops, first_op=NOW - 100 if ops else None)
    asked = [report() if each else other() for each in kinds]
    taken, wait = quotas.room(asked, had, LIMITS, now=NOW)
    assert (taken == len(asked)) is (wait == 0.0)
    assert 0 <= wait <= DAY


def test_all_processes_count_one_minute_together(store):
    for _ in range(3):
        with store.write() as db:
            quotas.count_for_all(db, "enrol", 3, now=NOW)
    with pytest.raises(HubError, match="rate_limited"), store.write() as db:
        quotas.count_for_all(db, "enrol", 3, now=NOW + 1)
    with store.write() as db:
        quotas.count_for_all(db, "enrol", 3, now=NOW + 60)
