"""Committees: half-yearly elections by ballot, frozen lists, one hold a train, a list of ten."""

from __future__ import annotations

import datetime as dt

import pytest

from feedback.wire import HubError
from feedback.wire_voice import MotionKind, VoiceOp
from feedback.wire_voice_staff import AnswerHold, Freeze, SetLine
from hub import voice_record, voice_terms
from tests.hub.voicing import DAY, Town, new_id, new_salt

MEMBERS = ("anna", "ben", "chen", "dora", "emil", "fay", "gus")


def at(*day: int) -> float:
    return dt.datetime(*day, tzinfo=dt.UTC).timestamp()


BEGINS = at(2027, 1, 1)  # of the first half of 2027; the tests begin in November


@pytest.fixture
def town(store):
    made = Town(store)
    made.move_in(*MEMBERS)
    made.staffed(voice_terms.set_line, "Lin", "lamps", SetLine(title="Lamps", manager="Mei"))
    return made


def stand(town, *who):
    for name in who:
        town.later(1)
        words = f"I am {name}."
        assert town.ask(name, VoiceOp.STAND, line="lamps", on=True, words=words) == ""


def until(town, moment):
    town.now = moment
    town.work()


def seated(town, *who):
    """Seat these members for the first half of 2027, which has begun."""
    stand(town, *who)
    until(town, BEGINS - 14 * DAY)
    until(town, BEGINS)


def committee(town, who="gus"):
    return town.hear(who)["committee"]["lamps"]


def names(town):
    return [one.name for one in committee(town).seats]


def test_who_stands_is_seen_and_may_think_again(town):
    stand(town, "anna", "ben")
    assert [one.name for one in committee(town).candidates] == ["Anna", "Ben"]
    assert town.hear("anna")["voice"]["anna"].stands == ("lamps",)
    assert town.ask("anna", VoiceOp.STAND, line="lamps", on=False, words="") == ""
    assert [one.name for one in committee(town).candidates] == ["Ben"]


def test_five_are_elected_by_ballot_and_sit_from_the_first_of_the_half_year(town):
    stand(town, *MEMBERS)
    until(town, BEGINS - 14 * DAY)
    ballot = town.hear("anna")["ballot"][committee(town).election]
    assert [one.partition(" ")[2] for one in ballot.options] == [one.title() for one in MEMBERS]
    assert (ballot.closes, ballot.binding) == (BEGINS - 7 * DAY, True)
    for voter, choice in zip(MEMBERS, (6, 6, 6, 5, 5, 4, 3), strict=True):
        said = {"ballot": ballot.id, "choice": choice, "salt": new_salt()}
        assert town.ask(voter, VoiceOp.CAST, **said) == ""
    until(town, BEGINS - DAY)
    assert names(town) == []
    until(town, BEGINS)
    assert names(town)[:2] == ["Gus", "Fay"]
    assert [one.votes for one in committee(town).seats] == [3, 2, 1, 1]  # nobody without a vote
    assert town.hear("gus")["voice"]["gus"].seats == ("lamps",)
    until(town, at(2027, 7, 1))
    assert names(town) == []


def test_five_who_stand_alone_need_no_ballot(town):
    seated(town, *MEMBERS[:5])
    assert names(town) == [one.title() for one in MEMBERS[:5]]
    assert committee(town).election == ""


def test_an_election_is_opened_once_and_nobody_joins_it_late(town):
    stand(town, *MEMBERS)
    until(town, BEGINS - 14 * DAY)
    until(town, BEGINS - 13 * DAY)
    assert len(town.hear("anna")["ballot"]) == 1
    said = {"line": "lamps", "on": True, "words": ""}
    assert town.ask("anna", VoiceOp.STAND, **said) == "election_begun"


def test_a_hub_that_was_off_still_gives_three_days_to_vote(town):
    stand(town, *MEMBERS)
    until(town, BEGINS - 2 * DAY)
    ballot = town.hear("anna")["ballot"][committee(town).election]
    assert ballot.closes - ballot.opened == 3 * DAY


def test_seats_see_the_frozen_list_of_a_week_and_nobody_else_does(town):
    seated(town, "anna", "ben", "chen")
    items = Freeze(items=("Dim slowly", "Fewer reconnects"))
    for _ in range(2):
        town.staffed(voice_terms.freeze, "Rel", "lamps", "2027-W02", items)
    (week,) = town.hear("anna")["candidates"]["lamps"].weeks
    assert (week.week, week.items, week.frozen) == ("2027-W02", items.items, town.now)
    assert "lamps" not in town.hear("gus")["candidates"]
    with pytest.raises(HubError, match="list_frozen"):
        town.staffed(voice_terms.freeze, "Rel", "lamps", "2027-W02", Freeze(items=("Another",)))


