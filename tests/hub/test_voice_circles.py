"""Circles: joined, left, counted; each with its ideas."""

from __future__ import annotations

import msgspec
import pytest

from feedback.wire import HubError
from feedback.wire_voice import CIRCLES_MAX, VoiceOp
from feedback.wire_voice_staff import ShipIdea
from hub import voice_circles, voice_petitions
from tests.hub.voicing import Town


@pytest.fixture
def town(store):
    made = Town(store)
    made.move_in("anna", "ben")
    return made


def join(town, who, circle, *, on=True):
    return town.ask(who, VoiceOp.JOIN, circle=circle, on=on)


def listed(town, kind=""):
    with town.store.read() as db:
        return [(one.id, one.members, one.ideas) for one in voice_circles.listed(db, kind)]


def test_a_circle_begins_with_who_joins_it_and_is_told_to_every_house(town):
    assert [join(town, who, "room:kitchen") for who in ("anna", "anna", "ben")] == [""] * 3
    town.work()
    assert town.hear("ben")["circle"]["room:kitchen"].members == 2
    assert town.hear("ben")["voice"]["ben"].circles == ("room:kitchen",)
    join(town, "ben", "room:kitchen", on=False)
    assert listed(town) == [("room:kitchen", 1, 0)]


def test_the_largest_circles_come_first_and_kinds_are_told_apart(town):
    join(town, "anna", "model:lamp")
    join(town, "anna", "room:bath")
    join(town, "ben", "room:bath")
    town.idea("anna", circles=("use:party",))
    assert listed(town) == [("room:bath", 2, 0), ("model:lamp", 1, 0), ("use:party", 0, 1)]
    assert listed(town, "room") == [("room:bath", 2, 0)]


def test_an_idea_that_has_ended_leaves_the_counts_of_its_circles(town):
    idea = town.idea("anna", circles=("model:lamp",))
    town.vote("ben", idea)
    town.work()
    assert town.hear("ben")["circle"]["model:lamp"].votes == 1
    town.staffed(voice_petitions.ship, "Mei", idea, ShipIdea(week="2026-W49"))
    town.work()
    doc = town.hear("ben")["circle"]["model:lamp"]
    assert (doc.ideas, doc.votes) == (0, 0)


def test_a_member_is_in_fifty_circles_at_most(town):
    codes = [join(town, "anna", f"use:u{n}") for n in range(CIRCLES_MAX + 1)]
    assert codes == [""] * CIRCLES_MAX + ["too_many_circles"]
    assert len(listed(town)) == CIRCLES_MAX


@pytest.mark.parametrize("name", ["kitchen", "place:x", "room:", "room:" + "x" * 25, "room:a\nb"])
def test_a_name_that_is_none_is_refused(town, name):
    said = msgspec.json.encode({"circle": name, "on": True, "made": town.now})
    assert town.push("anna", VoiceOp.JOIN, said) == "invalid_op"


def test_who_leads_a_circle_is_a_member_and_the_circle_there(town):
    join(town, "anna", "room:bath")
    with town.store.write() as db:
        voice_circles.lead(db, "room:bath", "anna")
        assert voice_circles.leaders(db) == {"anna"}
        voice_circles.lead(db, "room:bath", "")
        assert voice_circles.leaders(db) == frozenset()
        with pytest.raises(HubError, match="circle_unknown"):
            voice_circles.lead(db, "room:attic", "anna")
        with pytest.raises(HubError, match="member_unknown"):
            voice_circles.lead(db, "room:bath", "nobody")
