"""Ballots counted again: right ones pass, and whatever was done to one is found."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import ballots
from feedback.ballots import Fault, Receipt
from feedback.wire import HubError
from feedback.wire_voice import BallotDoc, BallotKind

BALLOT = "0190f3c4-0000-7000-8000-000000000001"
OPTIONS = ("blue", "green", "none")


def salt(of: object) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()


class Box:
    """A ballot among members m0, m1, ...: `cast` says who voted what; sealed as the hub does."""

    def __init__(self, cast: dict[int, int], members: int) -> None:
        self.receipts = {
            who: Receipt(ballot=BALLOT, member_id=f"m{who}", choice=choice, salt=salt(who))
            for who, choice in cast.items()
        }
        self.ballots = sorted((one.token, one.choice) for one in self.receipts.values())
        self.roll = sorted((ballots.tag(BALLOT, f"m{n}"), n in cast) for n in range(members))
        self.doc = self.sealed()

    def lines(self) -> list[bytes]:
        return list(ballots.lines(sorted(self.ballots), self.roll))

    def sealed(self) -> BallotDoc:
        said = ballots.count(self.lines(), len(OPTIONS))
        return BallotDoc(
            id=BALLOT,
            kind=BallotKind.QUESTION,
            title="Which colour?",
            text="",
            options=OPTIONS,
            binding=False,
            opened=0,
            closes=ballots.LEAST_OPEN_S,
            by="Lin",
            eligible=said.eligible,
            roll=ballots.roll_digest(name for name, _ in self.roll),
            closed=ballots.LEAST_OPEN_S,
            cast=said.cast,
            totals=tuple(said.totals),
            sealed=said.sealed,
        )

    def seen_by(self, who: int, doc: BallotDoc | None = None) -> set[Fault]:
        mine = self.receipts.get(who)
        said = ballots.count(self.lines(), len(OPTIONS), ballots.asked(BALLOT, f"m{who}", mine))
        return set(ballots.faults(doc or self.doc, said, member_id=f"m{who}", receipt=mine))

    def seen_by_anybody(self, doc: BallotDoc | None = None) -> set[Fault]:
        return set(ballots.faults(doc or self.doc, ballots.count(self.lines(), len(OPTIONS))))


def test_everybody_finds_the_own_ballot_and_the_same_totals():
    box = Box({0: 1, 1: 1, 2: 0}, members=5)
    assert (box.doc.totals, box.doc.cast, box.doc.eligible) == ((1, 2, 0), 3, 5)
    assert [box.seen_by(who) for who in range(5)] == [set()] * 5
    assert box.seen_by_anybody() == set()


def test_a_file_names_nobody_and_shows_no_order_of_votes():
    text = b"".join(Box({0: 1, 1: 0}, members=3).lines()).decode()
    assert not {"m0", "m1", "m2"} & set(text.split())
    assert text.splitlines() == sorted(text.splitlines())


def test_a_token_fits_one_choice_only():
    """Who holds the salt can prove to a third what was cast."""
    box = Box({0: 1}, members=1)
    name = ballots.tag(BALLOT, "m0")
    assert ballots.token(BALLOT, 1, name, salt(0)) == box.receipts[0].token
    assert ballots.token(BALLOT, 0, name, salt(0)) != box.receipts[0].token


def test_two_members_who_share_a_salt_have_two_ballots():
    one, other = (
        Receipt(ballot=BALLOT, member_id=who, choice=1, salt=salt("shared")) for who in "ab"
    )
    assert one.token != other.token


everybody_voted_something = st.dictionaries(st.integers(0, 9), st.integers(0, 2), min_size=1)


@given(cast=everybody_voted_something, which=st.integers(0, 9), to=st.integers(1, 2))
def test_a_changed_ballot_is_found_by_anybody_and_by_its_household(cast, which, to):
    box = Box(cast, members=12)
    who = sorted(cast)[which % len(cast)]
    place = box.ballots.index((box.receipts[who].token, cast[who]))
    box.ballots[place] = (box.receipts[who].token, (cast[who] + to) % 3)
    assert Fault.LIST in box.seen_by_anybody()
    assert Fault.OWN_CHANGED in box.seen_by(who, box.sealed())  # changed before it was sealed


@given(cast=everybody_voted_something, which=st.integers(0, 9))
def test_a_dropped_ballot_is_found_by_anybody_and_by_its_household(cast, which):
    box = Box(cast, members=12)
    who = sorted(cast)[which % len(cast)]
    box.ballots.remove((box.receipts[who].token, cast[who]))
    assert {Fault.LIST, Fault.VOTERS} <= box.seen_by_anybody()
    assert Fault.OWN_MISSING in box.seen_by(who, box.sealed())


@given(cast=everybody_voted_something, choice=st.integers(0, 2))
def test_an_added_ballot_is_found_by_anybody(cast, choice):
    box = Box(cast, members=12)
    box.ballots.append((salt("stuffed"), choice))
    assert {Fault.LIST, Fault.VOTERS, Fault.TOTALS} <= box.seen_by_anybody()
    assert Fault.VOTERS in box.seen_by_anybody(box.sealed())  # even where it was sealed so


@given(cast=everybody_voted_something)
def test_a_ballot_added_in_the_name_of_who_did_not_vote_is_found_by_that_household(cast):
    box = Box(cast, members=12)
    silent = 11
    name = ballots.tag(BALLOT, f"m{silent}")
    box.ballots.append((salt("stuffed"), 0))
    box.roll[box.roll.index((name, False))] = (name, True)
    assert box.seen_by(silent, box.sealed()) == {Fault.OWN_NAME}


def test_a_swapped_ballot_of_the_same_number_is_found_by_its_household():
    box = Box({0: 1, 1: 0}, members=2)
    box.ballots.remove((box.receipts[0].token, 1))
    box.ballots.append((salt("another"), 0))
    assert box.seen_by(0, box.sealed()) == {Fault.OWN_MISSING}


def test_a_name_added_to_the_roll_after_the_opening_is_found():
    box = Box({0: 1}, members=2)
    before = box.doc.roll
    box.roll.append((salt("a new friend"), True))
    box.roll.sort()
    box.ballots.append((salt("its vote"), 0))
    said = msgspec.structs.replace(box.sealed(), roll=before)
    assert Fault.ROLL in box.seen_by_anybody(said)


def test_a_member_who_is_not_on_the_roll_sees_that():
    assert Box({0: 1}, members=2).seen_by(7) == {Fault.OWN_ROLL}


@pytest.mark.parametrize(
    "line",
    [
        b"x " + b"0" * 64 + b" 0\n",
        b"b " + b"0" * 64 + b" 9\n",  # no such option
        b"b " + b"0" * 64 + b" -1\n",
        b"b short 0\n",
        b"r " + b"0" * 64 + b" 7\n",
        b"b " + b"0" * 64 + b" 0",
        b"\n",
        b"b " + b"0" * 64 + b" x\n",
    ],
)
def test_what_is_not_such_a_file_is_refused(line):
    with pytest.raises(HubError, match="ballot_damaged"):
        ballots.count([line], 3)


def test_the_same_ballot_twice_is_refused():
    (line, *_) = Box({0: 1}, members=1).lines()
    with pytest.raises(HubError, match="ballot_damaged"):
        ballots.count([line, line], 3)


def test_a_head_that_is_none_is_refused():
    with pytest.raises(HubError, match="ballot_damaged"):
        ballots.head(b"{}\n")


def test_the_option_with_most_votes_wins_and_a_tie_decides_nothing():
    assert ballots.winners(BallotKind.QUESTION, (1, 5, 2), "seal") == (1,)
    assert ballots.winners(BallotKind.QUESTION, (5, 5, 2), "seal") == ()
    assert ballots.winners(BallotKind.QUESTION, (0, 0), "seal") == ()


def test_an_election_seats_five_and_a_tie_for_the_last_is_drawn_from_the_seal():
    totals = (9, 8, 7, 6, 1, 1, 1, 0)
    seated = {ballots.winners(BallotKind.ELECTION, totals, f"seal {n}") for n in range(50)}
    assert {found[:4] for found in seated} == {(0, 1, 2, 3)}
    assert {found[4] for found in seated} == {4, 5, 6}
    again = ballots.winners(BallotKind.ELECTION, totals, "seal 1")
    assert ballots.winners(BallotKind.ELECTION, totals, "seal 1") == again


def test_nobody_is_seated_without_a_vote():
    assert ballots.winners(BallotKind.ELECTION, (3, 0, 0), "seal") == (0,)
