"""The map's tree: folds, keeps its folds, and opens the way to what was found."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from desktop import theme
from desktop.language import translate
from desktop.models.topology_tree import Column, TopologyTree
from desktop.widgets import parts
from desktop.widgets.tree_cells import TreeCells

_INDENT = 24
_CHEVRON = 16
_ASIDE = 0.62  # of the width, at most, for what stands beside the names
_WIDTHS = {Column.STATE: 288, Column.VERSION: 116, Column.SIGNAL: 116}

Index = QModelIndex | QPersistentModelIndex


class TreeView(QTreeView):
    """House, brokers, gateways, devices; Enter opens, Ctrl+C copies what is below."""

    opened = Signal(str)  # the id of a place
    copied = Signal(int)  # so many lines

    def __init__(self, model: TopologyTree) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setAccessibleName(translate("Map", "Tree of the house"))
        self.setItemDelegate(TreeCells(self))
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENT)
        self.setAllColumnsShowFocus(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(False)
        self.setTabKeyNavigation(False)
        self.doubleClicked.connect(self._open)
        self._dress_header()

    @property
    def chosen(self) -> str:
        """The id of the current place; "": none."""
        told = self._model.face_at(self.currentIndex())
        return told.id if told else ""

    def choose(self, id_: str) -> None:
        """Show a place and make it the current one; what is above it unfolds."""
        index = self._model.place(id_)
        if not index.isValid():
            return
        self.unfold_to([id_])
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def unfold_to(self, ids: Iterable[str]) -> None:
        """Unfold all that is above these places."""
        above: set[str] = set()
        for id_ in ids:
            above.update(self._model.topology.way(id_)[:-1])
        for id_ in above:
            self.setExpanded(self._model.place(id_), True)

    def unfolded(self) -> list[str]:
        """Return the ids of those places that are unfolded."""
        below = self._model.topology.below
        return [one for one in below if self.isExpanded(self._model.place(one))]

    def fold(self, unfolded: Iterable[str]) -> None:
        """Unfold these places, and fold all others."""
        wanted = set(unfolded)
        for id_ in self._model.topology.below:
            self.setExpanded(self._model.place(id_), id_ in wanted)

    def copy(self) -> None:
        """Put what is below the current place into the clipboard, as text; without one: all."""
        text = self._model.as_text(self.chosen) if self.chosen else self._model.as_text()
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(len(text.splitlines()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Ctrl+C copies, * unfolds all that is below (as in every tree)."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the names their part, however large the words are."""
        super().resizeEvent(event)
        wanted = {column: parts.scaled(width) for column, width in _WIDTHS.items()}
        share = min(1.0, self.viewport().width() * _ASIDE / sum(wanted.values()))
        for column, width in wanted.items():
            self.setColumnWidth(column, round(width * share))

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Draw a chevron where something is below, and the ground that goes with the row."""
        if isinstance(index, QPersistentModelIndex):
            return  # Qt asks with plain ones
        if self.selectionModel().isSelected(index):
            painter.fillRect(rect, theme.color("select"))
        if not self._model.rowCount(index):
            return
        name = "chevron-down" if self.isExpanded(index) else "chevron-right"
        drawn = theme.pixmap(name, "muted", _CHEVRON, self.devicePixelRatioF())
        left = rect.right() - (_INDENT + _CHEVRON) // 2
        painter.drawPixmap(left, rect.y() + (rect.height() - _CHEVRON) // 2, drawn)

    def _open(self, index: Index) -> None:
        told = self._model.face_at(index)
        if told is None:
            return
        if told.key:
            self.opened.emit(told.id)
        else:
            at = self._model.place(told.id)
            self.setExpanded(at, not self.isExpanded(at))

    def _dress_header(self) -> None:
        header = self.header()
        header.setAccessibleName(translate("Map", "Columns"))
        header.setStretchLastSection(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionsMovable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.setColumnWidth(column, parts.scaled(width))
