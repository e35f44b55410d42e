"""The painting of one lane: a line with its band of least and greatest, or bars of two states."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from desktop import theme
from desktop.models.plot import Lane
from fleet.series import Point

_BAND = 60  # of 255: how strong the band of least and greatest is
_LEAST = 1.0  # pixels of the shortest bar: what was on for a second was on


@dataclass(frozen=True, slots=True)
class Frame:
    """Where time lies on a picture: pixels from the left and across, seconds from and until."""

    left: float
    width: float
    since: float
    until: float

    def x(self, moment: float) -> float:
        """Return where a moment is."""
        return self.left + self.width * (moment - self.since) / (self.until - self.since)

    def moment(self, x: float) -> float:
        """Return the moment at a place."""
        return self.since + (self.until - self.since) * (x - self.left) / self.width


def y(lane: Lane, place: QRectF, value: float) -> float:
    """Return where a value is in its lane."""
    return place.bottom() - place.height() * (value - lane.low) / (lane.high - lane.low)


def draw(painter: QPainter, lane: Lane, place: QRectF, frame: Frame) -> None:
    """Draw a lane; a gap is left where nothing was said."""
    painter.save()
    painter.setClipRect(place.adjusted(0, -2, 0, 2))
    last = len(lane.stretches) - 1
    for number, stretch in enumerate(lane.stretches):
        ends = lane.until if number == last else float(stretch[-1].at)
        if lane.states:
            _bars(painter, place, frame, stretch, ends)
        else:
            _band(painter, lane, place, frame, stretch)
            _line(painter, lane, place, frame, stretch, ends)
    painter.restore()


def _bars(
    painter: QPainter, place: QRectF, frame: Frame, stretch: tuple[Point, ...], ends: float
) -> None:
    """Draw a bar while the state held; where points stand for more, as high as its share."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)  # bars that touch are one
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    following = [*(float(point.at) for point in stretch[1:]), max(ends, float(stretch[-1].at))]
    for point, until in zip(stretch, following, strict=True):
        if point.mean <= 0:
            continue
        left = frame.x(point.at)
        wide = max(_LEAST, frame.x(until) - left)
        high = max(_LEAST, place.height() * min(1.0, point.mean))
        painter.drawRect(QRectF(left, place.bottom() - high, wide, high))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _band(
    painter: QPainter, lane: Lane, place: QRectF, frame: Frame, stretch: tuple[Point, ...]
) -> None:
    if all(point.low == point.high for point in stretch):
        return
    tint = QColor(theme.color("accent"))
    tint.setAlpha(_BAND)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    above = [QPointF(frame.x(one.at), y(lane, place, one.high)) for one in stretch]
    below = [QPointF(frame.x(one.at), y(lane, place, one.low)) for one in reversed(stretch)]
    painter.drawPolygon(QPolygonF([*above, *below]))


def _line(  # noqa: PLR0917 - where, what and until when
    painter: QPainter,
    lane: Lane,
    place: QRectF,
    frame: Frame,
    stretch: tuple[Point, ...],
    ends: float,
) -> None:
    pen = QPen(theme.color("accent"), 1.5)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath(QPointF(frame.x(stretch[0].at), y(lane, place, stretch[0].mean)))
    for point in stretch[1:]:
        path.lineTo(frame.x(point.at), y(lane, place, point.mean))
    path.lineTo(max(frame.x(ends), path.currentPosition().x() + _LEAST), path.currentPosition().y())
    painter.drawPath(path)
