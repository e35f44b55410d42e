"""The numbers out of messages that a person has plotted, each asked for once a second."""

from __future__ import annotations

from functools import partial
from pathlib import Path as File

import msgspec
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import messages
from desktop.models.messages import Path
from desktop.widgets import parts
from desktop.widgets.message_plot import MessagePlot
from desktop.wishes_messages import MessageWishes
from firmware import durable
from fleet.ring import Kind, Listened

MOST = 8
"""Numbers at once."""

REMEMBERED = "message_plots"
_EVERY_MS = 1_000
_EACH = 500  # messages in one answer
_WIDTH, _LEAST, _SHARE = 300, 200, 0.26  # of the page's width


class Wanted(msgspec.Struct, frozen=True):
    """One number, as it is remembered."""

    topic: str
    path: tuple[str | int, ...] = ()

    @property
    def name(self) -> str:
        """What it is called: the end of its topic, and its place in the payload."""
        end = "/".join(self.topic.split("/")[-2:])
        inside = messages.path_name(self.path)
        return f"{end} · {inside}" if inside else end


class MessagePlots(QFrame):
    """One below the other; hidden while there are none."""

    changed = Signal()  # one has come or gone

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._wishes = MessageWishes(desk.wishes.client)
        self.plots: dict[Wanted, MessagePlot] = {}
        self._upto: dict[Wanted, int] = {}
        self._asked: set[Wanted] = set()
        self._area, self._column = parts.scrolled(translate("Messages", "Plots"))
        self._column.setSpacing(12)
        self._column.addStretch(1)
        self._cards: dict[Wanted, QWidget] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        self.fit(_WIDTH * 10)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.ask)
        for one in desk.memory.get(REMEMBERED, tuple[Wanted, ...], ())[:MOST]:
            self._put(one)
        self._tell()

    def fit(self, width: int) -> None:
        """Take the share of a page of this width that leaves room for the rest."""
        most, least = parts.scaled(_WIDTH), parts.scaled(_LEAST)
        self.setFixedWidth(max(least, min(most, round(width * _SHARE))))

    def plot(self, topic: str, path: Path) -> None:
        """Plot a number from now on, with what is kept of it; once more: no longer."""
        one = Wanted(topic, path)
        if one in self.plots:
            self.drop(one)
            return
        if len(self.plots) >= MOST:
            self.drop(next(iter(self.plots)))
        self._put(one)
        self._remember()
        self.ask()

    def drop(self, one: Wanted) -> None:
        """Plot it no longer."""
        del self.plots[one]
        self._upto.pop(one, None)
        card = self._cards.pop(one)
        card.hide()
        self._column.removeWidget(card)
        card.deleteLater()
        self._remember()

    def export(self, one: Wanted, file: str = "") -> None:
        """Write the points of a plot into a file that a person names."""
        title = translate("Messages", "Export the points")
        if not file:
            file, _ = QFileDialog.getSaveFileName(self, title, "points.csv", "CSV (*.csv)")
        if file:
            text = messages.points_csv(self.plots[one].points, one.name)
            durable.write(File(file), text.encode())
            self._desk.say(translate("Messages", "Written: {file}").format(file=file))

    def ask(self) -> None:
        """Ask for the new points of each plot whose answer is not on its way."""
        if not self._timer.isActive():
            return
        for one in self.plots:
            if one not in self._asked:
                self._asked.add(one)
                asked = self._wishes.messages(
                    self._upto.get(one, 0), _EACH, text="", kind=Kind.ALL, topic=one.topic
                )
                self._desk.ask(asked, self, partial(self._take, one), partial(self._failed, one))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to ask."""
        super().showEvent(event)
        self._timer.start()
        self.ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more; what was said meanwhile is fetched when it is seen again."""
        super().hideEvent(event)
        self._timer.stop()

    def _put(self, one: Wanted) -> None:
        plot = MessagePlot(one.name)
        card = parts.Card(margin=12, spacing=4)
        title = parts.label(one.name, percent=parts.SMALL, bold=True, wrap=True)
        title.setToolTip(one.topic)
        head = parts.row(spacing=4)
        head.addWidget(title, 1)
        export = translate("Messages", "Export the points of {name}").format(name=one.name)
        close = translate("Messages", "Plot {name} no longer").format(name=one.name)
        head.addWidget(parts.icon_button("download", export, partial(self.export, one)))
        head.addWidget(parts.icon_button("x", close, partial(self.drop, one)))
        card.add(head)
        card.add(plot)
        card.setAccessibleName(one.name)
        self.plots[one], self._cards[one] = plot, card
        self._column.insertWidget(self._column.count() - 1, card)

    def _take(self, one: Wanted, told: Listened) -> None:
        self._asked.discard(one)
        plot = self.plots.get(one)
        if plot is not None:
            self._upto[one] = told.upto
            plot.add(messages.series(told.messages, one.path))

    def _failed(self, one: Wanted, error: BaseException) -> None:
        del error  # the list says it
        self._asked.discard(one)

    def _remember(self) -> None:
        self._desk.memory.put(REMEMBERED, tuple(self.plots))
        self._tell()

    def _tell(self) -> None:
        self.setVisible(bool(self.plots))
        self.changed.emit()
