"""Tells what the rules of desktop/models/notices.py find: in the tray, and in the window's list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop.desk import Desk
from desktop.models import notices
from desktop.models.notices import Level, Notice
from fleet.model import Changes

LEVEL, TOLD = "notices.level", "notices.told"
"""The names under which the window remembers them: a Level, and keys of what was told."""

_KINDS = {"update", "rollout", "trust", "connection", "report", "week", "fit", "claim", "program"}
_SOON_MS = 1_000
_LATER_MS = 60_000  # some things become true by the time that goes by


class Noticing(QObject):
    """Begins when the house is open; what was so before the very first time is no news."""

    def __init__(self, desk: Desk, tell: Callable[[Notice], None], parent: QObject) -> None:
        """`tell` says it outside the window, where that is not in front."""
        super().__init__(parent)
        self._desk, self._tell = desk, tell
        self._begun = False
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._later = QTimer(self, interval=_LATER_MS)
        self._soon.timeout.connect(self.look)
        self._later.timeout.connect(self.look)
        desk.changed.connect(self._changed)

    @property
    def level(self) -> Level:
        """How much this person wants to hear."""
        said = self._desk.memory.get(LEVEL, str, Level.USUAL)
        return Level(said) if said in tuple(Level) else Level.USUAL

    def begin(self) -> None:
        """Look from now on; a second call does nothing."""
        if self._begun:
            return
        self._begun = True
        if self._desk.memory.get(TOLD, tuple[str, ...] | None, None) is None:  # type: ignore[arg-type] # a union
            every = notices.compose(self._desk.mirror, self._desk.clock(), Level.ALL)
            self._desk.memory.put(TOLD, notices.remembered((), every))
        self._later.start()
        self.look()

    def look(self) -> None:
        """Tell what is new; what is below the level is told never, also when that is raised."""
        memory, mirror, now = self._desk.memory, self._desk.mirror, self._desk.clock()
        told = memory.get(TOLD, tuple[str, ...], ())
        every = notices.compose(mirror, now, Level.ALL, frozenset(told))
        for one in notices.fresh(notices.heard(every, self.level), told):
            text = f"{one.title}\n{one.text}" if one.text else one.title
            self._desk.say(text, place=one.place)
            self._tell(one)
        memory.put(TOLD, notices.remembered(told, every))

    def _changed(self, changes: Changes) -> None:
        matters = bool(_KINDS & set(changes.facts))  # that a device is offline can wait a minute
        if self._begun and matters and not self._soon.isActive():
            self._soon.start()
