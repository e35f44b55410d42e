"""A short word of success at the bottom of the window; it takes no focus and moves nothing.

What can be taken back has a button for it; Ctrl+Z does the same.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop import theme
from desktop.language import translate
from desktop.models.location import Location
from desktop.models.said import Said
from desktop.widgets import parts

SHOWN_MS = 8000
_EDGE = 24


class Toast(QFrame):
    """Shows one text at a time, for eight seconds."""

    place_wanted = Signal(object)  # Location

    def __init__(self, parent: QWidget, undo: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self._words = parts.label()
        self.undo = parts.button("", undo, look="link")
        self.undo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.undo.clicked.connect(self.hide)
        self.show_button = parts.button("", self._show, look="link")
        self.show_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._place_told: Location | None = None
        line = parts.row(self._words, self.undo, self.show_button, spacing=12)
        line.setContentsMargins(16, 10, 16, 10)
        self.setLayout(line)
        self._timer = QTimer(self, interval=SHOWN_MS, singleShot=True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def say(self, said: Said) -> None:
        """Say it now."""
        self._words.setText(said.text)
        self.undo.setText(translate("Window", "Undo"))
        self.undo.setVisible(said.can_undo)
        self.show_button.setText(translate("Said", "Show"))
        self.show_button.setVisible(said.place is not None)
        self._place_told = said.place
        self.setAccessibleName(said.text)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said.text))

    def dress(self) -> None:
        """Be of the size of now: it lives on when pages are made anew."""
        for part in (self._words, self.undo, self.show_button):
            part.setFont(theme.sized(parts.BODY))
        self.adjustSize()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom when the window grows."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        self.hide()
        if self._place_told is not None:
            self.place_wanted.emit(self._place_told)

    def _place(self) -> None:
        parent = self.parentWidget() or self
        left = (parent.width() - self.width()) // 2
        self.move(left, parent.height() - self.height() - _EDGE)
