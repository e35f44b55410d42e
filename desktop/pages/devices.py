"""The Devices page: search, chips, views, the table, and the details of the chosen device."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop import finding
from desktop.desk import Desk
from desktop.language import translate
from desktop.models.columns import Arrangement
from desktop.models.devices import DevicesModel
from desktop.models.filters import Filter
from desktop.models.rows import Row
from desktop.models.states import Group
from desktop.models.views import View
from desktop.pages import device_menu
from desktop.pages.device_deeds import DeviceDeeds
from desktop.pages.page import Page
from desktop.tables import Format
from desktop.widgets import parts
from desktop.widgets.bulk_bar import BulkBar
from desktop.widgets.details import WIDTH, DetailsPane
from desktop.widgets.device_table import Table
from desktop.widgets.nothing import Nothing
from desktop.widgets.search_field import SearchField
from desktop.widgets.views_menu import ViewsButton
from fleet.model import Changes

_TICK_MS = 5000  # how often "seen" moves on while nothing is heard
_NARROW = 840  # of the page: below it the details are a page of their own
_COLUMNS = "devices.columns"
_BULK = (
    "room",
    "tags",
    "ask_first",
    "skip",
    "restart",
    "locate",
    "check_offers",
    "stay",
    "export_devices",
    "forget",
)
"""What the bar offers for several, those used most first."""


@dataclass(slots=True)
class Kept:
    """What survives a change of language or look; the columns are in the window's memory."""

    text: str = ""
    group: Group = Group.ALL
    keys: list[str] = field(default_factory=list)


