from __future__ import annotations

import base64

import pytest

from feedback.wire_accounts import JoinWaiting, MemberAnswer, WaitingAnswer, WaitingList
from hub import accounts_jobs, jobs, seating
from hub.seating import Waiting
from tests.hub.asking import AskedHub, Home
from tests.hub.running import UNLIMITED

DAY = 86_400.0


@pytest.fixture
def two_seats(tmp_path, database):
    said = [f"limits.{name}=1000000" for name in UNLIMITED]
    said += ["seats.seats=2", 'seats.needed_models=["LOCK-9"]']
    made = AskedHub(tmp_path, database, tuple(said))
    yield made
    made.close()


def later(asked: AskedHub, days: float) -> None:
    asked.now += days * DAY
    jobs.tick(asked.hub, asked.now, accounts_jobs.JOBS)


def member(home: Home):
    return home.ask("GET", "/v1/member").read(MemberAnswer).member


def seat_of(asked: AskedHub, home: Home):
    with asked.hub.store.read() as db:
        query = seating.seat.select().where(seating.seat.c.member_id == home.member_id)
        return db.execute(query).mappings().one()


def wait(home: Home, *models: str):
    return home.ask("POST", "/v1/waiting", JoinWaiting(public_key=home.public, models=models))


def test_after_sixty_silent_days_there_is_a_notice_and_after_seventy_four_the_seat_is_free(asked):
    home = asked.home()
    later(asked, 59)
    assert seat_of(asked, home)["noticed"] is None
    later(asked, 1)
    assert seat_of(asked, home)["noticed"] == asked.now
    later(asked, 13)
    assert seat_of(asked, home)["returned"] is None
    later(asked, 1)
    assert seat_of(asked, home)["returned"] == asked.now


def test_a_hub_that_was_off_for_a_year_comes_to_the_same(asked):
    home = asked.home()
    later(asked, 365)
    assert seat_of(asked, home)["returned"] is not None


def test_whoever_comes_back_has_the_seat_again_at_once(asked):
    home = asked.home()
    later(asked, 80)
    back = member(home)
    assert (back.noticed, back.seat_returned) == (None, None)


def test_coming_back_restores_the_seat_even_where_none_is_free(two_seats):
    away = two_seats.home("away")
    later(two_seats, 80)
    others = [two_seats.home(name) for name in ("bo", "carl")]
    assert member(away).seat_returned is None
    assert all(member(home).seat_returned is None for home in others)


def test_without_a_free_seat_a_code_is_refused_and_stays_good(two_seats):
    homes = [two_seats.home(name) for name in ("anna", "bo")]
    code, late = two_seats.invite(), Home(two_seats, "carl")
    assert late.enrol(code).code == "no_seat"
    assert homes[0].ask("POST", "/v1/member/leave").status == 200
    assert late.enrol(code).status == 200


def test_a_desktop_of_a_household_needs_no_seat(two_seats):
    for name in ("anna", "bo"):
        home = two_seats.home(name)
    said = two_seats.staff().ask("POST", f"members/{home.member_id}/code")
    assert Home(two_seats, "second").enrol(said.json["code"]).status == 200


def test_leaving_frees_the_seat_and_joining_again_with_the_same_key_needs_no_code(two_seats):
    home = two_seats.home()
    home.ask("POST", "/v1/member/leave")
    with two_seats.hub.store.read() as db:
        assert seating.free(db, 2) == 2
    assert home.enrol(two_seats.invite()).json["member_id"] == home.member_id
    assert member(home).left is None


def test_the_order_is_needed_model_then_medals_then_time():
    those = [
        Waiting(key_id="late", models=(), medals=0, made=2.0),
        Waiting(key_id="early", models=(), medals=0, made=1.0),
        Waiting(key_id="medal", models=("x",), medals=1, made=3.0),
        Waiting(key_id="rare", models=("x", "lock-9"), medals=0, made=4.0),
    ]
    order = [one.key_id for one in seating.ordered(those, ["LOCK-9"])]
    assert order == ["rare", "medal", "early", "late"]


def test_who_waits_is_called_when_a_seat_is_free_and_joins_by_the_code_it_is_given(two_seats):
    homes = [two_seats.home(name) for name in ("anna", "bo")]
    first, needed = Home(two_seats, "carl"), Home(two_seats, "dora")
    assert wait(first).read(WaitingAnswer).place == 1
    two_seats.now += 60
    assert wait(needed, "LOCK-9").read(WaitingAnswer).place == 1
    assert wait(first).read(WaitingAnswer).place == 2
    homes[0].ask("POST", "/v1/member/leave")
    later(two_seats, 0.1)
    called = wait(needed, "LOCK-9").read(WaitingAnswer)
    assert (called.place, called.until) == (0, two_seats.now + 14 * DAY)
    assert not wait(first).read(WaitingAnswer).code
    assert Home(two_seats, "thief").enrol(two_seats.invite()).code == "no_seat"
    assert needed.enrol(called.code).status == 200
    listed = two_seats.staff().ask("GET", "waiting").read(WaitingList)
    assert (listed.free, [one.place for one in listed.waiting]) == (0, [1])


def test_a_seat_is_kept_for_two_weeks_for_whoever_was_called(two_seats):
    for name in ("anna", "bo"):
        home = two_seats.home(name)
    slow, next_one = Home(two_seats, "carl"), Home(two_seats, "dora")
    wait(slow)
    two_seats.now += 1
    wait(next_one)
    home.ask("POST", "/v1/member/leave")
    later(two_seats, 0.1)
    late_code = wait(slow).json["code"]
    later(two_seats, 15)
    assert wait(next_one).json["code"]
    assert slow.enrol(late_code).code == "code_expired"


def test_without_a_number_of_seats_nobody_is_called(asked):
    home = Home(asked)
    wait(home)
    later(asked, 1)
    assert wait(home).read(WaitingAnswer) == WaitingAnswer(place=1, of=1)


def test_nobody_is_put_on_the_list_by_somebody_else(asked):
    home, other = Home(asked), Home(asked)
    asked_for = JoinWaiting(public_key=other.public, models=())
    said = home.ask("POST", "/v1/waiting", asked_for)
    assert (said.status, said.code) == (401, "bad_signature")
    assert base64.b64decode(other.public)
