"""The list beside a sheet: two lines an entry, its state by icon, word and colour."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop import theme
from desktop.models.entries import ENTRY_ROLE, Entry

_BESIDE, _BEFORE, _AFTER = 8, 44, 12
"""Pixels beside an entry's ground; on it before its words, the icon's place, and after them."""


class EntryList(QListView):
    """Shows an EntriesModel."""

    def __init__(self, name: str, *, low: bool = False) -> None:
        """`low`: an entry without a second line is as low as one line."""
        super().__init__()
        self.low = low
        self.setItemDelegate(_Entries(self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def chosen(self) -> str:
        """The id of the entry that is chosen; "" for none."""
        entry = self.currentIndex().data(ENTRY_ROLE)
        return entry.id if isinstance(entry, Entry) else ""

    def needed(self, titles: Iterable[str]) -> int:
        """Return the width in which none of these titles is cut."""
        words = QFontMetrics(theme.sized(100, bold=True))
        widest = max((words.horizontalAdvance(one) for one in titles), default=0)
        bar = self.verticalScrollBar().sizeHint().width()
        return widest + bar + 2 * _BESIDE + _BEFORE + _AFTER


class _Entries(QStyledItemDelegate):
    """Two lines a report: icon, title; state in words."""

    def __init__(self, view: EntryList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        del option
        lines = QFontMetrics(theme.sized(100)).height()
        if not self._view.low or index.data(ENTRY_ROLE).under:
            lines += QFontMetrics(theme.sized(88)).height()
        return QSize(200, -(-(lines + 24) // theme.GRID) * theme.GRID)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        entry: Entry = index.data(ENTRY_ROLE)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = rect.adjusted(_BESIDE, 1, -_BESIDE, -1)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("select"))
            painter.drawRoundedRect(ground, 8, 8)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), 7, 7)
        ratio = self._view.devicePixelRatioF()
        drawn = theme.pixmap(entry.look.icon, entry.look.tone, 20, ratio)
        painter.drawPixmap(ground.x() + 12, ground.y() + (ground.height() - 20) // 2, drawn)
        low = self._view.low and not entry.under
        _words(painter, ground.adjusted(_BEFORE, 0, -_AFTER, 0), entry, low=low)
        painter.restore()


def _words(painter: QPainter, rect: QRect, entry: Entry, *, low: bool) -> None:
    first, second = theme.sized(100, bold=True), theme.sized(88)
    high, small = QFontMetrics(first).height(), QFontMetrics(second).height()
    lines = high if low else high + 2 + small
    top = rect.y() + (rect.height() - lines) // 2
    under = QRect(rect.x(), top + high + 2, rect.width(), small)
    places = (QRect(rect.x(), top, rect.width(), high), under)
    texts = ((entry.title, first, "text"), (entry.under, second, "muted"))
    for place, (text, font, tone) in zip(places, texts, strict=True):
        painter.setFont(font)
        painter.setPen(theme.color(tone))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
