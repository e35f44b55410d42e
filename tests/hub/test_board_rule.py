"""Places on a board and medals, by values alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from feedback.wire_board import MedalName
from hub import board_rule
from hub.board_rule import Deeds, Gain

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


def at(text: str, zone: ZoneInfo = BERLIN) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def test_a_week_goes_from_train_to_train():
    week, begin, end = board_rule.week_of(at("2026-11-27T17:59"), BERLIN)
    assert (week, begin, end) == ("2026-W48", at("2026-11-20T18:00"), at("2026-11-27T18:00"))
    assert board_rule.week_of(at("2026-11-27T18:00"), BERLIN)[0] == "2026-W49"


def test_the_week_is_that_of_the_hub_s_own_zone():
    moment = at("2026-11-27T18:00", SHANGHAI)
    assert board_rule.week_of(moment, SHANGHAI)[0] == "2026-W49"
    assert board_rule.week_of(moment, BERLIN)[0] == "2026-W48"


@pytest.mark.parametrize(("day", "hours"), [("2026-03-30", 167), ("2026-10-26", 169)])
def test_a_week_in_which_clocks_change_ends_at_six_on_the_wall(day, hours):
    _, begin, end = board_rule.week_of(at(f"{day}T12:00"), BERLIN)
    assert (end - begin) / 3600 == hours


def test_a_year_of_53_fridays_has_a_week_53():
    assert board_rule.week_of(at("2026-12-31T12:00"), BERLIN)[0] == "2026-W53"
    assert board_rule.week_of(at("2027-01-02T12:00"), BERLIN)[0] == "2027-W01"


def gain(who: str, when: float, points: int) -> Gain:
    return Gain(who=who, at=when, points=points)


def test_the_earlier_one_stands_before_where_both_have_the_same():
    gains = [gain("m1", 1.0, 10), gain("m2", 2.0, 30), gain("m1", 3.0, 20)]
    rows = board_rule.rows(gains, {"m1": "Ada", "m2": "Bo"})
    assert [(row.place, row.nickname, row.score, row.at) for row in rows] == [
        (1, "Bo", 30, 2.0),
        (2, "Ada", 30, 3.0),
    ]


def test_who_has_not_agreed_stands_on_no_board():
    rows = board_rule.rows([gain("m1", 1.0, 10), gain("m2", 1.0, 99)], {"m1": "Ada"})
    assert [row.nickname for row in rows] == ["Ada"]


def test_points_that_were_taken_back_do_not_count():
    gains = [gain("m1", 1.0, 30), gain("m1", 2.0, -30), gain("m2", 3.0, 5)]
    rows = board_rule.rows(gains, {"m1": "Ada", "m2": "Bo"})
    assert [row.nickname for row in rows] == ["Bo"]


def test_twenty_have_a_place():
    gains = [gain(f"m{n}", 1.0, n + 1) for n in range(50)]
    rows = board_rule.rows(gains, {f"m{n}": f"N{n}" for n in range(50)})
    assert [rows[0].score, rows[-1].score, len(rows)] == [50, 31, 20]


NONE = Deeds(vested=0, lifetime=0, confirmed=0, invalid=0, trains=0, patches=0, halts=0)


@pytest.mark.parametrize(
    ("deeds", "medal"),
    [
        (replace(NONE, vested=300, confirmed=5), MedalName.ORANGE_KNIGHT),
        (replace(NONE, trains=12, lifetime=2000), MedalName.GEEK_ELDER),
        (replace(NONE, patches=1), MedalName.ACADEMICIAN),
        (replace(NONE, halts=1), MedalName.GUARDIAN),
    ],
)
def test_each_medal_has_its_own_deed(deeds, medal):
    assert set(board_rule.medals(deeds)) == {medal}


def test_points_without_being_right_make_no_knight():
    assert board_rule.medals(NONE) == {}
    assert board_rule.medals(replace(NONE, vested=900, confirmed=5, invalid=5)) == {}
    assert board_rule.medals(replace(NONE, trains=12, lifetime=1999)) == {}
    assert board_rule.medals(replace(NONE, trains=11, lifetime=9999)) == {}
