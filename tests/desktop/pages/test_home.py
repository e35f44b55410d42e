from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.commands import SetRegion, Shared, TellNight
from desktop.pages.home import HomeCard
from desktop.window import Window
from feedback.outcome import Consent, Level
from fleet.errors import CommandError
from tests.desktop.fake_client import FakeClient


@pytest.fixture
def card(window: Window) -> HomeCard:
    window.show_page("settings")
    return window.page("settings").home


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
    assert "1X" in card._wrong.text()


def test_nothing_is_told_to_makers_until_a_person_chooses_it(
    card: HomeCard, client: FakeClient, hear
) -> None:
    assert card.consent.currentData() == Level.NOTHING
    card.consent.setCurrentIndex(card.consent.findData(Level.OUTCOMES))
    card.consent.activated.emit(card.consent.currentIndex())
    assert client.of("SetConsent")[0].level is Level.OUTCOMES
    client.say(consent={"outcomes": Consent(level=Level.OUTCOMES, waiting=2)})
    hear()
    assert card._heard.text().endswith("2 wait to be sent.")


def test_what_is_sent_can_be_read_before_anything_was(
    qtbot: QtBot, window: Window, card: HomeCard, client: FakeClient, hear
) -> None:
    client.answers["ShowOutcomes"] = ()
    card.shown.click()
    hear()
    assert window.dialog.text.toPlainText().startswith("{")
    window.dialog.close()
    client.answers["ShowOutcomes"] = ('{"a":1}', '{"b":2}')
    card.shown.click()
    hear()
    assert window.dialog.text.toPlainText() == '{"a":1}\n\n{"b":2}'
    window.dialog.close()


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
