from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.models import clocks
from feedback.report import Report, ReportState
from feedback.wire import ClockName
from tests.desktop.fake_house import NOW, clock, reports

NAMED, SOLUTION = ClockName.NAMED, ClockName.SOLUTION
HALF_HOUR = 1800.0


def told(**more: object) -> clocks.Promise:
    return clocks.promise(clock(NAMED, HALF_HOUR, started=NOW - 600, **more), NOW)


def test_a_clock_that_runs_says_what_is_left_and_until_when(spoken) -> None:
    found = told()
    assert (found.word, found.note) == ("A named person", "20 min left")
    assert found.under == "by 14:30 · counts while the team is there"
    assert found.share == pytest.approx(1 / 3)


def test_a_clock_that_runs_round_the_clock_says_no_hours(spoken) -> None:
    assert told(always=True).under == "by 14:30"


@pytest.mark.parametrize(
    ("more", "said", "tone"),
    [
        ({"met": NOW - 300}, "kept after 5 min", "ok"),
        ({"met": NOW - 300, "breached": True}, "kept late, after 5 min", "warn"),
        ({"paused": NOW - 300}, "stands still: they wait for you", "warn"),
        ({"escalated": 50}, "20 min left", "warn"),
        ({"escalated": 80}, "20 min left", "bad"),
    ],
)
def test_how_a_clock_stands_is_said_in_words_and_in_colour(
    spoken, more: dict[str, object], said: str, tone: str
) -> None:
    found = told(**more)
    assert (found.note, found.tone) == (said, tone)


def test_a_promise_that_was_missed_says_by_how_much(spoken) -> None:
    found = clocks.promise(clock(NAMED, HALF_HOUR, started=NOW - 9000), NOW)
    assert (found.note, found.tone, found.share) == ("2 h late", "bad", 1.0)


def test_a_clock_that_began_anew_stands_for_the_one_before(spoken) -> None:
    first = clock(SOLUTION, 10_800, started=NOW - 90_000, met=NOW - 80_000)
    again = clock(SOLUTION, 10_800, started=NOW - 60, round=2)
    assert clocks.latest((again, first)) == (again,)


def test_an_unsent_report_says_that_no_clock_runs(spoken) -> None:
    waiting = reports()["p3"]
    found = clocks.promises(waiting, NOW)
    assert {one.note for one in found} == {"clock not started: not sent yet"}
    assert [one.under for one in found] == [
        "within 30 minutes",
        "within 3 hours",
        "within 3 days",
    ]
    assert clocks.promises(replace(waiting, state=ReportState.DRAFT), NOW) == ()


def test_a_report_of_a_hub_without_clocks_shows_none(spoken) -> None:
    assert clocks.promises(Report(id="x", title="t", text="", state=ReportState.SEEN), NOW) == ()
