from __future__ import annotations

import datetime as dt
import time

import pytest

from desktop.models import scale
from desktop.models.scale import Shown


@pytest.fixture(params=["Europe/Berlin", "Asia/Shanghai"])
def zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("low", "high", "most", "lines"),
    [
        (17.2, 23.1, 4, (18, 20, 22)),
        (0, 1, 4, (0, 0.5, 1)),
        (-0.4, 0.9, 4, (0, 0.5)),
        (0, 2_400, 4, (0, 1_000, 2_000)),
        (231.0, 231.9, 4, (231.0, 231.5)),
        (5, 5, 4, ()),
    ],
)
def test_lines_stand_on_round_numbers(low, high, most, lines) -> None:
    assert scale.numbers(low, high, most) == lines


@pytest.mark.parametrize("most", range(1, 9))
@pytest.mark.parametrize("size", [0.001, 0.7, 13.0, 9_999.0, 1e7])
def test_there_are_never_more_lines_than_asked_for(most, size) -> None:
    assert len(scale.numbers(-size / 3, size, most)) <= most


def test_an_axis_of_one_value_has_room_around_it() -> None:
    assert scale.bounds(21.0, 21.0)[0] < 21.0 < scale.bounds(21.0, 21.0)[1]
    assert scale.bounds(0.0, 0.0) == (-1.0, 1.0)


def at(*wall: int) -> float:
    return dt.datetime(*wall).timestamp()  # noqa: DTZ001 - the reader's own clock


def test_a_day_has_full_hours_and_its_midnight(zone) -> None:
    found = scale.moments(at(2026, 11, 26, 14, 10), at(2026, 11, 27, 14, 10), 5)
    walls = [dt.datetime.fromtimestamp(one.at) for one in found]  # noqa: DTZ006 - the same
    assert [wall.hour for wall in walls] == [18, 0, 6, 12]
    assert [one.shown for one in found] == [Shown.TIME, Shown.DAY, Shown.TIME, Shown.TIME]


def test_a_week_has_midnights(zone) -> None:
    found = scale.moments(at(2026, 11, 20, 14), at(2026, 11, 27, 14), 8)
    assert len(found) == 7
    assert all(dt.datetime.fromtimestamp(one.at).hour == 0 for one in found)  # noqa: DTZ006 - the same


def test_a_year_has_months(zone) -> None:
    found = scale.moments(at(2025, 11, 27), at(2026, 11, 27), 5)
    walls = [dt.datetime.fromtimestamp(one.at) for one in found]  # noqa: DTZ006 - the same
    assert [(wall.month, wall.day) for wall in walls] == [(1, 1), (4, 1), (7, 1), (10, 1)]
    assert found[0].shown is Shown.YEAR


def test_the_clock_that_is_put_back_moves_no_line(monkeypatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    found = scale.moments(at(2026, 10, 24, 12), at(2026, 10, 26, 12), 8)
    hours = [dt.datetime.fromtimestamp(one.at).hour for one in found]  # noqa: DTZ006 - the same
    assert set(hours) <= {0, 6, 12, 18}
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("most", [1, 3, 7])
@pytest.mark.parametrize("span", [300, 3_600, 86_400, 7 * 86_400, 400 * 86_400, 1_800 * 86_400])
def test_there_are_never_more_moments_than_asked_for(most, span) -> None:
    assert len(scale.moments(1_795_000_000 - span, 1_795_000_000, most)) <= most


def test_some_seconds_have_full_seconds_also_at_night_s_end(zone) -> None:
    since = at(2026, 11, 27, 23, 59, 40)
    found = scale.moments(since, since + 40, 5)
    walls = [dt.datetime.fromtimestamp(one.at).strftime("%H:%M:%S") for one in found]  # noqa: DTZ006 - the same
    assert walls == ["23:59:40", "23:59:50", "00:00:00", "00:00:10", "00:00:20"]
    assert [one.shown for one in found][1:3] == [Shown.SECOND, Shown.DAY]
