"""Who belongs to a household, and the rules by which that changes."""

import pytest

from fleet import members
from fleet.errors import CommandError
from fleet.members import GIVEN, MAY, Member, Right, Role

ANA = Member(id="a", name="Ana", role=Role.OWNER)
BO = Member(id="b", name="Bo", role=Role.ADMIN)
CHEN = Member(id="c", name="Chen", role=Role.MEMBER)
DAN = Member(id="d", name="Dan", role=Role.CHILD)
HOME = {one.id: one for one in (ANA, BO, CHEN, DAN)}


def refused(code, change, *given, **said):
    with pytest.raises(CommandError, match=code):
        change(*given, **said)


def test_each_role_may_what_the_one_below_may():
    for above, below in ((Role.OWNER, Role.ADMIN), (Role.ADMIN, Role.MEMBER)):
        assert MAY[above] > MAY[below]
    assert MAY[Role.MEMBER] > MAY[Role.CHILD] > MAY[Role.ELDER] > MAY[Role.NOBODY]


def test_an_owner_may_everything():
    assert MAY[Role.OWNER] == frozenset(Right)


def test_a_child_switches_and_reports_and_sees_no_messages():
    assert MAY[Role.CHILD] == {
        Right.LOOK,
        Right.SELF,
        Right.CLAIM,
        Right.REPORT,
        Right.SWITCH,
    }


def test_an_elder_reports_and_changes_nothing():
    assert MAY[Role.ELDER] == {Right.LOOK, Right.SELF, Right.CLAIM, Right.REPORT}


def test_those_who_may_the_least_beside_it_are_asked_first():
    assert members.who_may(Right.UPDATE, HOME.values()) == ("Chen", "Bo", "Ana")
    assert members.who_may(Right.HEIRS, HOME.values()) == ("Ana",)


def test_the_first_member_is_an_owner():
    refused("member_first_owner", members.added, {}, CHEN, by=None)
    assert members.added({}, ANA, by=None) == {"a": ANA}


def test_a_name_is_taken_once_however_it_is_written():
    twin = Member(id="e", name="  aNA ", role=Role.CHILD)
    refused("member_name_taken", members.added, HOME, twin, by=ANA)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x07b"])
def test_a_name_that_is_none_is_refused(name):
    refused("member_name_bad", members.renamed, HOME, "c", name, by=ANA)


def test_spaces_of_a_name_are_put_in_order():
    assert members.renamed(HOME, "c", " Chen   Li ", by=ANA)["c"].name == "Chen Li"


def test_no_home_has_fifty_one():
    many = {str(n): Member(id=str(n), name=f"M{n}", role=Role.OWNER) for n in range(50)}
    refused("members_too_many", members.added, many, CHEN, by=None)


@pytest.mark.parametrize("role", [role for role in GIVEN if role is not Role.OWNER])
def test_the_last_owner_cannot_step_down(role):
    refused("member_last_owner", members.with_role, HOME, "a", role, by=ANA)


def test_the_last_owner_cannot_go_while_others_are_there():
    refused("member_last_owner", members.without, HOME, "a", by=ANA)


def test_the_only_member_can_go_and_the_home_knows_its_owner_again():
    assert members.without({"a": ANA}, "a", by=ANA) == {}


def test_one_of_two_owners_can_go():
    two = {**HOME, "b": Member(id="b", name="Bo", role=Role.OWNER)}
    assert "a" not in members.without(two, "a", by=two["b"])


@pytest.mark.parametrize(
    ("change", "given"),
    [
        (members.with_role, ("c", Role.OWNER)),
        (members.with_role, ("c", Role.ADMIN)),
        (members.with_role, ("a", Role.CHILD)),
        (members.with_pin, ("a", "hash")),
        (members.renamed, ("a", "Nobody")),
        (members.without, ("a",)),
        (members.added, (Member(id="e", name="Eve", role=Role.ADMIN),)),
    ],
)
def test_an_admin_touches_no_owner_or_admin(change, given):
    refused("member_above", change, HOME, *given, by=BO)


def test_an_admin_changes_his_own_pin_and_name():
    assert members.with_pin(HOME, "b", "hash", by=BO)["b"].pin == "hash"
    assert members.renamed(HOME, "b", "Bob", by=BO)["b"].name == "Bob"


def test_an_admin_changes_the_others():
    assert members.with_role(HOME, "d", Role.MEMBER, by=BO)["d"].role is Role.MEMBER
    assert "c" not in members.without(HOME, "c", by=BO)


def test_a_member_is_found_by_id_and_by_name():
    assert members.found(HOME, "c") == members.found(HOME, " cHEN ") == CHEN
    refused("no_such_member", members.found, HOME, "Eve")
