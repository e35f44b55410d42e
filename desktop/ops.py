"""Op: something asked of the house, and what to do in the Qt thread when it is done or failed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, Protocol, Self

from PySide6.QtCore import QObject
from shiboken6 import isValid

from fleet.errors import OrangeryError

if TYPE_CHECKING:
    from desktop.running import Job, Running

logger = logging.getLogger(__name__)


class Runner(Protocol):
    """What brings a call into the Qt thread: the bridge."""

    def call(self, fn: Callable[[], None]) -> None:
        """Run `fn` in the Qt thread soon."""


class Op:
    """One question on its way. Nothing is called any more once `owner` is gone."""

    def __init__(self, future: Future[Any], owner: QObject, runner: Runner) -> None:
        self._future = future
        self._owner = owner
        self._runner = runner
        self._success: Callable[[Any], None] = _nothing
        self._failure: Callable[[BaseException], None] = _log
        self._running: Running | None = None
        self._job: Job | None = None

    def success(self, fn: Callable[[Any], None]) -> Self:
        """Call `fn` with the result."""
        self._success = fn
        return self

    def failure(self, fn: Callable[[BaseException], None]) -> Self:
        """Call `fn` with what was raised; without this it is only logged."""
        self._failure = fn
        return self

    def shown_in(self, running: Running, job: Job) -> Self:
        """Be one of what is under way, until it is answered."""
        self._running, self._job = running, job
        return self

    def tell(self, done: float, total: float) -> None:
        """Say how far it is, in any unit, for who waits; for any thread."""
        if self._job is not None:
            self._job.tell(done, total)

    def start(self) -> Self:
        """Begin to wait; set the callbacks before."""
        self._future.add_done_callback(lambda _: self._runner.call(self._finish))
        return self

    def _finish(self) -> None:
        if self._running is not None and self._job is not None and isValid(self._running):
            self._running.end(self._job)
        if not isValid(self._owner):
            return
        try:
            result = self._future.result(0)
        except (Exception, CancelledError) as error:  # noqa: BLE001 - whatever it is, the owner must hear of it
            self._failure(error)
        else:
            self._success(result)


def _nothing(_: object) -> None:
    return


def _log(error: BaseException) -> None:
    expected = isinstance(error, OrangeryError)
    logger.log(logging.INFO if expected else logging.ERROR, "not done: %s", error, exc_info=error)
