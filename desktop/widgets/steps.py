"""The way of a report as a row of stations: done, where it is, still to come."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.models.reports import Stage

_DOT = 20
_GAP = 6


class Steps(QWidget):
    """Draws Stages; told to a screen reader as one sentence."""

    def __init__(self, stages: tuple[Stage, ...]) -> None:
        super().__init__()
        self._stages = stages
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        done = [f"{one.word} {one.note}".strip() for one in stages if one.done]
        self.setAccessibleName(", ".join(done))

    def sizeHint(self) -> QSize:
        """Return room for a dot and two lines."""
        lines = QFontMetrics(theme.sized(100)).height() + QFontMetrics(theme.sized(88)).height()
        return QSize(400, _DOT + _GAP + lines + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the stations and the line between them."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0.0
        for place, (stage, wide) in enumerate(zip(self._stages, self._widths(), strict=True)):
            if place < len(self._stages) - 1:
                following = self._stages[place + 1]
                painter.setPen(QPen(theme.color("ok" if following.done else "line"), 2))
                middle = _DOT / 2
                painter.drawLine(QPointF(left + _DOT + 6, middle), QPointF(left + wide - 6, middle))
            self._dot(painter, QRectF(left, 0, _DOT, _DOT), stage)
            self._words(painter, round(left), round(wide), stage)
            left += wide
        painter.end()

    def _widths(self) -> list[float]:
        """Give each station what its words need and share out the rest; else all alike."""
        bold, small = QFontMetrics(theme.sized(100, bold=True)), QFontMetrics(theme.sized(88))
        needed = [
            max(bold.horizontalAdvance(one.word), small.horizontalAdvance(one.note)) + 16
            for one in self._stages
        ]
        rest = (self.width() - sum(needed)) / max(1, len(needed))
        if rest < 0:
            return [self.width() / len(needed)] * len(needed)
        return [one + rest for one in needed]

    def _dot(self, painter: QPainter, rect: QRectF, stage: Stage) -> None:
        if stage.done:
            ratio = self.devicePixelRatioF()
            drawn = theme.pixmap("circle-check", "ok", _DOT, ratio)
            painter.drawPixmap(rect.topLeft(), drawn)
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("accent" if stage.now else "border"), 2))
        painter.drawEllipse(rect.adjusted(2, 2, -2, -2))
        if stage.now:
            painter.setBrush(theme.color("accent"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(rect.adjusted(7, 7, -7, -7))

    def _words(self, painter: QPainter, left: int, wide: int, stage: Stage) -> None:
        first, second = theme.sized(100, bold=stage.now), theme.sized(88)
        high, low = QFontMetrics(first).height(), QFontMetrics(second).height()
        tone = "text" if stage.done or stage.now else "muted"
        line = QRect(left, _DOT + _GAP, wide - 8, high)
        _elided(painter, line, stage.word, first, tone)
        _elided(painter, line.translated(0, high), stage.note, second, "muted", low)


def _elided(  # noqa: PLR0917 - one drawing call
    painter: QPainter, rect: QRect, text: str, font: object, tone: str, high: int = 0
) -> None:
    painter.setFont(font)  # type: ignore[arg-type]
    painter.setPen(theme.color(tone))
    if high:
        rect.setHeight(high)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
