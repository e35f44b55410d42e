"""New households by day, drawn: a bar a day, the number above it, told whole to a screen reader."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.models.triage import Bar

_HIGH, _GAP, _WIDEST = 96, 3, 36


class Curve(QWidget):
    """One bar a day."""

    def __init__(self, days: Sequence[Bar], name: str) -> None:
        super().__init__()
        self._days = tuple(days)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        told = ", ".join(f"{one.word}: {one.count}" for one in days if one.count)
        self.setAccessibleName(f"{name}: {told}" if told else name)
        self.setToolTip(told)

    def sizeHint(self) -> QSize:
        """Return room for the bars, a number above and a day below them."""
        line = QFontMetrics(theme.sized(88)).height()
        return QSize(240, _HIGH + 2 * line)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars from the left, the last day at the right end."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.sized(88))
        line = painter.fontMetrics().height()
        floor = self.height() - line - 2.0
        wide = min(float(_WIDEST), self.width() / max(1, len(self._days)))
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(QPointF(0, floor), QPointF(self.width(), floor))
        for place, day in enumerate(self._days):
            high = day.share * (floor - line - 2)
            bar = QRectF(place * wide, floor - high, max(2.0, wide - _GAP), high)
            self._bar(painter, bar, day, line)
        self._ends(painter, floor, wide)
        painter.end()

    def _bar(self, painter: QPainter, bar: QRectF, day: Bar, line: int) -> None:
        if not day.count:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(bar, 2, 2)
        if painter.fontMetrics().horizontalAdvance(str(day.count)) <= bar.width() + _GAP:
            painter.setPen(theme.color("muted"))
            above = QRectF(bar.x() - _GAP, bar.y() - line, bar.width() + 2 * _GAP, line)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, str(day.count))

    def _ends(self, painter: QPainter, floor: float, wide: float) -> None:
        if not self._days:
            return
        painter.setPen(theme.color("muted"))
        below = QRectF(0, floor + 2, self.width(), self.height() - floor - 2)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        painter.drawText(below, left, self._days[0].word)
        used = wide * len(self._days)
        first = painter.fontMetrics().horizontalAdvance(self._days[0].word)
        last = painter.fontMetrics().horizontalAdvance(self._days[-1].word)
        if len(self._days) > 1 and used > first + last + _GAP:
            painter.drawText(QRectF(0, below.y(), used, below.height()), right, self._days[-1].word)


class Bars(QWidget):
    """Values with a bar each, the longest first: versions."""

    def __init__(self, bars: Sequence[Bar]) -> None:
        super().__init__()
        self._bars = tuple(bars)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(f"{one.word}: {one.count}" for one in bars))

    def sizeHint(self) -> QSize:
        """Return a line each."""
        return QSize(240, (QFontMetrics(theme.sized(100)).height() + 6) * len(self._bars))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a line each: word, bar, number."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.sized(100))
        metrics = painter.fontMetrics()
        high = metrics.height() + 6
        words = max((metrics.horizontalAdvance(one.word) for one in self._bars), default=0)
        left = min(words + 12, self.width() // 2)
        number = max((metrics.horizontalAdvance(str(one.count)) for one in self._bars), default=0)
        room = max(8, self.width() - left - number - 12)
        for place, one in enumerate(self._bars):
            top = place * high
            painter.setPen(theme.color("text"))
            shown = metrics.elidedText(one.word, Qt.TextElideMode.ElideMiddle, left - 4)
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, top, left - 4, high), middle, shown)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            bar = QRectF(left, top + high / 2 - 4, max(2.0, room * one.share), 8)
            painter.drawRoundedRect(bar, 4, 4)
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(bar.right() + 8, top, number + 4, high), middle, str(one.count))
        painter.end()
