"""The look at this copy of the program, begun by a person: it outlives the page that shows it.

A window made anew (another language, look or size) shows what the one before was told.
"""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import own_copy as words
from desktop.models.location import Location
from desktop.models.own_copy import Look
from desktop.selfupdate import own_copy
from desktop.selfupdate.own_copy import OwnCopy

if TYPE_CHECKING:
    from desktop.selfupdate.verifying import Verdict

PLACE = Location("settings", "about/check")
"""Where it is shown; as a link, orangery:settings/about/check."""


class CopyCheck(QObject):
    """One for each desk; in the Qt thread, all work beside it."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._asked: Future[Verdict] | None = None
        self.own = OwnCopy()
        self.look = self._before = Look()

    def begin(self, source: str = "") -> None:
        """Look, with the week of `source` ("": as it is kept here, or from the makers' mirrors)."""
        if self.look.running:
            return
        self._before = self.look
        self._show(Look(running=True))
        desk = self._desk

        def told(have: int, of: int) -> None:
            desk.bridge.call(lambda: self._told(asked, have, of))

        self._asked = asked = own_copy.check(self.own, source=source, told=told)
        self.destroyed.connect(lambda *_: asked.cancel())  # the window goes: nobody waits any more
        said = translate("OwnCopy", "Checking this copy")
        desk.ask(asked, self, self._ended, self._failed, words=said, cancel=self.stop)

    def stop(self) -> None:
        """Look no further; what is known is what was known before."""
        if self._asked is not None:
            self._asked.cancel()

    def show(self, own: OwnCopy, look: Look) -> None:
        """Show this."""
        self.own = own
        self._show(look)

    def _told(self, asked: Future[Any], have: int, of: int) -> None:
        if asked is self._asked and self.look.running:
            self._show(replace(self.look, have=have, of=of))

    def _ended(self, verdict: Verdict) -> None:
        self._tell(Look(verdict=verdict, at=self._desk.clock()))

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, CancelledError):
            self._show(self._before)
        else:
            self._tell(Look(error=error, at=self._desk.clock()))

    def _tell(self, look: Look) -> None:
        """Say it also where somebody has gone elsewhere meanwhile, and to whoever cannot see it."""
        self._show(look)
        said = words.shown(self.own, look, self._desk.clock()).title
        self._desk.say(f"{translate('OwnCopy', 'This copy')}: {said}", place=PLACE)

    def _show(self, look: Look) -> None:
        self.look = look
        self.changed.emit()


def of(desk: Desk) -> CopyCheck:
    """Return the look of this desk, made when it is first wanted."""
    return desk.findChild(CopyCheck) or CopyCheck(desk)
