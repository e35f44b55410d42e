from __future__ import annotations

import pytest

from feedback.known_issues import concerning, holds
from feedback.wire import DeviceFacts, Kind
from feedback.wire_triage import ClusterDoc, ClusterState, Compare, Condition, Rule, Severity
from firmware.versions import compare

LAMP = DeviceFacts(
    vendor="acme", model="LAMP-1", hardware="B", version="1.10.0", dialects=("native", "homie"),
    gateway="GATE-9", rssi=-82, battery=0,
)  # fmt: skip


def rule(*conditions: tuple[str, str, str]) -> Rule:
    return Rule(
        conditions=tuple(Condition(fact=f, compare=Compare(t), value=v) for f, t, v in conditions)
    )


def cluster(number: str = "c1", *conditions: tuple[str, str, str], **more) -> ClusterDoc:
    said = {"kind": Kind.PROBLEM, "state": ClusterState.OPEN, "vendor": "acme", "model": "LAMP-1",
            "component": "light", "words": {}, "made": 1.0}  # fmt: skip
    return ClusterDoc(id=number, rule=rule(*conditions), **{**said, **more})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("model", "eq", "lamp-1"), True),
        (("model", "eq", "LAMP"), False),
        (("model", "glob", "LAMP-*"), True),
        (("model", "regex", r"^LAMP-\d$"), True),
        (("version", "lt", "1.9.0"), False),  # as versions, not as texts
        (("version", "ge", "1.9.0"), True),
        (("version", "le", "1.10"), True),
        (("version", "gt", "words"), False),
        (("dialects", "eq", "homie"), True),
        (("gateway", "eq", "GATE-9"), True),
        (("rssi", "lt", "-80"), True),
        (("rssi", "lt", "nan"), False),
        (("rssi", "lt", "weak"), False),
        (("battery", "eq", "0"), True),  # empty is not unknown
        (("lqi", "lt", "50"), False),  # nobody knows it
        (("radio", "glob", "*"), False),
        (("model", "lt", "LAMP-2"), False),  # a name has no order
        (("no_such_fact", "eq", ""), False),
        (("model", "regex", "("), False),
        (("model", "regex", "(a+)+$"), False),
    ],
)
def test_a_condition_is_held_against_one_fact(condition, expected):
    assert holds(rule(condition), LAMP, compare) is expected


def test_all_conditions_have_to_hold():
    assert holds(rule(("model", "eq", "LAMP-1"), ("version", "ge", "1.2")), LAMP, compare)
    assert not holds(rule(("model", "eq", "LAMP-1"), ("version", "lt", "1.2")), LAMP, compare)


def test_a_rule_without_conditions_concerns_nobody_by_itself():
    assert not holds(Rule(), LAMP, compare)


def test_what_is_mended_in_the_version_that_runs_is_no_issue_any_more():
    before = cluster("c1", ("model", "eq", "LAMP-1"), fix_version="1.11.0")
    after = cluster("c2", ("model", "eq", "LAMP-1"), fix_version="1.9.0")
    assert concerning(LAMP, [before, after], compare) == (before,)


def test_the_dangerous_and_the_worst_come_first():
    here = ("model", "eq", "LAMP-1")
    minor = cluster("a", here, severity=Severity.MINOR)
    danger = cluster("b", here, safety=True)
    grave = cluster("c", here, severity=Severity.CRITICAL)
    newer = cluster("d", here, severity=Severity.MINOR, made=2.0)
    found = concerning(LAMP, [minor, danger, grave, newer], compare)
    assert [one.id for one in found] == ["b", "c", "d", "a"]


def test_a_merged_cluster_stands_for_nothing():
    gone = cluster("a", ("model", "eq", "LAMP-1"), state=ClusterState.MERGED)
    assert concerning(LAMP, [gone], compare) == ()
