"""Who may what, in the words of the window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.models import members
from desktop.models.mirror import Mirror
from fleet.members import MAY, Right, Role
from tests.desktop import fake_house
from tests.desktop.household import CLAIM, HEIRS, PEOPLE, here


def mirror(key: str | None = None, **facts) -> Mirror:
    """A house with members; `key`: who is here, "": nobody, None: not answered yet."""
    made = Mirror(fake_house.house(**{"person": PEOPLE, **facts}))
    made.here = None if key is None else here(key)
    return made


def test_a_home_without_members_lets_everybody_do_everything() -> None:
    alone = Mirror(fake_house.house())
    assert all(members.may(alone, right) for right in Right)
    assert members.refused(alone) == {}
    assert members.compose(alone).lines == ()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.NOBODY])
def test_the_window_says_what_the_core_says(role: Role) -> None:
    key = next(key for key, one in PEOPLE.items() if one.role is role)
    now = mirror(key)
    assert {right for right in Right if members.may(now, right)} == MAY[role]


def test_until_the_house_has_answered_nobody_is_here() -> None:
    assert members.here(mirror()).role is Role.NOBODY
    assert members.chip(mirror()) == ("Who is here?", "Only looking", "circle-help")


def test_those_are_asked_who_may_the_least_beside_it() -> None:
    assert members.why_not(mirror("d"), Right.UPDATE) == "Ask Chen, Bo, Ana."
    assert members.why_not(mirror("a"), Right.UPDATE) == ""


def test_every_action_that_is_refused_is_one_of_the_window(qapp) -> None:
    from desktop.actions import ALL  # noqa: PLC0415 - a table of Qt's

    assert set(members.refused(mirror(""))) <= {known.name for known in ALL}


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_its_word_icon_and_meaning(role: Role) -> None:
    assert members.role_word(role)
    assert members.role_icon(role)
    assert members.role_meaning(role).endswith(".")


def test_heirs_are_told_with_what_is_needed() -> None:
    told = members.heirs(mirror("a", heirs={"home": HEIRS}))
    assert told.text.startswith("Ana, Bo, Chen: any 2 together.")
    alone = members.heirs(mirror("a", heirs={"home": replace(HEIRS, names=("Bo",), need=1)}))
    assert alone.text.startswith("Bo, alone.")
    assert members.heirs(mirror("a")).text.startswith("Nobody yet.")


@pytest.mark.parametrize(
    ("change", "word", "shown"),
    [
        ({}, "Heirs claim this home: it is theirs in", True),
        ({"counted_s": CLAIM.wait_s}, "Heirs can take this home over now", True),
        ({"denied_at": 1.0}, "An owner said no to a claim", False),
    ],
)
def test_a_claim_is_told_as_it_stands(change, word: str, shown: bool) -> None:
    now = mirror("a", claim={"home": replace(CLAIM, **change)})
    claim = members.heirs(now).claim
    assert claim is not None
    assert claim.word.startswith(word)
    assert (members.banner(now) is not None) is shown
