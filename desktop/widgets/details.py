"""The pane of one device: what it is, its tabs, and what can be done about its version."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.desk import Desk
from desktop.language import translate
from desktop.models import detail as details
from desktop.models.detail import Detail
from desktop.models.detail_versions import Deed, Mark, Versions, deed_words
from desktop.models.states import Look
from desktop.widgets import parts
from desktop.widgets.detail_asks import Asks
from desktop.widgets.detail_overview import Overview
from desktop.widgets.detail_versions import Told
from desktop.widgets.tabs import Tabs
from fleet.capability import Reading
from fleet.later import later
from fleet.model import Changes, Device

if TYPE_CHECKING:
    from desktop.dialogs import ask
    from desktop.widgets import detail_history, detail_messages
else:  # what the first tab does not show
    ask = later("desktop.dialogs.ask")
    detail_history = later("desktop.widgets.detail_history")
    detail_messages = later("desktop.widgets.detail_messages")

WIDTH = 360
"""Least width of the pane, for a line 15 pixels high."""

_WIDEST = 760  # of what is read: longer lines tire the eye where the pane is a page
_TICK_MS = 5_000  # how often "heard" moves on while nothing is heard
_MARGIN = 20
_TAB = "detail_tab"  # remembered: which tab was shown last
_ICONS = {
    Deed.UPDATE: "circle-arrow-up",
    Deed.APPROVE: "circle-arrow-up",
    Deed.RETRY: "refresh-cw",
    Deed.BACK: "rotate-ccw",
    Deed.SKIP: "skip-forward",
}


class Tab(IntEnum):
    """The tabs, from left to right."""

    OVERVIEW = 0
    HISTORY = 1
    MESSAGES = 2


class DetailsPane(parts.Card):
    """Shows one device of the house, beside a table or as a page; asks the house by itself."""

    rename_wanted = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=0, spacing=0)
        self._desk = desk
        self._shown: Detail | None = None
        self.asks = Asks(desk, self)
        self.setAccessibleName(translate("Detail", "Details"))
        self.setMinimumWidth(parts.scaled(WIDTH))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.tabs = Tabs(
            translate("Detail", "Details"),
            (
                translate("Detail", "Overview"),
                translate("Detail", "History"),
                translate("Detail", "Messages"),
            ),
        )
        self.top = Head(lambda: self.rename_wanted.emit(self.key))
        self.overview = Overview()
        self._history: detail_history.HistoryTab | None = None
        self._messages: detail_messages.MessagesTab | None = None
        self._ticking = QTimer(self, interval=_TICK_MS)
        self._lay()
        self._connect()
        self.show_nothing(translate("Detail", "Choose a device to see what it runs."))

    @property
    def key(self) -> str:
        """The device shown; "" for none."""
        return self._shown.key if self._shown else ""

    def show_nothing(self, text: str) -> None:
        """Say why there is no device here."""
        self._shown = None
        self._why.setText(text)
        self._whole.setCurrentIndex(0)

    def show_device(self, key: str) -> None:
        """Show this device; one that is gone is said to be."""
        if key == self.key:
            return  # what changes of it is heard here
        self._compose(key)
        if self._shown is None:
            self.show_nothing(translate("Detail", "This device is not there any more."))
        else:
            self._area.verticalScrollBar().setValue(0)
            self._fill_tab()

    def sizeHint(self) -> QSize:
        """Return what it takes beside a table; as a page it has the whole width."""
        return QSize(parts.scaled(WIDTH), super().sizeHint().height())

    def show_tab(self, tab: Tab) -> None:
        """Turn to a tab."""
        self.tabs.setCurrentIndex(tab)

    @property
    def history(self) -> detail_history.HistoryTab:
        """The tab of plots and past updates, made when it is first wanted."""
        if self._history is None:
            self._history = detail_history.HistoryTab(self._desk, self.asks.house)
            self._put(Tab.HISTORY, self._history)
        return self._history

    @property
    def messages(self) -> detail_messages.MessagesTab:
        """The tab of raw messages, made when it is first wanted."""
        if self._messages is None:
            self._messages = detail_messages.MessagesTab(self._desk)
            self._put(Tab.MESSAGES, self._messages)
        return self._messages

    # --- making ---

    def _lay(self) -> None:
        self._why = parts.label(tone="muted", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing = QWidget()
        centred = QVBoxLayout(nothing)
        centred.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        centred.addWidget(self._why)
        self.overview.setMaximumWidth(parts.scaled(_WIDEST))
        self._area = _scrolled(translate("Detail", "Overview"), self.overview)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._area)
        for _ in (Tab.HISTORY, Tab.MESSAGES):
            self._pages.addWidget(QWidget())
        foot = QWidget()
        foot.setMaximumWidth(parts.scaled(_WIDEST))
        below = QVBoxLayout(foot)
        below.setContentsMargins(_MARGIN, 12, _MARGIN, 16)
        below.setSpacing(8)
        self.outcomes = Told()  # always in sight where the button is that it warns of
        below.addWidget(self.outcomes)
        self._foot = QVBoxLayout()
        self._foot.setSpacing(8)
        below.addLayout(self._foot)
        self._deeds_shown: tuple[object, ...] = ()
        told = QWidget()
        column = QVBoxLayout(told)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        tabs = parts.row(spacing=0)
        tabs.setContentsMargins(_MARGIN - 12, 8, _MARGIN - 12, 0)
        tabs.addWidget(self.tabs)
        column.addLayout(tabs)
        column.addWidget(self._pages, 1)
        column.addWidget(parts.rule())
        column.addWidget(foot)
        self._whole = QStackedWidget()
        self._whole.addWidget(nothing)
        self._whole.addWidget(told)
        self.column.setContentsMargins(1, 1, 1, 1)
        self.column.addWidget(self._whole)

    def _connect(self) -> None:
        self._desk.changed.connect(self._changed)
        self._desk.presence.changed.connect(self._again)  # somebody else may other things
        self.asks.moved.connect(self._again)
        self._ticking.timeout.connect(self._tick)
        self._ticking.start()
        self.tabs.setCurrentIndex(self._desk.memory.get(_TAB, int, Tab.OVERVIEW))
        self._pages.setCurrentIndex(self.tabs.currentIndex())
        self.tabs.currentChanged.connect(self._turn)
        see, asks = self.overview, self.asks
        see.controls.wished.connect(lambda feature, value: asks.wish(self.key, feature, value))
        see.controls.unlock_wanted.connect(self._unlock)
        see.versions.check_wanted.connect(lambda: asks.check(self.key))
        see.versions.mark_wanted.connect(lambda mark, on: asks.mark(self.key, Mark(mark), on=on))
        see.place.device_wanted.connect(lambda key: self._desk.go("devices", key))
        see.tags.clicked.connect(lambda _=False: self._ask_tags())

    def _put(self, tab: Tab, widget: QWidget) -> None:
        old = self._pages.widget(tab)
        self._pages.insertWidget(tab, _scrolled(self.tabs.tabText(tab), widget))
        if old is not None:
            self._pages.removeWidget(old)
            old.deleteLater()

    # --- what happens ---

    def _changed(self, changes: Changes) -> None:
        if not self.key or not _concerns(self.key, self._shown, changes):
            return
        self._again()
        if self._shown is None:
            self.show_nothing(translate("Detail", "This device is not there any more."))
            return
        if self.key in changes.facts.get("update", {}) and self._history is not None:
            self._history.ask_steps()
        if self._history is not None and self._history.isVisible():
            self._history.take(self._desk.mirror.devices[self.key])

    def _again(self) -> None:
        if self.key:
            self._compose(self.key)

    def _tick(self) -> None:
        if self.isVisible():
            self._again()

    def _compose(self, key: str) -> None:
        found = details.compose(self._desk.mirror, key, self._desk.clock(), self.asks.wishes(key))
        before, self._shown = self._shown, found
        if found is None:
            return
        self._whole.setCurrentIndex(1)
        text, tone = self.asks.checked(key)
        self.overview.versions.checked.tell(text, "info", tone)
        if found == before:
            return
        self.top.show_detail(found)
        self.overview.show_detail(found)
        self._show_deeds(found.key, found.versions)

    def _turn(self, number: int) -> None:
        self._desk.memory.put(_TAB, number)
        self._fill_tab()
        self._pages.setCurrentIndex(number)

    def _fill_tab(self) -> None:
        if not self.key:
            return
        number = self.tabs.currentIndex()
        if number == Tab.HISTORY:
            self.history.show_device(self.key)
        elif number == Tab.MESSAGES:
            self.messages.show_device(self.key)

    def _show_deeds(self, key: str, versions: Versions) -> None:
        self.outcomes.tell(versions.outcomes, "users", "warn" if versions.wary else "muted")
        said = tuple(deed_words(deed, versions) for deed in versions.deeds)
        fresh = (key, versions.deeds, said, versions.barred)
        if fresh == self._deeds_shown:
            return
        self._deeds_shown = fresh
        parts.empty(self._foot)
        line = parts.row(spacing=8)
        for number, (deed, text) in enumerate(zip(versions.deeds, said, strict=True)):
            first = number == 0 and deed in {Deed.UPDATE, Deed.APPROVE, Deed.RETRY}
            do = lambda deed=deed: self.asks.deed(key, deed, versions.target)  # noqa: E731 - bound
            icon = _ICONS.get(deed, "")
            made = parts.button(text, do, look="primary" if first else "", icon=icon)
            made.setEnabled(not versions.barred)
            made.setToolTip(versions.barred)
            if number == 0:
                self._foot.addWidget(made)
            else:
                line.addWidget(made, 1)
        if versions.barred and said:
            self._foot.addWidget(parts.label(versions.barred, tone="muted", wrap=True))
        report = translate("Detail", "Report a problem")
        wanted = self._desk.report_wanted
        line.addWidget(parts.button(report, lambda: wanted.emit(key), icon="bug"), 1)
        self._foot.addLayout(line)

    # --- questions ---

    def _unlock(self, feature: str, value: Reading) -> None:
        shown = self._shown
        if shown is None:
            return

        def make(parent: QWidget) -> QDialog:
            dialog = ask.AskDialog(
                translate("Detail", "Unlock {device}?").format(device=shown.name),
                translate("Detail", "Whoever stands before it can then come in."),
                translate("Detail", "Unlock"),
                fields={},
                parent=parent,
            )
            dialog.accepted.connect(lambda: self.asks.wish(shown.key, feature, value))
            return dialog

        self._desk.dialog_wanted.emit(make)

    def _ask_tags(self) -> None:
        device = self._desk.mirror.devices.get(self.key)
        if device is None:
            return

        def make(parent: QWidget) -> QDialog:
            dialog = ask.AskDialog(
                translate("Detail", "Tags of {device}").format(device=device.name),
                translate("Detail", "Words of your own, with commas between them."),
                translate("Detail", "Set tags"),
                fields={translate("Detail", "Tags"): ", ".join(sorted(device.tags))},
                parent=parent,
            )
            dialog.accepted.connect(lambda: self._put_tags(device, dialog.values[0]))
            return dialog

        self._desk.dialog_wanted.emit(make)

    def _put_tags(self, device: Device, said: str) -> None:
        words = said.replace("\N{FULLWIDTH COMMA}", ",").split(",")
        tags = [word.strip() for word in words if word.strip()]
        back = partial(self.asks.house.tags, device.key, sorted(device.tags))
        told = translate("Detail", "Tags of {device} set").format(device=device.name)
        asked = self.asks.house.tags(device.key, tags)
        self._desk.ask(asked, self, lambda _: self._desk.say(told, back))


class Head(QWidget):
    """Who it is and how it is; its labels stay, only their words change."""

    def __init__(self, rename: Callable[[], object]) -> None:
        super().__init__()
        self._tile = Tile("cpu")
        self._name = parts.label(percent=parts.CARD_TITLE, bold=True, wrap=True)
        self._under = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._icon, self._word = QLabel(), parts.label(bold=True)
        self._icon.setFixedSize(18, 18)
        self._note = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._look: Look | None = None
        self.pen = parts.icon_button("pencil", translate("Detail", "Rename"), rename)
        line = parts.row(self._tile, spacing=12)
        line.addLayout(parts.column(self._name, self._under, spacing=2), 1)
        line.addWidget(self.pen, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 16, _MARGIN, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addSpacing(4)
        column.addLayout(parts.row(self._icon, self._word, None))
        column.addWidget(self._note)  # never empty: what comes and goes in it moves no tab

    def show_detail(self, detail: Detail) -> None:
        """Show what differs."""
        _put(self._name, detail.name)
        _put(self._under, detail.under)
        self._tile.show_icon(detail.icon)
        self.pen.setAccessibleName(
            translate("Detail", "Rename {device}").format(device=detail.name)
        )
        heard = translate("Detail", "heard {span}").format(span=detail.seen)
        look = detail.look
        _put(self._note, " · ".join(part for part in (look.note, heard) if part))
        if look == self._look:
            return
        self._look = look
        _put(self._word, look.word)
        parts.tint(self._word, look.tone)
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(theme.pixmap(look.icon, look.tone, 18, ratio))


class Tile(QWidget):
    """The device's picture on a rounded ground."""

    def __init__(self, icon: str, size: int = 44) -> None:
        super().__init__()
        self._name = icon
        self.setFixedSize(size, size)

    def show_icon(self, icon: str) -> None:
        """Show another picture."""
        if icon != self._name:
            self._name = icon
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("select"))
        painter.drawRoundedRect(self.rect(), 12, 12)
        side = self.width() - 20
        drawn = theme.pixmap(self._name, "accent", side, self.devicePixelRatioF())
        painter.drawPixmap(10, 10, drawn)
        painter.end()


def _put(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)


def _concerns(key: str, shown: Detail | None, changes: Changes) -> bool:
    """Whether these changes can have changed what is said of this device."""
    if key in changes.devices:
        return True
    if {"week", "trust", "connection", "outcome_stats", "cluster"} & set(changes.facts):
        return True
    near = {one.device for one in shown.place.facts if one.device} if shown else set()
    return bool(near & set(changes.devices)) or any(
        key in values for values in changes.facts.values()
    )


def _scrolled(name: str, inside: QWidget) -> QScrollArea:
    """Return an area that scrolls, around the content of a tab."""
    area, body = parts.scrolled(name, margin=_MARGIN)
    body.addWidget(inside, 1)
    return area
