"""Release notes: plain text with its list marks, set with a hanging indent. Never markup."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets import parts

_MARKS = ("- ", "* ", "• ")


class Notes(QWidget):
    """Shows one text; the same text again changes nothing."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._text = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show `text`."""
        self.setVisible(bool(text.strip()))
        if text == self._text:
            return
        self._text = text
        parts.empty(self._column)
        for line in filter(None, (line.strip() for line in text.splitlines())):
            if line.startswith(_MARKS):
                self._column.addLayout(_item(line[2:].strip()))
            else:
                self._column.addWidget(parts.label(line, wrap=True))


def _item(text: str) -> QHBoxLayout:
    dot = parts.label("•", tone="accent")
    line = QHBoxLayout()
    line.setSpacing(8)
    line.addWidget(dot, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(parts.label(text, wrap=True), 1)
    return line
