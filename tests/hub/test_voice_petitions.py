"""Petitions: the threshold, the named person, the seven days, and what staff may answer."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback.wire import HubError
from feedback.wire_voice import IdeaState, Petition, Template
from feedback.wire_voice_staff import AskAll, DeclineIdea, PlanIdea, SetLine, ShipIdea, Take
from hub import ledger, voice_petitions, voice_record, voice_terms
from hub.tables_voice import vote
from tests.hub.voicing import DAY, Town, new_id, new_salt

VOTERS = ("ben", "chen", "dora")


@pytest.fixture
def town(store):
    made = Town(store, needed=3)
    made.move_in("anna", *VOTERS)
    return made


def petition(town, **fields):
    idea = town.idea("anna", **fields)
    for who in VOTERS:
        assert town.vote(who, idea) == ""
    return idea


def seen(town, idea):
    town.work()
    return town.hear("ben")["idea"][idea]


def record(town):
    with town.store.read() as db:
        return voice_record.record(db)


def test_an_idea_with_enough_votes_becomes_a_petition_of_the_lines_manager(town):
    town.staffed(voice_terms.set_line, "Lin", "lamps", SetLine(title="Lamps", manager="Mei"))
    idea = town.idea("anna", line="lamps")
    town.vote("ben", idea)
    town.vote("chen", idea)
    assert seen(town, idea).petition is None
    town.vote("dora", idea)
    doc = seen(town, idea)
    assert (doc.petition, doc.due, doc.owner) == (town.now, town.now + 7 * DAY, "Mei")
    assert doc.needed == 3


def test_votes_that_came_together_make_a_petition_a_minute_later_at_most(town):
    """On PostgreSQL two that are counted at the same moment do not see each other."""
    idea = town.idea("anna")
    with town.store.write() as db:
        rows = [{"idea_id": idea, "member_id": who, "at": town.now, "live": True} for who in VOTERS]
        db.execute(sa.insert(vote), rows)
        voice_record.mark_stale(db, "idea", idea)
    assert seen(town, idea).petition == town.now


def test_a_petition_stays_one_when_votes_are_taken_back(town):
    idea = petition(town)
    town.vote("ben", idea, on=False)
    assert seen(town, idea).petition is not None


def test_one_vote_in_a_hundred_is_asked_for_where_that_is_more(store):
    town = Town(store, needed=2)
    town.move_in(*(f"m{n}" for n in range(301)))
    idea = town.idea("m0")
    for n in range(3):
        town.vote(f"m{n}", idea)
    assert town.hear("m1")["idea"][idea].petition is None
    town.vote("m3", idea)
    assert town.hear("m1")["idea"][idea].petition == town.now


def test_an_answer_at_the_last_second_is_in_time_and_one_later_is_a_breach(town):
    first, second = petition(town), petition(town)
    town.now += 7 * DAY
    town.work()
    town.staffed(voice_petitions.plan, "Mei", first, PlanIdea(week="2026-W50"))
    assert seen(town, first).breached is False
    town.later(1)
    town.staffed(voice_petitions.plan, "Mei", second, PlanIdea(week="2026-W50"))
    doc = seen(town, second)
    assert (doc.breached, doc.answer, doc.answered_by) == (True, Petition.ACCEPT, "Mei")
    said = record(town)
    assert (said.petitions, said.petitions_kept) == (2, 1)
    assert [(one.what, one.subject) for one in said.breaches] == [("petition", second)]
    assert said.breaches[0].due == doc.due


def test_a_hub_that_was_off_records_the_same_breach(town):
    idea = petition(town)
    due = seen(town, idea).due
    town.later(30 * DAY)
    assert seen(town, idea).breached
    assert record(town).breaches[0].due == due
    town.work()
    assert len(record(town).breaches) == 1


def test_a_breach_is_published_to_every_house(town):
    petition(town)
    town.later(8 * DAY)
    assert len(town.hear("chen")["voice_record"]["all"].breaches) == 1


def test_somebody_takes_a_petition_by_name(town):
    idea = petition(town)
    town.staffed(voice_petitions.take, "Mei", idea, Take())
    assert seen(town, idea).owner == "Mei"
    town.staffed(voice_petitions.take, "Mei", idea, Take(owner="Lin"))
    assert seen(town, idea).owner == "Lin"


def test_what_is_shipped_pays_its_proposer_once_and_votes_earn_nothing(town):
    idea = petition(town)
    for week in ("2026-W50", "2026-W50"):
        town.staffed(voice_petitions.ship, "Mei", idea, ShipIdea(week=week))
    doc = seen(town, idea)
    assert (doc.state, doc.week, doc.ended) == (IdeaState.SHIPPED, "2026-W50", town.now)
    with town.store.read() as db:
        assert ledger.points_of(db, "anna") == 50
        assert [ledger.points_of(db, who) for who in VOTERS] == [0, 0, 0]
    with pytest.raises(HubError, match="idea_closed"):
        town.staffed(voice_petitions.ship, "Mei", idea, ShipIdea(week="2026-W51"))


def test_what_is_declined_says_why_and_outside_within_three_days(town):
    early, late = town.idea("anna"), town.idea("anna")
    no = DeclineIdea(reason="We make no towels.", outside=True)
    town.staffed(voice_petitions.decline, "Mei", early, no)
    town.later(3 * DAY + 1)
    town.staffed(voice_petitions.decline, "Mei", late, no)
    assert seen(town, early).reason == "We make no towels."
    assert [seen(town, one).breached for one in (early, late)] == [False, True]
    assert (record(town).outside, record(town).outside_kept) == (2, 1)


def test_days_until_an_unwanted_behaviour_stopped_are_counted(town):
    slow = town.idea("anna", "the lamp calls home", template=Template.UNWANTED)
    town.later(2 * DAY)
    fast = town.idea("anna", "a blinking LED", template=Template.UNWANTED)
    town.later(3 * DAY)
    for one in (slow, fast):
        town.staffed(voice_petitions.ship, "Mei", one, ShipIdea(week="2026-W49"))
    doc = seen(town, slow)
    assert (doc.ended - doc.received) / DAY == 5
    assert (record(town).unwanted, record(town).unwanted_days) == (2, 4.0)


def ballot(**more):
    said = {"title": "Dim slowly?", "text": "", "options": ("yes", "no"), "binding": True}
    return AskAll(**{"id": new_id(), "open_s": 3 * DAY, **said, **more})


def test_a_petition_can_be_answered_by_a_ballot_about_it(town):
    idea, asked = petition(town), ballot(binding=False)
    town.staffed(voice_petitions.ask_all, "Mei", idea, asked)
    town.staffed(voice_petitions.ask_all, "Mei", idea, asked)
    doc = seen(town, idea)
    assert (doc.answer, doc.ballot) == (Petition.BALLOT, asked.id)
    assert town.hear("ben")["ballot"][asked.id].about == idea
    with pytest.raises(HubError, match="ballot_taken"):
        town.staffed(voice_petitions.ask_all, "Mei", idea, ballot())


def test_only_a_petition_is_answered_by_a_ballot(town):
    with pytest.raises(HubError, match="not_a_petition"):
        town.staffed(voice_petitions.ask_all, "Mei", town.idea("anna"), ballot())


@pytest.mark.parametrize(("won", "refused"), [(0, True), (1, False)])
def test_a_binding_ballot_starts_the_clock_again_and_binds(town, won, refused):
    idea, asked = petition(town), ballot()
    town.staffed(voice_petitions.ask_all, "Mei", idea, asked)
    for who in VOTERS:
        town.ask(who, "ballot.cast", ballot=asked.id, choice=won, salt=new_salt(who))
    town.later(3 * DAY)
    doc = seen(town, idea)
    assert (doc.answered, doc.due) == (None, town.now + 7 * DAY)
    no = DeclineIdea(reason="We do not want to.")
    if refused:
        with pytest.raises(HubError, match="ballot_binds"):
            town.staffed(voice_petitions.decline, "Mei", idea, no)
        town.staffed(voice_petitions.plan, "Mei", idea, PlanIdea(week="2026-W50"))
    else:
        town.staffed(voice_petitions.decline, "Mei", idea, no)
    assert seen(town, idea).answered == town.now


def test_staff_see_petitions_by_time_left_then_who_waits_longest(town):
    plain = town.idea("anna", "first and plain")
    later = town.idea("anna", "a petition later")
    soon = petition(town)
    town.later(60)
    for who in VOTERS:
        town.vote(who, later)
    with town.store.read() as db:
        assert [one.id for one in voice_petitions.listed(db)] == [soon, later, plain]
        assert voice_petitions.listed(db, "shipped") == ()


@pytest.mark.parametrize("week", ["2026-W60", "2026-49"])
def test_a_week_that_is_none_is_refused(town, week):
    with pytest.raises(HubError, match="invalid_op"):
        town.staffed(voice_petitions.plan, "Mei", town.idea("anna"), PlanIdea(week=week))
