"""Ballots at the hub: the roll, casting, sealing once, and a file that anybody counts again."""

from __future__ import annotations

import msgspec
import pytest
import sqlalchemy as sa

from feedback import ballots
from feedback.ballots import Fault, Receipt
from feedback.wire import HubError
from feedback.wire_voice import VoiceOp
from feedback.wire_voice_staff import AskAll
from hub import changes, voice_ballots
from hub.tables_voice import ballot_cast, ballot_line, ballot_roll
from tests.hub.voicing import DAY, Town, new_id, new_salt

MEMBERS = ("anna", "ben", "chen", "dora", "emil")


@pytest.fixture
def town(store):
    made = Town(store)
    made.move_in(*MEMBERS)
    made.move_in("lab", lab=True)
    made.move_in("gone", left=made.now)
    return made


def put(town, **more):
    said = {"title": "Which colour?", "text": "", "options": ("blue", "green", "none")}
    asked = AskAll(**{"id": new_id(), "binding": False, "open_s": 3 * DAY, **said, **more})
    town.staffed(voice_ballots.put, asked, by="Lin")
    return asked.id


def cast(town, who, ballot, choice, **more):
    salt = new_salt()
    code = town.ask(who, VoiceOp.CAST, ballot=ballot, choice=choice, salt=salt, **more)
    return code, Receipt(ballot=ballot, member_id=who, choice=choice, salt=salt)


def seen(town, ballot, who="ben"):
    return town.hear(who)["ballot"][ballot]


def file_of(town, ballot):
    with town.store.read() as db:
        return list(voice_ballots.published(db, ballot))


def test_a_ballot_tells_every_house_its_roll_before_anybody_votes(town):
    doc = seen(town, put(town))
    tags = sorted(ballots.tag(doc.id, who) for who in MEMBERS)
    assert (doc.eligible, doc.roll) == (5, ballots.roll_digest(tags))
    assert (doc.totals, doc.sealed, doc.binding) == ((), "", False)


def test_who_joins_after_the_opening_is_not_on_the_roll(town):
    ballot = put(town)
    town.move_in("late")
    assert cast(town, "late", ballot, 0)[0] == "not_on_roll"
    assert cast(town, "lab", ballot, 0)[0] == "not_on_roll"
    assert cast(town, "gone", ballot, 0)[0] == "not_on_roll"


def test_changing_ones_mind_before_the_close_keeps_one_vote(town):
    ballot = put(town)
    for choice, machine in ((0, 1), (1, 2), (2, 1)):
        assert cast(town, "anna", ballot, choice, machine=machine)[0] == ""
    town.later(3 * DAY)
    assert (seen(town, ballot).cast, seen(town, ballot).totals) == (1, (0, 0, 1))


def test_the_other_machine_of_a_member_gets_the_receipt(town):
    ballot = put(town)
    _, receipt = cast(town, "anna", ballot, 1)
    told = town.hear("anna")["receipt"][ballot]
    assert (told.choice, told.salt) == (1, receipt.salt)
    assert town.hear("anna")["voice"]["anna"].cast == (told,)
    assert (town.hear("ben")["voice"], town.hear("ben")["receipt"]) == ({}, {})


def test_a_receipt_is_not_taken_back_when_the_ballot_is_sealed(town):
    """The hub has forgotten it then; the house keeps what it heard."""
    ballot = put(town)
    cast(town, "anna", ballot, 1)
    with town.store.write() as db:
        cursor = changes.since(db, "anna", "").cursor
    town.later(3 * DAY)
    with town.store.write() as db:
        later = changes.since(db, "anna", cursor).changes
    assert {change.entity for change in later} == {"ballot"}


def test_nobody_sees_numbers_before_the_close(town):
    ballot = put(town)
    cast(town, "anna", ballot, 1)
    town.later(3 * DAY - 1)
    assert (seen(town, ballot).cast, seen(town, ballot).totals) == (0, ())
    with pytest.raises(HubError, match="ballot_open"):
        file_of(town, ballot)


def test_a_vote_that_comes_at_the_close_is_too_late(town):
    ballot = put(town)
    town.now += 3 * DAY
    assert cast(town, "anna", ballot, 0)[0] == "ballot_closed"  # before any job has run
    town.work()
    assert cast(town, "anna", ballot, 0)[0] == "ballot_closed"


