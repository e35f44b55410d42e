"""The one crossing into the Qt thread: what other threads left is taken ten times a second."""

from __future__ import annotations

import logging
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from fleet.model import Changes, Device

if TYPE_CHECKING:
    from fleet.client import Client  # it has a socket server, which no window needs

logger = logging.getLogger(__name__)

TICK_MS = 100
_AT_ONCE = 500  # pieces taken per tick: a flood must not hold the window


class Bridge(QObject):
    """Carries Changes and finished calls into the Qt thread; nobody ever waits on either side."""

    changed = Signal(object)  # Changes: all of one tick as one, the last value of each id

    def __init__(self, client: Client, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left: SimpleQueue[Changes | Callable[[], None]] = SimpleQueue()
        self._stop = client.listen(self._left.put)
        # Listening first, then reading: what happens in between arrives twice rather than never.
        self.snapshot = client.snapshot()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.take)
        self._timer.start(TICK_MS)

    def call(self, fn: Callable[[], None]) -> None:
        """From any thread: run `fn` in the Qt thread at the next tick."""
        self._left.put(fn)

    def take(self) -> None:
        """Take what waits; runs in the Qt thread."""
        heard: list[Changes] = []
        for _ in range(_AT_ONCE):
            try:
                piece = self._left.get_nowait()
            except Empty:
                break
            if isinstance(piece, Changes):
                heard.append(piece)
            else:
                _run(piece)
        fresh = [changes for changes in heard if changes.number > self.snapshot.number]
        if fresh:
            self.changed.emit(merge(fresh))

    def close(self) -> None:
        """Stop listening; what is still on its way is dropped."""
        self._timer.stop()
        self._stop()


def merge(heard: list[Changes]) -> Changes:
    """Return several Changes as one: the last value of each id wins."""
    devices: dict[str, Device | None] = {}
    facts: dict[str, dict[str, object | None]] = {}
    for changes in heard:
        devices.update(changes.devices)
        for kind, values in changes.facts.items():
            facts.setdefault(kind, {}).update(values)
    last = heard[-1]
    return Changes(number=last.number, at=last.at, devices=devices, facts=facts)


def _run(fn: Callable[[], None]) -> None:
    try:
        fn()
    except Exception:
        logger.exception("a callback in the window failed")
