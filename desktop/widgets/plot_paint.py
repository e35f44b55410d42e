"""The painting of one lane: a line with its band of least and greatest, or bars of two states."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from desktop import theme
from desktop.models.plot import Drawn, Lane

_BAND = 60  # of 255: how strong the band of least and greatest is
_DENSE, _COLUMN = 64, 3.0
"""With more points, each of so few pixels, a band is drawn column by column: Qt takes a tenth of a
second for a polygon with a thousand ragged corners, and a millisecond for as many rectangles."""

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
    painter: QPainter, place: QRectF, frame: Frame, stretch: tuple[Drawn, ...], ends: float
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
    painter: QPainter, lane: Lane, place: QRectF, frame: Frame, stretch: tuple[Drawn, ...]
) -> None:
    if all(point.low == point.high for point in stretch):
        return
    tint = QColor(theme.color("accent"))
    tint.setAlpha(_BAND)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    up = place.height() / (lane.high - lane.low)
    floor = place.bottom() + lane.low * up
    x = [frame.x(point.at) for point in stretch]
    above = [floor - point.high * up for point in stretch]
    below = [floor - point.low * up for point in stretch]
    if len(x) > _DENSE and (x[-1] - x[0]) / len(x) <= _COLUMN:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        ends = [*x[1:], x[-1] + _LEAST]
        sides = zip(x, ends, above, below, strict=True)
        painter.drawRects([QRectF(at, top, end - at, low - top) for at, end, top, low in sides])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return
    corners = [*zip(x, above, strict=True), *zip(reversed(x), reversed(below), strict=True)]
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def _line(  # noqa: PLR0917 - where, what and until when
    painter: QPainter,
    lane: Lane,
    place: QRectF,
    frame: Frame,
    stretch: tuple[Drawn, ...],
    ends: float,
) -> None:
    """Draw the means as lines of their own: one path of them costs hundreds of times as much."""
    painter.setPen(QPen(theme.color("accent"), 1.5))
    up = place.height() / (lane.high - lane.low)
    floor, across = place.bottom() + lane.low * up, frame.width / (frame.until - frame.since)
    since, left = frame.since, frame.left
    each = [QPointF(left + (one.at - since) * across, floor - one.mean * up) for one in stretch]
    each.append(QPointF(max(frame.x(ends), each[-1].x() + _LEAST), each[-1].y()))
    painter.drawLines([QLineF(one, other) for one, other in pairwise(each)])
