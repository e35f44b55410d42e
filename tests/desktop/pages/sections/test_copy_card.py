"""The card on this copy: begun and stopped by one button, told in words, with a way to be sure."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop import copy_check
from desktop.models import location
from desktop.models.own_copy import Look
from desktop.pages.sections.copy_card import CopyCard
from desktop.scenes_copy import COPIES, DIFFERENT, OWN, verdict
from desktop.selfupdate import keeping, own_copy
from desktop.window import Window
from firmware.errors import TrustError
from tests.desktop import looking
from tests.desktop.fake_client import PENDING
from tests.desktop.fake_house import NOW
from tests.desktop.pages.cards import card_of
from tests.desktop.selfupdate.mirror import Mirror, signed_copy
from tests.firmware.simulator import Server
from tests.signing import signing_here  # noqa: F401 - used by itself


class Asked:
    """Who was asked to look, and with what; the test answers."""

    def __init__(self) -> None:
        self.sources: list[str] = []
        self.futures: list[Future] = []
        self.told = None

    def __call__(self, own, *, source="", told=None) -> Future:
        self.sources.append(source)
        self.told = told
        self.futures.append(Future())
        return self.futures[-1]

    def answer(self, found) -> None:
        if isinstance(found, Exception):
            self.futures[-1].set_exception(found)
        else:
            self.futures[-1].set_result(found)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    made = Asked()
    monkeypatch.setattr(own_copy, "check", made)
    return made


@pytest.fixture
def card(window: Window, open_card, asked) -> CopyCard:
    """Of a copy that somebody signs."""
    copy_check.of(window.desk).show(OWN, Look())
    return open_card("about", CopyCard)


def press(qtbot: QtBot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_looks_when_it_is_asked_and_tells_what_it_found(qtbot, card, asked, hear) -> None:
    assert card.told.text() == "Not checked since this window was opened"
    press(qtbot, card.check)
    assert (card.told.text(), card.bar.maximum()) == ("Looking for the signed list…", 0)
    asked.told(25, 100)
    hear()
    assert (card.bar.value(), card.bar.maximum()) == (25, 100)
    asked.answer(verdict(NOW))
    hear()
    assert card.told.text() == "All 1204 files are as they were signed"
    assert card.bar.isHidden()
    assert asked.sources == [""]


def test_a_real_copy_is_really_held_against_what_its_makers_signed(
    qtbot, window, open_card, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(keeping, "home", lambda: tmp_path / "home")
    mirror = Mirror(tmp_path / "mirror")
    mirror.publish()
    with Server(mirror.folder) as server:
        own = signed_copy(tmp_path / "program", mirror, server.url)
        copy_check.of(window.desk).show(own, Look())
        card = open_card("about", CopyCard)
        press(qtbot, card.check)
        qtbot.waitUntil(lambda: "All 2 files" in card.told.text(), timeout=60_000)
    (own.folder / "orangery").write_bytes(b"\x7fELF evil program")
    press(qtbot, card.check)  # the list is kept: nobody is asked any more
    qtbot.waitUntil(lambda: card.files.toPlainText() == "changed: orangery", timeout=60_000)


def test_the_same_button_stops_it_and_keeps_the_focus(qtbot, window, card, asked, hear) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    card.check.setFocus()
    qtbot.keyClick(card.check, Qt.Key.Key_Space)
    assert card.check.text() == card.check.accessibleName() == "Stop"
    qtbot.keyClick(card.check, Qt.Key.Key_Space)
    hear()
    assert asked.futures[0].cancelled()
    assert card.told.text() == "Not checked since this window was opened"
    assert card.check.text() == "Check this copy"
    assert card.check.hasFocus()


def test_a_look_that_was_stopped_leaves_what_was_known(qtbot, card, asked, hear) -> None:
    press(qtbot, card.check)
    asked.answer(verdict(NOW))
    hear()
    press(qtbot, card.check)
    press(qtbot, card.check)
    hear()
    assert card.told.text() == "All 1204 files are as they were signed"


def test_what_a_look_that_was_stopped_says_later_counts_for_nothing(
    qtbot, card, asked, hear
) -> None:
    press(qtbot, card.check)
    late = asked.told
    press(qtbot, card.check)
    hear()
    press(qtbot, card.check)
    late(90, 100)
    hear()
    assert card.bar.maximum() == 0


def test_what_differs_is_a_list_to_be_copied_and_leads_to_a_report(
    qtbot, client, card, asked, hear
) -> None:
    client.answers["SaveDraft"] = PENDING
    press(qtbot, card.check)
    asked.answer(verdict(NOW, *DIFFERENT))
    hear()
    assert len(card.files.toPlainText().splitlines()) == len(DIFFERENT)
    assert card.files.accessibleName()
    press(qtbot, card.copy)
    assert "missing: _internal/resources/i18n/health.json" in QApplication.clipboard().text()
    press(qtbot, card.report)
    hear()
    (begun,) = client.of("SaveDraft")
    assert begun.title == "4 files are not as they were signed"
    assert "changed: _internal/PySide6/Qt/lib/libQt6Core.so.6" in begun.text


def test_why_it_cannot_be_told_offers_a_file_of_the_week(
    qtbot, card, asked, hear, monkeypatch
) -> None:
    press(qtbot, card.check)
    asked.answer(TrustError("mirror_unreachable", source="https://fw.example.org", why="no route"))
    hear()
    assert "cannot be told" in card.told.text()
    assert "no route" in card.text.text()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/stick/week.obundle", ""))
    press(qtbot, card.bring)
    assert asked.sources == ["", "/stick/week.obundle"]


def test_what_it_came_to_is_said_where_somebody_has_gone_elsewhere(
    qtbot, window, card, asked, hear
) -> None:
    press(qtbot, card.check)
    window.go("devices")
    asked.answer(verdict(NOW))
    hear()
    assert "as they were signed" in window.desk.told[-1].text
    assert window.desk.told[-1].place == copy_check.PLACE


def test_a_window_made_anew_shows_what_the_one_before_was_told(
    qtbot, face, card, asked, hear
) -> None:
    press(qtbot, card.check)
    face.speak("zh_CN")
    asked.answer(verdict(NOW))
    hear()
    again = card_of(face.window, "about", CopyCard)
    assert again is not card
    assert "1204" in again.told.text()


def test_a_window_that_goes_waits_for_no_answer(qtbot, face, card, asked, qapp) -> None:
    press(qtbot, card.check)
    copy_check.of(face.desk).deleteLater()
    qtbot.waitUntil(asked.futures[0].cancelled)


def test_how_to_be_sure_stands_there_and_can_be_copied(qtbot, card) -> None:
    assert "lie about itself" in card.sure.words.text()
    press(qtbot, card.sure.copy)
    assert QApplication.clipboard().text() == "orangery version --verify --of FOLDER"
    press(qtbot, card.manager.copy)
    assert QApplication.clipboard().text() == "dpkg --verify orangery"


def test_from_source_there_is_nothing_to_press(open_card, asked) -> None:
    card = open_card("about", CopyCard)
    assert "from its source" in card.told.text()
    assert card.buttons.isHidden()
    assert card.sure.isHidden()
    assert card.manager.isHidden()


def test_a_link_leads_to_it_and_to_its_button(qtbot, window: Window, card) -> None:
    window.go("devices")
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    place = location.parse("orangery:settings/about/check")
    window.go(place.page, place.subject)
    assert window.page("settings").section == "about"
    assert card.check.hasFocus()
    window.go("settings", "about/nonsense")
    assert window.page("settings").section == "about"


@pytest.mark.parametrize("words", ["check this copy", "signed", "verify"])
def test_a_search_in_settings_finds_it(qtbot, window, card, words) -> None:
    page = window.page("settings")
    page.search.setText(words)
    qtbot.waitUntil(lambda: page.has_read)
    assert page.model.place("about") >= 0


@pytest.mark.parametrize("which", COPIES)
@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_in_a_narrow_window(  # noqa: PLR0917 - fixtures and parameters
    make_face, client, qtbot, bigger_font, which, percent
) -> None:
    bigger_font(percent)
    window = make_face(client, language="zh_CN").window
    window.resize(window.minimumSize())
    long = replace(OWN, folder=Path("/srv/a-person-with-a-long-name/Programs/orangery/versions/7"))
    copy_check.of(window.desk).show(long, COPIES[which](NOW))
    looking.nothing_cut(qtbot, card_of(window, "about", CopyCard))
