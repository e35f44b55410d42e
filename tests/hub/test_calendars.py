from __future__ import annotations

import datetime as dt
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from feedback.wire import HubError
from feedback.wire_triage import Team
from hub.calendars import calendar_of, spans_of, staffed

NIGHT = "00:00-24:00"


def a_team(zone: str = "Europe/Berlin", *hours: str, **more: object) -> Team:
    week = (tuple(hours or ("09:00-21:00",)),) * 7
    return Team(
        **{"name": "t", "zone": zone, "people": ("Lin",), "lead": "Lin", "hours": week, **more}
    )


def local(zone: str, *moment: int, fold: int = 0) -> int:
    return int(dt.datetime(*moment, tzinfo=ZoneInfo(zone), fold=fold).timestamp())


def hours_of(team: Team, *date: int) -> float:
    return sum(one.end - one.start for one in spans_of(calendar_of(team), dt.date(*date))) / 3600


def test_a_team_is_there_from_nine_to_nine_where_nothing_else_is_said():
    team = Team(name="t", zone="Asia/Shanghai", people=("Lin",), lead="Lin")
    (span,) = spans_of(calendar_of(team), dt.date(2026, 11, 27))
    assert span.start == local("Asia/Shanghai", 2026, 11, 27, 9)
    assert span.end == local("Asia/Shanghai", 2026, 11, 27, 21)


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [
        ("Europe/Berlin", (2027, 3, 28), 23),
        ("Europe/Berlin", (2026, 10, 25), 25),
        ("Australia/Lord_Howe", (2026, 10, 4), 23.5),  # half an hour
        ("America/Sao_Paulo", (2018, 11, 4), 23),  # there was no midnight
        ("Pacific/Apia", (2011, 12, 30), 0),  # the date was left out
        ("Asia/Kolkata", (2026, 10, 25), 24),
    ],
)
def test_a_whole_date_is_as_long_as_the_clocks_make_it(zone, date, hours):
    assert hours_of(a_team(zone, NIGHT), *date) == hours


def test_the_hour_that_does_not_exist_is_not_staffed():
    assert hours_of(a_team("Europe/Berlin", "02:00-03:00"), 2027, 3, 28) == 0
    assert hours_of(a_team("Europe/Berlin", "01:30-03:30"), 2027, 3, 28) == 1


def test_the_hour_that_comes_twice_is_staffed_twice():
    spans = spans_of(calendar_of(a_team("Europe/Berlin", "02:00-02:30")), dt.date(2026, 10, 25))
    starts = [local("Europe/Berlin", 2026, 10, 25, 2, fold=fold) for fold in (0, 1)]
    assert [(one.start, one.end) for one in spans] == [(at, at + 1800) for at in starts]


def test_days_off_and_unstaffed_weekdays_have_no_hours():
    week = (("09:00-12:00", "13:00-18:00"),) * 5 + ((), ())
    team = a_team(hours=week, days_off=("2026-11-30",))
    found = [hours_of(team, 2026, 11, day) for day in (27, 28, 29, 30)]
    assert found == [8, 0, 0, 0]


def test_spans_come_in_order_from_the_one_that_has_not_ended():
    team = a_team("UTC", "09:00-12:00", "13:00-18:00")
    start = local("UTC", 2026, 11, 27, 10)
    found = list(islice(staffed(calendar_of(team), start), 3))
    assert [one.start for one in found] == [
        local("UTC", 2026, 11, 27, 9),
        local("UTC", 2026, 11, 27, 13),
        local("UTC", 2026, 11, 28, 9),
    ]
    assert {one.day for one in found} == {8 * 3600}


@pytest.mark.parametrize(
    "more",
    [
        {"zone": "Europe/Nowhere"},
        {"zone": "../etc/passwd"},
        {"zone": ""},
        {"days_off": ("2026-02-30",)},
        {"hours": ((),) * 7},
        {"hours": (("12:00-09:00",),) * 7},
        {"hours": (("09:00-12:00", "11:00-13:00"),) * 7},
    ],
)
def test_a_calendar_that_cannot_be_is_refused(more):
    with pytest.raises(HubError, match="calendar_bad"):
        calendar_of(a_team(**more))
