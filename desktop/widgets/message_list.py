"""A live list of messages: of the whole house, or of one device; it follows the newest."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.language import translate
from desktop.models.message_feed import Feed
from desktop.models.message_rows import Column, MessageRows
from desktop.widgets import parts
from desktop.widgets.message_cells import MessageCells
from fleet.ring import Kind, Noted

_WIDTHS = {Column.TOPIC: 260, Column.WHOSE: 180}
_NARROW = 640  # a list narrower than this has no column of who said it
_BRIEF = 400  # narrower than this, times are told without parts of a second
_SHARE = 0.36  # of its width, at most, for topics


class MessageList(QWidget):
    """Asks while it is visible. `device`: a key, of whom alone it shows messages; "": of all."""

    chosen = Signal(object)  # Noted: the row that is chosen now
    counted = Signal()  # what `feed` counts has changed

    def __init__(self, desk: Desk, device: str = "") -> None:
        super().__init__()
        self._desk = desk
        self._device = device
        self.feed = Feed(desk, self, device)
        self.model = MessageRows(desk.mirror.devices, self)
        self.table = QTableView()
        self.empty = Empty()
        self.more = parts.label(tone="muted", percent=parts.SMALL)
        self.newest = parts.button(
            translate("Messages", "To the newest"), self.follow, look="link", icon="chevron-down"
        )
        self._follows = True
        self._adding = False
        self._dress()
        self._lay()
        self._connect()
        self._say_more()

    def want(self, text: str, kind: Kind = Kind.ALL) -> None:
        """Show only what passes (fleet/sieve.py reads `text`)."""
        self.feed.want(text, kind)

    def pause(self, *, on: bool) -> None:
        """Stop showing and go on counting, or go on."""
        self.feed.pause(on=on)

    def clear(self) -> None:
        """Show only what comes from now on."""
        self.feed.clear()

    def follow(self) -> None:
        """Go to the newest and stay there."""
        self._follows = True
        self.table.scrollToBottom()
        self._say_more()

    def picked(self) -> list[Noted]:
        """Return the chosen messages, oldest first."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [one for row in rows if (one := self.model.row_at(row))]

    def copy(self) -> None:
        """Put the chosen rows into the clipboard, a line each."""
        model = self.model
        columns = range(model.columnCount())
        texts = ["\t".join(model.text(one, at) for at in columns) for one in self.picked()]
        if texts:
            QGuiApplication.clipboard().setText("\n".join(texts))

    def choose(self, number: int) -> None:
        """Choose the message of this number, while it is in the list."""
        place = self.model.place(number)
        if place >= 0:
            self._follows = False
            self.table.selectRow(place)
            self.table.scrollTo(self.model.index(place, 0))
            self._say_more()

    def show_current(self) -> None:
        """Bring the current row into sight."""
        self.table.scrollTo(self.table.currentIndex())

    # --- making ---

    def _dress(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName(translate("Messages", "Messages, the newest at the end"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        cells = self._cells = MessageCells(table)
        table.setItemDelegate(cells)
        sides = table.verticalHeader()
        sides.hide()
        sides.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        sides.setMinimumSectionSize(cells.height())
        sides.setDefaultSectionSize(cells.height())
        head = table.horizontalHeader()
        head.setAccessibleName(translate("Messages", "Columns"))
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(Column.PAYLOAD, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(Column.TIME, cells.time_width())
        for column, width in _WIDTHS.items():
            table.setColumnWidth(column, parts.scaled(width))

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)  # first: what is shown without a parent is a window
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        foot = parts.row(self.more, None, self.newest)
        foot.setContentsMargins(12, 0, 12, 4)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.feed.came.connect(self._add)
        self.feed.begun.connect(self._begin)
        self.feed.counted.connect(self._say_more)
        self.feed.counted.connect(self.counted)
        self.feed.failed.connect(self._fail)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _: self._chose(now.row()))
        bar = self.table.verticalScrollBar()
        bar.valueChanged.connect(lambda _: self._scrolled())
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self.copy)

    # --- what happens ---

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to ask."""
        super().showEvent(event)
        self.feed.look(on=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the payload what it needs: who said it goes first, then topics get narrower."""
        super().resizeEvent(event)
        width = event.size().width()
        narrow = bool(self._device) or width < parts.scaled(_NARROW)
        self.table.setColumnHidden(Column.WHOSE, narrow)
        self._cells.brief = width < parts.scaled(_BRIEF)
        self.table.setColumnWidth(Column.TIME, self._cells.time_width())
        topic = min(parts.scaled(_WIDTHS[Column.TOPIC]), round(width * _SHARE))
        self.table.setColumnWidth(Column.TOPIC, topic)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more."""
        super().hideEvent(event)
        self.feed.look(on=False)

    def _add(self, fresh: Sequence[Noted]) -> None:
        bar = self.table.verticalScrollBar()
        before = bar.value()
        self._adding = True
        gone = self.model.add(fresh)
        if self._stack.currentWidget() is not self.table:
            self._stack.setCurrentWidget(self.table)
        if self._follows:
            self.table.scrollToBottom()
        elif gone:
            bar.setValue(max(0, before - gone * self._row_height))
        self._adding = False

    def _begin(self) -> None:
        self.model.clear()
        self._follows = True
        self._say_more()

    def _chose(self, row: int) -> None:
        one = self.model.row_at(row)
        if one is not None:
            self.chosen.emit(one)

    def _scrolled(self) -> None:
        if self._adding:
            return
        bar = self.table.verticalScrollBar()
        self._follows = bar.value() >= bar.maximum() - self._row_height
        self._say_more()

    @property
    def _row_height(self) -> int:
        return self.table.verticalHeader().defaultSectionSize()

    def _say_more(self) -> None:
        feed = self.feed
        said = []
        if feed.is_paused:
            waits = translate("Messages", "Paused; %Ln new since then", None, feed.waiting)
            said.append(waits if feed.waiting else translate("Messages", "Paused"))
        if feed.missed:
            text = translate(
                "Messages", "%Ln more came faster than a list can show", None, feed.missed
            )
            said.append(text)
        self.more.setText(" · ".join(said))
        self.newest.setVisible(not self._follows and self.model.rowCount() > 0)
        if feed.has_answered and not self.model.rowCount():
            self.empty.say(*self._nothing())
            self._stack.setCurrentWidget(self.empty)

    def _nothing(self) -> tuple[str, str]:
        if self.feed.wanted.text or self.feed.wanted.kind is not Kind.ALL:
            return (
                translate("Messages", "Nothing of that was said"),
                translate("Messages", "It is shown as soon as it is. Else take the filter away."),
            )
        if self._device:
            return (
                translate("Messages", "It has said nothing yet"),
                translate("Messages", "Its next message is shown here."),
            )
        return (
            translate("Messages", "Nothing was said yet"),
            translate("Messages", "What the house hears and sends is shown here as it happens."),
        )

    def _fail(self, error: BaseException) -> None:
        if not self.model.rowCount():
            self.empty.say(*problem.said(error))
            self._stack.setCurrentWidget(self.empty)


class Empty(QWidget):
    """What stands where nothing was said."""

    def __init__(self) -> None:
        super().__init__()
        self.title = parts.label(percent=parts.CARD_TITLE, bold=True, wrap=True)
        self.text = parts.label(tone="muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 24, 48, 24)
        column.addStretch(1)
        for words in (self.title, self.text):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(words)
        column.addStretch(2)

    def say(self, title: str, text: str) -> None:
        """Say what that means and what to do."""
        self.title.setText(title)
        self.text.setText(text)
