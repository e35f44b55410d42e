"""A check box that is seen in both faces: Fusion's own nearly vanishes in the dark."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from desktop import theme

_BOX = 18
_GAP = 10


class Tick(QCheckBox):
    """A rounded box, a tick, words beside it."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for the box, its ring and the words."""
        metrics = QFontMetrics(self.font())
        words = metrics.horizontalAdvance(self.text()) + _GAP if self.text() else 0
        return QSize(_BOX + 4 + words, max(_BOX + 6, metrics.height() + 4))

    def minimumSizeHint(self) -> QSize:
        """Return the same: words are never cut."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Count a click anywhere on box or words."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(2, (self.height() - _BOX) // 2, _BOX, _BOX)
        self._box(painter, box)
        painter.setFont(self.font())
        painter.setPen(theme.color("text" if self.isEnabled() else "muted"))
        words = self.rect().adjusted(box.right() + _GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()

    def _box(self, painter: QPainter, box: QRect) -> None:
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 6, 6)
        half = self.checkState() is Qt.CheckState.PartiallyChecked
        full = self.isChecked() and self.isEnabled() and not half
        painter.setPen(QPen(theme.color("accent" if full else "border"), 1))
        painter.setBrush(theme.color("accent" if full else "surface"))
        # On half pixels: a line of one pixel is then one pixel, and as dark as its colour.
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if half:  # some of several have it
            painter.fillRect(box.adjusted(4, 8, -4, -8), theme.color("accent"))
        elif self.isChecked():
            tint = "on_accent" if full else "muted"
            drawn = theme.pixmap("check", tint, _BOX - 4, self.devicePixelRatioF())
            painter.drawPixmap(box.x() + 2, box.y() + 2, drawn)
