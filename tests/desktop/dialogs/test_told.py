from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.dialogs.told import TextDialog, WaitDialog


def test_a_text_is_copied_as_it_is(qtbot: QtBot, owner: QWidget) -> None:
    dialog = TextDialog("What came", "one\n  two", owner, intro="Read it")
    dialog.open()
    assert dialog.text.isReadOnly()
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "one\n  two"


@pytest.mark.parametrize("way", ["cancel", "escape", "close"])
def test_every_way_out_gives_up_waiting(qtbot: QtBot, owner: QWidget, way: str) -> None:
    stopped: list[bool] = []
    dialog = WaitDialog("Measuring", "It takes long", lambda: stopped.append(True), owner)
    dialog.open()
    if way == "cancel":
        qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    elif way == "escape":
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()
    assert stopped
    assert not dialog.isVisible()


def test_what_is_done_is_not_given_up(owner: QWidget) -> None:
    stopped: list[bool] = []
    dialog = WaitDialog("Measuring", "It takes long", lambda: stopped.append(True), owner)
    dialog.open()
    dialog.accept()
    assert not stopped
