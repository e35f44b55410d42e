"""What the command line says of what members decide."""

from __future__ import annotations

import pytest
from rich.console import Console

from desktop import show_voice
from desktop.recount import LotFault, Recount, Redraw
from feedback.acts import Act
from feedback.ballots import Fault, Receipt
from feedback.wire_voice import (
    Appealed,
    BallotDoc,
    BallotKind,
    CaseDoc,
    CaseFile,
    CaseState,
    CharterDoc,
    IdeaDoc,
    IdeaState,
    Petition,
    ReceiptDoc,
    Remedy,
    VoiceBreach,
    VoiceRecord,
)

DAY = 86_400.0
NOW = 1_795_000_000.0


def printed(shown) -> str:
    console = Console(width=120, highlight=False)
    with console.capture() as capture:
        console.print(shown)
    return capture.get()


def idea(**more) -> IdeaDoc:
    said = {"id": "3f2a91c0-x", "title": "Dim", "text": "", "received": NOW, "votes": 120}
    return IdeaDoc(**{"state": IdeaState.OPEN, **said, **more})


def a_ballot(**more) -> BallotDoc:
    said = {
        "id": "0190f3c4-x",
        "kind": BallotKind.QUESTION,
        "title": "Which?",
        "text": "",
        "options": ("blue", "green"),
        "binding": True,
        "opened": NOW,
        "closes": NOW + 3 * DAY,
        "by": "Lin",
        "eligible": 9,
        "roll": "r",
    }
    return BallotDoc(**{**said, **more})


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"due": NOW + 2 * DAY}, "2.0 days left"),
        ({"due": NOW - 1}, "late since"),
        ({"due": NOW, "answered": NOW, "answer": Petition.ACCEPT, "answered_by": "Mei"}, "by Mei"),
        (
            {"due": NOW, "answered": NOW + 1, "answer": Petition.DECLINE, "breached": True},
            "(late)",
        ),
    ],
)
def test_a_petition_shows_the_clock_of_the_makers(more, words):
    assert words in printed(show_voice.petitions([idea(petition=NOW, **more)], NOW))


def test_a_ballot_shows_ones_own_choice_and_after_the_close_the_result():
    mine = ReceiptDoc(ballot="0190f3c4-x", choice=1, salt="a" * 64)
    assert "2. green  (yours)" in printed(show_voice.ballot(a_ballot(), mine))
    closed = a_ballot(closed=NOW, totals=(1, 2), cast=3, winners=(1,))
    assert "green  2 votes  <- won" in printed(show_voice.ballot(closed, None))


def recount(*faults: Fault, **more) -> Recount:
    own = Receipt(ballot="b", member_id="m", choice=0, salt="a" * 64)
    said = {"totals": (1, 2), "cast": 3, "eligible": 9, "told": True, "own": own}
    return Recount(ballot=a_ballot(), faults=faults, **{**said, **more})


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_of_a_recount_has_words(fault):
    assert show_voice.FAULTS[fault] in show_voice.recounted(recount(fault))


def test_a_recount_says_what_it_could_not_look_for():
    assert show_voice.recounted(recount()).endswith("Everything fits.")
    assert "no receipt" in show_voice.recounted(recount(own=None))
    assert "only the file" in show_voice.recounted(recount(told=False))
    assert "no other machine" in show_voice.recounted(recount(elsewhere=True))
    assert "is in the list:" not in show_voice.recounted(recount(Fault.OWN_MISSING))


def a_case(**more) -> CaseDoc:
    said = {"id": "7be1-x", "against": Appealed.POINTS, "state": CaseState.DRAWN, "opened": NOW}
    return CaseDoc(**{**said, "pool": 40, "pool_digest": "d", "votes": 7, **more})


@pytest.mark.parametrize("fault", LotFault)
def test_every_fault_of_a_lot_has_words(fault):
    said = Redraw(case=a_case(), pool=40, drawn=(), faults=(fault,), in_pool=True, is_drawn=False)
    assert show_voice.LOT_FAULTS[fault] in show_voice.redrawn(said)


def test_a_case_shows_its_sides_to_who_may_read_them_and_how_it_ended():
    file = CaseFile(
        id="7be1-x",
        against=Appealed.POINTS,
        subject="s",
        text="Mine.",
        makers="Ours.",
        remedy=Remedy.AWARD,
        mine=True,
        words="You are right.",
        uphold=None,
    )
    over = a_case(
        state=CaseState.UPHELD,
        decided=NOW,
        by_deadline=True,
        breached=True,
        remedy=Remedy.AWARD,
        remedy_due=NOW + 3 * DAY,
    )
    shown = show_voice.case(over, file)
    for words in ("Mine.", "Ours.", "too few voted", "award: due", "missed", "You are right."):
        assert words in shown
    assert "Mine." not in show_voice.case(over, None)
    assert "yours" in printed(show_voice.cases([over], {"7be1-x": file}))


def test_a_charter_that_is_voted_on_is_said_beside_the_one_that_stands():
    first = CharterDoc(id="1", text="One.", proposed=NOW, adopted=NOW)
    second = CharterDoc(id="2", text="Two.", proposed=NOW, ballot="0190f3c4-x")
    assert show_voice.charter([first], first) == "One."
    assert "Version 2 is being voted on" in show_voice.charter([first], second)


def test_a_record_names_what_was_broken():
    record = VoiceRecord(
        id="all",
        petitions=4,
        petitions_kept=3,
        outside=0,
        outside_kept=0,
        unwanted=1,
        unwanted_days=4.5,
        cases=2,
        decided=1,
        remedies=1,
        executed=1,
        breaches=(VoiceBreach(what="petition", subject="3f2a", due=NOW),),
    )
    shown = show_voice.record(record)
    assert "3 of 4" in shown
    assert "4.5 days" in shown
    assert "Broken: petition 3f2a" in shown


def test_what_was_said_here_waits_was_taken_or_says_why_not():
    acts = [
        Act(kind="idea.vote", about="a", state=state, code=code, made=NOW, body=b"{}")
        for state, code in (("queued", ""), ("acked", ""), ("rejected", "no_votes_left"))
    ]
    shown = printed(show_voice.acts(acts, "en"))
    assert "waits to be sent" in shown
    assert "taken" in shown
    assert "All your ten votes are out." in shown
