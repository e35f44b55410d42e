from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
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


def test_tab_walks_row_by_row_also_through_one_that_was_added(
    qtbot: QtBot, dialog: RowsDialog
) -> None:
    qtbot.mouseClick(dialog.more, Qt.MouseButton.LeftButton)
    dialog.rows[0][0].setFocus()
    walked = []
    for _ in range(9):
        focused = QApplication.focusWidget()
        walked.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    fields = [one for one in walked if isinstance(one, QLineEdit)]
    assert fields == [field for row in dialog.rows for field in row]
    assert QApplication.focusWidget() is dialog.more


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
