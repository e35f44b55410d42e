"""What a person does on the Release page, for the tests of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.dialogs.form import FormDialog
from desktop.pages.release import ReleasePage
from tests.desktop.pages.buttons import shown_button


def click(qtbot: QtBot, button: QPushButton) -> None:
    assert button.isVisible(), button.text()
    assert button.isEnabled(), button.text()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(page: ReleasePage, text: str) -> None:
    """Choose from the menu."""
    [action] = [one for one in page.menu.actions() if one.text() == text]
    assert action.isEnabled()
    action.trigger()


def fill(dialog: FormDialog, *texts: str) -> None:
    fields = [
        one for one in dialog.fields if hasattr(one, "setPlainText") or isinstance(one, QLineEdit)
    ]
    for field, text in zip(fields, texts, strict=False):
        (field.setText if isinstance(field, QLineEdit) else field.setPlainText)(text)


def done(qtbot: QtBot, page: ReleasePage, title: str = "") -> None:
    """Wait until the dialog has worked; `title`: of the one that follows."""

    def gone() -> bool:
        dialog = page.talk.dialog
        return (dialog.windowTitle() if dialog else "") == title

    qtbot.waitUntil(gone, timeout=30_000)


def answer_for_it(qtbot: QtBot, page: ReleasePage) -> None:
    click(qtbot, shown_button(qtbot, page.checks, "Answer for it…"))
    fill(page.talk.dialog, "Mei", "It is only a test")
    click(qtbot, page.talk.dialog.go)
    qtbot.waitUntil(page.sign.isEnabled, timeout=30_000)


def texts(page: ReleasePage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())


def drop_on(page: ReleasePage, *files: Path) -> bool:
    """Drop files on the page; returns whether it takes them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, none)
    QApplication.sendEvent(page, enter)
    if enter.isAccepted():
        QApplication.sendEvent(page, QDropEvent(QPointF(9, 9), copy, data, left, none))
    return enter.isAccepted()
