"""A house looks after its hub: what it was told, against what is public now."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from desktop import recount
from desktop.recount import LotFault
from feedback import ballots, lot
from feedback.acts import Act
from feedback.ballots import Fault, Receipt
from feedback.report import Membership
from feedback.wire import HubError
from feedback.wire_points import Checkpoint
from feedback.wire_voice import (
    Appealed,
    BallotDoc,
    BallotKind,
    CaseDoc,
    CaseState,
    Cast,
    ReceiptDoc,
    VoiceOp,
)
from fleet.model import Snapshot

BALLOT = "0190f3c4-0000-7000-8000-000000000001"
CASE = "0190f3c4-0000-7000-8000-0000000000aa"
ME = "the-member"
OPENED = 1000.0


def receipt(choice: int, salt: str = "a", who: str = ME) -> Receipt:
    return Receipt(ballot=BALLOT, member_id=who, choice=choice, salt=salt * 64)


def published(*cast: Receipt, voted: bool = True) -> tuple[BallotDoc, list[bytes]]:
    """A sealed ballot of this member and two others, of whom one voted."""
    other = receipt(0, "b", "second")
    listed = sorted((one.token, one.choice) for one in (*cast, other))
    names = {ME: voted, "second": True, "third": False}
    roll = sorted((ballots.tag(BALLOT, name), said) for name, said in names.items())
    body = list(ballots.lines(listed, roll))
    said = ballots.count(body, 2)
    doc = BallotDoc(
        id=BALLOT,
        kind=BallotKind.QUESTION,
        title="Which?",
        text="",
        options=("blue", "green"),
        binding=True,
        opened=OPENED,
        closes=2000.0,
        by="Lin",
        eligible=3,
        roll=said.roll,
        closed=2000.0,
        cast=said.cast,
        totals=tuple(said.totals),
        sealed=said.sealed,
    )
    return doc, [msgspec.json.encode(doc) + b"\n", *body]


def act(one: Receipt, made: float, state: str = "acked") -> Act:
    body = Cast(ballot=one.ballot, choice=one.choice, salt=one.salt, made=made)
    return Act(
        kind=VoiceOp.CAST,
        about=BALLOT,
        state=state,
        code="",
        made=made,
        body=msgspec.json.encode(body),
    )


def house(doc: BallotDoc | None = None, *acts: Act, told: Receipt | None = None) -> Snapshot:
    facts = {
        "member": {"me": Membership(hub_url="http://hub", member_id=ME, enrolled=OPENED - 1)},
        "act": {f"op {n}": one for n, one in enumerate(acts)},
        "ballot": {BALLOT: doc} if doc else {},
        "receipt": {},
    }
    if told is not None:
        facts["receipt"] = {BALLOT: ReceiptDoc(ballot=BALLOT, choice=told.choice, salt=told.salt)}
    return Snapshot(number=1, facts=facts)


def test_the_last_vote_that_the_hub_took_is_looked_for():
    first, last, refused = receipt(0, "c"), receipt(1), receipt(0, "d")
    doc, lines = published(last)
    said = recount.recount(
        house(doc, act(last, 20), act(first, 10), act(refused, 30, "rejected")), lines
    )
    assert (said.faults, said.own, said.totals, said.told) == ((), last, (1, 1), True)


def test_who_did_not_vote_finds_that_nobody_did_in_its_name():
    doc, lines = published(voted=False)
    assert recount.recount(house(doc), lines).faults == ()
    stuffed, lines = published(receipt(1, "e"))
    assert recount.recount(house(stuffed), lines).faults == (Fault.OWN_NAME,)


def test_another_machines_receipt_will_do_where_this_one_cast_nothing():
    mine = receipt(1)
    doc, lines = published(mine)
    said = recount.recount(house(doc, told=mine), lines)
    assert (said.faults, said.own, said.elsewhere) == ((), mine, False)


def test_a_later_vote_of_another_machine_is_said_to_be_one():
    here, there = receipt(0, "c"), receipt(1)
    doc, lines = published(there)
    said = recount.recount(house(doc, act(here, 10), told=there), lines)
    assert (said.faults, said.own, said.elsewhere) == ((), there, True)


def test_a_vote_left_out_is_no_other_machines_where_none_is_in_the_list():
    doc, lines = published(receipt(1, "e"))
    said = recount.recount(house(doc, act(receipt(1), 10), told=receipt(0, "f")), lines)
    assert (Fault.OWN_MISSING in said.faults, said.elsewhere) == (True, False)


def test_a_file_that_says_other_things_than_this_house_was_told_is_found():
    mine = receipt(1)
    told, _ = published(mine)
    _, lines = published(receipt(0))
    said = recount.recount(house(told, act(mine, 10)), lines)
    assert {Fault.OTHER, Fault.LIST, Fault.TOTALS, Fault.OWN_MISSING} <= set(said.faults)
    assert said.ballot == told


def test_a_ballot_this_house_never_heard_of_is_counted_by_itself():
    _, lines = published(receipt(1))
    said = recount.recount(house(), lines, receipt(1))
    assert (said.faults, said.told) == ((), False)


def test_who_joined_after_the_opening_is_not_looked_for_on_the_roll():
    doc, lines = published(receipt(1, "e"))
    late = house(doc)
    me = Membership(hub_url="http://hub", member_id="late", enrolled=OPENED + 1)
    assert recount.recount(replace(late, facts={**late.facts, "member": {"me": me}}), lines)
    found = recount.recount(replace(late, facts={**late.facts, "member": {"me": me}}), lines)
    assert found.faults == ()


def test_what_is_no_file_of_a_ballot_is_refused():
    with pytest.raises(HubError, match="ballot_damaged"):
        recount.recount(house(), [b"hello\n"])


# --- the lot -------------------------------------------------------------------------------------

POINT = Checkpoint(id="2026-W48", at=2000.0, rows=7, head="f" * 64, given=70)


def a_case(**more) -> tuple[CaseDoc, list[bytes]]:
    marks = [lot.mark(CASE, f"m{n}") for n in range(40)] + [lot.mark(CASE, ME)]
    seed = lot.seed(POINT.id, POINT.at, POINT.rows, POINT.head)
    said = {
        "id": CASE,
        "against": Appealed.DECLINED,
        "state": CaseState.DRAWN,
        "opened": 1500.0,
        "pool": len(marks),
        "pool_digest": lot.digest(marks),
        "checkpoint": POINT.id,
        "seed": seed,
        "drawn": lot.draw(seed, marks),
    }
    return CaseDoc(**{**said, **more}), [f"{one}\n".encode() for one in marks]


def redrawn(case: CaseDoc, lines: list[bytes], *, point: Checkpoint | None = POINT):
    at = house()
    points = {POINT.id: point} if point else {}
    return recount.redraw(replace(at, facts={**at.facts, "checkpoint": points}), case, lines)


def test_the_same_ones_are_drawn_again_and_a_member_sees_whether_it_could_be():
    case, lines = a_case()
    said = redrawn(case, lines)
    assert (said.faults, said.in_pool, said.drawn) == ((), True, case.drawn)
    assert said.is_drawn is (lot.mark(CASE, ME) in case.drawn)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"drawn": ("x",) * 10}, LotFault.DRAWN),
        ({"seed": "0" * 64}, LotFault.SEED),
        ({"opened": 2500.0}, LotFault.SEED),  # the checkpoint was known when it was opened
        ({"pool_digest": "0" * 64}, LotFault.POOL),
    ],
)
def test_a_lot_that_somebody_chose_is_found(more, fault):
    case, lines = a_case(**more)
    assert redrawn(case, lines).faults == (fault,)


def test_a_friend_added_to_the_pool_is_found():
    case, lines = a_case()
    assert LotFault.POOL in redrawn(case, [*lines, b"a friend\n"]).faults


def test_a_house_that_has_not_heard_of_the_checkpoint_says_so():
    case, lines = a_case()
    assert redrawn(case, lines, point=None).faults == (LotFault.NO_CHECKPOINT,)
