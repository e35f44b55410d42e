from __future__ import annotations

import msgspec
import pytest

from desktop.models.columns import Arrangement
from desktop.models.states import Group
from desktop.models.views import MOST, View, Views

HALL = View(name="Hall", text="room:hall", group=Group.OFFLINE)
WEAK = View(name="Weak", text="signal<40", columns=Arrangement(order=("name", "signal")))
BOTH = Views((HALL, WEAK))


def test_a_view_is_saved_at_the_end_and_found_by_its_name() -> None:
    assert Views().saved(HALL).saved(WEAK) == BOTH
    assert BOTH.named(" hALL ") is HALL
    assert BOTH.named("Cellar") is None


def test_saving_under_a_known_name_changes_that_one() -> None:
    other = View(name="HALL", text="room:entrance")
    assert BOTH.saved(other) == Views((other, WEAK))


@pytest.mark.parametrize("name", ["", "   "])
def test_a_view_without_a_name_is_not_saved_and_keeps_the_one_it_has(name: str) -> None:
    assert BOTH.saved(View(name=name)) == BOTH
    assert BOTH.renamed(HALL, name) == BOTH


def test_a_view_is_renamed_in_its_place_and_another_of_that_name_gives_way() -> None:
    assert [one.name for one in BOTH.renamed(HALL, "Entrance").each] == ["Entrance", "Weak"]
    assert BOTH.renamed(HALL, "weak").each == (View(name="weak", text=HALL.text, group=HALL.group),)
    assert [one.name for one in BOTH.renamed(HALL, "hall").each] == ["hall", "Weak"]


def test_a_view_is_removed() -> None:
    assert BOTH.without(HALL) == Views((WEAK,))


def test_the_view_that_is_shown_is_known_whatever_the_widths() -> None:
    now = View(
        name="", text=" signal<40 ", columns=Arrangement(order=("name", "signal"), widths={"x": 9})
    )
    assert BOTH.showing(now) is WEAK
    assert BOTH.showing(View(name="", text="signal<41")) is None


def test_of_very_many_the_oldest_goes() -> None:
    many = Views()
    for number in range(MOST + 1):
        many = many.saved(View(name=f"v{number}"))
    assert len(many.each) == MOST
    assert many.each[0].name == "v1"


def test_views_can_be_stored() -> None:
    assert msgspec.json.decode(msgspec.json.encode(BOTH), type=Views) == BOTH
