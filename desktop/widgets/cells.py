"""Draws the cells of the devices table: two lines a row, state as icon, word and colour."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from desktop import theme
from desktop.models import states
from desktop.models.columns import KNOWN, Column
from desktop.models.devices import Role
from desktop.models.rows import Row
from desktop.radio import Signal

Index = QModelIndex | QPersistentModelIndex

_SIDE = 12  # left and right of a row
_PAD = 8
_ICON = 20
_BAR = 4
_STEPS, _STEP = 4, 4  # of the picture of a signal
_LOW = 20  # per cent of a battery
_AIR = 20  # above and below the two lines, together


class Cells(QStyledItemDelegate):
    """The one delegate of the table; all columns are drawn here, from one Row."""

    def __init__(self, view: QTableView, ends: Callable[[], tuple[int, int]]) -> None:
        """`ends`: tells which columns are at the left and the right end."""
        super().__init__(view)
        self._view = view
        self._ends = ends
        self.refresh()

    def refresh(self) -> None:
        """Take the application's font anew."""
        self._body = theme.sized(100)
        self._bold = theme.sized(100, bold=True)
        self._small = theme.sized(88)
        self._fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self._fixed.setPointSizeF(self._small.pointSizeF() * 1.05)
        self._line = QFontMetrics(self._body).height()
        self._second = QFontMetrics(self._small).height()

    def height(self) -> int:
        """Return how high a row is: two lines and air, on the grid."""
        return -(-(self._line + self._second + _AIR) // theme.GRID) * theme.GRID

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return how much room a cell asks for."""
        del option, index
        return QSize(80, self.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        row: Row = index.data(Role.ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        self._ground(painter, option, index, rect)
        left, _ = self._ends()
        inside = rect.adjusted(_SIDE if index.column() == left else _PAD, 0, -_PAD, 0)
        self._cell(painter, inside, row, Column(index.column()), index)
        painter.restore()

    def _cell(self, painter: QPainter, rect: QRect, row: Row, column: Column, index: Index) -> None:
        if column is Column.NAME:
            self._name(painter, rect, row)
        elif column is Column.STATE:
            self._state(painter, rect, row)
        elif column is Column.VERSION:
            self._version(painter, rect, row)
        elif column is Column.SIGNAL and (heard := row.signal) is not None:
            self._signal(painter, rect, heard)
        elif column is Column.BATTERY and _is_low(row):
            self._icon(painter, rect, "battery-low", "warn", _ICON)
            text = str(index.data(Qt.ItemDataRole.DisplayRole))
            self._text(painter, rect.adjusted(_ICON + _PAD, 0, 0, 0), text, self._small, "warn")
        else:
            text = str(index.data(Qt.ItemDataRole.DisplayRole))
            font = self._fixed if KNOWN[column].fixed else self._small
            self._text(painter, rect, text, font, "muted")

    def _signal(self, painter: QPainter, rect: QRect, signal: Signal) -> None:
        """Draw four steps, as many of them full as the signal is strong, and what is said."""
        bottom = rect.y() + (rect.height() + _STEP * _STEPS) // 2
        full = max(1, round(signal.percent / 100 * _STEPS))
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(_STEPS):
            height = _STEP * (step + 1)
            painter.setBrush(theme.color("muted" if step < full else "line"))
            painter.drawRect(rect.x() + step * (_STEP + 2), bottom - height, _STEP, height)
        text = rect.adjusted(_STEPS * (_STEP + 2) + _PAD, 0, 0, 0)
        self._text(painter, text, signal.told, self._small, "muted")

    def _ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, rect: QRect
    ) -> None:
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("select"))
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if self._view.hasFocus() and index.row() == self._view.currentIndex().row():
            self._ring(painter, index, rect)

    def _ring(self, painter: QPainter, index: Index, rect: QRect) -> None:
        accent = theme.color("accent")
        painter.fillRect(rect.x(), rect.y(), rect.width(), 2, accent)
        painter.fillRect(rect.x(), rect.bottom() - 1, rect.width(), 2, accent)
        left, right = self._ends()
        if index.column() == left:
            painter.fillRect(rect.x(), rect.y(), 2, rect.height(), accent)
        if index.column() == right:
            painter.fillRect(rect.right() - 1, rect.y(), 2, rect.height(), accent)

    def _name(self, painter: QPainter, rect: QRect, row: Row) -> None:
        self._icon(painter, rect, states.kind_icon(row.device), "muted", _ICON)
        text = rect.adjusted(_ICON + _SIDE, 0, 0, 0)
        self._two(painter, text, row.device.name, row.under, self._body, theme.color("text"))

    def _state(self, painter: QPainter, rect: QRect, row: Row) -> None:
        look = row.look
        text = rect.adjusted(_ICON + _PAD, 0, 0, 0)
        self._icon(painter, rect, look.icon, look.tone, _ICON - 2)
        font = self._body if look.tone in {"ok", "muted"} else self._bold
        self._two(painter, text, look.word, look.note, font, theme.color(look.tone))
        if look.percent is not None:
            self._bar(painter, text, look.percent)

    def _bar(self, painter: QPainter, rect: QRect, percent: float) -> None:
        well = QRect(rect.x(), rect.bottom() - _BAR - 3, rect.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(well, _BAR / 2, _BAR / 2)
        painter.setBrush(theme.color("accent"))
        done = well.adjusted(0, 0, -round(well.width() * (1 - percent / 100)), 0)
        painter.drawRoundedRect(done, _BAR / 2, _BAR / 2)

    def _version(self, painter: QPainter, rect: QRect, row: Row) -> None:
        if not row.target:
            self._text(painter, rect, row.version or "?", self._fixed, "text")
            return
        upper, lower = self._lines(rect)
        self._text(painter, upper, row.version or "?", self._fixed, "muted")
        bold = QFont(self._fixed)
        bold.setWeight(QFont.Weight.Bold)
        tone = row.look.tone if row.look.tone in {"accent", "bad", "warn"} else "info"
        self._text(painter, lower, f"→ {row.target}", bold, tone)

    def _two(  # noqa: PLR0917 - painter, place and the two lines: one call per cell
        self, painter: QPainter, rect: QRect, first: str, second: str, font: QFont, color: QColor
    ) -> None:
        if not second:
            self._draw(painter, rect, first, font, color)
            return
        upper, lower = self._lines(rect)
        self._draw(painter, upper, first, font, color)
        self._text(painter, lower, second, self._small, "muted")

    def _lines(self, rect: QRect) -> tuple[QRect, QRect]:
        top = rect.y() + (rect.height() - self._line - self._second - 2) // 2
        upper = QRect(rect.x(), top, rect.width(), self._line)
        return upper, QRect(rect.x(), top + self._line + 2, rect.width(), self._second)

    def _text(self, painter: QPainter, rect: QRect, text: str, font: QFont, tone: str) -> None:
        self._draw(painter, rect, text, font, theme.color(tone))

    @staticmethod
    def _draw(painter: QPainter, rect: QRect, text: str, font: QFont, color: QColor) -> None:
        painter.setFont(font)
        painter.setPen(color)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _icon(self, painter: QPainter, rect: QRect, name: str, tone: str, size: int) -> None:
        widget: QWidget = self._view
        drawn = theme.pixmap(name, tone, size, widget.devicePixelRatioF())
        painter.drawPixmap(rect.x(), rect.y() + (rect.height() - size) // 2, drawn)


def _is_low(row: Row) -> bool:
    return row.device.battery is not None and row.device.battery < _LOW
