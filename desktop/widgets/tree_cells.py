"""Draws the cells of the map's tree: one line a row, state as icon, word and colour."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from desktop import theme
from desktop.models.topology import Face
from desktop.models.topology_tree import Column, Role
from desktop.widgets import bars

Index = QModelIndex | QPersistentModelIndex

_PAD = 8
_ICON = 18
_AIR = 16  # above and below the line, together


class TreeCells(QStyledItemDelegate):
    """The one delegate of the tree."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view
        self._body, self._bold = theme.sized(100), theme.sized(100, bold=True)
        self._small = theme.sized(88)
        self._fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self._fixed.setPointSizeF(self._small.pointSizeF() * 1.05)
        line = QFontMetrics(self._body).height()
        self._high = -(-(line + _AIR) // theme.GRID) * theme.GRID

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return how much room a cell asks for: every row is as high as the others."""
        del option, index
        return QSize(80, self._high)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        told: Face | None = index.data(Role.FACE)
        if told is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("select"))
        draw = {
            Column.NAME: self._name,
            Column.STATE: self._state,
            Column.VERSION: self._version,
            Column.SIGNAL: self._signal,
        }[Column(index.column())]
        draw(painter, rect.adjusted(_PAD, 0, -_PAD, 0), told, found=bool(index.data(Role.FOUND)))
        if self._view.hasFocus() and index.row() == self._view.currentIndex().row():
            self._ring(painter, index, rect)
        painter.restore()

    def _ring(self, painter: QPainter, index: Index, rect: QRect) -> None:
        current = self._view.currentIndex()
        if index.parent() != current.parent():
            return
        accent = theme.color("accent")
        painter.fillRect(rect.x(), rect.y(), rect.width(), 2, accent)
        painter.fillRect(rect.x(), rect.bottom() - 1, rect.width(), 2, accent)
        if index.column() == 0:
            painter.fillRect(rect.x(), rect.y(), 2, rect.height(), accent)
        if index.column() == len(Column) - 1:
            painter.fillRect(rect.right() - 1, rect.y(), 2, rect.height(), accent)

    def _name(self, painter: QPainter, rect: QRect, told: Face, *, found: bool) -> None:
        self._icon(painter, rect, told.icon, "accent" if found else "muted")
        rect = rect.adjusted(_ICON + _PAD, 0, 0, 0)
        group = bool(told.count)
        font = self._bold if group or found else self._body
        wide = self._text(painter, rect, told.title, font, "accent" if found else "text")
        rest = rect.adjusted(wide + _PAD + 4, 0, 0, 0)
        if rest.width() > _PAD * 4:
            self._text(painter, rest, told.under, self._small, "muted")

    def _state(self, painter: QPainter, rect: QRect, told: Face, *, found: bool) -> None:
        del found
        look = told.look
        if look is not None:
            self._icon(painter, rect, look.icon, look.tone)
            rect = rect.adjusted(_ICON + _PAD, 0, 0, 0)
            font = self._body if look.tone in {"ok", "muted"} else self._bold
            wide = self._text(painter, rect, look.word, font, look.tone)
            rect = rect.adjusted(wide + _PAD, 0, 0, 0)
        if told.count:
            self._text(painter, rect, told.count, self._small, "muted")

    def _version(self, painter: QPainter, rect: QRect, told: Face, *, found: bool) -> None:
        del found
        self._text(painter, rect, told.version, self._fixed, "text")

    def _signal(self, painter: QPainter, rect: QRect, told: Face, *, found: bool) -> None:
        del found
        if told.reception is None:
            return
        top = rect.y() + (rect.height() - bars.HIGH) / 2
        bars.draw(painter, rect.x(), top, told.reception)
        rest = rect.adjusted(bars.WIDE + _PAD, 0, 0, 0)
        tone = "warn" if told.reception.weak else "muted"
        self._text(painter, rest, told.reception.told, self._small, tone)

    @staticmethod
    def _text(painter: QPainter, rect: QRect, text: str, font: QFont, tone: str) -> int:
        """Draw a text, cut where there is no room; returns how wide it is."""
        painter.setFont(font)
        painter.setPen(theme.color(tone))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        return painter.fontMetrics().horizontalAdvance(shown)

    def _icon(self, painter: QPainter, rect: QRect, name: str, tone: str) -> None:
        drawn = theme.pixmap(name, tone, _ICON, self._view.devicePixelRatioF())
        painter.drawPixmap(rect.x(), rect.y() + (rect.height() - _ICON) // 2, drawn)
