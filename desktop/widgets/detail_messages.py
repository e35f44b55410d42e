"""The third tab of a device: its raw messages as they come, each against the one before."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import messages
from desktop.models.message_rows import Column
from desktop.models.messages import Path
from desktop.widgets import parts
from desktop.widgets.message_detail import MessageDetail
from desktop.widgets.message_list import MessageList
from desktop.widgets.message_plot import MessagePlot
from fleet.ring import Noted

_TOPIC_SHARE = 3.4  # of the width: the payload is what one looks for
_SIDED = 620  # from this width on there is room for earlier messages beside the payload
_TALL = 320


class MessagesTab(QWidget):
    """The list of the whole house's page, for one device; it asks only while it is seen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._key = ""
        self.list: MessageList | None = None
        self.detail = MessageDetail(desk)
        self.detail.hide()
        self.detail.closed.connect(self._close)
        self.detail.plot_wanted.connect(self._plot)
        self.plot: MessagePlot | None = None  # of one number of the chosen message's topic
        self._plotted: tuple[str, Path] | None = None
        self.pause = parts.button(translate("Messages", "Pause"), icon="pause", look="chip")
        self.pause.setCheckable(True)
        self.pause.toggled.connect(self._pause)
        copy = translate("Detail", "Copy the chosen messages")
        self.copy = parts.icon_button("copy", copy, self._copy)
        self.all = parts.button(
            translate("Detail", "All messages"),
            lambda: desk.go("messages", self._key),
            look="link",
        )
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.detail)
        self.setMinimumHeight(parts.scaled(_TALL))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(parts.row(self.pause, self.copy, None, self.all))
        column.addWidget(self._split, 1)
        self._column = column

    def show_device(self, key: str) -> None:
        """Show those of this device."""
        if key == self._key:
            return
        self._key = key
        self._close()
        old, self.list = self.list, MessageList(self._desk, key)
        if old is not None:
            old.setParent(None)
            old.deleteLater()
        self._split.insertWidget(0, self.list)
        self._split.setStretchFactor(0, 1)
        self.list.chosen.connect(self._choose)
        self.list.pause(on=self.pause.isChecked())
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        if self.list is not None:
            self.list.table.setColumnWidth(Column.TOPIC, round(self.width() / _TOPIC_SHARE))
        self.detail.side.setVisible(self.width() >= parts.scaled(_SIDED))

    def _choose(self, one: Noted) -> None:
        self.detail.show()
        self.detail.show_message(one)

    def _close(self) -> None:
        self.detail.hide()
        self._drop_plot()

    def _plot(self, topic: str, path: Path) -> None:
        """Draw a number of what is kept of its topic; asked for again, take it away."""
        again = self._plotted == (topic, path)
        self._drop_plot()
        if again:
            return
        self._plotted = (topic, path)
        self.plot = MessagePlot(messages.path_name(path) or topic)
        self.plot.add(messages.series(self.detail.history, path))
        self._column.addWidget(self.plot)

    def _drop_plot(self) -> None:
        old, self.plot, self._plotted = self.plot, None, None
        if old is not None:
            old.setParent(None)
            old.deleteLater()

    def _pause(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        if self.list is not None:
            self.list.pause(on=on)

    def _copy(self) -> None:
        if self.list is not None:
            self.list.copy()
