"""The Devices page: search, chips, the table and the details of the chosen device."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.actions import ROW_MENU
from desktop.desk import Desk
from desktop.language import translate
from desktop.models.columns import Column
from desktop.models.devices import DevicesModel
from desktop.models.filters import Filter
from desktop.models.states import Group
from desktop.pages.page import Page
from desktop.widgets import parts
from desktop.widgets.cells import Cells
from desktop.widgets.details import WIDTH, DetailsPane
from fleet.model import BrokerState, Changes

_TYPING_MS = 120
_TICK_MS = 5000  # how often "seen" moves on while nothing is heard
_WIDTHS = {Column.STATE: 208, Column.VERSION: 116, Column.SEEN: 80}


@dataclass(slots=True)
class Kept:
    """What survives a change of language or look."""

    text: str = ""
    group: Group = Group.ALL
    keys: list[str] = field(default_factory=list)
    sort: tuple[int, Qt.SortOrder] = (0, Qt.SortOrder.AscendingOrder)


class DevicesPage(Page):
    """All devices of the house."""

    selection_changed = Signal()

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
        self._kept = kept if isinstance(kept, Kept) else Kept()
        self.model = DevicesModel(desk.mirror, self, desk.clock)
        self.search = QLineEdit(self._kept.text)
        self.table = Table()
        self.details = DetailsPane(desk)
        self.update_button = parts.button("", self.update_selected, look="primary")
        self.chips = {group: parts.button("", look="chip") for group in Group}
        self._prepare()
        self._lay()
        self._connect()
        self._restore()

    def kept(self) -> Kept:
        """Return what a page made anew should begin with."""
        header = self.table.horizontalHeader()
        return Kept(
            text=self.search.text(),
            group=self.model.filter.group,
            keys=self.selected(),
            sort=(header.sortIndicatorSection(), header.sortIndicatorOrder()),
        )

    def selected(self) -> list[str]:
        """Return the keys of the chosen devices, top to bottom."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [row.key for number in rows if (row := self.model.row_at(number))]

    def updatable(self) -> list[str]:
        """Return those of the chosen devices that could be updated now."""
        return [key for key in self.selected() if self._desk.mirror.ready(key)]

    def show_subject(self, subject: str) -> None:
        """Show one device, named by its key."""
        self.choose(subject)

    def go_find(self) -> bool:
        """Put the cursor into the search."""
        self.search.setFocus()
        self.search.selectAll()
        return True

    def choose(self, key: str) -> None:
        """Show and choose one device, whatever is filtered."""
        if self.model.place(key) < 0:
            self.search.clear()
            self._pick(Group.ALL)
        self._select([key])

    def update_selected(self) -> None:
        """Update what is chosen and can be; of several the plan is shown first."""
        keys = self.updatable()
        if len(keys) > 1:
            self._desk.plan_wanted.emit(keys)
        elif keys:
            self._update(keys)

    # --- making ---

    def _prepare(self) -> None:
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(translate("Devices", "Search devices"))
        self.search.setToolTip(
            translate("Devices", "Words, or is:offline, has:update, room:hall, fw<2.0")
        )
        glass = theme.icon("search", "muted", 16)
        self.search.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        for button in self.search.findChildren(QToolButton):
            button.setAccessibleName(translate("Devices", "Search devices"))
        self.search.setFixedWidth(parts.scaled(WIDTH))
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._ticking = QTimer(self, interval=_TICK_MS)
        parts.dress(self.update_button, "circle-arrow-up", "on_accent")
        for group, chip in self.chips.items():
            chip.setCheckable(True)
            chip.setChecked(group is self._kept.group)
        self.table.setModel(self.model)
        self.model.sight = self.table.sight
        self.table.dress()

    def _lay(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 24, 24)
        page.setSpacing(16)
        title = parts.label(translate("Devices", "Devices"), percent=parts.PAGE_TITLE, bold=True)
        page.addLayout(parts.row(title, None, self.search))
        page.addLayout(parts.row(*self.chips.values(), None, self.update_button))
        card = parts.Card(margin=0)
        card.column.setContentsMargins(1, 4, 1, 4)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._nothing = Nothing()
        self._stack.addWidget(self._nothing)
        card.column.addLayout(self._stack)
        body = parts.row(spacing=16)
        body.addWidget(card, 1)
        body.addWidget(self.details)
        page.addLayout(body, 1)
        QWidget.setTabOrder(self.search, next(iter(self.chips.values())))

    def _connect(self) -> None:
        self._desk.changed.connect(self._changed)
        self.search.textChanged.connect(lambda _: self._typing.start())
        self.search.returnPressed.connect(self._into_table)
        clear = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        clear.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        clear.activated.connect(self.search.clear)
        self._typing.timeout.connect(self._filter)
        self._ticking.timeout.connect(self._tick)
        self._ticking.start()
        for group, chip in self.chips.items():
            chip.clicked.connect(lambda _=False, group=group: self._pick(group))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._selection_moved())
        self.table.customContextMenuRequested.connect(self._menu)
        self.rename_wanted = self.details.rename_wanted

    def _restore(self) -> None:
        column, order = self._kept.sort
        self.table.sortByColumn(column, order)
        self.model.choose(Filter(self._kept.text, self._kept.group))
        self._counts()
        self._select(self._kept.keys)
        self._selection_moved()

    # --- what happens ---

    def _changed(self, changes: Changes) -> None:
        before = self.selected()
        if {"week", "trust"} & set(changes.facts):
            self.model.reset()
            self._select(before)
        else:
            self.model.apply(changes)
        self._counts()
        self._show_details()

    def _filter(self) -> None:
        before = self.selected()
        self.model.choose(Filter(self.search.text(), self.model.filter.group))
        self._select(before)
        self._counts()

    def _pick(self, group: Group) -> None:
        before = self.selected()
        for each, chip in self.chips.items():
            chip.setChecked(each is group)
        self.model.choose(Filter(self.search.text(), group))
        self._select(before)
        self._counts()

    def _counts(self) -> None:
        texts = {
            Group.ALL: translate("Devices", "All"),
            Group.READY: translate("Devices", "Update ready"),
            Group.ATTENTION: translate("Devices", "Needs attention"),
            Group.OFFLINE: translate("Devices", "Offline"),
        }
        for group, chip in self.chips.items():
            said = f"{texts[group]}  {self.model.count(group)}"
            if chip.text() != said:
                chip.setText(said)
                chip.setAccessibleName(said)
        count = self.model.count(Group.ALL)
        self.search.setPlaceholderText(translate("Devices", "Search %n device(s)", None, count))
        self._show_nothing(count)
        self._show_button()

    def _show_nothing(self, count: int) -> None:
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.table)
            return
        self._stack.setCurrentWidget(self._nothing)
        self._nothing.show_words(*_empty_words(self._desk, count))

    def _show_button(self) -> None:
        chosen, able = len(self.selected()), len(self.updatable())
        if able and able < chosen:
            said = translate("Devices", "Update {able} of {chosen} selected")
            text = said.format(able=able, chosen=chosen)
        else:
            text = translate("Devices", "Update %n selected", None, able)
        if not able:
            text = translate("Devices", "Update selected")
        self.update_button.setText(text)
        self.update_button.setAccessibleName(text)
        self.update_button.setEnabled(bool(able))
        tone = "on_accent" if able else "muted"
        parts.dress(self.update_button, "circle-arrow-up", tone)

    def _selection_moved(self) -> None:
        self._show_details()
        self._show_button()
        self.selection_changed.emit()

    def _show_details(self) -> None:
        row = self.model.row_at(self.table.currentIndex().row())
        chosen = self.selected()
        key = row.key if row and row.key in chosen else (chosen[0] if chosen else "")
        if key:
            self.details.show_device(key)
        elif self.details.key or self.model.rowCount() == 0:
            self.details.show_nothing(translate("Devices", "Choose a device to see what it runs."))

    def _select(self, keys: list[str]) -> None:
        places = [place for key in keys if (place := self.model.place(key)) >= 0]
        model = self.table.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        if places:
            first = self.model.index(places[0], 0)
            model.setCurrentIndex(first, flags.ClearAndSelect | flags.Rows)
            self.table.scrollTo(first)
        for place in places[1:]:
            model.select(self.model.index(place, 0), flags.Select | flags.Rows)

    def _into_table(self) -> None:
        self._typing.stop()
        self._filter()
        self.table.setFocus()
        if self.model.rowCount() and not self.selected():
            self.table.selectRow(0)

    def _tick(self) -> None:
        if not self.isVisible() or not self.model.rowCount():
            return
        sight = self.table.sight()
        self.model.passed(sight.start, min(sight.stop, self.model.rowCount()) - 1)

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addActions(self._desk.actions.of(ROW_MENU))
        menu.exec(self.table.viewport().mapToGlobal(at))

    def _update(self, keys: list[str]) -> None:
        said = translate("Devices", "%n update(s) asked for", None, len(keys))
        self._desk.ask(self._desk.wishes.update(keys), self, lambda _: self._desk.say(said))


