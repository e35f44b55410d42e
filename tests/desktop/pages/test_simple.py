from __future__ import annotations

import hashlib
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.commands import SetSimple
from desktop.models.simple import Stage
from desktop.pages.sections.family import FamilyCard
from desktop.pages.simple import LEAST_POINTS, SimplePage
from desktop.window import Window
from feedback.report import Report
from fleet.errors import OrangeryError
from fleet.model import Availability
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW
from tests.desktop.pages.cards import card_of


def saved(command: Any) -> Report:
    return Report(
        id="n1", title=command.title, text=command.text, kind=command.kind, made=NOW,
        device=command.device, facts=command.facts, alias="[device]",
    )  # fmt: skip


@pytest.fixture
def page(window: Window, client: FakeClient) -> SimplePage:
    client.answers["SaveDraft"] = saved
    client.answers["SendReport"] = lambda command: Report(id=command.report, title="t", text="")
    window.activateWindow()
    window.show_simple(on=True)
    return window.simple


def enter(qtbot: QtBot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def to_words(qtbot: QtBot, page: SimplePage, hear, tabs: int = 1) -> None:
    enter(qtbot)
    for _ in range(tabs):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    enter(qtbot)
    hear()
    assert page.stage is Stage.WORDS


def test_one_button_is_all_there_is(qtbot: QtBot, page: SimplePage, window: Window) -> None:
    shown = {one.text() for one in window.findChildren(QAbstractButton) if one.isVisible()}
    assert shown == {"Everything (for who helps)", "Something is wrong"}
    assert page.wrong.hasFocus()


def test_a_report_is_sent_with_enter_alone_and_as_little_as_was_agreed_to(
    qtbot: QtBot, page: SimplePage, client: FakeClient, hear
) -> None:
    to_words(qtbot, page, hear)
    qtbot.keyClicks(page.words, "It blinks")
    page.send.setFocus()
    enter(qtbot)
    hear()
    (draft,) = client.of("SaveDraft")
    assert (draft.title, draft.text, draft.device) == ("It blinks", "It blinks", "d5")
    (sent,) = client.of("SendReport")
    assert b"messages" not in sent.evidence
    hear()
    assert page.stage is Stage.DONE
    enter(qtbot)
    assert page.stage is Stage.START


def test_nobody_has_to_know_which_or_to_write(
    qtbot: QtBot, page: SimplePage, client: FakeClient, hear
) -> None:
    to_words(qtbot, page, hear, tabs=0)
    page.send.click()
    hear()
    (draft,) = client.of("SaveDraft")
    assert (draft.title, draft.device) == ("Something is wrong", "")


def test_what_is_sent_can_be_seen_before(
    qtbot: QtBot, page: SimplePage, client: FakeClient, hear
) -> None:
    to_words(qtbot, page, hear)
    page.see.click()
    hear()
    shown = page.dialog.text.toPlainText().encode()
    page.dialog.close()
    page.send.click()
    hear()
    assert client.of("SaveDraft")[-1].report == "n1"
    assert client.of("SendReport")[0].shown == hashlib.sha256(shown).hexdigest()


def test_escape_goes_back_and_keeps_the_words(qtbot: QtBot, page: SimplePage, hear) -> None:
    to_words(qtbot, page, hear)
    qtbot.keyClicks(page.words, "It blinks")
    qtbot.keyClick(page.words, Qt.Key.Key_Escape)
    assert page.stage is Stage.DEVICE
    assert page.words.toPlainText() == "It blinks"


def test_what_could_not_be_kept_can_be_tried_again(
    qtbot: QtBot, page: SimplePage, client: FakeClient, hear, window: Window
) -> None:
    client.answers["SendReport"] = OrangeryError("disk_full")
    to_words(qtbot, page, hear)
    page.send.click()
    hear()
    hear()
    assert page.send.isEnabled()
    window.dialog.close()


def test_every_word_is_large(qtbot: QtBot, page: SimplePage, hear) -> None:
    to_words(qtbot, page, hear)
    each = [*page.findChildren(QLabel), *page.findChildren(QAbstractButton), page.words]
    assert min(one.font().pointSizeF() for one in each) >= LEAST_POINTS


def test_whom_to_call_stands_there(page: SimplePage, client: FakeClient, hear) -> None:
    assert not page.phone.text()
    client.say(simple={"window": SetSimple(phone="030 1234567")})
    hear()
    assert page.phone.text() == "Or call 030 1234567"


def test_who_helps_comes_to_everything(page: SimplePage, window: Window) -> None:
    page.everything.click()
    assert window.rail.isVisible()
    window.build()
    assert not window.is_simple


def test_it_is_chosen_in_settings(window: Window, client: FakeClient) -> None:
    card = card_of(window, "family", FamilyCard)
    card.phone.setText("030 1")
    card.first.click()
    (asked,) = client.of("SetSimple")
    assert (asked.phone, asked.on) == ("030 1", True)
    card.now.click()
    assert window.simple.isVisible()


def test_the_view_begins_with_how_all_is_and_goes_on_by_itself(
    qtbot: QtBot, page: SimplePage, client: FakeClient, hear
) -> None:
    assert page._sentence.text() == "2 things want a hand."
    assert "Blinds: cannot be reached since Wed 12:10" in page._sentence.accessibleName()
    blinds = replace(client.now.devices["d13"], availability=Availability.ONLINE)
    client.say(blinds, update={"d4": None}, rollout={"r-48": None})
    hear()
    page._soon.timeout.emit()
    assert page._sentence.text() == "All is well. 14 devices, all can be reached."
    assert not page._hands.count()


def test_who_to_call_stands_below(page: SimplePage, client: FakeClient, hear) -> None:
    client.say(simple={"window": SetSimple(phone="Anna, 0151 234")})
    hear()
    assert page.phone.text() == "Or call Anna, 0151 234"
