from __future__ import annotations

import pytest

from feedback import wire_triage as triage
from feedback.wire import Kind
from feedback.wire_triage import Severity
from hub import awards, clusters, ledger
from tests.hub.making import DAY, NOW, Household, invite, merge, plan, publish

WEEK = "2026-W49"


@pytest.fixture
def db(store):
    with store.write() as connection:
        yield connection


def homes(db, count: int) -> list[Household]:
    found = [Household(db, f"h{number}") for number in range(count)]
    for number, home in enumerate(found):
        home.late = number / 100
    return found


def points(db, home: Household) -> int:
    return ledger.points_of(db, home.who.member_id)


def grade(db, where: str, severity: Severity) -> None:
    clusters.grade(db, "Lin", where, triage.Grade(severity=severity), now=NOW)


def reproduce(db, where: str, *, steps: bool = False, now: float = NOW + 1) -> None:
    clusters.reproduced(db, "Lin", where, triage.Reproduced(steps=steps), now=now)


@pytest.mark.parametrize(
    ("severity", "first", "next_one"),
    [
        (Severity.UNKNOWN, 30, 6),
        (Severity.MINOR, 10, 2),
        (Severity.MAJOR, 30, 6),
        (Severity.CRITICAL, 100, 20),
        (Severity.SECURITY, 300, 60),
    ],
)
def test_what_is_reproduced_pays_the_first_and_a_fifth_to_the_next_four(
    db, severity, first, next_one
):
    found = homes(db, 6)
    top = found[0].report()
    publish(db, top)
    grade(db, top, severity)
    for home in found[1:]:
        home.report(cluster=top)
    reproduce(db, top)
    assert [points(db, home) for home in found] == [first, *[next_one] * 4, 0]


def test_steps_that_worked_are_worth_half_as_much_again(db):
    anna = Household(db, "anna")
    reproduce(db, anna.report(), steps=True)
    assert points(db, anna) == 45


def test_who_comes_after_it_was_confirmed_gets_nothing_for_it(db):
    anna, ben = homes(db, 2)
    top = anna.report()
    publish(db, top)
    reproduce(db, top)
    ben.report(cluster=top, now=NOW + DAY)
    reproduce(db, top, steps=True, now=NOW + 2 * DAY)
    assert (points(db, anna), points(db, ben)) == (45, 0)


def test_a_report_without_a_device_is_no_evidence_of_ones_own(db):
    anna, ben = homes(db, 2)
    top = anna.report()
    publish(db, top)
    ben.report(cluster=top, device="")
    reproduce(db, top)
    assert points(db, ben) == 0


def test_one_household_counts_once_however_often_it_reports(db):
    anna, ben = homes(db, 2)
    top = anna.failed()
    for _ in range(3):
        anna.failed()
        ben.failed()
    reproduce(db, top)
    assert (points(db, anna), points(db, ben)) == (30, 6)


def test_three_households_with_one_signature_confirm_it_and_two_do_not(db):
    anna, ben, kim = homes(db, 3)
    top = anna.failed()
    ben.failed()
    assert points(db, anna) == 0
    kim.failed()
    assert [points(db, home) for home in (anna, ben, kim)] == [30, 6, 6]
    assert awards.preview(db, top).confirmed


def test_households_of_one_tree_of_invitations_confirm_nothing_to_each_other(db):
    anna, ben, kim, lee = homes(db, 4)
    for home in (ben, kim):
        invite(db, home.who.member_id, anna.who.member_id)
    invite(db, lee.who.member_id, kim.who.member_id)
    top = anna.failed()
    for home in (ben, kim, lee):
        home.failed()
    assert [points(db, home) for home in (anna, ben, kim, lee)] == [0] * 4
    reproduce(db, top)
    assert [points(db, home) for home in (anna, ben, kim, lee)] == [30, 0, 0, 0]


def test_a_fix_that_works_confirms_it_and_pays_whoever_looked(db):
    anna, ben = homes(db, 2)
    top, other = anna.failed(), ben.failed()
    plan(db, top, WEEK)
    assert ben.confirm(other, WEEK, now=NOW + 8 * DAY) == ""
    assert (points(db, anna), points(db, ben)) == (30, 16)
    assert anna.confirm(top, WEEK, now=NOW + 9 * DAY) == ""
    assert (points(db, anna), points(db, ben)) == (40, 16)
    assert anna.doc(top).points == 40


def test_five_looks_at_a_fix_are_paid(db):
    found = homes(db, 7)
    names = [home.failed() for home in found]
    plan(db, names[0], WEEK)
    for home, name in zip(found, names, strict=True):
        home.confirm(name, WEEK, now=NOW + 8 * DAY)
    looks = [award for award in awards.preview(db, names[0]).awards if award.paid]
    assert sum(award.rule == "fix_confirmed_on_device" for award in looks) == 5


def test_a_look_at_the_version_that_had_the_fault_pays_nothing(db):
    (anna,) = homes(db, 1)
    top = anna.report()
    plan(db, top, WEEK)
    anna.confirm(top, WEEK, version="1.0")
    assert points(db, anna) == 0


def test_a_wish_that_came_true_pays_only_for_the_look(db):
    (anna,) = homes(db, 1)
    top = anna.report(kind=Kind.WISH)
    plan(db, top, WEEK)
    anna.confirm(top, WEEK)
    assert points(db, anna) == 10


def test_what_turns_out_to_be_none_is_taken_back_with_the_reason(db):
    (anna,) = homes(db, 1)
    top = anna.report()
    reproduce(db, top)
    clusters.invalid(db, "Lin", top, triage.Refuse(reason="a loose cable"), now=NOW + DAY)
    assert points(db, anna) == 0
    assert ledger.faults(db) == []
    reproduce(db, top, now=NOW + 2 * DAY)
    assert points(db, anna) == 0


def test_a_merge_pays_nobody_a_second_time_as_the_first(db):
    anna, ben = homes(db, 2)
    lost, kept = anna.report(now=NOW - DAY), ben.report()
    reproduce(db, kept)
    merge(db, lost, kept, now=NOW + 5)
    reproduce(db, kept, now=NOW + 6)
    assert points(db, ben) == 30
    assert points(db, anna) == 6


def test_the_preview_says_who_would_get_what_and_what_it_waits_for(db):
    anna, ben = homes(db, 2)
    top = anna.failed()
    ben.failed()
    found = awards.preview(db, top)
    assert [(one.member, one.rule, one.points, one.waits) for one in found.awards] == [
        ("h0", "bug_confirmed", 30, "confirmed"),
        ("h1", "bug_seen_too", 6, "confirmed"),
        ("h0", "fix_confirmed_on_device", 10, "fixed_for_me"),
        ("h1", "fix_confirmed_on_device", 10, "fixed_for_me"),
    ]
    reproduce(db, top)
    paid = [one for one in awards.preview(db, top).awards if one.paid]
    assert sum(one.points for one in paid) == points(db, anna) + points(db, ben) == 36
