"""The books: paid once, chained, never below zero, never changed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback import ledger as books
from feedback.wire import HubError
from feedback.wire_points import GiveAward
from hub import ledger, members, points, sessions
from hub.store import Store
from hub.tables import audit, member
from hub.tables import ledger as rows

NOW = 1_795_000_000.0
DAY = 86_400.0
PEOPLE = ("anna", "ben")


def add_members(db, *names: str) -> None:
    for name in names:
        db.execute(sa.insert(member).values(id=name, name=name, account=f"of {name}", enrolled=NOW))


@pytest.fixture
def db(store):
    with store.write() as connection:
        add_members(connection, *PEOPLE)
        yield connection


def test_a_rule_pays_once_for_a_cause_and_member(db):
    paid = [ledger.pay(db, "bug_confirmed", "r1", "anna", now=NOW) for _ in range(2)]
    assert (paid, ledger.pay(db, "bug_confirmed", "r2", "anna", now=NOW)) == ([30, 0], 30)
    assert ledger.points_of(db, "anna") == 60


def test_points_are_pending_for_a_week_and_then_vested_once(db):
    ledger.pay(db, "bug_confirmed", "r1", "anna", now=NOW)
    assert ledger.vest(db, now=NOW + 6 * DAY) == 0
    assert [ledger.vest(db, now=NOW + 7 * DAY) for _ in range(2)] == [1, 0]
    said = ledger.statement(db, "anna")
    assert (said.vested, said.pending, said.lines[0].state) == (30, 0, "vested")


def test_what_was_wrongly_paid_is_taken_back_wherever_it_is_and_only_once(db):
    ledger.pay(db, "bug_confirmed", "r1", "anna", now=NOW)
    ledger.vest(db, now=NOW + 7 * DAY)
    ledger.pay(db, "fix_confirmed_on_device", "r1", "anna", now=NOW + 7 * DAY)
    taken = [ledger.reverse(db, "r1", by="Lin", why="invalid", now=NOW + 8 * DAY) for _ in range(2)]
    assert (taken, ledger.points_of(db, "anna"), ledger.paid_for(db, ["r1"])) == (
        [40, 0],
        0,
        {"r1": 0},
    )
    assert ledger.vest(db, now=NOW + 30 * DAY) == 1  # the row is looked at, and nothing is in it
    assert ledger.faults(db) == []


def test_more_than_may_be_earned_in_a_week_waits_for_a_person(db):
    for n in range(6):
        ledger.pay(db, "bug_critical", f"r{n}", "anna", now=NOW)
    said = ledger.statement(db, "anna")
    assert (said.pending, said.review) == (500, 100)
    row = next(line.n for line in said.lines if line.state == "review")
    ledger.release(db, row, by="Lin", why="all were real", now=NOW)
    assert ledger.statement(db, "anna").vested == 100


@pytest.mark.parametrize("sql", ["UPDATE ledger SET points = 1000", "DELETE FROM ledger"])
def test_a_row_can_be_neither_changed_nor_removed(store, sql):
    with store.write() as db:
        add_members(db, "anna")
        ledger.pay(db, "bug_confirmed", "r1", "anna", now=NOW)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.write() as db:
        db.execute(sa.text(sql))
    with store.read() as db:
        assert ledger.points_of(db, "anna") == 30


CHANGES = ["points = 31", "account = 'pending:of ben'", "cause = 'r9'", "why = 'x'", "at = at + 1"]


def unlock(db):
    """What somebody does who wants to change the books."""
    if db.dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            db.execute(sa.text(f"DROP TRIGGER IF EXISTS ledger_no_{what}"))
    else:
        db.execute(sa.text("DROP TRIGGER ledger_append_only ON ledger"))


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_row_is_found_by_the_doctor_and_by_any_client(store, change):
    with store.write() as db:
        add_members(db, *PEOPLE)
        for n in range(3):
            ledger.pay(db, "bug_confirmed", f"r{n}", "anna", now=NOW)
    with store.write() as db:  # by somebody who has the database itself
        unlock(db)
        db.execute(sa.text(f"UPDATE ledger SET {change} WHERE n = 2"))
    with store.read() as db:
        assert any("row 2" in said for said in ledger.faults(db))
        assert any("row 2" in said for said in books.faults(ledger.page(db, 0)))


def test_whoever_kept_the_head_finds_books_that_were_written_anew(db):
    ledger.pay(db, "bug_confirmed", "r1", "anna", now=NOW)
    kept = ledger.checkpoint(db, "2026-W48", now=NOW)
    unlock(db)
    db.execute(sa.delete(rows))
    ledger.pay(db, "bug_confirmed", "r1", "ben", now=NOW)
    ledger.pay(db, "bug_confirmed", "r2", "ben", now=NOW)
    assert ledger.faults(db) == []  # whole in itself
    assert books.faults(ledger.page(db, kept.rows), after=kept.rows, head=kept.head) != []


acts = st.lists(
    st.tuples(
        st.sampled_from(["pay", "vest", "reverse"]),
        st.sampled_from(sorted(ledger.rules().rules)),
        st.sampled_from(["r1", "r2", "r3"]),
        st.sampled_from(PEOPLE),
        st.integers(0, 3),
    ),
    max_size=40,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=acts)
def test_whatever_happens_the_sum_is_zero_nobody_is_below_it_and_the_chain_is_whole(
    tmp_path_factory, acts
):
    store, now = Store(tmp_path_factory.mktemp("books")), NOW
    store.migrate()
    with store.write() as db:
        add_members(db, *PEOPLE)
        for what, rule, cause, who, days in acts:
            now += days * DAY
            if what == "pay":
                ledger.pay(db, rule, cause, who, now=now)
            elif what == "vest":
                ledger.vest(db, now=now)
            else:
                ledger.reverse(db, cause, by="Lin", why="no", now=now)
        assert ledger.faults(db) == []
        shown = sum(ledger.points_of(db, who) for who in PEOPLE)
        held = sum(ledger.statement(db, who).review for who in PEOPLE)
        assert shown + held == ledger.checkpoint(db, "2026-W48", now=now).given
    store.close()


def an_award(**more: str) -> GiveAward:
    return GiveAward(
        **{"rule": "halt_found", "member": "anna", "cause": "2026-W49", "why": "saw it", **more}
    )


def test_what_a_person_says_is_due_is_paid_once_by_the_rule_and_audited(db):
    paid = [points.give(db, "Lin", an_award(), now=NOW).points for _ in range(2)]
    assert paid == [200, 0]
    rows = db.execute(sa.select(audit.c.action, audit.c.detail)).all()
    assert [tuple(row) for row in rows] == [("award", "halt_found: saw it")]


@pytest.mark.parametrize("wrong", [{"rule": "bug_major"}, {"cause": " "}, {"why": ""}])
def test_only_rules_that_are_given_by_hand_are_and_with_a_reason(db, wrong):
    with pytest.raises(HubError, match="invalid_op"):
        points.give(db, "Lin", an_award(**wrong), now=NOW)


def test_nobody_of_the_staff_pays_their_own_home(db):
    members.add_staff(db, "Lin", now=NOW)
    sessions.set_household(db, "Lin", "anna")
    with pytest.raises(HubError, match="own_household"):
        points.give(db, "Lin", an_award(), now=NOW)