class DevicesPage(Page):
    """All devices of the house."""

    selection_changed = Signal()

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
        self._kept = kept if isinstance(kept, Kept) else Kept()
        self._narrow = self._opened = False
        self._chosen: list[str] | None = None  # keys; None: to be read anew
        self._able: list[str] | None = None
        self.model = DevicesModel(desk.mirror, self, desk.clock)
        self.search = SearchField(self._kept.text, self._values)
        self.table = Table()
        self.details = DetailsPane(desk)
        self.bar = BulkBar()
        self.update_button = parts.button("", self.update_selected, look="primary")
        self.chips = {group: parts.button("", look="chip") for group in Group}
        self._prepare()
        self.deeds = DeviceDeeds(
            desk,
            self,
            self.bar,
            rows=self._rows,
            shown=self._shown,
            columns=lambda: self.table.arrangement().shown,
        )
        self.views = ViewsButton(desk.memory, self._view, self.table.column_menu)
        self._lay()
        self._connect()
        self._restore()

    def kept(self) -> Kept:
        """Return what a page made anew should begin with."""
        return Kept(text=self.search.text(), group=self.model.filter.group, keys=self.selected())

    def selected(self) -> list[str]:
        """Return the keys of the chosen devices, top to bottom."""
        if self._chosen is None:
            self._chosen = [row.key for row in self._rows()]
        return self._chosen

    def about(self) -> str:
        """Return the one that is chosen."""
        chosen = self.selected()
        return chosen[0] if len(chosen) == 1 else ""

    def updatable(self) -> list[str]:
        """Return those of the chosen devices that could be updated now."""
        if self._able is None:
            self._able = [key for key in self.selected() if self._desk.mirror.ready(key)]
        return self._able

    def show_subject(self, subject: str) -> None:
        """Show one device, named by its key."""
        self.choose(subject)
        self._open(on=self._narrow)

    def go_find(self) -> bool:
        """Put the cursor into the search."""
        self._open(on=False)
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

    # --- actions of this page alone ---

    def deed_tags(self) -> None:
        """Set tags."""
        self.deeds.tags()

    def deed_ask_first(self) -> None:
        """Ask me first."""
        self.deeds.ask_first()

    def deed_stay(self) -> None:
        """Stay on this version."""
        self.deeds.pin()

    def deed_check_offers(self) -> None:
        """Ask the maker."""
        self.deeds.check_offers()

    def deed_go_back(self) -> None:
        """Go back to the version before."""
        self.deeds.go_back()

    def deed_restart(self) -> None:
        """Restart."""
        self.deeds.restart()

    def deed_locate(self) -> None:
        """Locate."""
        self.deeds.locate()

    def deed_open_page(self) -> None:
        """Open its web page."""
        self.deeds.open_page()

    def deed_show_messages(self) -> None:
        """Show what it says."""
        self.deeds.show_messages()

    def deed_copy_csv(self) -> None:
        """Copy as CSV."""
        self.deeds.copy(Format.CSV)

    def deed_copy_json(self) -> None:
        """Copy as JSON."""
        self.deeds.copy(Format.JSON)

    def deed_export_devices(self) -> None:
        """Write rows into a file."""
        self.deeds.export()

    # --- making ---

    def _prepare(self) -> None:
        self.search.setFixedWidth(parts.scaled(WIDTH))
        self._ticking = QTimer(self, interval=_TICK_MS)
        parts.dress(self.update_button, "circle-arrow-up", "on_accent")
        for group, chip in self.chips.items():
            chip.setCheckable(True)
            chip.setChecked(group is self._kept.group)
        self.table.setModel(self.model)
        self.model.sight = self.table.sight
        self.table.dress(self._desk.memory.get(_COLUMNS, Arrangement, Arrangement()))
        self.bar.put_actions(self._desk.actions.of(_BULK))

    def _lay(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 24, 24)
        page.setSpacing(16)
        title = parts.label(translate("Devices", "Devices"), percent=parts.PAGE_TITLE, bold=True)
        page.addLayout(parts.row(title, None, self.search))
        self._above = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._above.setSpacing(8)
        self._above.addLayout(parts.row(*self.chips.values(), None), 1)
        self._above.addLayout(parts.row(None, self.views, self.update_button))
        page.addLayout(self._above)
        self.list = parts.Card(margin=0, spacing=0)
        self.list.column.setContentsMargins(1, 4, 1, 1)
        self._stack = QStackedLayout()
        self.list.column.addLayout(self._stack, 1)  # first: what is shown without a parent opens
        self._stack.addWidget(self.table)  # a window of its own
        self._nothing = Nothing()
        self._stack.addWidget(self._nothing)
        self.list.column.addWidget(parts.rule())
        self.list.column.addWidget(self.bar)
        back = translate("Devices", "Back to the list")
        self.back = parts.button(
            back, lambda: self._open(on=False), look="quiet", icon="arrow-left"
        )
        self.side = QWidget()
        column = parts.column(spacing=8)
        column.addLayout(parts.row(self.back, None))
        column.addWidget(self.details, 1)
        self.side.setLayout(column)
        body = parts.row(spacing=16)
        body.addWidget(self.list, 1)
        body.addWidget(self.side)
        page.addLayout(body, 1)
        order = (self.search, *self.chips.values(), self.views.button, self.update_button)
        for one, following in zip(order, (*order[1:], self.table), strict=True):
            QWidget.setTabOrder(one, following)
        self._fold()

    def _connect(self) -> None:
        self._desk.changed.connect(self._changed)
        self.search.settled.connect(lambda _: self._filter())
        self.search.left.connect(self._into_table)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._escape)
        self._ticking.timeout.connect(self._tick)
        self._ticking.start()
        for group, chip in self.chips.items():
            chip.clicked.connect(lambda _=False, group=group: self._pick(group))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._selection_moved())
        for moved in (
            self.model.modelReset,
            self.model.layoutChanged,
            self.model.rowsRemoved,
            self.model.rowsInserted,
        ):
            moved.connect(self._read_anew)
        self.table.menu_wanted.connect(self._menu)
        self.table.opened.connect(lambda: self._open(on=True))
        self.table.arranged.connect(self._arranged)
        self.bar.cleared.connect(self.table.clearSelection)
        self.views.chosen.connect(self._show_view)
        self.views.save_wanted.connect(lambda: device_menu.ask_name(self._desk, self.views))
        self.views.rename_wanted.connect(
            lambda view: device_menu.ask_name(self._desk, self.views, view)
        )
        self.views.said.connect(self._view_said)
        self.rename_wanted = self.details.rename_wanted

    def _restore(self) -> None:
        self.model.choose(Filter(self._kept.text, self._kept.group))
        self._counts()
        self._select(self._kept.keys)
        self._selection_moved()

    # --- what is shown ---

    def _rows(self) -> list[Row]:
        return [row for place in self.table.chosen() if (row := self.model.row_at(place))]

    def _shown(self) -> list[Row]:
        places = range(self.model.rowCount())
        return [row for place in places if (row := self.model.row_at(place))]

    def _view(self) -> View:
        now = self.model.filter
        return View(name="", text=now.text, group=now.group, columns=self.table.arrangement())

    def _values(self) -> dict[str, tuple[str, ...]]:
        mirror = self._desk.mirror
        return finding.known_values(mirror.devices.values(), mirror)

    # --- what happens ---

    def _changed(self, changes: Changes) -> None:
        before = self.selected()
        touched = {key for kind in ("update", "fit") for key in changes.facts.get(kind, {})}
        if not touched.union(changes.devices).isdisjoint(before):
            self._able = None
        if {"week", "trust", "channel"} & set(changes.facts):
            self.model.reset()
            self._select(before)
        else:
            self.model.apply(changes)
        self._counts()
        self._show_details()

    def _filter(self) -> None:
        self._choose(Filter(self.search.text(), self.model.filter.group))

    def _pick(self, group: Group) -> None:
        for each, chip in self.chips.items():
            chip.setChecked(each is group)
        self._choose(Filter(self.search.text(), group))

    def _choose(self, wanted: Filter) -> None:
        before = self.selected()
        self.model.choose(wanted)
        self.search.tell(wanted.wrong)
        self._select(before)
        self._counts()
        if self.selected() != before:  # Qt tells of no selection that a reset took away
            self._selection_moved()
        self.views.refresh()

    def _show_view(self, view: View) -> None:
        self.search.setText(view.text)
        self.table.arrange(view.columns)
        self._arranged()
        self._pick(view.group)
        self.search.settle()

    def _view_said(self, said: str, before: object) -> None:
        self._desk.say(said, device_menu.putting_back(self.views, before))

    def _arranged(self) -> None:
        self._desk.memory.put(_COLUMNS, self.table.arrangement())
        self.views.refresh()

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
        self._fold()

    def _show_nothing(self, count: int) -> None:
        self.bar.show_count(self.model.rowCount(), count, len(self.selected()))
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.table)
            return
        self._stack.setCurrentWidget(self._nothing)
        self._nothing.show_words(**device_menu.empty_words(self._desk, count, self._all))

    def _all(self) -> None:
        self.search.clear()
        self.search.settle()
        self._pick(Group.ALL)

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
        self._wrap()
        tone = "on_accent" if able else "muted"
        parts.dress(self.update_button, "circle-arrow-up", tone)

    def _read_anew(self) -> None:
        self._chosen = self._able = None

    def _selection_moved(self) -> None:
        self._read_anew()
        self._show_details()
        self._show_button()
        self.bar.show_count(
            self.model.rowCount(), self.model.count(Group.ALL), len(self.selected())
        )
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
        self.table.choose(place for key in keys if (place := self.model.place(key)) >= 0)

    def _into_table(self) -> None:
        self.table.setFocus()
        if self.model.rowCount() and not self.selected():
            self.table.selectRow(0)

    def _escape(self) -> None:
        """Leave the details, else the search, else what is chosen."""
        if self._narrow and self._opened:
            self._open(on=False)
        elif self.search.text():
            self.search.clear()
            self.search.settle()
        else:
            self.table.clearSelection()

    def _tick(self) -> None:
        if not self.isVisible() or not self.model.rowCount():
            return
        sight = self.table.sight()
        self.model.passed(sight.start, min(sight.stop, self.model.rowCount()) - 1)

    def _menu(self, at: QPoint) -> None:
        device_menu.row_menu(self, self._desk, self._rows()).popup(at)

    def _update(self, keys: list[str]) -> None:
        said = translate("Devices", "%n update(s) asked for", None, len(keys))
        self._desk.ask(self._desk.wishes.update(keys), self, lambda _: self._desk.say(said))

    # --- room ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show details beside the table, or as a page of their own where it is narrow."""
        super().resizeEvent(event)
        self._wrap()
        narrow = self.width() < parts.scaled(_NARROW)
        if narrow is not self._narrow:
            self._narrow = narrow
            self._fold()

    def _wrap(self) -> None:
        """Let what is right of the chips stand below them where both have no room."""
        each = (*self.chips.values(), self.views, self.update_button)
        needed = sum(one.sizeHint().width() + 8 for one in each) + 48
        way = QBoxLayout.Direction
        wanted = way.LeftToRight if needed <= self.width() else way.TopToBottom
        if self._above.direction() != wanted:
            self._above.setDirection(wanted)

    def _open(self, *, on: bool) -> None:
        self._opened = on
        self._fold()
        if on and not self._narrow:
            self.details.focusNextChild()
        elif on:
            self.back.setFocus()
        elif self._narrow:
            self.table.setFocus()

    def _fold(self) -> None:
        alone = self._narrow and self._opened
        self.back.setVisible(self._narrow)
        self.list.setVisible(not alone)
        empty = self.model.count(Group.ALL) == 0
        self.side.setVisible(alone or not (self._narrow or empty))
        width = parts.scaled(WIDTH)
        self.details.setMinimumWidth(width if not self._narrow else 0)
        self.details.setMaximumWidth(width if not self._narrow else 16_777_215)
