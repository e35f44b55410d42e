"""Draws the cells of a list of messages: one line a row, which way it went as arrow and colour."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from desktop import theme
from desktop.models.message_rows import Column, Role
from fleet.ring import Noted

Index = QModelIndex | QPersistentModelIndex

_PAD = 8
_TIME = "00:00:00.000"
_AIR = 12  # above and below the line, together
_ARROW = 16


class MessageCells(QStyledItemDelegate):
    """The one delegate of the list."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self.brief = False  # there is no room for parts of a second
        self._body = theme.sized(100)
        self._small = theme.sized(88)
        self._fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self._fixed.setPointSizeF(self._small.pointSizeF())

    def height(self) -> int:
        """Return how high a row is, on the grid."""
        return -(-(QFontMetrics(self._body).height() + _AIR) // theme.GRID) * theme.GRID

    def time_width(self) -> int:
        """Return how wide the column of times has to be."""
        told = QFontMetrics(self._fixed).horizontalAdvance("00:00:00" if self.brief else _TIME)
        return told + _ARROW + 4 * _PAD

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return how much room a cell asks for."""
        del option, index
        return QSize(80, self.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        one: Noted = index.data(Role.NOTED)
        painter.save()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("select"))
        if self._view.hasFocus() and index.row() == self._view.currentIndex().row():
            accent = theme.color("accent")
            painter.fillRect(rect.x(), rect.y(), rect.width(), 2, accent)
            painter.fillRect(rect.x(), rect.bottom() - 1, rect.width(), 2, accent)
        inside = rect.adjusted(_PAD, 0, -_PAD, 0)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        if index.column() == Column.TIME:
            self._time(painter, inside, text, one)
        else:
            font, tone = self._look(one, index.column())
            self._draw(painter, inside, text, font, tone)
        painter.restore()

    def _time(self, painter: QPainter, rect: QRect, text: str, one: Noted) -> None:
        shown = text.rpartition(".")[0] if self.brief else text
        self._draw(painter, rect, shown, self._fixed, "muted")
        name, tone = ("arrow-right", "accent") if one.sent else ("arrow-left", "muted")
        drawn = theme.pixmap(name, tone, _ARROW, self._view.devicePixelRatioF())
        left = rect.right() - _ARROW
        painter.drawPixmap(left, rect.y() + (rect.height() - _ARROW) // 2, drawn)

    def _look(self, one: Noted, column: int) -> tuple[QFont, str]:
        if column == Column.TOPIC:
            return self._body, "accent" if one.sent else "text"
        if column == Column.PAYLOAD:
            return self._fixed, "text"
        nobodys = not one.sent and (not one.devices or bool(one.unknown))
        return self._small, "warn" if nobodys else "muted"

    @staticmethod
    def _draw(painter: QPainter, rect: QRect, text: str, font: QFont, tone: str) -> None:
        painter.setFont(font)
        painter.setPen(theme.color(tone))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class Roomy(QStyledItemDelegate):
    """Lists and trees of one line a row, with the same air as the list of messages."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return Qt's own answer, at least as high as a row with air."""
        told = super().sizeHint(option, index)
        least = -(-(QFontMetrics(theme.sized(88)).height() + 8) // theme.GRID) * theme.GRID
        return QSize(told.width(), max(told.height(), least))
