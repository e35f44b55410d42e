"""A member is erased: what others stand on stays, of nobody, and counts are told anew."""

from __future__ import annotations

import pytest

from feedback.wire_voice import Appealed, CaseState, IdeaState, Remedy, VoiceOp
from feedback.wire_voice_staff import Execute, ShipIdea
from hub import personal, points, voice_petitions, voice_remedies
from tests.hub.voicing import DAY, Town, new_id


@pytest.fixture
def town(store):
    made = Town(store)
    made.move_in("anna", "ben", *(f"m{n}" for n in range(12)))
    return made


def erase(town, who):
    town.staffed(personal.erase, who, by="Ada")
    town.work()


def test_an_idea_that_others_want_goes_on_and_pays_nobody(town):
    idea = town.idea("anna")
    town.vote("ben", idea)
    erase(town, "anna")
    town.staffed(voice_petitions.ship, "Lin", idea, ShipIdea(week="2026-W49"))
    assert town.hear("ben")["idea"][idea].state is IdeaState.SHIPPED


def test_its_votes_no_longer_count_and_everybody_hears_that(town):
    idea = town.idea("ben", circles=("model:lamp",))
    town.vote("anna", idea)
    town.ask("anna", VoiceOp.JOIN, circle="model:lamp", on=True)
    town.work()
    assert town.hear("ben")["idea"][idea].votes == 1
    erase(town, "anna")
    heard = town.hear("ben")
    assert heard["idea"][idea].votes == 0
    assert (heard["circle"]["model:lamp"].members, heard["circle"]["model:lamp"].votes) == (0, 0)


def test_its_case_goes_on_and_its_remedy_is_nobodys(town):
    idea = town.idea("anna")
    town.vote("ben", idea)
    town.staffed(voice_petitions.ship, "Lin", idea, ShipIdea(week="2026-W49"))
    said = {"id": new_id(), "against": Appealed.POINTS, "subject": idea, "text": "More!"}
    assert town.ask("anna", VoiceOp.APPEAL, **said, remedy=Remedy.AWARD) == ""
    town.later(60)
    town.staffed(points.make_checkpoint, "2026-W48")
    town.work()
    erase(town, "anna")
    town.later(7 * DAY)
    town.staffed(voice_remedies.execute, "Lin", said["id"], Execute(words="Nobody is left."))
    heard = town.hear("ben")
    assert heard["case"][said["id"]].state is CaseState.UPHELD
    assert not heard["case_file"] or not heard["case_file"][said["id"]].mine


def test_an_export_has_ones_own_votes_and_nobody_elses(town):
    idea = town.idea("anna")
    town.vote("anna", idea)
    town.vote("ben", idea)
    with town.store.read() as db:
        found = dict(personal.rows(db, "anna"))
    assert [row["member_id"] for row in found["vote"]] == ["anna"]
    assert [row["id"] for row in found["idea"]] == [idea]
    assert "ben" not in repr(found)
