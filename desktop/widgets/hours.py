"""Hours of the week to choose: days as chips, from when until when; lines come and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop import language, policy
from desktop.language import translate
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.flow import Flow, flowing
from firmware.plan import Window

_STEP_MIN = 30
_DAY_MIN = 24 * 60
FRESH = Window(begin=22 * 60, end=6 * 60)
"""What a new line begins with: every night."""


class Hours(QWidget):
    """Shows windows and says which are wanted as soon as one is changed."""

    wanted = Signal(object)  # a tuple of Windows

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[HoursRow] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        self._always = parts.label(translate("Hours", "At any time"), tone="muted")
        self.more = parts.button(translate("Hours", "Add hours"), self._add)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(self._column)
        whole.addLayout(parts.row(self._always, self.more, None, spacing=16))

    @property
    def windows(self) -> tuple[Window, ...]:
        """What is chosen; a line without a day counts for nothing."""
        return tuple(row.chosen for row in self.rows if row.chosen.days)

    def show_windows(self, windows: Sequence[Window]) -> None:
        """Show `windows`; the same ones again change nothing."""
        self._always.setVisible(not windows)
        if self.windows == tuple(windows) and len(self.rows) == len(windows):
            return
        parts.empty(self._column)
        self.rows = [self._row(number, one) for number, one in enumerate(windows, start=1)]

    def _row(self, number: int, window: Window) -> HoursRow:
        made = HoursRow(number, window, self._changed, lambda: self._remove(made))
        self._column.addWidget(made)
        return made

    def _add(self) -> None:
        self.wanted.emit((*self.windows, FRESH))

    def _remove(self, row: HoursRow) -> None:
        self.wanted.emit(tuple(one.chosen for one in self.rows if one is not row))

    def _changed(self) -> None:
        if all(row.chosen.days for row in self.rows):
            self.wanted.emit(self.windows)


class HoursRow(QWidget):
    """One line: seven days, begin, end."""

    def __init__(
        self, number: int, window: Window, changed: Callable[[], None], gone: Callable[[], None]
    ) -> None:
        super().__init__()
        self.days = [self._day(day, number, changed) for day in range(7)]
        for day, chip in enumerate(self.days):
            chip.setChecked(day in window.days)
        from_, until = translate("Hours", "from"), translate("Hours", "until")
        self.begin = _times(f"{from_} {number}", window.begin, range(0, _DAY_MIN, _STEP_MIN))
        ends = range(_STEP_MIN, _DAY_MIN + 1, _STEP_MIN)
        self.end = _times(f"{until} {number}", window.end or _DAY_MIN, ends)
        for choice in (self.begin, self.end):
            choice.activated.connect(lambda _: changed())
        said = translate("Hours", "Remove hours {number}").format(number=number)
        self.gone = parts.icon_button("trash-2", said, gone)
        first, then = QWidget(), QWidget()  # a word stays with its field
        first.setLayout(parts.row(parts.label(from_), self.begin))
        then.setLayout(parts.row(parts.label(until), self.end, self.gone))
        self.setLayout(Flow(flowing(*self.days, spacing=4), first, then))

    @property
    def chosen(self) -> Window:
        """What is chosen here."""
        days = frozenset(day for day, chip in enumerate(self.days) if chip.isChecked())
        return Window(days=days, begin=self.begin.currentData(), end=self.end.currentData())

    @staticmethod
    def _day(day: int, number: int, changed: Callable[[], None]) -> QPushButton:
        made = parts.button(language.weekday(day), look="chip")
        made.setAccessibleName(f"{made.text()} {number}")
        made.setCheckable(True)
        made.clicked.connect(lambda _=False: changed())
        return made


def _times(name: str, chosen: int, offered: range) -> Choice:
    made = Choice(name)
    for minute in sorted({*chain(offered), chosen}):
        made.addItem(policy.clock(minute), minute)
    made.setCurrentIndex(made.findData(chosen))
    return made
