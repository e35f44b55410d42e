"""What was asked and is not answered yet: what lasts over a second is shown by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.models import progress
from desktop.models.progress import Line
from fleet.model import Changes, Snapshot

if TYPE_CHECKING:
    from fleet.client import Client  # it has a socket server, which no window needs

_TICK_MS = 500


class Asked:
    """A Client that remembers which command each future is the answer to."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._names: WeakKeyDictionary[Future[Any], str] = WeakKeyDictionary()

    @property
    def takes_back(self) -> bool:
        """Whether a cancelled future is never begun: not where another process has it already."""
        return bool(getattr(self._client, "takes_back", True))

    def name_of(self, future: Future[Any]) -> str:
        """Return the name of the command; "": it is not of the house."""
        return self._names.get(future, "")

    def snapshot(self) -> Snapshot:
        """See Client."""
        return self._client.snapshot()

    def send(self, command: object) -> Future[Any]:
        """See Client."""
        future = self._client.send(command)
        if not future.done():
            self._names[future] = type(command).__name__
        return future

    def listen(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """See Client."""
        return self._client.listen(fn)

    def close(self) -> None:
        """See Client."""
        self._client.close()


class Job:
    """One thing under way."""

    def __init__(
        self,
        future: Future[Any],
        words: str,
        begun: float,
        cancel: Callable[[], object] | None,
        *,
        takes_back: bool,
    ) -> None:
        self.words, self.begun = words, begun
        self._future, self._cancel, self._takes_back = future, cancel, takes_back
        self._done = self._total = 0.0

    def tell(self, done: float, total: float) -> None:
        """Say how far it is, in any unit; for any thread."""
        self._done, self._total = done, total

    def line(self, now: float) -> Line:
        """Return what is shown of it."""
        taken = now - self.begun
        return progress.line(self.words, taken_s=taken, done=self._done, total=self._total)

    @property
    def can_cancel(self) -> bool:
        """Whether it can be taken back: whoever asked says how, or it has not begun."""
        return self._cancel is not None or (self._takes_back and not self._future.running())

    def cancel(self) -> None:
        """Take it back."""
        if self._cancel is not None:
            self._cancel()
        elif self.can_cancel:
            self._future.cancel()


class Running(QObject):
    """All that is under way, in the Qt thread; `changed` while something is to be shown."""

    changed = Signal()

    def __init__(self, parent: QObject, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.clock = clock
        self._jobs: list[Job] = []
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self.changed)

    def add(
        self,
        future: Future[Any],
        words: str,
        cancel: Callable[[], object] | None = None,
        *,
        takes_back: bool = True,
    ) -> Job:
        """Take one in; `cancel`: how it is taken back, also when it has begun.

        `takes_back`: without that, whether the future itself can be as long as it has not begun.
        """
        job = Job(future, words, self.clock(), cancel, takes_back=takes_back)
        self._jobs.append(job)
        if not self._timer.isActive():
            self._timer.start()
        return job

    def end(self, job: Job) -> None:
        """It is answered."""
        if job in self._jobs:
            self._jobs.remove(job)
        if not self._jobs:
            self._timer.stop()
        self.changed.emit()

    @property
    def shown(self) -> list[Job]:
        """Those that last longer than a second, the oldest first."""
        since = self.clock() - progress.SHOWN_S
        return [job for job in self._jobs if job.begun <= since]
