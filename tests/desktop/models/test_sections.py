from __future__ import annotations

from desktop.models import sections
from desktop.models.sections import Section

SECTIONS = (
    Section(name="a", title="Brokers", icon="radio", words=("Address", "Kept in the keyring")),
    Section(name="b", title="Updates", icon="clock", words=("Time zone", "Hours")),
)


def test_nothing_typed_shows_all_without_a_second_line() -> None:
    found = sections.found(SECTIONS, "  ")
    assert [(one.id, one.under) for one in found] == [("a", ""), ("b", "")]


def test_a_section_is_found_by_what_it_says_in_any_case() -> None:
    (found,) = sections.found(SECTIONS, "KEYRING kept")
    assert (found.id, found.under) == ("a", "Kept in the keyring")


def test_one_found_by_its_own_name_says_nothing_more() -> None:
    (found,) = sections.found(SECTIONS, "update")
    assert (found.id, found.under) == ("b", "")


def test_words_may_stand_in_several_places() -> None:
    (found,) = sections.found(SECTIONS, "zone hours")
    assert (found.id, found.under) == ("b", "")


def test_what_nobody_says_finds_nothing() -> None:
    assert sections.found(SECTIONS, "zone keyring") == []


def test_a_long_text_is_shown_shortened() -> None:
    long = Section(name="c", title="C", icon="x", words=("keys " * 40,))
    (found,) = sections.found((long,), "keys")
    assert len(found.under) == 60
    assert found.under.endswith("…")
