"""Asks the house one thing for several devices, a few at a time, and tells what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.desk import Desk
from desktop.models.bulk import Outcome, Refused
from fleet.later import later

if TYPE_CHECKING:
    from desktop.dialogs import problem
else:  # most goes well
    problem = later("desktop.dialogs.problem")

Ask = Callable[[str], Future[Any]]

_AT_ONCE = 20  # more would only wait in the house, and could not be stopped any more


class Bulk(QObject):
    """One wish at a time; all in the Qt thread."""

    moved = Signal(int, int)  # how many of how many were answered
    over = Signal(object)  # Outcome

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._waiting: list[str] = []
        self._asked: set[str] = set()
        self._done: list[str] = []
        self._refused: dict[str, Refused] = {}
        self._left: tuple[str, ...] = ()
        self._total = 0
        self._ask: Ask | None = None

    @property
    def running(self) -> bool:
        """Whether a wish is not answered for all yet."""
        return self._ask is not None

    def start(self, keys: Iterable[str], ask: Ask, cannot: dict[str, Refused]) -> None:
        """Ask `ask` for each of `keys`; `cannot`: those for which one need not ask."""
        self._ask = ask
        self._waiting = list(keys)
        self._asked, self._done, self._refused, self._left = set(), [], dict(cannot), ()
        self._total = len(self._waiting) + len(cannot)
        self._go_on()

    def stop(self) -> None:
        """Ask for no more; what is asked is waited for."""
        self._left = tuple(self._waiting)
        self._waiting = []
        self._go_on()

    def _go_on(self) -> None:
        ask = self._ask
        while ask and self._waiting and len(self._asked) < _AT_ONCE:
            key = self._waiting.pop(0)
            self._asked.add(key)
            done, failed = partial(self._answered, key), partial(self._failed, key)
            self._desk.ask(ask(key), self, done, failed)
        if ask is None or self._asked or self._waiting:
            return
        self._ask = None
        self.over.emit(
            Outcome(done=tuple(self._done), refused=dict(self._refused), left=self._left)
        )

    def _answered(self, key: str, _result: object) -> None:
        self._done.append(key)
        self._next(key)

    def _failed(self, key: str, error: BaseException) -> None:
        known = self._desk.mirror.devices.get(key)
        self._refused[key] = Refused(known.name if known else key, *problem.said(error))
        self._next(key)

    def _next(self, key: str) -> None:
        self._asked.discard(key)
        self.moved.emit(len(self._done) + len(self._refused), self._total)
        self._go_on()


def together(asks: Sequence[Callable[[], Future[Any]]]) -> Future[Any]:
    """Ask all of these, and return the future of all: the first error there was, else None."""
    whole: Future[Any] = Future()
    if not asks:
        whole.set_result(None)
        return whole
    each = [ask() for ask in asks]
    open_ = set(range(len(each)))
    errors: list[BaseException] = []

    def done(number: int, one: Future[Any]) -> None:
        if (error := one.exception()) is not None:
            errors.append(error)
        open_.discard(number)
        if not open_ and not whole.done():
            if errors:
                whole.set_exception(errors[0])
            else:
                whole.set_result(None)

    for number, one in enumerate(each):
        one.add_done_callback(partial(done, number))
    return whole
