"""A short word of success at the bottom of the window; it takes no focus and moves nothing.

What can be taken back has a button for it; Ctrl+Z does the same.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from desktop.language import translate
from desktop.models.said import Said
from desktop.widgets import parts

SHOWN_MS = 8000
_EDGE = 24


class Toast(QFrame):
    """Shows one text at a time, for eight seconds."""

    def __init__(self, parent: QWidget, undo: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self._words = parts.label()
        self.undo = parts.button("", undo, look="link")
        self.undo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.undo.clicked.connect(self.hide)
        line = parts.row(self._words, self.undo, spacing=12)
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
        self.setAccessibleName(said.text)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom when the window grows."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        parent = self.parentWidget() or self
        left = (parent.width() - self.width()) // 2
        self.move(left, parent.height() - self.height() - _EDGE)
