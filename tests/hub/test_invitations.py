from __future__ import annotations

import threading
import uuid

import pytest

from feedback import invitation as code_of
from feedback.wire import HubError
from feedback.wire_accounts import (
    CodeKind,
    CodesShown,
    InvitationsShown,
    MakeCode,
    MakeInvitations,
    MemberAnswer,
    RevokeInvitations,
)
from hub import invitations, members
from hub.invitations import Wanted
from tests.hub.asking import Home

YEAR = 365 * 86_400


def gift(home: Home, kind: CodeKind = CodeKind.GIFT) -> tuple[str, object]:
    code = code_of.make()
    asked = MakeCode(id=str(uuid.uuid4()), code=code_of.read(code), kind=kind)
    return code, home.ask("POST", "/v1/member/codes", asked)


def test_of_two_computers_with_one_code_at_the_same_moment_exactly_one_joins(store):
    secret = store.secret()
    code = store.run(lambda db: members.invite(db, secret, now=1.0))
    start, won = threading.Barrier(8), []

    def join(n: int) -> None:
        start.wait()
        try:
            store.run(lambda db: invitations.use(db, secret, code, f"key {n}", now=2.0))
            won.append(n)
        except HubError as error:
            assert error.code == "code_used"  # noqa: PT017 - in a thread

    threads = [threading.Thread(target=join, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as db:
        row = db.execute(invitations.invitation.select()).mappings().one()
    assert [f"key {n}" for n in won] == [row["used_by"]]


def test_a_batch_is_made_for_a_ring_and_models_and_shown_once(asked):
    lin = asked.staff("Lin")
    wish = MakeInvitations(count=3, batch="spring", ring=1, models=("LAMP-1",), days=7)
    made = lin.ask("POST", "invitations", wish).read(CodesShown)
    assert len({each.code for each in made.codes}) == 3
    listed = lin.ask("GET", "invitations?batch=spring").read(InvitationsShown).invitations
    assert {(one.ring, one.models, one.issuer, one.state) for one in listed} == {
        (1, ("LAMP-1",), "Lin", "active")
    }
    home = asked.home(code=made.codes[0].code)
    shown = home.ask("GET", "/v1/member").read(MemberAnswer).member
    assert (shown.ring, shown.models) == (1, ("LAMP-1",))


def test_a_code_taken_back_opens_nothing_and_turns_nobody_out(asked):
    lin = asked.staff("Lin")
    wish = MakeInvitations(count=2, batch="spring")
    used, unused = lin.ask("POST", "invitations", wish).read(CodesShown).codes
    home = asked.home(code=used.code)
    said = lin.ask("POST", "invitations/revoke", RevokeInvitations(batch="spring"))
    assert said.json == {"count": 1}
    late = Home(asked).enrol(unused.code)
    assert (late.status, late.code) == (410, "code_revoked")
    assert home.ask("GET", "/v1/member").status == 200
    states = [one["state"] for one in lin.ask("GET", "invitations").json["invitations"]]
    assert sorted(states) == ["revoked", "used"]


def test_nothing_tells_who_used_a_code(asked):
    home = asked.home()
    said = asked.staff().ask("GET", "invitations").body.decode()
    assert home.member_id not in said
    assert home.key_id not in said


def test_a_used_code_is_refused_without_saying_by_whom(asked):
    code = asked.invite()
    first = asked.home("anna", code)
    said = Home(asked, "bo").enrol(code)
    assert (said.status, said.code) == (409, "code_used")
    assert first.member_id not in said.body.decode()
    assert "anna" not in said.body.decode()


def test_a_member_gives_two_invitations_a_year(asked):
    home = asked.home()
    assert [gift(home)[1].status for _ in range(3)] == [200, 200, 409]
    assert gift(home)[1].code == "no_gift_left"
    assert home.ask("GET", "/v1/member").json["gifts_left"] == 0
    asked.now += YEAR + 1
    assert home.ask("GET", "/v1/member").json["gifts_left"] == 2


def test_a_gift_asked_for_twice_is_one(asked):
    home = asked.home()
    wish = MakeCode(id=str(uuid.uuid4()), code=code_of.read(code_of.make()), kind=CodeKind.GIFT)
    first, again = (home.ask("POST", "/v1/member/codes", wish) for _ in range(2))
    assert first.json == again.json
    assert home.ask("GET", "/v1/member").json["gifts_left"] == 1


def test_an_inviter_sees_how_many_joined_and_nothing_else(asked):
    anna = asked.home("anna")
    bo = asked.home("bo", gift(anna)[0])
    asked.home("carl", gift(bo)[0])
    gift(anna)
    answer = anna.ask("GET", "/v1/member")
    assert answer.json["member"]["invited"] == {"made": 2, "joined": 1, "below": 1}
    assert "bo" not in answer.body.decode()


def test_a_second_desktop_joins_the_household_by_a_code_of_the_first(asked):
    first = asked.home("anna")
    code, said = gift(first, CodeKind.DESK)
    assert said.status == 200
    second = Home(asked, "whatever")
    assert second.enrol(code).json["name"] == "anna"
    assert second.member_id == first.member_id
    shown = first.ask("GET", "/v1/member").read(MemberAnswer)
    assert {each.id for each in shown.member.keys} == {first.key_id, second.key_id}
    assert shown.gifts_left == 2


def test_a_code_for_a_desktop_lasts_a_day(asked):
    code, _ = gift(asked.home(), CodeKind.DESK)
    asked.now += 86_401
    assert Home(asked).enrol(code).code == "code_expired"


def test_a_code_of_somebody_elses_making_is_not_taken_over(asked):
    anna, bo = asked.home("anna"), asked.home("bo")
    wish = MakeCode(id=str(uuid.uuid4()), code=code_of.read(code_of.make()), kind=CodeKind.DESK)
    assert anna.ask("POST", "/v1/member/codes", wish).status == 200
    assert bo.ask("POST", "/v1/member/codes", wish).code == "id_taken"


@pytest.mark.parametrize(
    "wanted",
    [Wanted(ring=5), Wanted(lasts=0), Wanted(batch="x" * 61), Wanted(models=("m",) * 65)],
)
def test_an_invitation_that_makes_no_sense_is_refused(store, wanted):
    with store.write() as db, pytest.raises(HubError, match="invalid_op"):
        invitations.make(db, b"s", wanted, now=1.0)
