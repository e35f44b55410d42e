"""One of several that exclude each other, drawn in the face's own colours: a ring and words."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy

from desktop import theme

_RING, _GAP = 18, 10


class Pick(QRadioButton):
    """A round box and words; Fusion's own nearly vanishes in the dark."""

    def __init__(self, text: str, name: str = "") -> None:
        """`name`: what a screen reader says where the text alone would not do."""
        super().__init__(text)
        self.setAccessibleName(name or text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for the ring, its focus and the words."""
        metrics = QFontMetrics(self.font())
        words = metrics.horizontalAdvance(self.text()) + _GAP
        return QSize(_RING + 4 + words, max(_RING + 6, metrics.height() + 4))

    def minimumSizeHint(self) -> QSize:
        """Return the same: words are never cut."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Count a click anywhere on ring or words."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(2 + _RING / 2, self.height() / 2)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawEllipse(middle, _RING / 2 + 1, _RING / 2 + 1)
        painter.setPen(QPen(theme.color("accent" if self.isChecked() else "border"), 1.5))
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(middle, _RING / 2 - 1, _RING / 2 - 1)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(middle, _RING / 4, _RING / 4)
        painter.setFont(self.font())
        painter.setPen(theme.color("text"))
        words = self.rect().adjusted(_RING + 4 + _GAP - 2, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
