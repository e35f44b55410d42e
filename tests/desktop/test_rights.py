"""Every command people can send needs a right, and what each role may is written down here."""

import pytest

from desktop import members_commands as members
from desktop import rights, wire
from desktop.commands import Act
from fleet.capability import Capability, Deed, Feature
from fleet.members import GIVEN, MAY, Right, Role
from fleet.model import Device

MATRIX = """
                owner admin member child elder nobody
look            yes   yes   yes    yes   yes   yes
self            yes   yes   yes    yes   yes   yes
claim           yes   yes   yes    yes   yes   yes
report          yes   yes   yes    yes   yes   -
switch          yes   yes   yes    yes   -     -
risky           yes   yes   yes    -     -     -
arrange         yes   yes   yes    -     -     -
update          yes   yes   yes    -     -     -
messages        yes   yes   yes    -     -     -
voice           yes   yes   yes    -     -     -
looks           yes   yes   yes    -     -     -
forget          yes   yes   -      -     -     -
send            yes   yes   -      -     -     -
policy          yes   yes   -      -     -     -
makers          yes   yes   -      -     -     -
brokers         yes   yes   -      -     -     -
hub             yes   yes   -      -     -     -
staff           yes   yes   -      -     -     -
members         yes   yes   -      -     -     -
export          yes   yes   -      -     -     -
heirs           yes   -     -      -     -     -
import          yes   -     -      -     -     -
"""
HEAD, *ROWS = MATRIX.strip("\n").splitlines()
EXPECTED = {
    (Right(right), Role(role)): word == "yes"
    for right, *words in (row.split() for row in ROWS)
    for role, word in zip(HEAD.split(), words, strict=True)
}


def test_the_matrix_is_the_whole_of_it():
    assert set(EXPECTED) == {(right, role) for right in Right for role in Role}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_what_the_matrix_says(role):
    assert MAY[role] == {right for right in Right if EXPECTED[right, role]}


@pytest.mark.parametrize("kind", wire.COMMANDS, ids=lambda kind: kind.__name__)
def test_every_command_people_can_send_has_its_right(kind):
    assert kind in rights.NEEDS, "give it a row in desktop/rights.py"


def test_what_has_no_row_is_for_admins():
    right = rights.needed(object(), {}, "")
    assert [role for role in Role if right in MAY[role]] == [Role.OWNER, Role.ADMIN]


def test_no_row_stands_twice():
    rows = [kind for kinds in rights._ROWS.values() for kind in kinds]
    assert len(rows) == len(set(rows))


def device(capability, kind=""):
    feature = Feature(capability=capability, dialect="plain", settable=True)
    return {"k": Device(key="k", name="K", kind=kind, features={"f": feature})}


ACT = Act(device="k", feature="f", value=True)


@pytest.mark.parametrize(
    ("capability", "kind"),
    [
        (Capability.ON_OFF, "plug"),
        (Capability.ON_OFF, ""),
        (Capability.LEVEL, "light"),
        (Capability.COLOUR, "light"),
        (Capability.COLOUR_TEMPERATURE, ""),
        (Capability.MODE, "light"),
    ],
)
def test_a_light_or_plug_is_harmless(capability, kind):
    assert rights.needed(ACT, device(capability, kind), "") is Right.SWITCH


@pytest.mark.parametrize(
    ("deed", "right"), [(Deed.IDENTIFY, Right.SWITCH), (Deed.RESTART, Right.RISKY)]
)
def test_showing_where_it_is_is_harmless_and_restarting_is_not(deed, right):
    button = Feature(capability=Capability.BUTTON, dialect="plain", settable=True, deed=deed)
    lock = Device(key="k", name="K", kind="lock", features={"f": button})
    assert rights.needed(ACT, {"k": lock}, "") is right


@pytest.mark.parametrize(
    ("capability", "kind"),
    [
        (Capability.LOCK, ""),
        (Capability.COVER, ""),
        (Capability.POSITION, "cover"),
        (Capability.TARGET_TEMPERATURE, ""),
        (Capability.MODE, "climate"),
        (Capability.MODE, ""),
        (Capability.BUTTON, ""),
        (Capability.TEXT, ""),
        (Capability.ON_OFF, "lock"),
        (Capability.ON_OFF, "Garage"),
        (Capability.ON_OFF, "gateway"),  # letting new devices join
        (Capability.LEVEL, "valve"),
    ],
)
def test_what_lets_somebody_in_or_freezes_them_is_risky(capability, kind):
    assert rights.needed(ACT, device(capability, kind), "") is Right.RISKY


def test_what_is_not_known_is_risky():
    assert rights.needed(ACT, {}, "") is Right.RISKY
    assert rights.needed(Act(device="k", feature="?"), device(Capability.ON_OFF), "") is Right.RISKY


def test_ones_own_pin_is_ones_own_and_that_of_others_is_not():
    assert rights.needed(members.SetPin(member="a"), {}, "a") is Right.SELF
    assert rights.needed(members.SetPin(member="a"), {}, "b") is Right.MEMBERS
    assert rights.needed(members.SetPin(member=""), {}, "") is Right.MEMBERS


def test_an_agent_has_no_more_than_it_needs():
    assert {rights.HOME_ASSISTANT.visit: {Right.UPDATE}} == rights.AGENTS
    assert rights.HOME_ASSISTANT.roles == frozenset()


def test_roles_are_named_from_the_highest():
    assert GIVEN[0] is Role.OWNER
    assert Role.NOBODY not in GIVEN


def test_no_two_commands_have_one_name_on_the_line():
    """The socket tells commands by their names: of two alike one would never be carried out."""
    kinds = set(wire.COMMANDS)
    assert len({kind.__name__ for kind in kinds}) == len(kinds)
