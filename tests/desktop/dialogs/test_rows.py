from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.dialogs.rows import RowsDialog
from firmware.errors import PublishError
from tests.desktop.pages.buttons import shown_button

COLUMNS = (("Ring", "lab"), ("Per cent", "5"))


@pytest.fixture
def asked() -> list[list[list[str]]]:
    return []


@pytest.fixture
def dialog(owner: QWidget, asked) -> RowsDialog:
    made = RowsDialog(
        "Rings", "Why", COLUMNS, [("lab", "5"), ("all", "100")], ask=asked.append, parent=owner
    )
    made.open()
    return made


def test_rows_are_added_removed_and_kept_in_order(qtbot: QtBot, dialog: RowsDialog, asked) -> None:
    qtbot.mouseClick(dialog.more, Qt.MouseButton.LeftButton)
    assert dialog.rows[2][0].hasFocus()
    dialog.rows[2][0].setText(" late ")
    qtbot.mouseClick(shown_button(qtbot, dialog, "Remove row 1"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert asked == [[["all", "100"], ["late", ""]]]


def test_empty_rows_are_no_rows(qtbot: QtBot, dialog: RowsDialog, asked) -> None:
    qtbot.mouseClick(dialog.more, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert len(asked[0]) == 2


def test_what_was_wrong_is_told_and_nothing_typed_is_lost(qtbot: QtBot, dialog: RowsDialog) -> None:
    dialog.rows[0][1].setText("many")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    dialog.tell_wrong(PublishError("ring_bad", ring="lab", why="percent"))
    assert "lab" in dialog._wrong.text()
    assert dialog.go.isEnabled()
    assert dialog.values[0] == ["lab", "many"]
