"""Asks the house four times a second what was said, while somebody looks; counts what is not shown.

Nothing is ever waited for: an answer that takes long is simply followed by the next question. What
the house has more of than a list can take, or no longer keeps, is counted and told.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.desk import Desk
from desktop.wishes_messages import MessageWishes
from fleet.ring import Counts, Kind, Listened

EVERY_MS = 250
FIRST, EACH = 2_000, 500
"""Messages in the first answer, and in each that follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be shown."""

    text: str = ""
    kind: Kind = Kind.ALL


class Feed(QObject):
    """One for each list; it asks while it is `looked` at."""

    came = Signal(object)  # tuple[Noted, ...], oldest first
    begun = Signal()  # something else is wanted: what was shown no longer counts
    counted = Signal()  # one of the numbers below has changed
    failed = Signal(object)  # an exception; told once, until an answer comes again

    def __init__(self, desk: Desk, parent: QObject, device: str = "") -> None:
        super().__init__(parent)
        self._desk, self._device = desk, device
        self._wishes = MessageWishes(desk.wishes.client)
        self.wanted = Wanted()
        self.is_paused = False
        self.missed = 0  # that could not be shown
        self.waiting = 0  # that came since it was paused
        self.counts = Counts()
        self._shown_upto = self._known_upto = 0
        self._first = True
        self._asked = 0  # number of the question under way; 0: none
        self._questions = 0
        self._has_failed = False
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.ask)

    @property
    def has_answered(self) -> bool:
        """Whether the house has said what there is of what is wanted now."""
        return not self._first

    def look(self, *, on: bool) -> None:
        """Begin to ask, or stop: nobody sees it."""
        if on and not self._timer.isActive():
            self._timer.start()
            self.ask()
        elif not on:
            self._timer.stop()

    def want(self, text: str, kind: Kind = Kind.ALL) -> None:
        """Show what passes from now on, and what of it is still kept."""
        wanted = Wanted(text=text, kind=kind)
        if wanted != self.wanted:
            self.wanted = wanted
            self.begin()

    def begin(self) -> None:
        """Show everything that is kept anew."""
        self._shown_upto = self._known_upto = 0
        self._first = True
        self._asked = 0
        self.missed = self.waiting = 0
        self.begun.emit()
        self.counted.emit()
        self.ask()

    def clear(self) -> None:
        """Show only what comes from now on."""
        self._shown_upto = self._known_upto
        self.missed = self.waiting = 0
        self.begun.emit()
        self.counted.emit()

    def pause(self, *, on: bool) -> None:
        """Show nothing more, and only count it; or go on with what came meanwhile."""
        self.is_paused = on
        if not on:
            self.waiting = 0
            self._known_upto = self._shown_upto
            self._asked = 0
        self.counted.emit()
        self.ask()

    def ask(self) -> None:
        """Ask now, unless an answer is on its way."""
        if self._asked or not self._timer.isActive():
            return
        self._questions += 1
        self._asked = mine = self._questions
        paused = self.is_paused and not self._first
        limit = 0 if paused else (FIRST if self._first else EACH)
        asked = self._wishes.messages(
            self._known_upto if paused else self._shown_upto,
            limit,
            text=self.wanted.text,
            kind=self.wanted.kind,
            device=self._device,
        )

        def done(told: Listened) -> None:
            if self._asked == mine:  # else something else is wanted meanwhile
                self._asked = 0
                self._take(told, paused=paused)

        def failed(error: BaseException) -> None:
            if self._asked == mine:
                self._asked = 0
                self._fail(error)

        self._desk.ask(asked, self, done, failed)

    def _take(self, told: Listened, *, paused: bool) -> None:
        self._has_failed = False
        before = (self.missed, self.waiting, self.counts, self._first)
        self.counts = told.counts
        self._known_upto = told.upto
        if paused:
            self.waiting += told.more
        else:
            if not self._first:
                self.missed += told.more + told.lost
            self._first = False
            self._shown_upto = told.upto
            if told.messages:
                self.came.emit(told.messages)
        if before != (self.missed, self.waiting, self.counts, self._first):
            self.counted.emit()

    def _fail(self, error: BaseException) -> None:
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(error)
