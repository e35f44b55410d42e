from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.pages.sections.hub import HubCard
from desktop.pages.sections.privacy import ConsentCard, NeverCard
from desktop.window import Window
from feedback.outcome import Consent, Level
from fleet.errors import OrangeryError
from tests.desktop import fake_client
from tests.desktop.fake_client import FakeClient
from tests.desktop.pages.cards import card_of


@pytest.fixture
def card(open_card) -> ConsentCard:
    return open_card("privacy", ConsentCard)


def test_nothing_is_told_to_makers_until_a_person_chooses_it(
    card: ConsentCard, client: FakeClient, hear
) -> None:
    assert card.consent.currentData() == Level.NOTHING
    card.consent.setCurrentIndex(card.consent.findData(Level.OUTCOMES))
    card.consent.activated.emit(card.consent.currentIndex())
    assert client.of("SetConsent")[0].level is Level.OUTCOMES
    client.say(consent={"outcomes": Consent(level=Level.OUTCOMES, waiting=2)})
    hear()
    assert card.heard.text().endswith("2 wait to be sent.")


def test_what_is_sent_can_be_read_before_anything_was(
    qtbot: QtBot, window: Window, card: ConsentCard, client: FakeClient, hear
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


def test_an_agreement_can_be_taken_back(
    window: Window, card: ConsentCard, client: FakeClient, hear
) -> None:
    card.consent.setCurrentIndex(card.consent.findData(Level.LOGS))
    card.consent.activated.emit(card.consent.currentIndex())
    hear()
    window.actions_["undo"].trigger()
    assert [one.level for one in client.of("SetConsent")] == [Level.LOGS, Level.NOTHING]


def test_what_never_leaves_is_said_too(open_card) -> None:
    card = open_card("privacy", NeverCard)
    assert any("Passwords" in one.text() for one in card.findChildren(QLabel))


def test_a_house_without_a_hub_offers_the_invitation(make_face) -> None:
    window = make_face(fake_client.client(member={})).window
    card = card_of(window, "privacy", HubCard)
    assert card.enrol.isVisible()
    assert not card.sync.isVisible()


def test_a_hub_that_does_not_answer_is_told_beside_its_button(
    open_card, client: FakeClient, hear
) -> None:
    card = open_card("privacy", HubCard)
    client.answers["SyncNow"] = OrangeryError("hub_unreachable")
    card.sync.click()
    hear()
    assert card.wrong.isVisible()
