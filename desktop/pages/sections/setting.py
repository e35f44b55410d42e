"""A card of Settings: what is changed there applies at once, is told, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.language import translate
from desktop.widgets import parts
from fleet.model import Changes

FIELD = 300
"""Width of what can be typed or chosen."""

_LEAST = 120
_INSET = 28  # so that words stand below those of their tick


class Setting(parts.Card):
    """Shows what the house says; a change asked for here is shown when the house says it too."""

    def __init__(self, desk: Desk, title: str, kinds: Collection[str] = ()) -> None:
        """`kinds`: of facts that this card shows; `show_now` is called when one is told."""
        super().__init__(title)
        self._desk = desk
        self._kinds = frozenset(kinds)
        self.wrong = parts.label(tone="bad", wrap=True)
        self.wrong.hide()
        if kinds:
            desk.changed.connect(self._heard_of)

    def show_now(self) -> None:
        """Show what the house says now."""

    def change(
        self,
        what: str,
        asked: Future[Any],
        back: Callable[[], Future[Any]] | None = None,
        done: Callable[[], None] | None = None,
    ) -> None:
        """Wait for a change of `what`; then it is told with the way back, else why it is not so."""
        said = translate("Settings", "Changed: {what}").format(what=what)

        def came(_: object) -> None:
            self.wrong.hide()
            self._desk.say(said, back)
            if done is not None:
                done()

        self._desk.ask(asked, self, came, self.tell_wrong)

    def tell_wrong(self, error: BaseException) -> None:
        """Say beside it what went wrong; what is shown is what the house says."""
        self.show_now()
        self.wrong.setText(" ".join(problem.said(error)))
        self.wrong.show()

    def _heard_of(self, changes: Changes) -> None:
        if self._kinds & set(changes.facts):
            self.wrong.hide()
            self.show_now()


def grid() -> QGridLayout:
    """Return a grid of names and fields."""
    made = parts.form()
    made.setVerticalSpacing(12)
    made.setColumnStretch(1, 3)  # as wide as it may be; what is left is for notes
    made.setColumnStretch(2, 1)
    return made


def wide(field: QWidget) -> QWidget:
    """Let a field be as wide as drawn, and narrower where there is no room; returns it."""
    field.setMinimumWidth(parts.scaled(_LEAST))
    field.setMaximumWidth(parts.scaled(FIELD))
    field.setSizePolicy(QSizePolicy.Policy.Expanding, field.sizePolicy().verticalPolicy())
    return field


def line(at: QGridLayout, name: str, field: QWidget, note: QWidget | None = None) -> QLabel:
    """Add a named field to a grid, with what is to be known of it beside; returns the name."""
    number = at.rowCount()
    caption = parts.label(name, tone="muted")
    caption.setBuddy(field)
    at.addWidget(caption, number, 0, Qt.AlignmentFlag.AlignVCenter)
    at.addWidget(field, number, 1)
    if note is not None:
        at.addWidget(note, number, 2)
    return caption


def ticked(at: QGridLayout, tick: QWidget, means: QWidget) -> None:
    """Add a tick and below it what that means; both use the whole width, also that of the names."""
    number = at.rowCount()
    at.addLayout(parts.row(tick, None), number, 0, 1, 2)
    inset = parts.row(spacing=0)
    inset.setContentsMargins(_INSET, 0, 0, 0)
    inset.addWidget(means, 1)
    at.addLayout(inset, number + 1, 0, 1, 2)


def meaning(text: str = "") -> QLabel:
    """Return the small words below a field that say what it means."""
    return parts.label(text, percent=parts.SMALL, tone="muted", wrap=True)


def at_once(do: Callable[[], object]) -> Future[Any]:
    """Do what needs no house, and return a future that has come: a way back for a toast."""
    future: Future[Any] = Future()
    future.set_result(do())
    return future
