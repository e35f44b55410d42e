"""Small questions: a name, a room, an invitation code, a yes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.dialogs import problem
from desktop.language import translate
from desktop.widgets import parts

_WIDTH = 420
_LONG = 96  # height of a field of several lines


class AskDialog(QDialog):
    """One or more named lines of text and a button that says what it does."""

    def __init__(
        self,
        title: str,
        text: str,
        do: str,
        *,
        fields: dict[str, str],
        parent: QWidget,
        long: bool = False,
    ) -> None:
        """`fields`: label -> first value; `long`: each may have several lines."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        make = _long_field if long else _field
        self.fields = [make(name, value) for name, value in fields.items()]
        self.go = parts.button(do, self.accept, look="primary")
        self.go.setDefault(True)
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True, wrap=True))
        if text:
            column.addWidget(parts.label(text, tone="muted", wrap=True))
        for name, line in zip(fields, self.fields, strict=True):
            column.addLayout(parts.column(_caption(name, line), line))
        self._more = parts.column(spacing=12)
        column.addLayout(self._more)
        column.addWidget(self._wrong)
        column.addStretch(1)
        no = parts.button(translate("Ask", "Cancel"), self.reject)
        column.addLayout(parts.row(None, no, self.go))
        if self.fields:
            self.fields[0].selectAll()
            self.fields[0].setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as its texts make it: more may have been put into it since it was made."""
        super().showEvent(event)
        parts.fit(self, self.width())

    @property
    def values(self) -> list[str]:
        """What was typed, without space around it."""
        return [
            (line.text() if isinstance(line, QLineEdit) else line.toPlainText()).strip()
            for line in self.fields
        ]

    def put(self, name: str, widget: QWidget) -> None:
        """Put one more thing to choose below the lines of text."""
        self._more.addLayout(parts.column(_caption(name, widget), widget))

    def suggest(self, known: list[str]) -> None:
        """Offer these while the first line is typed."""
        completer = QCompleter(self)
        completer.setModel(QStringListModel(known, completer))
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        first = self.fields[0]
        if isinstance(first, QLineEdit):
            first.setCompleter(completer)

    def answer_with(self, ask: Callable[[list[str]], None]) -> None:
        """Call `ask` with the values instead of closing: it closes or tells what was wrong."""
        self.go.clicked.disconnect()
        self.go.clicked.connect(lambda _=False: self._asking(ask))

    def tell_wrong(self, error: BaseException) -> None:
        """Say why it did not work, and let the person try again."""
        self.go.setEnabled(True)
        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()
        self.adjustSize()

    def _asking(self, ask: Callable[[list[str]], None]) -> None:
        self.go.setEnabled(False)
        ask(self.values)


def _field(name: str, value: str) -> QLineEdit:
    line = QLineEdit(value)
    line.setAccessibleName(name)
    return line


def _long_field(name: str, value: str) -> QPlainTextEdit:
    lines = QPlainTextEdit(value)
    lines.setAccessibleName(name)
    lines.setTabChangesFocus(True)
    lines.setFixedHeight(parts.scaled(_LONG))
    return lines


def _caption(name: str, line: QWidget) -> QLabel:
    made = parts.label(name, percent=parts.SMALL, tone="muted")
    made.setBuddy(line)
    return made
