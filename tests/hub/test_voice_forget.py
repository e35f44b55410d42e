"""A member is erased: what others had in its things is theirs again, and houses hear of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback.wire_voice import BUDGET, Appealed, Remedy, VoiceOp
from feedback.wire_voice_staff import DeclineIdea
from hub import changes, personal, voice_petitions
from hub.tables_voice import appeal, appeal_pool, appeal_seat, idea, vote
from tests.hub.voicing import Town, new_id


@pytest.fixture
def town(store):
    made = Town(store)
    made.move_in("anna", "ben", *(f"m{n}" for n in range(12)))
    return made


def erase(town, who):
    town.staffed(personal.erase, who, by="Ada")
    town.work()


def test_votes_on_its_ideas_come_back_and_every_house_drops_them(town):
    idea_id = town.idea("anna", circles=("model:lamp",))
    town.vote("ben", idea_id)
    with town.store.write() as db:
        cursor = changes.since(db, "ben", "").cursor
    erase(town, "anna")
    with town.store.write() as db:
        later = changes.since(db, "ben", cursor).changes
        assert db.execute(sa.select(idea)).all() == db.execute(sa.select(vote)).all() == []
    gone = [bytes(one.doc) for one in later if (one.entity, one.id) == ("idea", idea_id)]
    assert gone == [b"null"]
    assert town.hear("ben")["voice"]["ben"].left == BUDGET
    assert town.hear("ben")["circle"]["model:lamp"].ideas == 0


def test_its_votes_on_others_ideas_no_longer_count(town):
    idea_id = town.idea("ben")
    town.vote("anna", idea_id)
    town.work()
    assert town.hear("ben")["idea"][idea_id].votes == 1
    erase(town, "anna")
    assert town.hear("ben")["idea"][idea_id].votes == 0


def test_its_cases_are_gone_with_their_pools_and_seats(town):
    idea_id = town.idea("anna")
    town.staffed(voice_petitions.decline, "Lin", idea_id, DeclineIdea(reason="No."))
    said = {"id": new_id(), "against": Appealed.DECLINED, "subject": idea_id, "text": "But!"}
    assert town.ask("anna", VoiceOp.APPEAL, **said, remedy=Remedy.REOPEN) == ""
    erase(town, "anna")
    assert town.hear("ben")["case"] == {}
    with town.store.read() as db:
        for table in (appeal, appeal_pool, appeal_seat):
            assert db.execute(sa.select(table)).all() == []


def test_an_export_has_ones_own_votes_and_nobody_elses(town):
    idea_id = town.idea("anna")
    town.vote("anna", idea_id)
    town.vote("ben", idea_id)
    with town.store.read() as db:
        found = dict(personal.rows(db, "anna"))
    assert [row["member_id"] for row in found["vote"]] == ["anna"]
    assert [row["id"] for row in found["idea"]] == [idea_id]
    assert "ben" not in repr(found)
