"""Values over time, drawn: one lane below the other, one axis of time, a line under the pointer.

Points come already cut to the columns of the picture, so drawing costs the same for a day as for a
year. What does not move is drawn once and kept as a picture; only the pointer's line comes anew.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.models import plot as plots
from desktop.models import scale
from desktop.models.measured import quantity
from desktop.models.plot import Drawn, Lane, Plot
from desktop.widgets import plot_paint
from desktop.widgets.plot_paint import Frame
from fleet.capability import Capability

_TALL, _LOW = 96, 24  # height of a lane of numbers, of one of two states
_GAP, _INSET = 12, 8
_LINES = 4  # of numbers, in one lane
_TICK_ROOM = 64  # pixels for each line of the time axis
_STEP, _JUMP = 4, 40  # columns that an arrow and a page key go


class PlotView(QWidget):
    """Shows a Plot; Left and Right move along it, plus and minus zoom, Shift+arrows go in time."""

    window_wanted = Signal(float, float)  # show this stretch of time instead

    def __init__(self) -> None:
        super().__init__()
        self._plot = Plot(since=0.0, until=1.0)
        self._kept: QPixmap | None = None
        self._frame = Frame(0.0, 1.0, 0.0, 1.0)
        self._at: float | None = None  # the moment pointed at
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def columns(self) -> int:
        """How many points of a value this picture can show."""
        return max(60, round(self._frame.width))

    @property
    def pointed(self) -> str:
        """What is said of the moment pointed at; "" where none is."""
        return self._words(self._at) if self._at is not None else ""

    def show_plot(self, plot: Plot) -> None:
        """Draw this."""
        if plot == self._plot and self._kept is not None:
            return
        self._plot = plot
        self._frame_anew()
        if self._at is not None and not plot.since <= self._at <= plot.until:
            self._at = None
        self.setAccessibleName("; ".join(lane.said for lane in plot.lanes) or plot.empty)
        self.updateGeometry()
        self.update()

    def point_at(self, moment: float | None) -> None:
        """Point at a moment, as the pointer or a key does; None: at nothing."""
        if moment != self._at:
            self._at = moment
            self.update()

    def picture(self) -> QPixmap:
        """Return it as a picture on its own ground, for a file or the clipboard."""
        ratio = self.devicePixelRatioF()
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(theme.color("surface"))
        painter = QPainter(made)
        painter.drawPixmap(0, 0, self._drawn(ratio))
        painter.end()
        return made

    def sizeHint(self) -> QSize:
        """Return room for all lanes, their titles and the axis of time."""
        line = self._line()
        high = sum(line + self._height(lane) + _GAP for lane in self._plot.lanes) or _TALL
        return QSize(240, round(high + line + _GAP))

    def minimumSizeHint(self) -> QSize:
        """Return the least width that still tells anything."""
        return QSize(160, self.sizeHint().height())

    # --- pointer and keys ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what was, under the pointer."""
        moment = self._frame.moment(event.position().x())
        inside = self._plot.since <= moment <= self._plot.until
        self.point_at(moment if inside else None)

    def leaveEvent(self, event: object) -> None:
        """Say nothing more."""
        del event
        if not self.hasFocus():
            self.point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say nothing more."""
        super().focusOutEvent(event)
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go along the values, or in time, or nearer."""
        span = self._plot.until - self._plot.since
        step, key = span / self.columns, event.key()
        moves = {
            Qt.Key.Key_Left: -_STEP * step,
            Qt.Key.Key_Right: _STEP * step,
            Qt.Key.Key_PageUp: -_JUMP * step,
            Qt.Key.Key_PageDown: _JUMP * step,
            Qt.Key.Key_Home: -span,
            Qt.Key.Key_End: span,
        }
        if key in moves and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            shift = span / 2 if moves[Qt.Key(key)] > 0 else -span / 2
            self.window_wanted.emit(self._plot.since + shift, self._plot.until + shift)
        elif key in moves:
            self._go(moves[Qt.Key(key)])
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus}:
            self._zoom(2.0 if key == Qt.Key.Key_Minus else 0.5)
        elif key == Qt.Key.Key_Escape and self._at is not None:
            self.point_at(None)
        else:
            super().keyPressEvent(event)

    def _go(self, by: float) -> None:
        whole = abs(by) >= self._plot.until - self._plot.since  # to one of the ends
        begin = (self._plot.until if self._at is None else self._at) + by
        if self._at is None and not whole:
            begin = self._plot.until
        self.point_at(min(self._plot.until, max(self._plot.since, begin)))
        said = QAccessibleAnnouncementEvent(self, self.pointed)
        QAccessible.updateAccessibility(said)

    def _zoom(self, factor: float) -> None:
        plot = self._plot
        middle = self._at if self._at is not None else (plot.since + plot.until) / 2
        self.window_wanted.emit(
            middle - (middle - plot.since) * factor, middle + (plot.until - middle) * factor
        )

    # --- drawing ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay it out anew."""
        super().resizeEvent(event)
        self._frame_anew()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is kept, and the line under the pointer."""
        del event
        ratio = self.devicePixelRatioF()
        if self._kept is None or self._kept.size() != (self.size() * ratio):
            self._kept = self._drawn(ratio)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._kept)
        if self._at is not None:
            self._pointer(painter, self._at)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _drawn(self, ratio: float) -> QPixmap:
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.sized(88))
        top, line = 0.0, self._line()
        for lane in self._plot.lanes:
            self._title(painter, lane, top)
            place = self._place(lane, top + line)
            self._lines(painter, lane, place)
            plot_paint.draw(painter, lane, place, self._frame)
            top = place.bottom() + _GAP
        if self._plot.lanes:
            self._times(painter, top - _GAP + 4)
        painter.end()
        return made

    def _title(self, painter: QPainter, lane: Lane, top: float) -> None:
        line, room = self._line(), QRectF(_INSET, top, self.width() - 2 * _INSET, self._line())
        metrics = painter.fontMetrics()
        painter.setPen(theme.color("text"))
        now = metrics.horizontalAdvance(lane.now)
        title = metrics.elidedText(
            lane.title, Qt.TextElideMode.ElideRight, round(room.width() - now - 8)
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(theme.color("muted"))
        painter.drawText(
            QRectF(room.x(), top, room.width(), line), Qt.AlignmentFlag.AlignRight, lane.now
        )

    def _lines(self, painter: QPainter, lane: Lane, place: QRectF) -> None:
        """Draw the round numbers of a lane, and the round moments through it."""
        painter.setPen(QPen(theme.color("line"), 1))
        for moment in self._moments():
            x = round(self._frame.x(moment.at)) + 0.5
            painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        if lane.states:
            return
        high = painter.fontMetrics().height()
        for number in scale.numbers(lane.low, lane.high, _LINES):
            y = round(plot_paint.y(lane, place, number)) + 0.5
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))
            painter.setPen(theme.color("muted"))
            beside = QRectF(0, y - high / 2, place.left() - 8, high)
            said = quantity(number, Capability.NUMBER, "")
            painter.drawText(
                beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said
            )

    def _times(self, painter: QPainter, top: float) -> None:
        metrics = painter.fontMetrics()
        painter.setPen(theme.color("muted"))
        for moment in self._moments():
            said = plots.tick(moment)
            wide = metrics.horizontalAdvance(said)
            left = min(self.width() - wide - 1.0, max(0.0, self._frame.x(moment.at) - wide / 2))
            painter.drawText(
                QRectF(left, top, wide + 1, self._line()), Qt.AlignmentFlag.AlignLeft, said
            )

    def _pointer(self, painter: QPainter, moment: float) -> None:
        """Draw the line of the moment, a dot on each lane, and what is said of it."""
        x, top, line = self._frame.x(moment), 0.0, self._line()
        painter.setFont(theme.sized(88))
        for lane in self._plot.lanes:
            place = self._place(lane, top + line)
            painter.setPen(QPen(theme.color("muted"), 1))
            painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()))
            point = plots.at(lane, moment)
            if point is not None and not lane.states:
                painter.setPen(QPen(theme.color("surface"), 2))
                painter.setBrush(theme.color("accent"))
                painter.drawEllipse(QPointF(x, plot_paint.y(lane, place, point.mean)), 4, 4)
            self._label(painter, place, x, self._lane_words(lane, point))
            top = place.bottom() + _GAP
        if self._plot.lanes:
            said = plots.when(moment, self._plot.until - self._plot.since)
            self._label(painter, QRectF(0, top - _GAP + 2, self.width(), line), x, said)

    def _label(self, painter: QPainter, place: QRectF, x: float, said: str) -> None:
        metrics = painter.fontMetrics()
        wide, high = metrics.horizontalAdvance(said) + 12, metrics.height() + 4
        left = x + 8 if x + 8 + wide < self.width() else x - 8 - wide
        box = QRectF(max(0.0, left), place.top() + 2, wide, high)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.color("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, said)

    # --- where things stand ---

    def _words(self, moment: float) -> str:
        when = plots.when(moment, self._plot.until - self._plot.since)
        each = (
            f"{lane.title} {self._lane_words(lane, plots.at(lane, moment))}"
            for lane in self._plot.lanes
        )
        return f"{when}: {', '.join(each)}"

    def _lane_words(self, lane: Lane, point: Drawn | None) -> str:
        return plots.told(lane, point) if point is not None else plots.silent()

    def _moments(self) -> tuple[scale.Moment, ...]:
        most = max(2, int(self._frame.width / self._tick_room()))
        return scale.moments(self._plot.since, self._plot.until, most)

    def _tick_room(self) -> int:
        return max(_TICK_ROOM, QFontMetrics(theme.sized(88)).horizontalAdvance("00:00 00"))

    def _frame_anew(self) -> None:
        """Find the columns in which values are drawn, right of their numbers."""
        metrics = QFontMetrics(theme.sized(88))
        each = (
            quantity(number, Capability.NUMBER, "")
            for lane in self._plot.lanes
            if not lane.states
            for number in scale.numbers(lane.low, lane.high, _LINES)
        )
        left = max((metrics.horizontalAdvance(said) for said in each), default=0) + 8 + _INSET
        width = max(1.0, self.width() - left - _INSET)
        self._frame = Frame(float(left), width, self._plot.since, self._plot.until)
        self._kept = None

    def _place(self, lane: Lane, top: float) -> QRectF:
        return QRectF(self._frame.left, top + 2, self._frame.width, self._height(lane) - 2)

    @staticmethod
    def _height(lane: Lane) -> int:
        return _LOW if lane.states else _TALL

    def _line(self) -> int:
        return QFontMetrics(theme.sized(88)).height() + 4
