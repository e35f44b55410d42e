from __future__ import annotations

import pytest

from desktop.gui import Face
from desktop.models.notices import Level, Notice
from desktop.noticing import LEVEL, TOLD, Noticing
from fleet.model import UpdateState
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW, update


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def noticing(face: Face, told: list[str]) -> Noticing:
    def tell(notice: Notice) -> None:
        told.append(notice.title)

    return Noticing(face.desk, tell, face)


def fails(client: FakeClient, hear, key: str = "d1", since: float = NOW) -> None:
    client.say(update={key: update(key, UpdateState.FAILED, since=since)})
    hear()


def test_what_was_so_before_the_first_time_is_no_news(noticing: Noticing, told: list[str]) -> None:
    noticing.begin()
    assert told == []


def test_what_happens_then_is_told_once(
    noticing: Noticing, client: FakeClient, hear, told: list[str]
) -> None:
    noticing.begin()
    fails(client, hear)
    noticing.look()
    noticing.look()
    assert told == ["Ceiling lamp: Failed"]


def test_what_happened_while_the_window_was_closed_is_told_at_the_next_start(
    face: Face, noticing: Noticing, client: FakeClient, hear, told: list[str]
) -> None:
    noticing.begin()
    fails(client, hear)
    again = Noticing(face.desk, lambda one: told.append(one.title), face)
    again.begin()
    assert told == ["Ceiling lamp: Failed"]
    noticing.look()
    assert len(told) == 1


def test_what_was_below_the_level_is_not_told_when_that_is_raised(
    face: Face, noticing: Noticing, client: FakeClient, hear, told: list[str]
) -> None:
    noticing.begin()
    client.say(update={"d1": update("d1", UpdateState.DONE)})
    hear()
    noticing.look()
    face.desk.memory.put(LEVEL, Level.ALL)
    noticing.look()
    assert told == []


def test_each_notice_is_in_the_windows_list_with_its_place(
    face: Face, noticing: Noticing, client: FakeClient, hear
) -> None:
    noticing.begin()
    fails(client, hear)
    noticing.look()
    last = face.desk.told[-1]
    assert last.text.startswith("Ceiling lamp: Failed")
    assert last.place.subject == "d1"


def test_a_level_that_is_none_is_the_usual_one(face: Face, noticing: Noticing) -> None:
    face.desk.memory.put(LEVEL, "loud")
    assert noticing.level is Level.USUAL


def test_nothing_is_looked_at_before_the_house_is_open(
    face: Face, noticing: Noticing, client: FakeClient, hear
) -> None:
    fails(client, hear)
    assert face.desk.memory.get(TOLD, tuple[str, ...], ()) == ()
