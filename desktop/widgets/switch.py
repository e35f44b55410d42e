"""A switch and a slider that show a device's own word and a person's wish apart."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QSlider

from desktop import theme

_WIDE, _HIGH, _EDGE = 44, 24, 4
_SETTLE_MS = 400  # after the last key: keys come in rows, and each wish is a message


class Switch(QCheckBox):
    """On or off; while a wish waits for the device's word, its knob is hollow.

    `wished` is what a person chose; what is shown is set by `show_state` alone.
    """

    wished = Signal(bool)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._waiting = self._known = False
        self.clicked.connect(self.wished)

    def show_state(self, on: bool | None, *, waiting: bool) -> None:  # noqa: FBT001 - one of three states
        """Show what is so, or what was wished while that waits; None: nobody knows."""
        if (on, waiting) == (self.isChecked() if self._known else None, self._waiting):
            return
        self._known, self._waiting = on is not None, waiting
        self.setChecked(bool(on))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for it and its ring."""
        return QSize(_WIDE + 2 * _EDGE, _HIGH + 2 * _EDGE)

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        """Count a click anywhere on it."""
        del pos
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(_EDGE, _EDGE, _WIDE, _HIGH)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(body.adjusted(-3, -3, 3, 3), 15, 15)
        full = self.isChecked() and self.isEnabled() and not self._waiting
        edge = "accent" if self.isChecked() and self.isEnabled() else "border"
        painter.setPen(QPen(theme.color(edge), 1))
        painter.setBrush(theme.color("accent" if full else "sunken"))
        painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        middle = not self._known
        at = (
            body.center().x()
            if middle
            else body.right() - 12
            if self.isChecked()
            else body.x() + 12
        )
        knob = "on_accent" if full else "muted" if not self.isEnabled() else "border"
        if self._waiting:
            painter.setPen(QPen(theme.color(edge), 2, Qt.PenStyle.DotLine))
            painter.setBrush(theme.color("surface"))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(knob))
        painter.drawEllipse(QPointF(at, body.center().y()), 8, 8)
        painter.end()


class Slider(QSlider):
    """A number by a slider; `wished` comes when it is let go, not at every pixel on the way.

    The wheel does nothing: a page that is scrolled past must not dim a lamp.
    """

    wished = Signal(float)

    def __init__(
        self, name: str, low: float, high: float, step: float, *, warmth: bool = False
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setAccessibleName(name)
        self._low, self._step, self._warmth = low, step, warmth
        self.setRange(0, max(1, round((high - low) / step)))
        self.setPageStep(max(1, self.maximum() // 10))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._known = self._waiting = False
        self._said: float | None = None
        self._soon = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self._wish)
        self.sliderReleased.connect(self._wish)

    def show_state(self, said: float | None, asked: float | None) -> None:
        """Show what the device says, and with a mark of its own what was asked of it."""
        if self.isSliderDown() or self._soon.isActive():
            return  # somebody is at it
        shown = said if asked is None else asked
        fresh = (said, asked is not None, shown is not None)
        if fresh != (self._said, self._waiting, self._known):
            self._said, self._waiting, self._known = fresh
            self.update()
        if shown is not None:
            place = round((shown - self._low) / self._step)
            if place != self.value():
                self.setValue(place)

    def chosen(self) -> float:
        """Return the number that the knob stands on."""
        return round(self._low + self.value() * self._step, 6)

    def sizeHint(self) -> QSize:
        """Return a comfortable length."""
        return QSize(140, _HIGH + 2 * _EDGE)

    def minimumSizeHint(self) -> QSize:
        """Return the shortest that still can be used."""
        return QSize(96, _HIGH + 2 * _EDGE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by keys, and wish when they rest."""
        before = self.value()
        super().keyPressEvent(event)
        if self.value() != before:
            self._known = True
            self._soon.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to where it was pressed, and go on from there."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._known = True
            self.setSliderDown(True)
            self.setValue(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self.isSliderDown():
            self.setValue(self._at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: this is what is wished."""
        if event.button() is Qt.MouseButton.LeftButton and self.isSliderDown():
            self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to whoever scrolls."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the groove, what is filled of it, the device's own mark and the knob."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, at = self.height() / 2, self._x(self.value())
        groove = QRectF(self._x(0), middle - 3, self._x(self.maximum()) - self._x(0), 6)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._warmth:
            painter.setBrush(_warm_to_cold(groove))
            painter.drawRoundedRect(groove, 3, 3)
        else:
            painter.setBrush(theme.color("line"))
            painter.drawRoundedRect(groove, 3, 3)
            if self._known and self.isEnabled():
                painter.setBrush(theme.color("accent"))
                painter.drawRoundedRect(QRectF(groove.x(), groove.y(), at - groove.x(), 6), 3, 3)
        if self._waiting and self._said is not None:
            there = self._x(round((self._said - self._low) / self._step))
            painter.fillRect(QRectF(there - 1, middle - 8, 2, 16), theme.color("text"))
        if self._known:
            self._knob(painter, QPointF(at, middle))
        painter.end()

    def _knob(self, painter: QPainter, at: QPointF) -> None:
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 11, 11)
        style = Qt.PenStyle.DotLine if self._waiting else Qt.PenStyle.SolidLine
        painter.setPen(QPen(theme.color("accent" if self.isEnabled() else "border"), 2, style))
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(at, 8, 8)

    def _x(self, value: int) -> float:
        room = self.width() - 2 * (8 + _EDGE)
        return 8 + _EDGE + room * value / max(1, self.maximum())

    def _at(self, x: float) -> int:
        room = max(1, self.width() - 2 * (8 + _EDGE))
        return min(self.maximum(), max(0, round((x - 8 - _EDGE) / room * self.maximum())))

    def _wish(self) -> None:
        self._soon.stop()
        self.wished.emit(self.chosen())


def _warm_to_cold(groove: QRectF) -> QLinearGradient:
    """Return the colours of light from a candle's to a cloudy sky's: no tones, but light itself."""
    made = QLinearGradient(groove.topLeft(), groove.topRight())
    for place, colour in enumerate(theme.WARMTH):
        made.setColorAt(place / (len(theme.WARMTH) - 1), QColor(colour))
    return made
