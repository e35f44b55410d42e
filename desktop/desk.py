"""What all pages share: the mirror of the house, what can be asked of it, and who is told of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.bridge import Bridge
from desktop.language import translate
from desktop.memory import Memory
from desktop.models import progress
from desktop.models.location import Location
from desktop.models.mirror import Mirror
from desktop.models.said import Said
from desktop.ops import Op
from desktop.presence import Presence
from desktop.running import Asked, Running
from desktop.theme import Mode
from desktop.wishes import Wishes
from fleet.model import Changes

if TYPE_CHECKING:
    from desktop.actions import Actions
    from desktop.zoom import Zoom
    from fleet.client import Client  # it has a socket server, which no window needs

_TOLD = 100  # words of success that can be looked up again


class Desk(QObject):
    """One per window; pages are made anew when language or look change, the desk stays."""

    changed = Signal(object)  # Changes, after the mirror has folded them
    said = Signal(object)  # Said: a short word of success, shown as a toast
    failed = Signal(object)  # an exception, shown in two steps
    plan_wanted = Signal(object)  # show what an update of these devices would do, before it begins
    undo_wanted = Signal(object, str)  # bring these devices back, or all that this rollout updated
    history_wanted = Signal(str)  # show the whole record of this device
    report_wanted = Signal(str)  # report a problem with this device ("" : with the house)
    report_with = Signal(str, str)  # begin a report with this title and text
    draft_wanted = Signal(str)  # go on with this report
    location_wanted = Signal(object)  # Location: show this place
    dialog_wanted = Signal(object)  # Callable[[QWidget], QDialog]: made and opened by the window
    mode_chosen = Signal(str)  # a look, one of theme.Mode
    language_chosen = Signal(str)  # a language's code
    simple_wanted = Signal()  # show the simple view
    enrol_wanted = Signal()
    outcomes_wanted = Signal()  # show what the makers hear of updates, byte for byte
    maker_wanted = Signal(str)  # "": add one; else let this one go

    actions: Actions  # those of the window
    zoom: Zoom  # how large it is written
    folder: Path | None = None  # of the house, where it is a person's own

    def __init__(
        self,
        client: Client,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.time,
        memory: Memory | None = None,
    ) -> None:
        """`memory`: what this desktop remembers; None: nothing beyond the window's life."""
        super().__init__(parent)
        self.clock = clock
        self.memory = memory or Memory()
        self.mode = Mode.SYSTEM  # the look that was chosen
        self.told: deque[Said] = deque(maxlen=_TOLD)  # the newest last
        self.bridge = Bridge(client, self)
        self.mirror = Mirror(self.bridge.snapshot)
        self.asked = Asked(client)
        self.running = Running(self)
        self.wishes = Wishes(self.asked)
        self.bridge.changed.connect(self._fold)
        self.presence = Presence(self)

    def ask(
        self,
        future: Future[Any],
        owner: QObject,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        *,
        words: str = "",
        cancel: Callable[[], object] | None = None,
    ) -> Op:
        """Wait for `future` without waiting; a failure is shown unless `failed` takes it.

        What lasts over a second is shown, as `words` ("": by the command it is), with `cancel`
        where there is a way to end it. A wish that the person takes back is no failure.
        """
        op = Op(future, owner, self.bridge).failure(failed or self._failed)
        if done is not None:
            op.success(done)
        if not future.done():
            name = self.asked.name_of(future)
            said = words or progress.doing(name)
            back = bool(name) and self.asked.takes_back
            op.shown_in(self.running, self.running.add(future, said, cancel, takes_back=back))
        return op.start()

    def say(
        self,
        text: str,
        undo: Callable[[], Future[Any]] | None = None,
        place: Location | None = None,
    ) -> None:
        """Say a short word of success; `undo` asks the house to take back what it tells of.

        `place`: where that can be looked at.
        """
        said = Said(text, self.clock(), undo, place=place)
        self.told.append(said)
        self.said.emit(said)

    def take_back(self, said: Said | None = None) -> None:
        """Undo what `said` told of; without it the newest that can be undone."""
        newest = (one for one in reversed(self.told) if one.can_undo)
        said = said or next(newest, None)
        if said is None or said.undo is None or said.undone:
            return
        said.undone = True
        words = translate("Window", "Undone: {what}").format(what=said.text)
        self.ask(said.undo(), self, lambda _: self.say(words))

    def go(self, page: str, subject: str = "") -> None:
        """Show a page, and one thing of it."""
        self.location_wanted.emit(Location(page, subject))

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, CancelledError):
            self.failed.emit(error)

    def close(self) -> None:
        """Hear and ask nothing more."""
        self.presence.close()
        self.bridge.close()

    def _fold(self, changes: Changes) -> None:
        self.mirror.fold(changes)
        self.changed.emit(changes)
