"""Outcomes taken by the hub: once each, nobody's, and counted by device."""

from __future__ import annotations

import msgspec
import pytest
import sqlalchemy as sa

from feedback import wire_outcomes
from feedback.wire import OpKind, Result, Status
from hub import intake, outcomes
from hub.tables import op, outcome
from tests.hub.told import NOW, WEEK, House, an_outcome, pseudonym


@pytest.fixture
def db(store):
    with store.write() as connection:
        yield connection


def rows(db):
    return db.execute(sa.select(outcome)).mappings().all()


def the(db) -> outcomes.Release:
    (found,) = outcomes.releases(db, [WEEK])
    return found


def test_an_outcome_is_taken_once_however_often_it_comes(db):
    house, said = House(db), an_outcome()
    house.tell(said)
    house.tell(said)  # as after a fork: another operation about the same attempt
    assert len(rows(db)) == 1


def test_of_an_attempt_only_the_highest_revision_stands(db):
    house, first = House(db), an_outcome(result=Result.SILENT, reason="not_back")
    last = msgspec.structs.replace(first, result=Result.DONE, reason="", revision=3)
    late = msgspec.structs.replace(first, result=Result.OFFERED, revision=2)
    assert {one.status for one in house.tell(first, last, late)} == {Status.APPLIED}
    assert [(row["result"], row["revision"]) for row in rows(db)] == [("done", 3)]


def test_nobody_changes_anothers_attempt(db):
    said = an_outcome()
    House(db).tell(said)
    other = msgspec.structs.replace(said, home=pseudonym("ben"), revision=9)
    assert House(db, "ben").tell(other)[0].code == "id_taken"


def test_nothing_kept_tells_who_sent_it_or_at_what_hour(db):
    House(db, "anna-the-member").tell(an_outcome(), now=NOW + 4321)
    (kept,) = rows(db)
    assert not [value for value in kept.values() if "anna" in str(value)]
    assert kept["day"] == int(NOW // 86400)
    (sent,) = db.execute(sa.select(op)).mappings()
    assert sent["received"] % 86400 == 0
    assert not {sent["op_id"], sent["outbox_id"]} & {str(value) for value in kept.values()}


def test_rows_are_not_in_the_order_in_which_they_came(db):
    """SQLite would number them otherwise, beside the operations that have a member."""
    if db.dialect.name != "sqlite":
        pytest.skip("PostgreSQL: tests/hub/test_upkeep.py")
    with pytest.raises(sa.exc.OperationalError, match="rowid"):
        db.execute(sa.text("SELECT rowid FROM outcome"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"v": 2},
        {"attempt": "x"},
        {"home": "Anna's home"},
        {"device": "k1"},
        {"week": "2026-W60"},
        {"week": "2026-W49"},  # not before next week
        {"target": "../../etc passwd"},
        {"sha256": "A" * 64},
        {"model": "m" * 65},
        {"reason": "it burns!"},
        {"number": 0},
        {"revision": 10_000},
        {"result": "great"},
        {"took": {"transfer": -1}},
        {"room": "Bedroom"},
    ],
)
def test_what_is_not_as_it_should_be_is_refused_and_stops_nothing_behind_it(db, wrong):
    body = {**msgspec.to_builtins(an_outcome()), **wrong}
    results = House(db).tell(msgspec.json.encode(body), an_outcome())
    assert [(one.status, one.code) for one in results] == [
        (Status.REJECTED, "invalid_op"),
        (Status.APPLIED, ""),
    ]


def test_next_weeks_outcomes_may_come_early(db):
    assert House(db).tell(an_outcome(week="2026-W48"))[0].code == ""


def test_a_hub_from_before_outcomes_refuses_them_and_takes_what_is_behind(db, monkeypatch):
    monkeypatch.delitem(intake.EFFECTS, OpKind.OUTCOME)
    house = House(db)
    refused = house.tell(an_outcome())
    (behind,) = house.tell(b"{}", kind=OpKind.VOID)
    assert (refused[0].status, behind.status) == (Status.REJECTED, Status.APPLIED)


def test_a_house_that_tells_too_much_in_a_day_is_refused_until_the_next(db, monkeypatch):
    monkeypatch.setattr(outcomes, "_A_DAY", 2)
    house = House(db)
    codes = [one.code for one in house.tell(*(an_outcome(n) for n in range(3)))]
    assert codes == ["", "", "too_many_outcomes"]
    assert house.tell(an_outcome(9), now=NOW + 86400)[0].code == ""


def test_devices_count_once_by_the_last_word_on_their_last_attempt(db):
    House(db).tell(
        an_outcome(1, result=Result.FAILED, reason="stalled"),
        an_outcome(1, result=Result.DONE, number=2),
        an_outcome(2, result=Result.ROLLED_BACK, reason="old_version"),
        an_outcome(3, result=Result.OFFERED),
        an_outcome(4, result=Result.CANCELLED, reason="by_user"),
        an_outcome(5, result=Result.UNWELL, reason="unwell"),
        an_outcome(6, result=Result.SILENT, reason="not_back"),
        an_outcome(7, result=Result.SILENT, reason="no_answer"),
    )
    found = the(db)
    assert (found.offered, found.attempted, found.healthy, found.failed) == (6, 5, 1, 4)
    assert (found.dead, found.devices(Result.SILENT), found.devices(Result.CANCELLED)) == (1, 2, 1)


def test_the_makers_own_homes_are_kept_and_not_counted(db):
    House(db, "lab", lab=True).tell(an_outcome(1, home="lab", result=Result.FAILED))
    House(db).tell(an_outcome())
    assert (len(rows(db)), the(db).attempted, the(db).failed) == (2, 1, 0)


def test_an_older_week_is_another_release(db):
    House(db).tell(an_outcome(week="2026-W46", result=Result.FAILED), an_outcome())
    assert outcomes.weeks(db, 9) == [WEEK, "2026-W46"]
    assert the(db).failed == 0


def test_failures_that_are_known_not_to_be_of_it_are_left_out_of_both_numbers(db):
    House(db).tell(
        an_outcome(1, result=Result.FAILED, reason="battery_died"), an_outcome(2), an_outcome(3)
    )
    known = {(WEEK, "acme", "lamp"): {"battery_died"}}
    (found,) = outcomes.releases(db, [WEEK], known)
    assert (found.attempted, found.failed, found.ended[-1].known) == (2, 0, True)


def test_failures_of_one_home_are_told_apart_from_those_of_many(db):
    House(db).tell(*(an_outcome(n, home=1, result=Result.FAILED) for n in range(3)))
    House(db, "ben").tell(an_outcome(1, home=2))
    assert (the(db).failed, the(db).homes, the(db).homes_failed) == (3, 2, 1)


def test_fewer_homes_than_five_are_not_public(db):
    for n in range(4):
        House(db, f"m{n}").tell(an_outcome(home=n))
    assert outcomes.public(db, least_homes=5) == ()
    House(db, "fifth").tell(an_outcome(home=4, result=Result.FAILED, reason="device_failed"))
    (numbers,) = outcomes.public(db, least_homes=5)
    assert (numbers.homes, numbers.attempted, numbers.failed) == (5, 5, 1)
    assert 0 < numbers.low < 0.2 < numbers.high


def test_public_numbers_name_no_model_and_no_reason():
    assert not {"vendor", "model", "reason"} & set(wire_outcomes.Numbers.__struct_fields__)


def test_two_homes_of_one_member_do_not_make_five(db):
    """Homes are counted by their names, devices do not make more of them."""
    House(db).tell(*(an_outcome(n, home=1) for n in range(9)))
    assert the(db).homes == 1
