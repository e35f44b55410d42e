"""What a test sees of a window: controls without a name, words that are cut, rings that are not."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.widgets.parts import Words

CONTROLS = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit)


def controls(widget: QWidget) -> Iterator[QWidget]:
    """Every control that is seen, without the parts that Qt makes of one."""
    for one in widget.findChildren(QWidget):
        inner = one.objectName().startswith("qt_") or one.parent().inherits("QComboBox")
        if isinstance(one, CONTROLS) and one.isVisible() and not inner:
            yield one


def nameless(widget: QWidget) -> list[str]:
    """Controls that a screen reader cannot name."""
    found = []
    for one in controls(widget):
        face = QAccessible.queryAccessibleInterface(one)
        if not face.text(QAccessible.Text.Name):
            found.append(f"{type(one).__name__} in {type(one.parent()).__name__}")
    return found


def untold(widget: QWidget) -> list[str]:
    """Buttons that show a picture alone and no tool tip that says what it means."""
    buttons = (one for one in controls(widget) if isinstance(one, QAbstractButton))
    return [
        one.accessibleName()
        for one in buttons
        if not one.text() and not one.icon().isNull() and not one.toolTip()
        if not isinstance(one.parent(), QLineEdit)  # the glass in a search: drawn, not pressed
    ]


def cut(window: QWidget) -> list[str]:
    """Words of labels and buttons that have less room than they need."""
    found = []
    for one in window.findChildren(QWidget):
        if not one.isVisible() or not isinstance(one, QLabel | QAbstractButton) or not one.text():
            continue
        needed = one.sizeHint()
        if isinstance(one, Words):
            if one.heightForWidth(one.width()) > one.height():
                found.append(f"{one.text()!r} high {one.height()}")
        elif one.width() < needed.width() or one.height() < needed.height():
            found.append(f"{one.text()!r} {one.size().toTuple()} < {needed.toTuple()}")
    return found


def nothing_cut(qtbot: QtBot, widget: QWidget) -> None:
    """Wait until it is laid out; fail with what is still cut then."""

    def looks_whole() -> None:
        assert cut(widget) == []

    qtbot.waitUntil(looks_whole)


def focusable(widget: QWidget) -> list[QWidget]:
    """Controls that Tab is to come to."""
    return [
        one
        for one in controls(widget)
        if one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def unlit(widget: QWidget) -> list[str]:
    """Controls that look the same with the focus and without it."""
    found = []
    for one in focusable(widget):
        if isinstance(one, QAbstractItemView) and not one.model().rowCount():
            continue  # the row that one is at is lit, and there is none
        widget.setFocus()
        before = one.grab().toImage()
        one.setFocus(Qt.FocusReason.TabFocusReason)
        if QApplication.focusWidget() is one and one.grab().toImage() == before:
            found.append(f"{type(one).__name__} {one.accessibleName()!r}")
    widget.setFocus()
    return found
