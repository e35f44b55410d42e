from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from desktop.models import triage
from feedback.wire_triage import Awards, ClusterState, Count, Event, Load
from tests.desktop import fake_hub
from tests.desktop.fake_house import NOW


@pytest.fixture(autouse=True)
def english(spoken) -> None:
    """Speak."""


def test_the_queue_says_what_runs_out_first_in_words_and_colour() -> None:
    listed = triage.entries(fake_hub.clusters(), NOW)
    assert [one.look.word for one in listed] == [
        "A named person: 5 min late",
        "First solution: 30 min left (urgent)",
        "Closed loop: stands still",
    ]
    assert [one.look.tone for one in listed] == ["bad", "bad", "muted"]
    assert "dangerous · nobody's yet · 2 homes" in listed[0].under


def test_a_cluster_that_owes_nothing_says_where_it_stands() -> None:
    done = fake_hub.cluster("c", "t", state=ClusterState.CLOSED)
    assert triage.entries([done], NOW)[0].look.word == "Closed"


def test_the_next_most_urgent_passes_over_what_waits_for_a_tester_and_begins_again() -> None:
    queue = fake_hub.clusters()
    assert triage.following(queue, "") == "c1"
    assert triage.following(queue, "c1") == "c2"
    assert triage.following(queue, "c2") == "c1"
    assert triage.following((), "c1") == ""


def test_one_cluster_is_told_whole() -> None:
    sheet = triage.sheet(fake_hub.whole("c2"), NOW, "Lin")
    assert sheet.about == "Problem · Acme LGT-01 · boot · 7 homes · 9 reports"
    assert ("How bad", "major: a function is lost") in sheet.facts
    assert sheet.mine
    assert [one.share for one in sheet.versions] == [1.0, 0.4]
    assert sheet.timeline[0].move == "m1"
    assert sheet.timeline[-1].text == "first report: robin"


def test_the_curve_has_the_empty_days_and_ends_today() -> None:
    days = triage.curve(fake_hub.whole("c2").curve, NOW)
    assert [one.count for one in days] == [1, 0, 0, 0, 0, 2, 3, 1]
    assert days[-1].word == "27 Nov"


def test_the_curve_of_a_year_shows_the_last_four_weeks() -> None:
    first = dt.date(2025, 12, 1).isoformat()
    assert len(triage.curve((Count(value=first, households=1),), NOW)) == 28
    assert triage.curve((), NOW) == ()


def test_a_fix_can_be_planned_for_the_fridays_to_come() -> None:
    weeks = triage.fridays(NOW, 2)
    assert weeks[0] == ("Week 49 · Friday 4 December", "2026-W49")


def test_awards_say_what_they_wait_for() -> None:
    assert triage.awards(Awards(awards=(), confirmed=False)) == [
        "Nobody would get points for this."
    ]


def test_work_is_shown_not_asked_for() -> None:
    said = triage.today((Load(name="Lin", answers=12, open=2), Load(name="Mo", answers=7, open=1)))
    assert said == "Answered today: Lin 12 · Mo 7"
    assert triage.today(()) == ""


def test_the_history_speaks_of_people_and_titles_not_of_numbers() -> None:
    ids = ("c2-r1", "c9", "0" * 8 + "-0000-0000-0000-" + "0" * 12)
    events = tuple(Event(at=NOW, what="joined", detail=one) for one in ids)
    whole = msgspec.structs.replace(fake_hub.whole("c2"), timeline=events)
    told = [one.text for one in triage.sheet(whole, NOW, "Lin").timeline]
    assert told == [
        "one more report",
        "one more report: Light restarts by itself",
        "one more report: mei",
    ]