def test_everybody_counts_the_public_file_again_and_finds_the_own_ballot(town):
    ballot = put(town)
    receipts = {who: cast(town, who, ballot, n % 2)[1] for n, who in enumerate(MEMBERS[:4])}
    town.later(3 * DAY)
    doc = seen(town, ballot)
    assert (doc.totals, doc.cast, doc.closed, doc.winners) == ((2, 2, 0), 4, town.now, ())
    head, *body = file_of(town, ballot)
    assert ballots.head(head) == doc
    for who in MEMBERS:
        mine = receipts.get(who)
        said = ballots.count(body, 3, ballots.asked(ballot, who, mine))
        assert ballots.faults(doc, said, member_id=who, receipt=mine) == []


def test_a_sealed_ballot_has_nothing_that_joins_people_to_votes(town):
    ballot = put(town)
    _, receipt = cast(town, "anna", ballot, 1)
    town.later(3 * DAY)
    with town.store.read() as db:
        assert db.execute(sa.select(ballot_cast)).all() == []
        rows = db.execute(sa.select(ballot_line)).mappings().all()
        assert [dict(row) for row in rows] == [
            {"ballot_id": ballot, "token": receipt.token, "choice": 1}
        ]
        for table in (ballot_cast, ballot_line, ballot_roll):
            with pytest.raises(sa.exc.DatabaseError, match="rowid"):
                db.execute(sa.text(f"SELECT rowid FROM {table.name}"))


def test_sealing_happens_once_however_often_the_hub_starts(town):
    ballot = put(town)
    cast(town, "anna", ballot, 1)
    town.later(30 * DAY)  # it was off in between
    before = seen(town, ballot)
    assert before.closed == before.closes
    town.later(DAY)
    assert seen(town, ballot) == before


def test_a_hub_that_changes_its_rows_after_sealing_is_found_by_a_recount(town):
    ballot = put(town)
    cast(town, "anna", ballot, 1)
    town.later(3 * DAY)
    with town.store.write() as db:
        db.execute(sa.update(ballot_line).values(choice=0))
    _, *body = file_of(town, ballot)
    said = ballots.count(body, 3)
    assert set(ballots.faults(seen(town, ballot), said)) == {Fault.TOTALS, Fault.LIST}
    with town.store.read() as db:
        words = f"ballot {ballot} does not count as it did: "
        assert voice_ballots.faults(db) == [f"{words}totals", f"{words}list"]


def test_a_doctor_finds_nothing_in_ballots_that_count_as_they_did(town):
    ballot = put(town)
    cast(town, "anna", ballot, 1)
    town.later(3 * DAY)
    put(town)  # one that is open is not looked at
    with town.store.read() as db:
        assert voice_ballots.faults(db) == []


def test_a_ballot_that_lost_its_list_is_a_fault(town):
    ballot = put(town)
    town.later(3 * DAY)
    with town.store.write() as db:
        db.execute(sa.delete(ballot_roll).where(ballot_roll.c.ballot_id == ballot))
        assert {words.rpartition(" ")[2] for words in voice_ballots.faults(db)} == {"list", "roll"}


def test_a_roll_that_was_changed_while_it_was_open_is_never_sealed(town):
    ballot = put(town)
    with town.store.write() as db:
        extra = {"ballot_id": ballot, "tag": ballots.tag(ballot, "ghost"), "voted": False}
        db.execute(sa.insert(ballot_roll).values(**extra))
    town.now += 3 * DAY
    with pytest.raises(HubError, match="ballot_damaged"):
        town.work()
    assert seen(town, ballot).closed is None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"open_s": 3 * DAY - 1}, "ballot_too_short"),
        ({"open_s": 91 * DAY}, "ballot_too_short"),
        ({"options": ("one",)}, "ballot_options"),
        ({"options": tuple("abcdefgh")}, "ballot_options"),
        ({"options": ("a", "a")}, "ballot_options"),
    ],
)
def test_a_ballot_that_would_not_be_fair_is_refused(town, more, code):
    with pytest.raises(HubError, match=code):
        put(town, **more)


def test_a_ballot_put_twice_is_one_and_another_under_its_id_is_refused(town):
    ballot = new_id()
    put(town, id=ballot)
    put(town, id=ballot)
    with pytest.raises(HubError, match="id_taken"):
        put(town, id=ballot, title="Another?")
    assert len(town.hear("ben")["ballot"]) == 1


@pytest.mark.parametrize("wrong", [{"choice": 3}, {"choice": -1}, {"salt": "short"}])
def test_a_ballot_that_is_none_is_refused(town, wrong):
    said = {"ballot": put(town), "choice": 0, "salt": new_salt(), "made": town.now, **wrong}
    assert town.push("anna", VoiceOp.CAST, msgspec.json.encode(said)) == "invalid_op"
    unknown = {**said, "ballot": new_id(), "choice": 0, "salt": new_salt()}
    assert town.push("anna", VoiceOp.CAST, msgspec.json.encode(unknown)) == "ballot_unknown"
