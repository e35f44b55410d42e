from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.commands import SetRegion, Shared, TellNight
from desktop.facts import Place
from desktop.pages.sections.home import HomeCard, PlacesCard
from desktop.window import Window
from fleet.errors import CommandError
from fleet.home import PlaceState
from tests.desktop.fake_client import FakeClient
from tests.desktop.pages.buttons import shown_button


@pytest.fixture
def card(open_card) -> HomeCard:
    return open_card("home", HomeCard)


def test_the_region_is_asked_for_when_its_field_is_left(
    qtbot: QtBot, card: HomeCard, client: FakeClient
) -> None:
    qtbot.keyClicks(card.region, "cn")
    qtbot.keyClick(card.region, Qt.Key.Key_Return)
    assert client.of("SetRegion")[0].region == "CN"


def test_a_region_that_is_none_is_told(
    qtbot: QtBot, card: HomeCard, client: FakeClient, hear
) -> None:
    client.answers["SetRegion"] = CommandError("region_bad", region="1X")
    qtbot.keyClicks(card.region, "1x")
    qtbot.keyClick(card.region, Qt.Key.Key_Return)
    hear()
    assert "1X" in card.wrong.text()


def test_sharing_is_asked_for_and_says_how_many_others_there_are(
    qtbot: QtBot, card: HomeCard, client: FakeClient, hear
) -> None:
    qtbot.keyClick(card.share, Qt.Key.Key_Space)
    assert client.of("SetShare")[0].on is True
    client.say(share={"home": Shared(on=True, others=2)}, region={"home": SetRegion(region="DE")})
    hear()
    assert card._shared.text() == "2 other computers of this home share too."
    assert card.region.text() == "DE"


def test_the_mornings_line_is_told_over_mqtt_where_that_is_chosen(
    qtbot: QtBot, card: HomeCard, client: FakeClient, hear
) -> None:
    qtbot.keyClick(card.tell, Qt.Key.Key_Space)
    assert client.of("TellNight")[0].tell is True
    client.say(tell={"home": TellNight(tell=False)})
    hear()
    assert not card.tell.isChecked()


def test_sharing_that_does_not_work_now_says_why(card: HomeCard, client: FakeClient, hear) -> None:
    client.say(share={"home": Shared(on=True, code="share_not_at_home")})
    hear()
    assert card._shared.text()
    assert "fetched once" not in card._shared.text()


def test_what_a_broker_is_to_this_home_is_told_and_a_strange_one_can_be_claimed(
    qtbot: QtBot, window: Window, client: FakeClient, open_card, hear
) -> None:
    card = open_card("home", PlacesCard)
    places = {
        "home": Place(state=PlaceState.HOME, address="192.168.1.4:1883"),
        "far": Place(state=PlaceState.OTHER, address="10.0.0.9:1883"),
    }
    client.say(home=places)
    hear()
    told = {one.text() for one in card.findChildren(QLabel)}
    assert {"this is home", "it has the mark of another home"} <= told
    button = shown_button(qtbot, card, "10.0.0.9:1883 is my home")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert client.of("ClaimHome")[0].broker == "far"


def test_updates_are_shown_in_home_assistant_where_that_is_chosen_and_no_more_after_an_undo(
    qtbot: QtBot, window: Window, card: HomeCard, client: FakeClient, hear
) -> None:
    qtbot.keyClick(card.shows, Qt.Key.Key_Space)
    hear()
    window.actions_["undo"].trigger()
    assert [one.show for one in client.of("ShowUpdates")] == [True, False]
