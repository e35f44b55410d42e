"""The numbers and deadlines of what members decide."""

from __future__ import annotations

import datetime as dt

import pytest

from feedback import voice
from feedback.wire_voice import CaseState


def at(*day: int) -> float:
    return dt.datetime(*day, tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    ("members", "votes"), [(0, 100), (9_999, 100), (10_001, 101), (1_000_000, 10_000)]
)
def test_a_petition_needs_a_hundred_or_one_in_a_hundred_whichever_is_more(members, votes):
    assert voice.needed(members) == votes


def test_a_small_hub_may_ask_for_fewer():
    assert voice.needed(30, least=3) == 3


def verdict(uphold, reject, *, now=0.0, points=False, seats=12):
    return voice.verdict(
        uphold=uphold, reject=reject, seats=seats, due=100.0, now=now, points=points
    )


@pytest.mark.parametrize(
    ("votes", "now", "points", "state"),
    [
        ((6, 5), 0, False, None),  # one is missing and there is time
        ((7, 5), 0, False, CaseState.UPHELD),
        ((6, 6), 0, False, CaseState.REJECTED),  # no majority: the decision stands
        ((5, 3), 100, False, CaseState.UPHELD),
        ((4, 4), 100, False, CaseState.REJECTED),
        ((7, 0), 99.9, False, None),
        ((7, 0), 100, False, CaseState.LAPSED),
        ((0, 7), 100, True, CaseState.UPHELD),  # about points the breach is for the member
        ((3, 5), 100, True, CaseState.REJECTED),  # but not where enough voted
    ],
)
def test_how_a_case_ends(votes, now, points, state):
    assert verdict(*votes, now=now, points=points) == state


def test_a_panel_too_small_for_a_quorum_waits_for_its_time():
    assert verdict(3, 0, seats=3) is None
    assert verdict(3, 0, seats=3, now=100) is CaseState.LAPSED


def test_terms_are_half_years():
    assert voice.term_of(at(2026, 6, 30)) == "2026-H1"
    assert voice.next_term(at(2026, 6, 30)) == ("2026-H2", at(2026, 7, 1))
    assert voice.next_term(at(2026, 11, 27)) == ("2027-H1", at(2027, 1, 1))


def test_quarters():
    assert [voice.quarter_of(at(2026, month, 1)) for month in (1, 3, 4, 12)] == [
        "2026-Q1",
        "2026-Q1",
        "2026-Q2",
        "2026-Q4",
    ]
