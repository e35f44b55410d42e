from __future__ import annotations

import types
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.models.notices import Level
from desktop.noticing import LEVEL
from desktop.pages.sections import notices
from desktop.pages.sections.notices import CLOSES, LevelCard, TrayCard
from desktop.window import Window
from fleet.errors import StoreError


class Autostart(types.SimpleNamespace):
    """Stands in for the entries of the system."""

    def __init__(self) -> None:
        super().__init__(on=True, refuses=False, possible=True)

    def is_possible(self) -> bool:
        return self.possible

    def is_on(self) -> bool:
        return self.on

    def put(self, on: bool, _folder: Any = None) -> None:
        if self.refuses:
            raise StoreError("store_unwritable", path="x", words="no")
        self.on = on


@pytest.fixture(autouse=True)
def autostart(monkeypatch: pytest.MonkeyPatch) -> Autostart:
    made = Autostart()
    monkeypatch.setattr(notices, "autostart", made)
    return made


def test_the_level_is_remembered_says_what_it_means_and_can_be_taken_back(
    qtbot: QtBot, window: Window, open_card, hear
) -> None:
    card = open_card("notices", LevelCard)
    assert card.levels[Level.USUAL].isChecked()
    qtbot.mouseClick(card.levels[Level.FAILURES], Qt.MouseButton.LeftButton)
    hear()
    assert window.desk.memory.get(LEVEL, str, "") == "failures"
    assert card._means.text().startswith("Only what went wrong")
    window.actions_["undo"].trigger()
    assert window.desk.memory.get(LEVEL, str, "") == "usual"
    assert card.levels[Level.USUAL].isChecked()


def test_a_level_that_nobody_knows_is_the_usual_one(window: Window, open_card) -> None:
    window.desk.memory.put(LEVEL, "loud")
    assert open_card("notices", LevelCard).levels[Level.USUAL].isChecked()


def test_it_stays_in_the_tray_only_where_one_says_so(
    qtbot: QtBot, window: Window, open_card
) -> None:
    card = open_card("notices", TrayCard)
    assert not card.stays.isChecked()
    qtbot.keyClick(card.stays, Qt.Key.Key_Space)
    assert window.desk.memory.get(CLOSES, bool, default=False)


def test_beginning_at_log_in_is_read_and_put_beside_the_window(
    qtbot: QtBot, window: Window, open_card, autostart: Autostart
) -> None:
    card = open_card("notices", TrayCard)
    qtbot.waitUntil(card.begins.isChecked)
    qtbot.keyClick(card.begins, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not autostart.on)
    qtbot.waitUntil(lambda: bool(window.desk.told))
    window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: autostart.on)


def test_what_the_system_does_not_take_is_said_beside_it(
    qtbot: QtBot, open_card, autostart: Autostart
) -> None:
    card = open_card("notices", TrayCard)
    qtbot.waitUntil(card.begins.isChecked)
    autostart.refuses = True
    qtbot.keyClick(card.begins, Qt.Key.Key_Space)
    qtbot.waitUntil(card.wrong.isVisible)


def test_where_there_is_no_way_it_is_not_offered(open_card, autostart: Autostart) -> None:
    autostart.possible = False
    assert not open_card("notices", TrayCard).begins.isVisible()
