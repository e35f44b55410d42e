"""The table of devices: two-line rows, columns that the user chooses, moves and widens."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from desktop.language import translate
from desktop.models import columns
from desktop.models.columns import Arrangement, Column
from desktop.models.devices import DevicesModel
from desktop.widgets import parts
from desktop.widgets.cells import Cells

_NAME_LEAST = 176
_LEAST = 56


class Table(QTableView):
    """Space ticks, Enter opens, Ctrl+A takes all; the name has what room the others leave."""

    menu_wanted = Signal(QPoint)  # on the screen
    opened = Signal()  # the current row: Enter or a double click
    arranged = Signal()  # the user changed which columns stand how

    def __init__(self) -> None:
        super().__init__()
        self._arranging = False

    def dress(self, arrangement: Arrangement) -> None:
        """Take its manners, after its model: whole rows, no grid, our cells, these columns."""
        self.setAccessibleName(translate("Devices", "Devices"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        cells = Cells(self, self.ends)
        self.setItemDelegate(cells)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(cells.height())
        self.doubleClicked.connect(lambda _: self.opened.emit())
        header = self.horizontalHeader()
        header.setAccessibleName(translate("Devices", "Columns"))
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setMinimumSectionSize(parts.scaled(_LEAST))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._header_menu)
        self.arrange(arrangement)
        self.setSortingEnabled(True)
        header.sectionMoved.connect(lambda *_: self._rearranged())
        header.sectionResized.connect(lambda *_: self._rearranged())
        header.sortIndicatorChanged.connect(lambda *_: self._rearranged())

    def arrange(self, wanted: Arrangement) -> None:
        """Let the columns stand so, and the rows be sorted so."""
        self._arranging = True
        header = self.horizontalHeader()
        for column in Column:
            header.setSectionHidden(column, column not in wanted.shown)
            width = wanted.widths.get(column.id) or parts.scaled(columns.KNOWN[column].width)
            header.resizeSection(column, width)
            mode = QHeaderView.ResizeMode
            fixed = column is Column.NAME
            header.setSectionResizeMode(column, mode.Fixed if fixed else mode.Interactive)
        for place, column in enumerate(wanted.shown):
            header.moveSection(header.visualIndex(column), place)
        down = Qt.SortOrder.DescendingOrder if wanted.down else Qt.SortOrder.AscendingOrder
        self.sortByColumn(wanted.sorted_by, down)
        self._fit()
        self._arranging = False

    def arrangement(self) -> Arrangement:
        """Return how the columns stand and the rows are sorted now."""
        header = self.horizontalHeader()
        column, order = self._sorted()
        drawn = {one: parts.scaled(columns.KNOWN[one].width) for one in Column}
        return Arrangement(
            order=tuple(one.id for one in self._in_order()),
            widths={
                one.id: width
                for one in self._in_order()
                if one is not Column.NAME and (width := header.sectionSize(one)) != drawn[one]
            },
            sort=column.id,
            down=order is Qt.SortOrder.DescendingOrder,
        )

    def column_menu(self, title: str = "") -> QMenu:
        """Return a menu in which columns are ticked."""
        menu = QMenu(title, self)
        shown = self._in_order()
        for column in Column:
            action = menu.addAction(columns.title(column))
            action.setCheckable(True)
            action.setChecked(column in shown)
            action.setEnabled(column is not Column.NAME)
            action.triggered.connect(lambda _=False, column=column: self._toggle(column))
        menu.addSeparator()
        again = menu.addAction(translate("Devices", "As it was at first"))
        again.triggered.connect(lambda _=False: self._choose(Arrangement()))
        return menu

    def ends(self) -> tuple[int, int]:
        """Return the columns at the left and the right end."""
        shown = self._in_order()
        return shown[0], shown[-1]

    def sight(self) -> range:
        """Return the places of the rows on the screen."""
        top = self.rowAt(0)
        bottom = self.rowAt(self.viewport().height() - 1)
        last = bottom if bottom >= 0 else self.model().rowCount() - 1
        return range(max(top, 0), last + 1)

    def chosen(self) -> list[int]:
        """Return the places of the chosen rows, from top to bottom.

        Read off the ranges: Qt's own list of rows asks the model about each cell.
        """
        chosen = self.selectionModel().selection()
        ranges = (chosen.at(number) for number in range(chosen.count()))
        return sorted({row for one in ranges for row in range(one.top(), one.bottom() + 1)})

    def choose(self, places: Iterable[int]) -> None:
        """Choose the rows at these places, the first of them as the current one."""
        chosen, flags = self.selectionModel(), QItemSelectionModel.SelectionFlag
        for number, place in enumerate(places):
            index = self.model().index(place, 0)
            if number:
                chosen.select(index, flags.Select | flags.Rows)
            else:
                chosen.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
                self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks the current row and leaves the others as they are; Enter opens it."""
        index: QModelIndex = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.isValid():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().select(index, flags.Toggle | flags.Rows)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and index.isValid():
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu: under the pointer, or by the key below the current row."""
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            self.menu_wanted.emit(event.globalPos())
            return
        rect = self.visualRect(self.currentIndex())
        at = rect.bottomLeft() + QPoint(parts.scaled(_LEAST), 0)
        self.menu_wanted.emit(self.viewport().mapToGlobal(at))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the name what is left; nobody has moved a column."""
        super().resizeEvent(event)
        before, self._arranging = self._arranging, True
        self._fit()
        self._arranging = before

    def _fit(self) -> None:
        header = self.horizontalHeader()
        others = sum(header.sectionSize(one) for one in Column if one is not Column.NAME)
        least = parts.scaled(_NAME_LEAST)
        header.resizeSection(Column.NAME, max(least, header.width() - others))  # as wide as rows

    def _sorted(self) -> tuple[Column, Qt.SortOrder]:
        model = self.model()
        assert isinstance(model, DevicesModel)  # noqa: S101 - a table of devices has no other
        return model.order

    def _in_order(self) -> list[Column]:
        header = self.horizontalHeader()
        visual = [Column(header.logicalIndex(place)) for place in range(header.count())]
        # By the width: while a section is moved, Qt says of a hidden one that it is not.
        return [one for one in visual if header.sectionSize(one) > 0]

    def _rearranged(self) -> None:
        if self._arranging:
            return
        self._arranging = True
        self._fit()
        self._arranging = False
        self.viewport().update()
        self.arranged.emit()

    def _toggle(self, column: Column) -> None:
        self._choose(self.arrangement().toggled(column))

    def _choose(self, wanted: Arrangement) -> None:
        self.arrange(wanted)
        self.viewport().update()
        self.arranged.emit()

    def _header_menu(self, at: QPoint) -> None:
        menu = self.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(at))
