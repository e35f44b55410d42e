"""Appeals: the lot that everybody draws again, the votes, the deadline, the remedy."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback import lot
from feedback.wire import HubError
from feedback.wire_voice import Appealed, CaseState, IdeaState, Remedy, VoiceOp
from feedback.wire_voice_staff import DeclineIdea, Execute, MakersSide, ShipIdea
from hub import (
    ledger,
    points,
    triage,
    voice_cases,
    voice_circles,
    voice_petitions,
    voice_record,
    voice_remedies,
)
from hub.tables_voice import appeal_seat
from tests.hub.voicing import DAY, Town, new_id

WEEK = "2026-W48"


@pytest.fixture
def town(store):
    """Thirty members; anna was invited by ben, who invited cleo too; dora leads a circle."""
    made = Town(store)
    made.move_in("ben", "dora", *(f"m{n}" for n in range(27)))
    made.move_in("anna", "cleo", invited_by="ben")
    made.ask("dora", VoiceOp.JOIN, circle="room:kitchen", on=True)
    with store.write() as db:
        voice_circles.lead(db, "room:kitchen", "dora")
    for name in ("Lin", "Mei", "Otto", "Pia"):
        made.hire(name, "arbiter")
    return made


def declined(town):
    idea = town.idea("anna")
    town.staffed(voice_petitions.decline, "Lin", idea, DeclineIdea(reason="No."))
    return idea


def appeal(town, **more):
    """An own declined idea, and the case about it."""
    said = {"id": new_id(), "against": Appealed.DECLINED, "text": "But!", "remedy": Remedy.REOPEN}
    asked = {**said, "subject": more.pop("subject", None) or declined(town), **more}
    code = town.ask("anna", VoiceOp.APPEAL, **asked)
    return code or asked["id"]


def drawn(town, case):
    """Let the next checkpoint come; returns the members on the panel."""
    town.later(60)
    town.staffed(points.make_checkpoint, WEEK)
    town.work()
    with town.store.read() as db:
        query = sa.select(appeal_seat.c.holder).where(
            appeal_seat.c.case_id == case, appeal_seat.c.steward.is_(False)
        )
        return sorted(db.execute(query).scalars())


def judge(town, case, members, *, uphold=True):
    said = [town.ask(who, VoiceOp.JUDGE, case=case, uphold=uphold) for who in members]
    assert set(said) <= {""}, said


def seen(town, case):
    town.work()
    return town.hear("m0")["case"][case]


def record(town):
    with town.store.read() as db:
        return voice_record.record(db)


def test_nothing_is_drawn_before_a_checkpoint_that_is_younger_than_the_case(town):
    town.staffed(points.make_checkpoint, "2026-W47")
    town.later(60)
    case = appeal(town)
    town.later(DAY)
    assert (seen(town, case).state, seen(town, case).seed) == (CaseState.OPEN, "")
    assert len(drawn(town, case)) == lot.PANEL
    doc = seen(town, case)
    assert (doc.state, doc.checkpoint, doc.stewards) == (CaseState.DRAWN, WEEK, lot.STEWARDS)


def test_any_client_draws_the_same_panel_again(town):
    case = appeal(town)
    members = drawn(town, case)
    heard = town.hear("m3")
    doc, point = heard["case"][case], heard["checkpoint"][WEEK]
    with town.store.read() as db:
        pool = voice_cases.pool(db, case)
    assert (len(pool), lot.digest(pool)) == (doc.pool, doc.pool_digest)
    assert lot.seed(point.id, point.at, point.rows, point.head) == doc.seed
    assert lot.draw(doc.seed, pool) == doc.drawn
    assert {lot.mark(case, who) for who in members} == set(doc.drawn)


def test_nobody_with_a_part_in_it_is_in_the_pool(town):
    case = appeal(town)
    with town.store.read() as db:
        pool = set(voice_cases.pool(db, case))
    assert not {lot.mark(case, who) for who in ("anna", "ben", "cleo", "dora")} & pool
    assert len(pool) == 27


def test_stewards_are_arbiters_and_never_who_decided_first(town):
    town.hire("Rex", "triager")
    stewards = set()
    for _ in range(12):
        case = appeal(town)
        drawn(town, case)
        town.now += 7 * DAY
        with town.store.write() as db:
            db.execute(sa.text("DELETE FROM checkpoint"))
            of_it = sa.and_(appeal_seat.c.case_id == case, appeal_seat.c.steward)
            stewards |= set(db.execute(sa.select(appeal_seat.c.holder).where(of_it)).scalars())
    assert stewards == {"Mei", "Otto", "Pia"}


def test_only_who_opened_it_and_who_is_drawn_reads_a_case(town):
    case = appeal(town, text="My side.")
    members = drawn(town, case)
    town.staffed(voice_remedies.side, "Lin", case, MakersSide(text="Our side."))
    file = town.hear(members[0])["case_file"][case]
    assert (file.text, file.makers, file.mine) == ("My side.", "Our side.", False)
    assert town.hear("anna")["case_file"][case].mine
    others = {f"m{n}" for n in range(27)} - set(members)
    assert not any(town.hear(who)["case_file"] for who in others)
    assert not {"text", "subject", "member"} & set(type(seen(town, case)).__struct_fields__)


def test_a_majority_upholds_and_the_remedy_is_done_within_three_days(town):
    idea = declined(town)
    case = appeal(town, subject=idea)
    judge(town, case, drawn(town, case))
    assert seen(town, case).state is CaseState.DRAWN  # two stewards have time still
    town.staffed(voice_remedies.vote, stewards(town, case)[0], case, uphold=False)
    town.staffed(voice_remedies.vote, stewards(town, case)[1], case, uphold=False)
    doc = seen(town, case)
    assert (doc.state, doc.upheld, doc.votes) == (CaseState.UPHELD, 10, 12)
    assert doc.remedy_due == doc.decided + 3 * DAY
    town.staffed(voice_remedies.execute, "Mei", case, Execute(words="It is open again."))
    doc = seen(town, case)
    assert (doc.executed, doc.breached) == (town.now, False)
    assert town.hear("m0")["idea"][idea].state is IdeaState.OPEN
    assert town.hear("anna")["case_file"][case].words == "It is open again."
    assert (record(town).cases, record(town).remedies, record(town).executed) == (1, 1, 1)


def stewards(town, case):
    with town.store.read() as db:
        of_it = sa.and_(appeal_seat.c.case_id == case, appeal_seat.c.steward)
        return list(db.execute(sa.select(appeal_seat.c.holder).where(of_it)).scalars())


def test_a_vote_can_be_changed_until_the_end(town):
    case = appeal(town)
    first, *others = drawn(town, case)
    judge(town, case, [first], uphold=True)
    judge(town, case, [first], uphold=False)
    judge(town, case, others[:7], uphold=False)
    town.later(7 * DAY)
    doc = seen(town, case)
    assert (doc.state, doc.upheld, doc.votes) == (CaseState.REJECTED, 0, 8)


def test_without_a_quorum_a_case_lapses_and_the_breach_is_published(town):
    case = appeal(town)
    judge(town, case, drawn(town, case)[:7])
    town.later(30 * DAY)
    doc = seen(town, case)
    assert (doc.state, doc.decided, doc.breached) == (CaseState.LAPSED, doc.due, True)
    assert [one.what for one in record(town).breaches] == ["case"]


def test_about_points_a_breach_of_the_deadline_is_for_the_member(town):
    idea = town.idea("anna")
    town.staffed(voice_petitions.ship, "Lin", idea, ShipIdea(week=WEEK))
    town.staffed(ledger.reverse, idea, by="Lin", why="no")
    town.staffed(triage.note, "Lin", "reverse", idea)
    case = appeal(town, subject=idea, against=Appealed.POINTS, remedy=Remedy.AWARD)
    drawn(town, case)
    town.later(7 * DAY)
    doc = seen(town, case)
    assert (doc.state, doc.by_deadline, doc.breached) == (CaseState.UPHELD, True, True)
    for _ in range(2):
        said = Execute(words="You are right.", times=5)
        town.staffed(voice_remedies.execute, "Lin", case, said)
    with town.store.read() as db:
        assert ledger.points_of(db, "anna") == 50


def test_points_that_were_wrong_are_clawed_back(town):
    idea = town.idea("anna")
    town.staffed(voice_petitions.ship, "Lin", idea, ShipIdea(week=WEEK))
    town.staffed(triage.note, "Lin", "award", idea)
    case = appeal(town, subject=idea, against=Appealed.POINTS, remedy=Remedy.CLAW_BACK)
    drawn(town, case)
    town.later(7 * DAY)
    town.staffed(voice_remedies.execute, "Lin", case, Execute(words="Taken back."))
    with town.store.read() as db:
        assert ledger.points_of(db, "anna") == 0


def test_a_remedy_that_is_late_is_a_breach_whether_it_is_done_or_not(town):
    case = appeal(town, remedy=Remedy.APOLOGY)
    judge(town, case, drawn(town, case))
    town.later(7 * DAY)
    town.later(3 * DAY + 1)
    assert seen(town, case).breached
    town.staffed(voice_remedies.execute, "Lin", case, Execute(words="We are sorry."))
    assert [one.what for one in record(town).breaches] == ["remedy"]


def test_a_case_is_opened_within_thirty_days_and_once(town):
    idea = declined(town)
    town.later(30 * DAY)
    case = appeal(town, subject=idea)
    assert len(case) == 36
    assert appeal(town, subject=idea) == "case_known"
    other = declined(town)
    town.later(30 * DAY + 1)
    assert appeal(town, subject=other) == "case_too_late"


def test_a_case_is_about_an_own_thing_that_was_decided(town):
    assert appeal(town, subject=town.idea("anna")) == "no_decision"
    theirs = town.idea("m1")
    town.staffed(voice_petitions.decline, "Lin", theirs, DeclineIdea(reason="No."))
    assert appeal(town, subject=theirs) == "no_decision"


def test_ones_own_seat_can_be_fought_for(town):
    town.staffed(triage.note, "Lin", "seat_return", "anna")
    said = {"id": new_id(), "against": Appealed.SEAT, "subject": "", "text": "I was away."}
    assert town.ask("anna", VoiceOp.APPEAL, **said, remedy=Remedy.CODE) == ""


def test_who_is_not_drawn_does_not_vote(town):
    case = appeal(town)
    assert town.ask("m1", VoiceOp.JUDGE, case=case, uphold=True) == "case_closed"
    members = drawn(town, case)
    other = next(who for who in (f"m{n}" for n in range(27)) if who not in members)
    assert town.ask(other, VoiceOp.JUDGE, case=case, uphold=True) == "not_drawn"
    with pytest.raises(HubError, match="not_drawn"):
        town.staffed(voice_remedies.vote, "Lin", case, uphold=True)
    town.now += 7 * DAY
    assert town.ask(members[0], VoiceOp.JUDGE, case=case, uphold=True) == "case_closed"


def test_what_the_panel_did_not_order_is_not_executed(town):
    with pytest.raises(HubError, match="no_remedy"):
        town.staffed(voice_remedies.execute, "Lin", appeal(town), Execute(words="!"))


def test_stewards_see_both_sides_and_no_name_of_a_member(town):
    case = appeal(town, text="My side.")
    drawn(town, case)
    with town.store.read() as db:
        (shown,) = voice_remedies.listed(db, stewards(town, case)[0])
    assert (shown.mine, shown.text, shown.decided_by) == (True, "My side.", "Lin")
    assert "anna" not in repr(shown).lower()
