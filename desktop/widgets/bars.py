"""How well a device is received, drawn: four small bars, filled as far as it is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.reception import MOST, Reception

WIDE, HIGH = 18, 14

_BAR, _STEP = 3.0, 5.0


def draw(painter: QPainter, x: float, y: float, told: Reception) -> None:
    """Draw the bars with their left upper corner at (x, y)."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    tone = "warn" if told.weak else "muted"
    for at in range(MOST):
        high = HIGH * (at + 1) / MOST
        painter.setBrush(theme.color(tone if at < told.bars else "line"))
        painter.drawRoundedRect(QRectF(x + at * _STEP, y + HIGH - high, _BAR, high), 1, 1)
    painter.restore()


class SignalBars(QWidget):
    """The bars beside words that say the number."""

    def __init__(self) -> None:
        super().__init__()
        self._told: Reception | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_reception(self, told: Reception | None) -> None:
        """Show it; nothing where nothing is said."""
        self._told = told
        self.setVisible(told is not None)
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for four bars."""
        return QSize(WIDE, HIGH)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them."""
        del event
        if self._told is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw(painter, 0, (self.height() - HIGH) / 2, self._told)
        painter.end()
