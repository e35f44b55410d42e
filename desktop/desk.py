"""What all pages share: the mirror of the house, what can be asked of it, and who is told of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.bridge import Bridge
from desktop.models.mirror import Mirror
from desktop.ops import Op
from desktop.wishes import Wishes
from fleet.model import Changes

if TYPE_CHECKING:
    from fleet.client import Client  # it has a socket server, which no window needs


class Desk(QObject):
    """One per window; pages are made anew when language or look change, the desk stays."""

    changed = Signal(object)  # Changes, after the mirror has folded them
    said = Signal(str)  # a short word of success, shown as a toast
    failed = Signal(object)  # an exception, shown in two steps
    plan_wanted = Signal(object)  # show what an update of these devices would do, before it begins
    undo_wanted = Signal(object, str)  # bring these devices back, or all that this rollout updated
    history_wanted = Signal(str)  # show the whole record of this device
    device_wanted = Signal(str)  # show this device
    report_wanted = Signal(str)  # report a problem with this device ("" : with the house)
    report_shown = Signal(str)  # show this report
    ideas_wanted = Signal()  # show the ideas that people vote for
    simple_wanted = Signal()  # show the simple view
    enrol_wanted = Signal()
    outcomes_wanted = Signal()  # show what the makers hear of updates, byte for byte
    maker_wanted = Signal(str)  # "": add one; else let this one go

    def __init__(
        self, client: Client, parent: QObject | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self.clock = clock
        self.bridge = Bridge(client, self)
        self.mirror = Mirror(self.bridge.snapshot)
        self.wishes = Wishes(client)
        self.bridge.changed.connect(self._fold)

    def ask(
        self,
        future: Future[Any],
        owner: QObject,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Op:
        """Wait for `future` without waiting; a failure is shown unless `failed` takes it."""
        op = Op(future, owner, self.bridge).failure(failed or self.failed.emit)
        if done is not None:
            op.success(done)
        return op.start()

    def say(self, text: str, undo: Callable[[], Future[Any]] | None = None) -> None:
        """Say that something was done; `undo` takes it back."""
        del undo
        self.said.emit(text)

    def close(self) -> None:
        """Hear and ask nothing more."""
        self.bridge.close()

    def _fold(self, changes: Changes) -> None:
        self.mirror.fold(changes)
        self.changed.emit(changes)
