"""A page without anything in it says what that means, and offers one next step or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.widgets import parts

_ICON = 40
_WIDTH = 420

Step = tuple[str, Callable[[], object]]
"""What a button says, and does."""


class Nothing(QWidget):
    """An icon, a title, a sentence and buttons, in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self._said: tuple[str, str, tuple[str, ...]] = ("", "", ())
        self._picture = parts.row()
        self.title = parts.label(percent=parts.CARD_TITLE, bold=True)
        self.text = parts.label(tone="muted", wrap=True)
        self.text.setFixedWidth(parts.scaled(_WIDTH))
        for words in (self.title, self.text):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._steps = parts.row()
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(12)
        column.addStretch(2)
        column.addLayout(self._picture)
        column.addWidget(self.title)
        column.addWidget(self.text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(self._steps)
        column.addStretch(3)

    def show_words(self, title: str, text: str, icon: str = "", steps: Sequence[Step] = ()) -> None:
        """Say it; what is said already is not drawn anew."""
        said = (title, text, tuple(name for name, _ in steps))
        if said == self._said:
            return
        self._said = said
        self.title.setText(title)
        self.text.setText(text)
        self.text.setFixedHeight(self.text.heightForWidth(self.text.width()))
        parts.empty(self._picture)
        parts.empty(self._steps)
        if icon:
            self._picture.addStretch(1)
            self._picture.addWidget(parts.picture(icon, "muted", _ICON))
            self._picture.addStretch(1)
        self._steps.addStretch(1)
        for number, (name, do) in enumerate(steps):
            look = "" if number else "primary"
            self._steps.addWidget(parts.button(name, do, look=look))
        self._steps.addStretch(1)
