"""The section Health: it looks when it is seen, says what to do, and shows a bundle whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.dialogs.support import SupportDialog
from desktop.doctor import bundle, examination
from desktop.doctor.examination import Check
from desktop.doctor.finding import good, look, unknown, wrong
from desktop.pages.sections.health import HealthCard
from desktop.window import Window
from tests.desktop.homes import furnish
from tests.desktop.looking import nothing_cut

FOUND = {
    "disk": (good("disk", "disk_good", free=9, need=1, folder="/x"),),
    "time": (unknown("time", "clock_not_compared"),),
    "mirror": (look("mirror", "maker_none"),),
    "broker": (wrong("broker", "broker_unreachable", address="10.0.0.1:1883", fact="refused"),),
}


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the checks find all of FOUND; who was asked."""
    asked: list[str] = []

    def checking(name: str) -> Check:
        return Check(name=name, look=lambda _: (asked.append(name), FOUND[name])[1])

    kept = {**examination.examine.__kwdefaults__, "checks": tuple(map(checking, FOUND))}
    monkeypatch.setattr(examination.examine, "__kwdefaults__", kept)
    return asked


@pytest.fixture
def card(qtbot: QtBot, window: Window, open_card, tmp_path: Path, looked) -> HealthCard:
    """Opened as a person does, when all was looked at."""
    window.desk.folder = furnish(tmp_path / "house")
    made = open_card("health", HealthCard)
    qtbot.waitUntil(lambda: bool(made.findings), timeout=10_000)
    return made


def told(card: HealthCard) -> list[str]:
    return [one.text() for one in card.findChildren(QLabel) if one.isVisible() and one.text()]


def test_it_looks_when_it_is_seen_and_the_worst_is_on_top(card: HealthCard, looked) -> None:
    assert sorted(looked) == sorted(FOUND)
    words = told(card)
    assert "Something is wrong." in words
    names = ("Broker: Wrong", "Makers: Have a look", "Clock: Not known", "Disk: Good")
    assert [one for one in words if one in names] == list(names)


def test_what_is_wrong_says_what_to_do_and_nothing_is_cut(
    qtbot: QtBot, card: HealthCard, window: Window
) -> None:
    assert any("10.0.0.1:1883" in one for one in told(card))
    nothing_cut(qtbot, card)


def test_it_looks_again_when_it_is_asked_and_not_because_it_is_seen_again(
    qtbot: QtBot, card: HealthCard, looked
) -> None:
    card.hide()
    card.show()
    assert len(looked) == len(FOUND)
    card.again.click()
    assert not card.again.isEnabled()
    qtbot.waitUntil(card.again.isEnabled, timeout=10_000)
    assert len(looked) == 2 * len(FOUND)


def test_the_keys_come_back_to_what_was_pressed(qtbot: QtBot, card: HealthCard, window) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    card.again.setFocus()
    qtbot.keyClick(card.again, Qt.Key.Key_Space)
    assert not card.again.hasFocus()
    qtbot.waitUntil(card.again.hasFocus, timeout=10_000)


def test_they_stay_with_who_has_gone_elsewhere(qtbot: QtBot, card: HealthCard, window) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    card.again.setFocus()
    card.again.click()
    search = window.page("settings").search
    search.setFocus()
    qtbot.waitUntil(card.again.isEnabled, timeout=10_000)
    assert search.hasFocus()


def test_all_of_it_can_be_copied(card: HealthCard) -> None:
    card.copy.click()
    text = QApplication.clipboard().text()
    assert text.startswith("Something is wrong.\n")
    assert "[Wrong] Broker: " in text


def test_a_demo_has_nothing_to_look_at(open_card, looked) -> None:
    card = open_card("health", HealthCard)
    assert card.sum.text() == "There is nothing to look at in a demo."
    assert not card.again.isEnabled()
    assert looked == []


def test_a_house_that_cannot_be_looked_at_says_why(
    qtbot: QtBot, window: Window, open_card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("desktop.doctor.patient.of", broken)
    window.desk.folder = tmp_path
    card = open_card("health", HealthCard)
    qtbot.waitUntil(card.wrong.isVisible, timeout=10_000)
    assert card.again.isEnabled()


def test_a_bundle_is_shown_whole_before_it_is_saved_and_is_what_was_shown(
    qtbot: QtBot, window: Window, card: HealthCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card.save.click()
    qtbot.waitUntil(lambda: isinstance(window.dialog, SupportDialog), timeout=20_000)
    dialog = window.dialog
    assert isinstance(dialog, SupportDialog)
    shown = {}
    for number in range(dialog.which.count()):
        dialog.which.setCurrentIndex(number)
        shown[dialog.which.currentData()] = dialog.text.toPlainText().encode()
    file = tmp_path / "support.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    dialog.save.click()
    qtbot.waitUntil(lambda: dialog.file is not None, timeout=10_000)
    assert bundle.read(file) == shown
    assert "findings.json" in shown
    dialog.close()


def test_where_it_cannot_be_saved_it_says_so_and_stays_open(
    qtbot: QtBot, window: Window, card: HealthCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    card.save.click()
    qtbot.waitUntil(lambda: isinstance(window.dialog, SupportDialog), timeout=20_000)
    dialog = window.dialog
    assert isinstance(dialog, SupportDialog)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("/proc/none/x.zip", ""))
    dialog.save.click()
    qtbot.waitUntil(lambda: "/proc/none" in dialog._wrong.text(), timeout=10_000)
    assert dialog.isVisible()
    dialog.close()
