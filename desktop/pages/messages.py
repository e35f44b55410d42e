"""The Messages page: what the whole house says, live: filtered, as a tree, one looked into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QSplitter, QToolButton, QVBoxLayout, QWidget

from desktop import theme
from desktop.desk import Desk
from desktop.language import translate
from desktop.pages.page import Page
from desktop.widgets import parts
from desktop.widgets.message_detail import MessageDetail
from desktop.widgets.message_list import MessageList
from desktop.widgets.message_plots import MessagePlots
from desktop.widgets.message_topics import MessageTopics
from fleet.errors import StoreError
from fleet.later import later
from fleet.ring import Kind, Noted

if TYPE_CHECKING:
    from desktop.dialogs import send_message
    from desktop.models import message_files
else:  # what is not seen at once
    send_message = later("desktop.dialogs.send_message")
    message_files = later("desktop.models.message_files")

EXPERT = "expert"
"""Under this name the window remembers whether messages may be sent by hand (Settings)."""

_TREE = "message_tree"  # remembered: whether the tree of topics is shown
_TYPING_MS = 200
_FILTER = 360
_SIDES = 48  # left and right of the page, together
_KINDS = (Kind.ALL, Kind.DEVICES, Kind.UNKNOWN, Kind.SENT)


@dataclass(slots=True)
class Kept:
    """What survives a change of language or look."""

    text: str = ""
    kind: Kind = Kind.ALL
    paused: bool = False


class MessagesPage(Page):
    """Every message of the house."""

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
        self._begin = kept if isinstance(kept, Kept) else Kept()
        self.filter = QLineEdit(self._begin.text)
        self.list = MessageList(desk)
        self.topics = MessageTopics(desk)
        self.detail = MessageDetail(desk)
        self.plots = MessagePlots(desk)
        self.chips = {
            kind: parts.button("", partial(self.pick, kind), look="chip") for kind in Kind
        }
        self._make_buttons()
        self._dress()
        self._lay()
        self._connect()
        self.list.want(self.filter.text(), self._begin.kind)
        self.list.pause(on=self._begin.paused)
        self._count()

    # --- what a page is ---

    def kept(self) -> Kept:
        """Return filter, kind and pause."""
        feed = self.list.feed
        return Kept(text=self.filter.text(), kind=feed.wanted.kind, paused=feed.is_paused)

    def show_subject(self, subject: str) -> None:
        """Show the messages of a device, by its key, or what passes a filter."""
        device = self._desk.mirror.devices.get(subject)
        self.pick(Kind.ALL)
        self.show_filter(f'of:"{device.name}"' if device else subject)

    def go_find(self) -> bool:
        """Put the cursor into the filter."""
        self.filter.setFocus()
        self.filter.selectAll()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """Know whether the expert switch was turned meanwhile."""
        super().showEvent(event)
        self._show_send()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self.plots.fit(self.width())
        self._fit()

    # --- what can be done here ---

    def deed_pause_messages(self) -> None:
        """Stop the list, or let it go on."""
        self.pause.setChecked(not self.pause.isChecked())

    def deed_clear_messages(self) -> None:
        """Show only what comes from now on."""
        self.list.clear()

    def deed_export_messages(self) -> None:
        """Write what is listed into a file that a person names."""
        kinds = translate("Messages", "For orangery replay (*.jsonl);;Table (*.csv)")
        title = translate("Messages", "Export messages")
        file, _ = QFileDialog.getSaveFileName(self, title, "messages.jsonl", kinds)
        if file:
            self.export(Path(file))

    def deed_send_message(self) -> None:
        """Open the sheet that sends a message by hand; without the expert switch, Settings."""
        if not self._desk.memory.get(EXPERT, bool, default=False):
            self._desk.go("settings")
            return
        picked = self.list.picked()
        topic = picked[-1].topic if picked else ""
        known = self.topics.topics()
        self._desk.dialog_wanted.emit(
            lambda parent: send_message.SendDialog(self._desk, parent, topic, known)
        )

    def export(self, file: Path) -> None:
        """Write what is chosen, or else all that is listed, into `file`."""
        picked = self.list.picked()
        rows = picked if len(picked) > 1 else list(self.list.model.rows())
        try:
            made = message_files.write(file, rows, self._desk.mirror.devices)
        except StoreError as error:
            self._desk.failed.emit(error)
            return
        said = translate("Messages", "%n message(s) written to {file}", None, made.messages)
        said = said.format(file=file.name)
        if made.left_out:
            out = translate(
                "Messages", "%n left out: bytes, or kept only in part", None, made.left_out
            )
            said = f"{said}; {out}"
        self._desk.say(said)

    def pick(self, kind: Kind) -> None:
        """Show this kind of messages."""
        for each, chip in self.chips.items():
            chip.setChecked(each is kind)
        self._begin.kind = kind
        self.list.want(self.filter.text(), kind)

    def show_filter(self, text: str) -> None:
        """Show what passes `text`."""
        self.filter.setText(text)
        self._filter()

    # --- making ---

    def _make_buttons(self) -> None:
        self.tree = parts.button(translate("Messages", "Topics"), icon="list-tree", look="chip")
        self.tree.setCheckable(True)
        self.tree.setChecked(self._desk.memory.get(_TREE, bool, default=False))
        self.pause = parts.button(translate("Messages", "Pause"), icon="pause", look="chip")
        self.pause.setCheckable(True)
        self.pause.setChecked(self._begin.paused)
        self.clear = parts.button(
            translate("Messages", "Clear"), self.deed_clear_messages, icon="eraser", look="quiet"
        )
        self.save = parts.button(
            translate("Messages", "Export…"),
            self.deed_export_messages,
            icon="download",
            look="quiet",
        )
        self.send = parts.button("", self.deed_send_message, look="link", icon="send")
        self._worded = (self.tree, self.pause, self.clear, self.save)
        self._words = {button: button.text() for button in self._worded}

    def _dress(self) -> None:
        field = self.filter
        field.setClearButtonEnabled(True)
        field.setAccessibleName(translate("Messages", "Filter messages"))
        field.setPlaceholderText(translate("Messages", "zigbee2mqtt/+/set or words"))
        field.setToolTip(
            translate(
                "Messages",
                "Topics with + and #, or words: they are looked for in topics, payloads and names "
                "of devices. of:word: only in names of devices. -word: without it. Quotes hold "
                "together what has spaces.",
            )
        )
        glass = theme.icon("search", "muted", 16)
        field.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        for button in field.findChildren(QToolButton):
            button.setAccessibleName(translate("Messages", "Filter messages"))
        field.setMinimumWidth(parts.scaled(_FILTER // 2))
        field.setMaximumWidth(parts.scaled(_FILTER))
        for kind, chip in self.chips.items():
            chip.setCheckable(True)
            chip.setChecked(kind is self._begin.kind)
        self.topics.setVisible(self.tree.isChecked())
        self.detail.hide()
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)

    def _lay(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 24, 24)
        page.setSpacing(16)
        title = parts.label(translate("Messages", "Messages"), percent=parts.PAGE_TITLE, bold=True)
        top = parts.row(title)
        top.addStretch(1)
        top.addWidget(self.send)
        top.addWidget(self.filter, 2)
        page.addLayout(top)
        chips = [self.chips[kind] for kind in _KINDS]
        self._bar = QWidget()
        self._row = parts.row(*chips, None, *self._worded)
        self._bar.setLayout(self._row)
        self._bar.setMinimumWidth(1)  # it gets narrower by saying less: `_fit`
        page.addWidget(self._bar)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.setChildrenCollapsible(False)
        across.addWidget(self.topics)
        across.addWidget(self.list)
        across.setStretchFactor(1, 1)
        across.setSizes([1, 4])
        upper = parts.Card(margin=0)
        upper.column.setContentsMargins(1, 4, 1, 4)
        upper.column.addWidget(across)
        self._lower = parts.Card(margin=0)
        self._lower.column.setContentsMargins(1, 1, 1, 1)
        self._lower.column.addWidget(self.detail)
        down = self._down = QSplitter(Qt.Orientation.Vertical)
        down.setChildrenCollapsible(False)
        down.setHandleWidth(16)
        down.addWidget(upper)
        down.addWidget(self._lower)
        down.setStretchFactor(0, 3)
        down.setStretchFactor(1, 2)
        self._lower.hide()
        body = parts.row(spacing=16)
        body.addWidget(down, 1)
        body.addWidget(self.plots)
        page.addLayout(body, 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(lambda _: self._typing.start())
        self.filter.returnPressed.connect(self._into_list)
        self._typing.timeout.connect(self._filter)
        self.list.chosen.connect(self._show_one)
        self.list.counted.connect(self._count)
        self.list.feed.came.connect(self.detail.add)
        self.topics.filter_wanted.connect(self.show_filter)
        self.detail.plot_wanted.connect(self.plots.plot)
        self.detail.closed.connect(self._close_detail)
        self.tree.toggled.connect(self._show_tree)
        self.pause.toggled.connect(self._pause)
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self._escape)

    # --- what happens ---

    def _filter(self) -> None:
        self._typing.stop()
        self.list.want(self.filter.text(), self._begin.kind)

    def _into_list(self) -> None:
        self._filter()
        self.list.table.setFocus()

    def _pause(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        words = translate("Messages", "Go on") if on else translate("Messages", "Pause")
        self._words[self.pause] = words
        self.pause.setAccessibleName(words)
        self._fit()
        self.list.pause(on=on)

    def _fit(self) -> None:
        """Leave the words of the buttons away where there is no room for them."""
        self._say_words(worded=True)
        if self._row.sizeHint().width() > self.width() - _SIDES:
            self._say_words(worded=False)

    def _say_words(self, *, worded: bool) -> None:
        icons = dict(zip(self._worded, ("list-tree", "pause", "eraser", "download"), strict=True))
        if self.pause.isChecked():
            icons[self.pause] = "play"
        for button, words in self._words.items():
            button.setText(words if worded else "")
            button.setToolTip("" if worded else words)
            parts.dress(button, icons[button], "accent" if button.isChecked() else "text")

    def _show_tree(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        self.topics.setVisible(on)
        self._desk.memory.put(_TREE, on)
        self._fit()

    def _show_one(self, one: Noted) -> None:
        if not self._lower.isVisible():
            self._lower.show()
            self._down.setSizes([3_000, 3_000])
            QTimer.singleShot(0, self.list, self.list.show_current)  # the list is lower now
        self.detail.show()
        self.detail.show_message(one)

    def _close_detail(self) -> None:
        self._lower.hide()
        self.list.table.setFocus()

    def _escape(self) -> None:
        """Close the details; else take the filter away."""
        if self._lower.isVisible():
            self._close_detail()
        else:
            self.filter.clear()

    def _count(self) -> None:
        counts = self.list.feed.counts
        for kind, text, count in (
            (Kind.ALL, translate("Messages", "All"), counts.all),
            (Kind.DEVICES, translate("Messages", "Devices"), counts.devices),
            (Kind.UNKNOWN, translate("Messages", "Unknown"), counts.unknown),
            (Kind.SENT, translate("Messages", "Sent by us"), counts.sent),
        ):
            said = f"{text}  {QLocale().toString(count)}"
            chip = self.chips[kind]
            if chip.text() != said:
                longer = len(said) != len(chip.text())
                chip.setText(said)
                chip.setAccessibleName(said)
                if longer:
                    self._fit()

    def _show_send(self) -> None:
        if self._desk.memory.get(EXPERT, bool, default=False):
            self.send.setText(translate("Messages", "Send a message…"))
        else:
            self.send.setText(translate("Messages", "Send by hand: see Settings"))
        self.send.setAccessibleName(self.send.text())
