import pytest

from desktop.models.tags import Change, Known, known, read
from tests.desktop.fake_house import device

LAMP = device("a", "A", tags=frozenset({"north", "Test"}))
FAN = device("b", "B", tags=frozenset({"Test"}))
PLUG = device("c", "C", tags=frozenset({"old"}))


def test_every_tag_of_the_house_is_known_and_who_of_the_chosen_has_it() -> None:
    assert known([LAMP, FAN], [LAMP, FAN, PLUG]) == (
        Known("north", 1),
        Known("old", 0),
        Known("Test", 2),
    )


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("", set()),
        ("one", {"one"}),
        ("#one, two ,, # three", {"one", "two", "three"}),
        ("一，二", {"一", "二"}),  # noqa: RUF001 - a Chinese keyboard's comma
        ("ground floor", {"ground floor"}),
    ],
)
def test_tags_are_read_as_people_type_them(text: str, tags: set[str]) -> None:
    assert read(text) == tags


def test_a_change_leaves_what_it_does_not_name() -> None:
    change = Change(frozenset({"new"}), frozenset({"Test"}))
    assert change.of(LAMP) == {"north", "new"}
    assert Change().of(LAMP) == LAMP.tags
