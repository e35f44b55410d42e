"""Names and what is said of them, in two columns that keep their places while values change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from desktop import theme
from desktop.language import translate
from desktop.models.fields import Field
from desktop.widgets import parts

_ICON = 16
_SMALL = (28, 24)
_NAMES = 96  # width of the names: values begin in one line in all sections of a pane


@dataclass(slots=True)
class _Line:
    """The widgets of one line."""

    shown: Field
    value: QLabel
    icon: QLabel | None
    swatch: Swatch | None


class Fields(QWidget):
    """Shows fields; a label is touched only where its text has changed."""

    device_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Field, ...] = ()
        self._lines: list[_Line] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, parts.scaled(_NAMES))
        self._grid.setColumnStretch(1, 1)

    def show_fields(self, fields: Sequence[Field]) -> None:
        """Show these, in this order."""
        fresh = tuple(fields)
        if fresh == self._shown:
            return
        same = list(map(_shape, fresh)) == list(map(_shape, self._shown))
        self._shown = fresh
        self.setVisible(bool(fresh))
        if not same:
            self._build(fresh)
            return
        for line, field in zip(self._lines, fresh, strict=True):
            _change(line, field)

    def value(self, name: str) -> str:
        """Return what is said under this name; "" where nothing is."""
        return next((one.value for one in self._shown if one.name == name), "")

    def _build(self, fields: Sequence[Field]) -> None:
        parts.empty(self._grid)
        self._lines = [self._line(number, field) for number, field in enumerate(fields)]

    def _line(self, number: int, field: Field) -> _Line:
        top = Qt.AlignmentFlag.AlignTop
        name = parts.label(field.name, tone="muted")
        name.setMinimumHeight(_SMALL[1])
        value = parts.label(field.value, tone=field.tone, wrap=True)
        value.setMinimumHeight(_SMALL[1])
        if field.fixed:
            parts.fixed(value)
        line = parts.row(spacing=8)
        icon = parts.picture(field.icon, field.tone, _ICON) if field.icon else None
        swatch = Swatch(field.swatch) if field.swatch else None
        for mark in (icon, swatch):
            if mark is not None:
                line.addWidget(mark)
        line.addWidget(value, 1)
        for button in self._buttons(field):
            line.addWidget(button, 0, top)
        self._grid.addWidget(name, number, 0, top)
        self._grid.addLayout(line, number, 1)
        return _Line(shown=field, value=value, icon=icon, swatch=swatch)

    def _buttons(self, field: Field) -> list[QPushButton]:
        made: list[QPushButton] = []
        if field.device:
            say = translate("Detail", "Show {device}").format(device=field.value)
            key = field.device
            made.append(small("arrow-right", say, lambda: self.device_wanted.emit(key)))
        if field.url:
            say = translate("Detail", "Open its web page")
            url = field.url
            made.append(small("external-link", say, lambda: QDesktopServices.openUrl(QUrl(url))))
        if field.copied:
            say = translate("Detail", "Copy {name}").format(name=field.name)
            text = field.copied
            made.append(small("copy", say, lambda: QGuiApplication.clipboard().setText(text)))
        return made


class Swatch(QWidget):
    """A small field of a colour."""

    def __init__(self, colour: str, size: int = 16) -> None:
        super().__init__()
        self.colour = colour
        self.setFixedSize(size, size)

    def show_colour(self, colour: str) -> None:
        """Show another colour, "#rrggbb"."""
        if colour != self.colour:
            self.colour = colour
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it, with an edge that stands out on any ground."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(QColor(self.colour))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        painter.end()


def small(icon: str, name: str, do: Callable[[], object]) -> QPushButton:
    """Return a button of a small icon alone, for the end of a line."""
    made = parts.button("", do, look="link", icon=icon, name=name)
    made.setToolTip(name)
    made.setFixedSize(*_SMALL)
    return made


def _shape(field: Field) -> tuple[object, ...]:
    """Return what of a field decides which widgets its line has, and what its buttons do."""
    marks = (bool(field.icon), bool(field.swatch), field.fixed)
    return field.name, marks, field.device, field.url, field.copied


def _change(line: _Line, field: Field) -> None:
    before, line.shown = line.shown, field
    if field.value != before.value:
        line.value.setText(field.value)
    if field.tone != before.tone:
        parts.tint(line.value, field.tone)
    if line.icon is not None and (field.icon, field.tone) != (before.icon, before.tone):
        ratio = line.icon.devicePixelRatioF()
        line.icon.setPixmap(theme.pixmap(field.icon, field.tone, _ICON, ratio))
    if line.swatch is not None:
        line.swatch.show_colour(field.swatch)
