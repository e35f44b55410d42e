"""A list to choose one from, with an arrow that is drawn in the face's own colours."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from desktop import theme

_ARROW = 16


class Choice(QComboBox):
    """A combo box as the stylesheet shapes it, and its arrow."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, then the arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        drawn = theme.pixmap("chevron-down", "muted", _ARROW, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - _ARROW - 10, (self.height() - _ARROW) // 2, drawn)
        painter.end()
