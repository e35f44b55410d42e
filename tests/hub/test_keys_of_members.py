"""Keys of a household: a new one in place of the old, a lost one, a stolen one."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from feedback.wire_accounts import REKEY, Rekey, WhoseKeys
from tests.hub.asking import Home


def rekeyed(home: Home, new: Ed25519PrivateKey, signer: Ed25519PrivateKey | None = None):
    proof = (signer or new).sign(REKEY + home.key_id.encode())
    return home.ask(
        "POST",
        "/v1/member/rekey",
        Rekey(
            public_key=base64.b64encode(new.public_key().public_bytes_raw()).decode(),
            proof=base64.b64encode(proof).decode(),
        ),
    )


def test_the_old_key_ends_when_the_new_one_is_first_used(asked):
    home, old = asked.home(), None
    new, old = Ed25519PrivateKey.generate(), home.key
    assert rekeyed(home, new).status == 200
    assert home.ask("GET", "/v1/member").status == 200
    home.key = new
    assert home.ask("GET", "/v1/member").status == 200
    home.key = old
    said = home.ask("GET", "/v1/member")
    assert (said.status, said.code) == (401, "key_revoked")


def test_an_answer_that_was_lost_is_given_again(asked):
    home, new = asked.home(), Ed25519PrivateKey.generate()
    assert rekeyed(home, new).json["id"] == rekeyed(home, new).json["id"]


def test_a_key_that_somebody_does_not_have_is_not_taken(asked):
    home = asked.home()
    said = rekeyed(home, Ed25519PrivateKey.generate(), signer=home.key)
    assert (said.status, said.code) == (401, "bad_signature")


def test_a_key_of_another_household_is_not_taken(asked):
    anna, bo = asked.home("anna"), asked.home("bo")
    assert rekeyed(anna, bo.key).code == "invalid_op"


def test_who_lost_the_key_gets_a_code_of_staff_and_is_the_same_member(asked):
    home, lin = asked.home(), asked.staff("Lin")
    code = lin.ask("POST", f"members/{home.member_id}/code").json["code"]
    new = Home(asked, "anna again")
    assert new.enrol(code).json["member_id"] == home.member_id


def test_a_stolen_desktop_is_shut_out_and_the_other_goes_on(asked):
    home, lin = asked.home(), asked.staff("Lin")
    code = lin.ask("POST", f"members/{home.member_id}/code").json["code"]
    other = Home(asked)
    other.enrol(code)
    said = lin.ask("POST", f"members/{home.member_id}/revoke", WhoseKeys(key=home.key_id))
    assert said.json == {"count": 1}
    assert home.ask("GET", "/v1/member").code == "key_revoked"
    assert other.ask("GET", "/v1/member").status == 200
    assert home.enrol(asked.invite()).code == "key_revoked"


def test_stewards_find_a_member_by_its_name(asked):
    home, lin = asked.home("Anna B."), asked.staff("Lin")
    asked.home("Bo")
    found = lin.ask("GET", "members?name=anna").json["members"]
    assert [(one["id"], one["keys"], one["reports"]) for one in found] == [(home.member_id, 1, 0)]
    lin.ask("POST", f"members/{home.member_id}/name", b'{"name":"A"}')
    assert lin.ask("GET", f"members/{home.member_id}").json["name"] == "A"
    assert lin.ask("GET", "members/nobody").code == "member_unknown"
