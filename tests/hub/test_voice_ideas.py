"""Ideas and votes: a budget that holds whatever comes in whatever order, and petitions."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.wire import Kind
from feedback.wire_voice import BUDGET, IDEAS_MAX, IdeaState, VoiceOp
from feedback.wire_voice_staff import ShipIdea
from hub import voice_ideas, voice_petitions
from hub.store import Store
from hub.tables import cluster
from hub.tables_voice import vote
from tests.hub.voicing import Town, new_id


@pytest.fixture
def town(store):
    made = Town(store)
    made.move_in("anna", "ben")
    return made


def test_an_idea_reaches_every_house_with_its_votes(town):
    idea = town.idea("anna", "dim slowly", text="In ten minutes.", circles=("model:lamp",))
    assert town.vote("ben", idea) == ""
    town.work()
    heard = town.hear("ben")
    assert (heard["idea"][idea].title, heard["idea"][idea].votes) == ("dim slowly", 1)
    assert heard["idea"][idea].circles == ("model:lamp",)
    assert heard["circle"]["model:lamp"].votes == 1
    assert heard["voice"]["ben"].votes == (idea,)
    assert town.hear("anna")["voice"]["anna"].mine == (idea,)
    assert "ben" not in town.hear("anna")["voice"]


def test_counts_are_told_at_most_once_a_minute_and_only_where_they_moved(town):
    idea = town.idea("anna")
    town.work()
    with town.store.read() as db:
        before = voice_ideas.documents(db, [idea], "")[idea].votes
    town.vote("ben", idea)
    assert before == 0
    rows = sa.text("SELECT max(seq) FROM change WHERE entity = 'idea'")
    with town.store.read() as db:
        told = db.execute(rows).scalar()
    town.work()
    with town.store.read() as db:
        again = db.execute(rows).scalar()
    town.work()
    with town.store.read() as db:
        assert db.execute(rows).scalar() == again > told


def test_a_member_has_ten_votes_and_gets_them_back_when_an_idea_ends(town):
    ideas = [town.idea("anna", f"idea {n}") for n in range(BUDGET + 1)]
    assert [town.vote("ben", idea) for idea in ideas] == [""] * BUDGET + ["no_votes_left"]
    assert town.hear("ben")["voice"]["ben"].left == 0
    town.staffed(voice_petitions.ship, "Lin", ideas[0], ShipIdea(week="2026-W49"))
    assert town.vote("ben", ideas[-1]) == ""
    assert town.hear("ben")["idea"][ideas[0]].votes == 1  # how many wanted it stays known


def test_a_second_machine_of_the_same_member_cannot_vote_twice(town):
    idea = town.idea("anna")
    assert [town.vote("ben", idea, machine=n) for n in (1, 2)] == ["", ""]
    town.work()
    assert town.hear("anna")["idea"][idea].votes == 1


def test_a_vote_made_offline_and_sent_twice_counts_once(town):
    idea = town.idea("anna")
    town.vote("ben", idea)
    town.boxes["ben", 1] = new_id()  # the house was set back: the same vote from a new outbox
    town.vote("ben", idea)
    assert town.hear("ben")["voice"]["ben"].left == BUDGET - 1


def test_a_vote_can_be_moved(town):
    first, second = town.idea("anna"), town.idea("anna")
    town.vote("ben", first)
    assert [town.vote("ben", first, on=False), town.vote("ben", second)] == ["", ""]
    assert town.hear("ben")["voice"]["ben"].votes == (second,)


def test_problems_take_no_votes(town):
    problem = new_id()
    with town.store.write() as db:
        blank = {
            column.name: False if isinstance(column.type, sa.Boolean) else ""
            for column in cluster.c
            if not column.nullable
        }
        values = {**blank, "id": problem, "kind": Kind.PROBLEM, "state": "open", "made": town.now}
        db.execute(sa.insert(cluster).values(**values))
    assert town.vote("ben", problem) == "problem_no_votes"
    assert town.vote("ben", new_id()) == "idea_unknown"


def test_an_idea_is_edited_by_who_proposed_it_while_nobody_else_has_voted(town):
    idea = town.idea("anna")
    words = {"idea": idea, "title": "dim slower", "text": "In twenty."}
    town.vote("anna", idea)
    assert town.ask("ben", VoiceOp.EDIT, **words) == "idea_not_yours"
    assert town.ask("anna", VoiceOp.EDIT, **words) == ""
    assert town.hear("ben")["idea"][idea].title == "dim slower"
    town.vote("ben", idea)
    assert town.ask("anna", VoiceOp.EDIT, **words) == "idea_has_votes"


def test_a_home_of_the_makers_own_has_no_say(town):
    town.move_in("lab", lab=True)
    idea = town.idea("anna")
    assert town.vote("lab", idea) == "makers_home"
    assert town.ask("lab", VoiceOp.IDEA, id=new_id(), title="ours", text="") == "makers_home"


def test_an_id_is_used_once(town):
    idea = town.idea("anna")
    assert town.ask("ben", VoiceOp.IDEA, id=idea, title="mine", text="") == "id_taken"


def test_a_member_has_twenty_open_ideas_at_most(town):
    ideas = [town.idea("anna", f"idea {n}") for n in range(IDEAS_MAX)]
    said = {"id": new_id(), "title": "one more", "text": ""}
    assert town.ask("anna", VoiceOp.IDEA, **said) == "too_many_ideas"
    town.staffed(voice_petitions.ship, "Lin", ideas[0], ShipIdea(week="2026-W49"))
    assert town.ask("anna", VoiceOp.IDEA, **said) == ""


def test_a_product_line_that_is_none_is_refused(town):
    said = {"id": new_id(), "title": "t", "text": "", "line": "cars"}
    assert town.ask("anna", VoiceOp.IDEA, **said) == "product_line_unknown"


moves = st.lists(
    st.tuples(
        st.sampled_from(["on", "off", "ship", "reopen"]),
        st.integers(0, 13),  # idea
        st.integers(1, 2),  # machine
    ),
    max_size=60,
)


@given(moves=moves)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_budget_holds_under_any_order_from_two_machines(tmp_path_factory, moves):
    store = Store(tmp_path_factory.mktemp("town"))
    store.migrate()
    town = Town(store)
    town.move_in("anna", "ben")
    ideas = [town.idea("anna", f"idea {n}") for n in range(14)]
    for move, which, machine in moves:
        idea = ideas[which]
        if move in {"on", "off"}:
            town.vote("ben", idea, on=move == "on", machine=machine)
        elif move == "ship":
            town.staffed(_end, idea)
        else:
            with store.write() as db:
                voice_petitions.reopen(db, idea)
        with store.read() as db:
            rows = db.execute(sa.select(vote.c.idea_id).where(vote.c.live)).scalars().all()
            states = dict(db.execute(sa.text("SELECT id, state FROM idea")).all())
            assert len(rows) <= BUDGET
            assert len(set(rows)) == len(rows)
            assert voice_ideas.left(db, "ben") == BUDGET - len(rows)
            assert {states[idea] for idea in rows} <= {IdeaState.OPEN}
    store.close()


def _end(db, idea, *, now):
    """Decline where it is open."""
    row = voice_ideas.row_of(db, idea)
    if row["state"] == IdeaState.OPEN:
        said = voice_petitions.DeclineIdea(reason="no")
        voice_petitions.decline(db, "Lin", idea, said, now=now)
