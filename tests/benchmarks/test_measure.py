"""Medians, ratios and the table."""

import re

import pytest

from benchmarks.measure import Figure, in_turn, table


def figure(**other: object) -> Figure:
    values = {
        "what": "start",
        "unit": "ms",
        "ours": 150.0,
        "reference": "empty window",
        "theirs": 100.0,
        "goal": 2.0,
        "more_is_better": False,
    }
    return Figure(**{**values, **other})


def test_a_ratio_is_ours_by_the_reference():
    assert figure().ratio == 1.5


@pytest.mark.parametrize(
    ("more_is_better", "goal", "met"),
    [(False, 2.0, True), (False, 1.4, False), (True, 2.0, False), (True, 1.4, True)],
)
def test_a_goal_is_met_from_its_own_side(more_is_better, goal, met):
    assert figure(more_is_better=more_is_better, goal=goal).met is met


def test_sides_run_in_turn_and_change_who_is_first():
    order = []
    sides = {"a": lambda: order.append("a") or {"x": 1}, "b": lambda: order.append("b") or {"x": 2}}
    in_turn(sides, rounds=3)
    assert order == ["a", "b", "b", "a", "a", "b"]


def test_each_quantity_has_its_own_median():
    samples = iter([{"x": 1, "y": 9}, {"x": 5, "y": 7}, {"x": 3, "y": 8}])
    assert in_turn({"a": lambda: next(samples)}, rounds=3) == {"a": {"x": 3, "y": 8}}


def test_the_table_shows_the_goal_beside_the_ratio():
    head, row = table([figure(note="stock paho")]).splitlines()
    assert head.split() == ["what", "ours", "reference", "its", "ratio", "goal"]
    assert re.split(r"\s{2,}", row)[-3:] == ["1.50", "<= 2", "met; stock paho"]
