from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.agree_commands import Agreement, PolicyMoved
from desktop.pages.sections.agreement import AgreeCard, CodeDialog, JoinDialog
from desktop.window import Window
from fleet.errors import CommandError
from tests.desktop.fake_client import FakeClient

CODE = "JBSW-Y3DP-EHPK-3PXP-JBSW-Y3DP-EH5Q"


def test_it_is_begun_here_and_its_code_shown(
    qtbot: QtBot, window: Window, open_card, client: FakeClient, hear
) -> None:
    client.answers["Agree"] = CODE
    card = open_card("home", AgreeCard)
    assert "own" in card.said.text()
    qtbot.mouseClick(card.begin, Qt.MouseButton.LeftButton)
    hear()
    assert isinstance(window.dialog, CodeDialog)
    window.dialog.go.click()
    assert QApplication.clipboard().text() == CODE
    client.say(agreement={"home": Agreement(on=True, others=2)})
    hear()
    assert card.said.text() == "The same here and at 2 other computers."
    assert not card.begin.isVisible()
    assert card.stop.isVisible()


def test_a_code_is_typed_and_a_wrong_one_is_said(
    qtbot: QtBot, window: Window, open_card, client: FakeClient, hear
) -> None:
    card = open_card("home", AgreeCard)
    card.join.click()
    assert isinstance(window.dialog, JoinDialog)
    client.answers["Agree"] = CommandError("agree_code_bad")
    qtbot.keyClicks(window.dialog.fields[0], "HELLO")
    window.dialog.go.click()
    hear()
    assert "not the code" in window.dialog._wrong.text()
    client.answers["Agree"] = CODE
    window.dialog.go.click()
    hear()
    assert client.of("Agree")[-1].code == "HELLO"
    assert window.dialog is None


def test_a_broker_that_keeps_nothing_and_strange_words_are_told(
    open_card, client: FakeClient, hear
) -> None:
    card = open_card("home", AgreeCard)
    client.say(agreement={"home": Agreement(on=True, unkept=("cabin",), strange=3)})
    hear()
    assert "cabin" in card.trouble.text()
    assert "3 messages" in card.trouble.text()


def test_it_ends_here_alone(window: Window, open_card, client: FakeClient, hear) -> None:
    client.say(agreement={"home": Agreement(locked=True)})
    card = open_card("home", AgreeCard)
    hear()
    assert "lost the code" in card.said.text()
    card.stop.click()
    hear()
    assert client.of("StopAgreeing")
    assert "its own way" in window.desk.told[-1].text


def test_a_policy_that_another_changed_is_told(window: Window, client: FakeClient, hear) -> None:
    client.say(policy_moved={"house": PolicyMoved(desktop="9d01", at=1.0)})
    hear()
    assert "Another computer" in window.desk.told[-1].text
