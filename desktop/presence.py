"""Who is at this window: asked of the house, proven to it, let go after a while without a touch.

The house decides what may be done; here it is only known, so that the window can say so before.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from fleet.later import later
from fleet.members import Role

if TYPE_CHECKING:
    from desktop import members_commands as commands
    from desktop.desk import Desk
    from desktop.members_commands import Here
    from fleet.model import Changes
else:
    commands = later("desktop.members_commands")

_KINDS = frozenset({"person", "lock", "connection"})
_TOUCHES = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel}
)
_LAST = "who"  # of the desktop's memory: the id of the member who was here last


class Presence(QObject):
    """Keeps `desk.mirror.here`; `changed` when somebody else is here, or may other things."""

    changed = Signal()
    locked = Signal()  # nobody touched the window for so long as the household said

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self._lock)
        self._watching = False
        desk.changed.connect(self._heard)
        self.ask()

    def ask(self) -> None:
        """Ask the house who it takes us for, where it knows anybody."""
        if self._desk.mirror.people():
            self._wait_for(self._send(commands.WhoIsHere()), self._answered)
        else:
            self._take(None)

    def close(self) -> None:
        """Nobody sits here any more: the window goes, and what is touched is another's."""
        self._watch(on=False)

    def enter(
        self,
        member: str,
        pin: str,
        done: Callable[[], object],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Say who is here. CommandError goes to `failed`."""

        def came(here: Here) -> None:
            self._take(here)
            self._desk.memory.put(_LAST, here.id)
            done()

        asked = self._send(commands.SignIn(member=member, pin=pin))
        self._desk.ask(asked, self, came, failed)

    def leave(self) -> None:
        """Say that nobody is here any more."""
        self._desk.memory.put(_LAST, "")
        self._wait_for(self._send(commands.SignOut()), self._take)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin the time without a touch anew."""
        if event.type() in _TOUCHES:
            self._idle.start()
        return super().eventFilter(watched, event)

    def _send(self, command: object) -> Future[Any]:
        return self._desk.wishes.client.send(command)

    def _wait_for(self, asked: Future[Any], done: Callable[[Any], None]) -> None:
        """Wait for an answer; where the house is away nobody is told: it is asked anew."""
        self._desk.ask(asked, self, done, lambda _error: None)

    def _heard(self, changes: Changes) -> None:
        if _KINDS & set(changes.facts):
            self.ask()

    def _answered(self, here: Here | None) -> None:
        """Take the answer; who was here last and has no PIN is taken to be here again."""
        last = self._desk.memory.get(_LAST, str, "")
        known = {one.id: one for one in self._desk.mirror.people()}
        if here is not None and here.role is Role.NOBODY and last in known and not known[last].pin:
            self._wait_for(self._send(commands.SignIn(member=last)), self._take)
        else:
            self._take(here)

    def _take(self, here: Here | None) -> None:
        mirror = self._desk.mirror
        before, mirror.here = mirror.here, here
        self._watch(on=here is not None and here.pin and mirror.lock_s() > 0)
        if here != before:
            self.changed.emit()

    def _watch(self, *, on: bool) -> None:
        """Look at keys and pointer only while there is a PIN that the lock could ask for."""
        application = QApplication.instance()
        if application is None:
            return
        if on and not self._watching:
            application.installEventFilter(self)
        elif self._watching and not on:
            application.removeEventFilter(self)
            self._idle.stop()
        self._watching = on
        if on:
            self._idle.start(round(self._desk.mirror.lock_s() * 1000))

    def _lock(self) -> None:
        self.leave()
        self.locked.emit()
