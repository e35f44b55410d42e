from __future__ import annotations

import base64

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from feedback.wire import EnrolRequest, HubError
from hub import members, sessions
from hub.tables import invitation, member, staff

NOW = 1_795_000_000.0
SECRET = b"s" * 32


@pytest.fixture
def db(store):
    with store.write() as connection:
        yield connection


def request(code: str, public: bytes | None = None, name: str = "anna") -> EnrolRequest:
    raw = public or Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    return EnrolRequest(v=1, code=code, name=name, public_key=base64.b64encode(raw).decode())


def test_a_code_makes_a_member_once(db):
    code = members.invite(db, SECRET, now=NOW)
    members.enrol(db, SECRET, request(code), now=NOW)
    with pytest.raises(HubError, match="code_used"):
        members.enrol(db, SECRET, request(code), now=NOW)


def test_a_code_can_be_typed_carelessly(db):
    code = members.invite(db, SECRET, now=NOW)
    typed = " " + code.lower().replace("-", " ") + " "
    assert members.enrol(db, SECRET, request(typed), now=NOW).name == "anna"


def test_the_same_key_asking_again_gets_the_same_membership(db):
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    asked = request(members.invite(db, SECRET, now=NOW), public)
    first = members.enrol(db, SECRET, asked, now=NOW)
    assert members.enrol(db, SECRET, asked, now=NOW) == first
    assert db.execute(sa.select(sa.func.count()).select_from(member)).scalar() == 1


def test_an_expired_code_is_refused(db):
    code = members.invite(db, SECRET, now=NOW, lasts=60)
    with pytest.raises(HubError, match="code_expired"):
        members.enrol(db, SECRET, request(code), now=NOW + 61)


def test_a_code_of_another_hub_is_unknown(db):
    code = members.invite(db, b"other" * 8, now=NOW)
    with pytest.raises(HubError, match="code_unknown"):
        members.enrol(db, SECRET, request(code), now=NOW)


def test_a_refused_name_leaves_the_code_usable(db):
    code = members.invite(db, SECRET, now=NOW)
    with pytest.raises(HubError, match="invalid_op"):
        members.enrol(db, SECRET, request(code, name="  "), now=NOW)
    assert members.enrol(db, SECRET, request(code), now=NOW)


def test_neither_code_nor_token_stands_in_the_database(db):
    code, token = members.invite(db, SECRET, now=NOW), members.add_staff(db, "Lin", now=NOW)
    kept = [
        str(value)
        for table in (invitation, staff)
        for row in db.execute(sa.select(table))
        for value in row
    ]
    assert kept
    assert not any(code[3:].replace("-", "") in value or token in value for value in kept)


def test_a_new_token_ends_the_former_one(db):
    first, second = (members.add_staff(db, "Lin", now=NOW) for _ in range(2))
    assert sessions.person_of(db, second, now=NOW, writes=True).name == "Lin"
    with pytest.raises(HubError, match="not_staff"):
        sessions.person_of(db, first, now=NOW, writes=True)


def test_a_nonce_is_taken_once_for_each_key(db):
    members.remember(db, "k1", "n", now=NOW)
    members.remember(db, "k2", "n", now=NOW)
    with pytest.raises(HubError, match="replayed"):
        members.remember(db, "k1", "n", now=NOW + 1)
