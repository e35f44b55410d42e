"""Tabs: a real tab bar (arrow keys, its role to a screen reader) in our shape."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QTabBar

from desktop import theme

_HIGH = 36
_ASIDE = 12
_LINE = 2


class Tabs(QTabBar):
    """Words in a row, the chosen one underlined."""

    def __init__(self, name: str, words: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for word in words:
            self.addTab(word)

    def tabSizeHint(self, index: int) -> QSize:
        """Return room for the words in bold: the chosen one must not push the others."""
        metrics = QFontMetrics(theme.sized(100, bold=True))
        wide = metrics.horizontalAdvance(self.tabText(index)) + 2 * _ASIDE
        return QSize(wide, max(_HIGH, metrics.height() + 16))

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Return the same: words are never cut."""
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words, the line below all of them and the thick one below the chosen."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line"), 1))
        floor = self.height() - 0.5
        painter.drawLine(QPointF(0, floor), QPointF(self.width(), floor))
        for number in range(self.count()):
            self._tab(painter, number)
        painter.end()

    def _tab(self, painter: QPainter, number: int) -> None:
        place, chosen = QRectF(self.tabRect(number)), number == self.currentIndex()
        painter.setFont(theme.sized(100, bold=chosen))
        painter.setPen(theme.color("accent" if chosen else "muted"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.tabText(number))
        if not chosen:
            return
        painter.fillRect(
            QRectF(place.x() + _ASIDE, self.height() - _LINE, place.width() - 2 * _ASIDE, _LINE),
            theme.color("accent"),
        )
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(2, 2, -2, -6), 6, 6)
