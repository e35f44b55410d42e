"""The pane of one device: what it is, its tabs, and what can be done about its version."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.desk import Desk
from desktop.language import translate
from desktop.widgets import parts
from fleet.later import later
from fleet.model import Changes

if TYPE_CHECKING:
    from desktop.models import detail as details
    from desktop.models import detail_versions
    from desktop.models.detail import Detail
    from desktop.models.detail_versions import Versions
    from desktop.widgets import (
        detail_asks,
        detail_head,
        detail_history,
        detail_messages,
        detail_overview,
        detail_questions,
        tabs,
        told,
    )
else:  # the first picture shows no device: what tells of one is loaded when one is chosen
    details = later("desktop.models.detail")
    detail_versions = later("desktop.models.detail_versions")
    detail_asks = later("desktop.widgets.detail_asks")
    detail_head = later("desktop.widgets.detail_head")
    detail_history = later("desktop.widgets.detail_history")
    detail_messages = later("desktop.widgets.detail_messages")
    detail_overview = later("desktop.widgets.detail_overview")
    detail_questions = later("desktop.widgets.detail_questions")
    tabs, told = later("desktop.widgets.tabs"), later("desktop.widgets.told")

WIDTH = 360
"""Least width of the pane, for a line 15 pixels high."""

_WIDEST = 760  # of what is read: longer lines tire the eye where the pane is a page
_TICK_MS = 5_000  # how often "heard" moves on while nothing is heard
_ICONS = {
    "update": "circle-arrow-up",
    "approve": "circle-arrow-up",
    "retry": "refresh-cw",
    "back": "rotate-ccw",
    "skip": "skip-forward",
}
_FIRST = frozenset({"update", "approve", "retry"})
"""Deeds of detail_versions.Deed that are what most people want where they stand first."""

_MARGIN, _BETWEEN = 20, 8
_TAB = "detail_tab"  # remembered: which tab was shown last


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
        self.setAccessibleName(translate("Detail", "Details"))
        self.setMinimumWidth(parts.scaled(WIDTH))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._why = parts.label(tone="muted", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing = QWidget()
        centred = QVBoxLayout(nothing)
        centred.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        centred.addWidget(self._why)
        self._whole = QStackedWidget()
        self._whole.addWidget(nothing)
        self.column.setContentsMargins(1, 1, 1, 1)
        self.column.addWidget(self._whole)
        self._is_furnished = False
        self._history: detail_history.HistoryTab | None = None
        self._messages: detail_messages.MessagesTab | None = None
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
        self._furnish()
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
        self._furnish()
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

    def _furnish(self) -> None:
        """Make what tells of a device, when the first is chosen."""
        if self._is_furnished:
            return
        self._is_furnished = True
        self.asks = detail_asks.Asks(self._desk, self)
        self._questions = detail_questions.Questions(self._desk, self.asks)
        self.tabs = tabs.Tabs(
            translate("Detail", "Details"),
            (
                translate("Detail", "Overview"),
                translate("Detail", "History"),
                translate("Detail", "Messages"),
            ),
        )
        self.top = detail_head.Head(_MARGIN, lambda: self.rename_wanted.emit(self.key))
        self.overview = detail_overview.Overview()
        self._ticking = QTimer(self, interval=_TICK_MS)
        self._whole.addWidget(self._laid())
        self._connect()

    def _laid(self) -> QWidget:
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
        self.outcomes = told.Told()  # always in sight where the button is that it warns of
        below.addWidget(self.outcomes)
        self._foot = QVBoxLayout()
        self._foot.setSpacing(8)
        below.addLayout(self._foot)
        self._deeds_shown: tuple[object, ...] = ()
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        line = parts.row(spacing=0)
        line.setContentsMargins(_MARGIN - 12, 8, _MARGIN - 12, 0)
        line.addWidget(self.tabs)
        column.addLayout(line)
        column.addWidget(self._pages, 1)
        column.addWidget(parts.rule())
        column.addWidget(foot)
        return whole

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
        see.controls.unlock_wanted.connect(
            lambda feature, value: self._questions.unlock(self.key, feature, value)
        )
        see.versions.check_wanted.connect(lambda: asks.check(self.key))
        see.versions.mark_wanted.connect(
            lambda mark, on: asks.mark(self.key, detail_versions.Mark(mark), on=on)
        )
        see.place.device_wanted.connect(lambda key: self._desk.go("devices", key))
        see.tags.clicked.connect(lambda _=False: self._questions.tags(self.key))
        see.room.clicked.connect(lambda _=False: self._questions.room(self.key))

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

    def _fill_tab(self) -> None:
        if not self.key:
            return
        number = self.tabs.currentIndex()
        if number == Tab.HISTORY:
            self.history.show_device(self.key)
        elif number == Tab.MESSAGES:
            self.messages.show_device(self.key)
        self._pages.setCurrentIndex(number)  # last: a tab that is made takes another's place

    def _show_deeds(self, key: str, versions: Versions) -> None:
        self.outcomes.tell(versions.outcomes, "users", "warn" if versions.wary else "muted")
        said = tuple(detail_versions.deed_words(deed, versions) for deed in versions.deeds)
        fresh = (key, versions.deeds, said, versions.barred)
        if fresh == self._deeds_shown:
            return
        self._deeds_shown = fresh
        parts.empty(self._foot)
        rest = []
        for number, (deed, text) in enumerate(zip(versions.deeds, said, strict=True)):
            first = number == 0 and deed in _FIRST
            do = lambda deed=deed: self.asks.deed(key, deed, versions.target)  # noqa: E731 - bound
            icon = _ICONS.get(deed, "")
            made = parts.button(text, do, look="primary" if first else "", icon=icon)
            made.setEnabled(not versions.barred)
            made.setToolTip(versions.barred)
            if number == 0:
                self._foot.addWidget(made)
            else:
                rest.append(made)
        if versions.barred and said:
            self._foot.addWidget(parts.label(versions.barred, tone="muted", wrap=True))
        report = translate("Detail", "Report a problem")
        wanted = self._desk.report_wanted
        rest.append(parts.button(report, lambda: wanted.emit(key), icon="bug"))
        room = parts.scaled(WIDTH) - 2 * (_MARGIN + 2)  # the card's edge is 2 wide
        self._foot.addLayout(_in_pairs(rest, room))


def _in_pairs(buttons: Sequence[QWidget], room: int) -> QGridLayout:
    """Lay two in a line of so many pixels where both have room; else one has it alone."""
    grid = QGridLayout()
    grid.setSpacing(_BETWEEN)
    for one in buttons:
        one.ensurePolished()  # before that a button does not know how wide it is
    line, left = 0, list(buttons)
    while left:
        half = max(one.sizeHint().width() for one in left[:2]) * 2 + _BETWEEN <= room
        pair = left[:2] if half and len(left) > 1 else left[:1]
        for column, one in enumerate(pair):
            grid.addWidget(one, line, column, 1, 3 - len(pair))
        line, left = line + 1, left[len(pair) :]
    return grid


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
