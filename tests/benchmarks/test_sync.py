"""The judge of the sync finds what is wrong, and slices of the story find nothing."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from benchmarks import sync
from benchmarks.sync_model import Found, Shown, Story
from benchmarks.sync_road import MOST, Rates, Road
from feedback import settlement
from feedback.wire import HubError

FOUND = Found(
    reports={"r": 1},
    replies={"w": 1},
    votes={"i": 1},
    paid={"r": 1},
    states={"r": "confirmed"},
    talks={"r": ("w",)},
    points=40,
)
SHOWN = Shown(states={"r": "confirmed"}, talks={"r": ("w",)}, points=40, waiting=0)


@pytest.fixture
def story() -> Story:
    made = Story()
    for what, name, value in (
        ("report", "r", None),
        ("reply", "w", None),
        ("vote", "i", False),
        ("vote", "i", True),
        ("confirm", "r", None),
    ):
        made.say(what, name, value)
    return made


def test_nothing_is_wrong_where_all_arrived_once(story):
    assert story.wrong(FOUND, SHOWN) == []


@pytest.mark.parametrize(
    ("found", "shown", "word"),
    [
        ({"reports": {}}, {}, "report r never arrived"),
        ({"reports": {"r": 2}}, {}, "report r is there 2 times"),
        ({"reports": {"r": 1, "x": 1}}, {}, "report x was never said"),
        ({"replies": {}}, {}, "reply w never arrived"),
        ({"replies": {"w": 2}}, {}, "reply w is there 2 times"),
        ({"votes": {}}, {}, "vote on i counts 0"),
        ({"votes": {"i": 2}}, {}, "vote on i counts 2"),
        ({"paid": {"r": 2}}, {}, "r was paid 2 times"),
        ({"paid": {"other": 1}}, {}, "other was paid without a word"),
        ({}, {"states": {"r": "answered"}}, "answered in the house"),
        ({}, {"talks": {"r": ()}}, "another talk"),
        ({}, {"points": 30}, "30 points in the house"),
        ({}, {"waiting": 1}, "1 still wait"),
    ],
)
def test_every_wrong_outcome_is_found(story, found, shown, word):
    wrong = story.wrong(replace(FOUND, **found), replace(SHOWN, **shown))
    assert any(word in said for said in wrong)


def test_what_was_lost_with_a_disk_may_have_arrived_or_not(story):
    story.say("report", "late")
    story.say("vote", "i", False)
    story.set_back(5)
    assert story.wrong(FOUND, SHOWN) == []
    came = replace(FOUND, reports={"r": 1, "late": 1}, votes={})
    assert story.wrong(came, SHOWN) == []


def test_the_road_breaks_as_often_as_it_should():
    rates = Rates.drawn(random.Random(7))
    assert (
        max(rates.request_lost, rates.answer_lost, rates.doubled, rates.late, rates.crash) == MOST
    )
    road = Road(random.Random(7), Rates(request_lost=1.0))
    with pytest.raises(HubError, match="hub_unreachable"):
        road("GET", "http://127.0.0.1:9", {}, b"")


@pytest.mark.bench
@pytest.mark.postgres
def test_a_slice_of_the_story_has_no_wrong_outcome():
    tally = sync.run(2, seed=7, seconds=15.0)
    assert tally.wrong == []
    assert sum(tally.runs.values()) >= 1


@pytest.mark.slow
@pytest.mark.bench
@pytest.mark.timeout(400)
def test_a_house_that_does_not_listen_to_what_the_hub_has_is_found_out(monkeypatch):
    """It neither sends again what a hub lost, nor goes on where the hub stands."""
    real = settlement.settle

    def deaf(db, link, result, *, now):
        return real(db, link, replace(result, acked=None, reset=False), now=now)

    monkeypatch.setattr(settlement, "settle", deaf)
    tally = sync.run(40, 1, seconds=120.0, databases=("sqlite",))
    assert tally.wrong != []


@pytest.mark.slow
@pytest.mark.bench
@pytest.mark.postgres
@pytest.mark.timeout(400)
def test_two_minutes_of_the_story_have_no_wrong_outcome():
    tally = sync.run(200, seed=1000, seconds=120.0)
    assert tally.wrong == []
    assert set(tally.runs) == {"sqlite", "postgres"}
