"""Hours, spans and presets as they are typed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop import policy
from firmware.plan import PRESETS, Begins, Plan, Window
from fleet.errors import CommandError

FRIDAY = Window(days=frozenset({4}), begin=20 * 60, end=6 * 60)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("fri 20:00-06:00", FRIDAY),
        ("FRI  20:00-06:00", FRIDAY),
        ("mon-wed,sun 1:05-05:00", Window(days=frozenset({0, 1, 2, 6}), begin=65, end=300)),
        ("sat-mon 00:00-24:00", Window(days=frozenset({5, 6, 0}))),
        ("sat,sun", Window(days=frozenset({5, 6}))),
        ("01:00-05:00", Window(begin=60, end=300)),
    ],
)
def test_hours_are_read_as_people_type_them(text: str, window: Window) -> None:
    assert policy.hours(text) == window


@pytest.mark.parametrize(
    "text",
    [
        *("", "someday", "fri 25:00-26:00", "fri 20:61-21:00", "fri 20:00", "fri-xyz"),
        *("fri sat 1:00-2:00", "24:00-06:00", "20:00-24:01"),
    ],
)
def test_what_are_no_hours_is_refused_as_it_was_typed(text: str) -> None:
    with pytest.raises(CommandError) as refused:
        policy.hours(text)
    assert (refused.value.code, refused.value.facts["hours"]) == ("hours_bad", text)


@pytest.mark.parametrize("name", PRESETS)
def test_the_hours_of_every_preset_can_be_typed(name: str) -> None:
    for window in PRESETS[name].windows:
        assert policy.hours(policy.spell(window)) == window


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0), ("90min", 5400), ("24h", 86_400), ("1.5 D", 129_600)]
)
def test_spans_are_read_with_their_unit(text: str, seconds: float) -> None:
    assert policy.seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "24", "-1h", "h", "1 week"])
def test_a_span_without_a_unit_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="span_bad"):
        policy.seconds(text)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_brings_its_hours_and_leaves_zone_and_limits(name: str) -> None:
    own = Plan(zone="Asia/Shanghai", per_gateway=3, begins=Begins.ALL, windows=(FRIDAY, FRIDAY))
    chosen = policy.with_preset(own, name)
    assert policy.preset_of(chosen) == name
    assert (chosen.zone, chosen.per_gateway) == ("Asia/Shanghai", 3)


def test_other_hours_follow_no_preset() -> None:
    assert not policy.preset_of(Plan(begins=Begins.ALL, windows=(FRIDAY, FRIDAY)))


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"zone": "Mars/Olympus"}, "zone_unknown"),
        ({"windows": (Window(days=frozenset()),)}, "hours_bad"),
        ({"per_gateway": 0}, "plan_number_bad"),
        ({"battery_least": 101.0}, "plan_number_bad"),
    ],
)
def test_a_plan_that_could_never_be_followed_is_refused(chosen: dict, code: str) -> None:
    with pytest.raises(CommandError, match=code):
        policy.check(replace(Plan(), **chosen))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_followed(name: str) -> None:
    policy.check(replace(PRESETS[name], zone="Europe/Berlin"))
