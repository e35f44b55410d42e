"""Every role at every endpoint: what the matrix does not give is refused."""

from __future__ import annotations

import re

import msgspec
import pytest
import sqlalchemy as sa

from feedback.wire import HubError
from hub import audit, rights
from hub.http import Endpoint, Who
from hub.rights import ROLES, Right
from hub.routes import ENDPOINTS
from hub.tables import audit as audit_rows
from tests.hub.asking import AskedHub, Said
from tests.hub.bodies import smallest
from tests.hub.running import UNLIMITED

AN_ID = "8a4f2a52-3a34-4c9f-9a3e-0c58b2d8a001"
STAFF = [one for one in ENDPOINTS if isinstance(one.who, Right)]
SIGNED = [one for one in ENDPOINTS if one.who is Who.MEMBER]
CELLS = [(role, one) for one in STAFF for role in ("nobody", *ROLES)]


def called(one: Endpoint) -> str:
    return f"{one.method} {one.path}"


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    said = tuple(f"limits.{name}=1000000" for name in UNLIMITED)
    made = AskedHub(tmp_path_factory.mktemp("hub"), "", said)
    yield made
    made.close()


@pytest.fixture(scope="module")
def people(at):
    roles = {role: at.staff(role, role) for role in ROLES}
    return {**roles, "nobody": at.staff("nobody", "")}


def path_of(one: Endpoint) -> str:
    path = re.sub(r"{week}", "2026-W49", one.path)
    return re.sub(r"{\w+(:\w+)?}", AN_ID, path)


def body_of(one: Endpoint) -> bytes:
    if one.asks is None or one.asks is bytes:
        return b""
    return msgspec.json.encode(smallest(one.asks))


def ask(person, one: Endpoint) -> Said:
    return person.ask(one.method, path_of(one).removeprefix("/v1/staff/"), body_of(one))


def test_the_matrix_has_more_than_two_hundred_cells():
    assert len(CELLS) >= 200


@pytest.mark.parametrize(
    ("role", "one"), CELLS, ids=[f"{role} {called(one)}" for role, one in CELLS]
)
def test_a_role_may_what_the_matrix_says_and_nothing_else(people, role, one):
    said = ask(people[role], one)
    if one.who in ROLES.get(role, ()):
        assert said.code not in {"right_missing", "not_staff"} if said.status >= 400 else True
        assert said.status < 500, said.body
    else:
        assert (said.status, said.code) == (403, "right_missing")


@pytest.mark.parametrize("one", STAFF, ids=called)
def test_nothing_of_staff_is_open_to_strangers(at, one):
    said = at.ask(one.method, path_of(one), body_of(one))
    assert (said.status, said.code) == (401, "not_staff")


@pytest.mark.parametrize("one", SIGNED, ids=called)
def test_what_is_for_members_takes_no_token_not_even_of_somebody_with_all_roles(at, one):
    token = at.staff("All").token
    said = at.ask(one.method, path_of(one), body_of(one), {"authorization": f"Bearer {token}"})
    assert (said.status, said.code) == (401, "bad_signature")


@pytest.mark.parametrize("one", [one for one in STAFF if one.method != "GET"], ids=called)
def test_whoever_changes_something_stands_in_the_audit(at, one):
    """By the way in, not by each room: so a new endpoint cannot forget it."""
    person = at.staff("Auditee")
    with at.hub.store.read() as db:
        before = db.execute(sa.select(sa.func.max(audit_rows.c.n))).scalar() or 0
    said = ask(person, one)
    with at.hub.store.read() as db:
        rows = db.execute(sa.select(audit_rows).where(audit_rows.c.n > before)).mappings().all()
        assert audit.verify(db) == []
    if said.status == 200:
        assert {row["staff"] for row in rows} == {"Auditee"}
    else:
        assert rows == []


def test_an_endpoint_of_staff_that_notes_nothing_is_noted_all_the_same(at):
    from hub import http  # noqa: PLC0415 - its inside

    one = Endpoint(
        method="POST", path="/v1/staff/things/{id}/paint", work=lambda _call: None,
        who=Right.READ, summary="",
    )  # fmt: skip
    with at.hub.store.write() as db:
        call = http.Call(
            hub=at.hub, db=db, said=None, now=at.now, path={"id": "t1"}, query={}, headers={},
            address="", signed_by=lambda _: None, staff="Forgetful",
        )  # fmt: skip
        http._audited(one, call)
    with at.hub.store.read() as db:
        (entry,) = audit.entries(db, staff="Forgetful")
    assert (entry[1].action, entry[1].subject) == ("POST things/{id}/paint", "t1")


def test_no_endpoint_of_staff_writes_outside_the_audited_transaction():
    assert not [called(one) for one in STAFF if one.own]


def test_a_role_that_nobody_knows_is_refused_and_gives_nothing():
    with pytest.raises(HubError, match="staff_role_unknown"):
        rights.checked(["king"])
    assert not any(rights.may("king", right) for right in Right)
    assert rights.checked(["triager", "reader", "triager"]) == "reader triager"


@pytest.mark.parametrize("role", ["key_holder", "committee_rep"])
def test_who_signs_offline_or_sits_on_a_committee_sees_no_reports(role):
    assert ROLES[role] == frozenset()


def test_nobody_but_stewards_gets_at_people():
    assert [role for role in ROLES if Right.STEWARD in ROLES[role]] == ["steward"]
    assert not ROLES["steward"] & {Right.AWARD, Right.AWARD_MORE, Right.RELEASE}