class Table(QTableView):
    """A table of two-line rows; space ticks, Ctrl+A takes all."""

    def dress(self) -> None:
        """Take its manners: whole rows, no grid, our cells."""
        self.setAccessibleName(translate("Devices", "Devices"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setSortingEnabled(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        cells = Cells(self)
        self.setItemDelegate(cells)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(cells.height())
        self._dress_header()

    def sight(self) -> range:
        """Return the places of the rows on the screen."""
        top = self.rowAt(0)
        bottom = self.rowAt(self.viewport().height() - 1)
        last = bottom if bottom >= 0 else self.model().rowCount() - 1
        return range(max(top, 0), last + 1)

    def _dress_header(self) -> None:
        header = self.horizontalHeader()
        header.setAccessibleName(translate("Devices", "Columns"))
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.setColumnWidth(column, parts.scaled(width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks the current row and leaves the others as they are."""
        index: QModelIndex = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.isValid():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().select(index, flags.Toggle | flags.Rows)
            return
        super().keyPressEvent(event)


class Nothing(QWidget):
    """An empty table that says what that means and what to do."""

    def __init__(self) -> None:
        super().__init__()
        self._title = parts.label(percent=parts.CARD_TITLE, bold=True)
        self._text = parts.label(tone="muted", wrap=True)
        for words in (self._title, self._text):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 24, 48, 24)
        column.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addStretch(2)

    def show_words(self, title: str, text: str) -> None:
        """Say it."""
        self._title.setText(title)
        self._text.setText(text)


def _empty_words(desk: Desk, count: int) -> tuple[str, str]:
    if count:
        return (
            translate("Devices", "No device matches"),
            translate("Devices", "Take a word out of the search, or choose “All”."),
        )
    connections = desk.mirror.connections()
    up = [one for one in connections if one.state is BrokerState.CONNECTED]
    if not up:
        return (
            translate("Devices", "Not connected to a broker"),
            translate(
                "Devices", "Devices appear as soon as the house reaches its broker: see Settings."
            ),
        )
    listening = translate(
        "Devices",
        "Connected to {address}; listening for devices of every family that is known. "
        "Most devices speak within five minutes; wake a sleeping one by pressing its button.",
    )
    return translate("Devices", "No devices yet"), listening.format(address=up[0].address)
