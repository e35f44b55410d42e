"""Small questions: a name, a room, an invitation code, a yes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QDialog, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.dialogs import problem
from desktop.language import translate
from desktop.widgets import parts

_WIDTH = 420


class AskDialog(QDialog):
    """One or more named lines of text and a button that says what it does."""

    def __init__(
        self, title: str, text: str, do: str, *, fields: dict[str, str], parent: QWidget
    ) -> None:
        """`fields`: label -> first value."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self.fields = [_field(name, value) for name, value in fields.items()]
        self.go = parts.button(do, self.accept, look="primary")
        self.go.setDefault(True)
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        if text:
            column.addWidget(parts.label(text, tone="muted", wrap=True))
        for name, line in zip(fields, self.fields, strict=True):
            column.addLayout(parts.column(_caption(name, line), line))
        column.addWidget(self._wrong)
        column.addStretch(1)
        no = parts.button(translate("Ask", "Cancel"), self.reject)
        column.addLayout(parts.row(None, no, self.go))
        if self.fields:
            self.fields[0].selectAll()
            self.fields[0].setFocus()

    @property
    def values(self) -> list[str]:
        """What was typed, without space around it."""
        return [line.text().strip() for line in self.fields]

    def suggest(self, known: list[str]) -> None:
        """Offer these while the first line is typed."""
        completer = QCompleter(self)
        completer.setModel(QStringListModel(known, completer))
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.fields[0].setCompleter(completer)

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


def _caption(name: str, line: QLineEdit) -> QLabel:
    made = parts.label(name, percent=parts.SMALL, tone="muted")
    made.setBuddy(line)
    return made
