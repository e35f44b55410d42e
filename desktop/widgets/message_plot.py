"""A number out of the messages of a topic, drawn live: a line, its least and greatest, its last."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.language import translate
from desktop.models.message_rows import clock_of

Point = tuple[float, float]
"""(seconds since the epoch, number)"""

MOST = 2_000
"""Points that are kept."""

_HIGH, _DOT, _SIDE = 72, 3.0, 8
_FEW = 40  # points that are drawn as dots as well
_FLAT = 1e-12


class MessagePlot(QWidget):
    """The points of one number; older ones go where there are too many."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.points: list[Point] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._say()

    def add(self, points: Sequence[Point]) -> None:
        """Put points at the end."""
        if points:
            self.points = [*self.points, *points][-MOST:]
            self._say()
            self.update()

    @property
    def words(self) -> str:
        """What it shows, in words."""
        if not self.points:
            return translate("Messages", "no number yet")
        values = [value for _, value in self.points]
        said = translate("Messages", "now {now}, from {low} to {high} in {count} messages")
        return said.format(
            now=_told(values[-1]),
            low=_told(min(values)),
            high=_told(max(values)),
            count=len(values),
        )

    def sizeHint(self) -> QSize:
        """Return room for the line and for what stands above and below it."""
        return QSize(200, _HIGH + 2 * self._line())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.sized(88))
        line = self._line()
        place = QRectF(_SIDE, line, max(1.0, self.width() - 2.0 * _SIDE), _HIGH)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        painter.drawLine(place.topLeft(), place.topRight())
        if self.points:
            self._curve(painter, place)
            self._ends(painter, place, line)
        painter.end()

    def _curve(self, painter: QPainter, place: QRectF) -> None:
        begin, end = self.points[0][0], self.points[-1][0]
        low, high = self._bounds()
        across, up = max(end - begin, 1e-3), max(high - low, _FLAT)
        flat = high - low < _FLAT

        def at(point: Point) -> QPointF:
            share = 0.5 if flat else (point[1] - low) / up
            x = place.left() + place.width() * (point[0] - begin) / across
            return QPointF(x, place.bottom() - place.height() * share)

        corners = QPolygonF()
        for before, point in zip([None, *self.points], self.points, strict=False):
            if before is not None:  # a value holds until the next is said
                corners.append(QPointF(at(point).x(), at(before).y()))
            corners.append(at(point))
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawPolyline(corners)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        dots = self.points if len(self.points) <= _FEW else self.points[-1:]
        for point in dots:
            painter.drawEllipse(at(point), _DOT, _DOT)

    def _ends(self, painter: QPainter, place: QRectF, line: int) -> None:
        low, high = self._bounds()
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        above = QRectF(place.left(), 0, place.width(), line)
        below = QRectF(place.left(), place.bottom(), place.width(), line)
        painter.setPen(theme.color("muted"))
        painter.drawText(above, left, f"{_told(low)} \N{EN DASH} {_told(high)}")
        painter.drawText(below, left, clock_of(self.points[0][0])[:8])
        painter.drawText(below, right, clock_of(self.points[-1][0])[:8])
        painter.setFont(theme.sized(88, bold=True))
        painter.setPen(theme.color("text"))
        painter.drawText(above, right, _told(self.points[-1][1]))

    def _bounds(self) -> Point:
        values = [value for _, value in self.points]
        return min(values), max(values)

    def _say(self) -> None:
        self.setAccessibleName(f"{self._name}: {self.words}")
        self.setToolTip(self.words)

    @staticmethod
    def _line() -> int:
        return QFontMetrics(theme.sized(88)).height() + 2


def _told(value: float) -> str:
    return f"{value:.6g}"
