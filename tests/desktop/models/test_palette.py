from __future__ import annotations

import pytest

from desktop.models.palette import Entry, Index, Kind, spans, used

LAMP = Entry(kind=Kind.DEVICE, name="d1", text="Ceiling lamp", note="Kitchen · LGT-01")
DESK = Entry(kind=Kind.DEVICE, name="d2", text="Desk lamp", note="Study · LGT-01")
UPDATE = Entry(kind=Kind.ACTION, name="update", text="Update what is chosen", keys="Ctrl+U")
UPDATES = Entry(kind=Kind.PAGE, name="updates", text="Updates", keys="Ctrl+2")
REPORT = Entry(kind=Kind.REPORT, name="p1", text="Ceiling lamp flickers")
ALL = (REPORT, LAMP, DESK, UPDATE, UPDATES)


def found(typed: str, recent: tuple[str, ...] = ()) -> list[str]:
    return [one.name for one in Index(ALL, recent).find(typed, 10)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("updates", ["updates", "update"]),  # the letters stand in "Update what is chosen" too
        ("upd", ["updates", "update"]),
        ("lamp", ["d2", "d1", "p1"]),
        ("ceiling kitchen", ["d1"]),
        ("LGT", ["d2", "d1"]),
        ("uwic", ["update"]),
        ("ctrl+u", ["update"]),
        ("dsklmp", ["d2"]),
        ("xyz", []),
    ],
)
def test_words_beginnings_initials_rooms_models_and_keys_find(typed: str, names: list[str]) -> None:
    assert found(typed) == names


def test_what_was_used_last_comes_first_among_what_fits_as_well() -> None:
    assert found("lamp", ("device:d1", "device:d2")) == ["d1", "d2", "p1"]
    assert found("", ("report:p1",))[0] == "p1"


def test_with_nothing_typed_pages_and_actions_come_before_a_thousand_devices() -> None:
    assert found("") == ["updates", "update", "d1", "d2", "p1"]


def test_going_on_typing_and_going_back_finds_the_same_as_a_fresh_search() -> None:
    index = Index(ALL)
    for typed in ("l", "la", "lamp", "lamp d", "lamp", "c", ""):
        assert index.find(typed, 10) == Index(ALL).find(typed, 10)


def test_chinese_is_found_by_any_part() -> None:
    entry = Entry(kind=Kind.ACTION, name="report", text="报告问题")
    assert Index([entry]).find("问题", 5) == [entry]


def test_what_is_used_is_remembered_once_and_the_oldest_is_forgotten() -> None:
    recent = used(("device:d2", "device:d1", "page:map"), LAMP, most=3)
    assert recent == ("device:d1", "device:d2", "page:map")
    assert used(recent, UPDATE, most=3) == ("action:update", "device:d1", "device:d2")


def test_the_parts_that_fit_are_told_for_drawing() -> None:
    assert spans("la ce", "Ceiling lamp") == ((0, 2), (8, 2))
    assert spans("kitchen", "Ceiling lamp") == ()
    assert spans("x", "Straße İ") == ()