def move(town, who, kind, **more):
    motion = new_id()
    said = {"id": motion, "line": "lamps", "kind": kind, "title": "Wait", "text": "It hums."}
    return town.ask(who, VoiceOp.MOVE, **{**said, **more}) or motion


def support(town, motion, *who):
    assert {town.ask(name, VoiceOp.SUPPORT, motion=motion) for name in who} == {""}


def test_three_seats_hold_a_train_once_and_force_a_written_answer(town):
    seated(town, *MEMBERS[:5])
    motion = move(town, "anna", MotionKind.HOLD, week="2027-W02")
    support(town, motion, "ben", "ben")  # twice is once
    assert committee(town).holds == ()
    (shown,) = town.hear("chen")["candidates"]["lamps"].motions
    assert (shown.supported, shown.needed, shown.mine) == (2, 3, False)
    support(town, motion, "chen")
    assert committee(town).holds[0].title == "Wait"
    assert move(town, "dora", MotionKind.HOLD, week="2027-W02") == "hold_taken"
    answer = AnswerHold(text="It hums at 50 Hz in one model; that model waits.")
    town.staffed(voice_terms.answer_hold, "Mei", "lamps", "2027-W02", answer)
    (hold,) = committee(town).holds
    assert (hold.answer, hold.answered_by) == (answer.text, "Mei")


def test_a_hold_without_an_answer_is_a_breach_after_three_days(town):
    seated(town, "anna", "ben", "chen")
    support(town, move(town, "anna", MotionKind.HOLD, week="2027-W02"), "ben", "chen")
    town.later(3 * DAY)
    with town.store.read() as db:
        assert voice_record.record(db).breaches == ()
    town.later(1)
    with town.store.read() as db:
        assert [one.subject for one in voice_record.record(db).breaches] == ["lamps/2027-W02"]


def test_a_committee_asks_all_members(town):
    seated(town, "anna", "ben", "chen")
    motion = move(town, "anna", MotionKind.BALLOT, title="Drop it?", options=("yes", "no"))
    support(town, motion, "ben", "chen")
    doc = town.hear("gus")["ballot"][motion]
    assert (doc.by, doc.binding, doc.closes) == ("committee lamps", False, town.now + 7 * DAY)
    assert move(town, "anna", MotionKind.BALLOT, options=("yes",)) == "ballot_options"


def test_a_quarters_list_of_ten_is_published(town):
    seated(town, "anna", "ben", "chen")
    wanted = tuple(town.idea("gus", f"idea {n}") for n in range(3))
    support(town, move(town, "anna", MotionKind.TOP, ideas=wanted), "ben", "chen")
    assert [(one.quarter, one.ideas) for one in committee(town).top] == [("2027-Q1", wanted)]
    better = move(town, "anna", MotionKind.TOP, ideas=wanted[::-1])
    support(town, better, "ben", "chen")
    assert [one.ideas for one in committee(town).top] == [wanted[::-1]]
    assert move(town, "anna", MotionKind.TOP, ideas=(new_id(),)) == "idea_unknown"


def test_who_has_no_seat_moves_nothing(town):
    seated(town, "anna", "ben", "chen")
    motion = move(town, "anna", MotionKind.HOLD, week="2027-W02")
    assert move(town, "gus", MotionKind.HOLD, week="2027-W03") == "no_committee_seat"
    assert town.ask("gus", VoiceOp.SUPPORT, motion=motion) == "no_committee_seat"
    assert town.ask("anna", VoiceOp.SUPPORT, motion=new_id()) == "motion_unknown"
    assert move(town, "anna", MotionKind.HOLD, week=None) == "invalid_op"


def test_a_line_is_named_in_small_letters(town):
    with pytest.raises(HubError, match="invalid_op"):
        town.staffed(voice_terms.set_line, "Lin", "Big Lamps", SetLine(title="Lamps"))
    said = AnswerHold(text="?")
    with pytest.raises(HubError, match="hold_unknown"):
        town.staffed(voice_terms.answer_hold, "Mei", "lamps", "2027-W09", said)
