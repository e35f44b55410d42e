"""A house without a thread, for its parts: commands are carried out at once, facts collected."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from fleet.errors import OrangeryError
from fleet.house import Outcome
from fleet.model import OWNER, Actor, Changes, Snapshot
from fleet.trace import Trace


class ScriptedHouse:
    """What a part of the house sees of it."""

    def __init__(self) -> None:
        self.trace = Trace()
        self.facts: dict[str, dict[str, Any]] = {}
        self.done: list[object] = []
        self._handlers: dict[type, Callable[[Any, Actor], object]] = {}
        self.listeners: list[Callable[[Changes], None]] = []
        self._gate: Callable[[object, Actor], Actor] = lambda _command, actor: actor

    def snapshot(self) -> Snapshot:
        return Snapshot(number=0)

    def listen(self, fn: Callable[[Changes], None]) -> None:
        self.listeners.append(fn)

    def guard(self, gate: Callable[[object, Actor], Actor]) -> None:
        self._gate = gate

    def handle(self, kind: type, role: str, fn: Callable[[Any, Actor], object]) -> None:
        self._handlers[kind] = fn

    def send(self, command: object, actor: Actor = OWNER) -> Future[Any]:
        answer: Future[Any] = Future()
        try:
            result = self.do(command, actor)
        except OrangeryError as error:
            answer.set_exception(error)
            return answer
        if isinstance(result, Future):
            return result
        answer.set_result(result)
        return answer

    def do(self, command: object, actor: Actor) -> object:
        self.done.append(command)
        if actor.visit:
            actor = self._gate(command, actor)
        if type(command) not in self._handlers:
            return None
        return self._handlers[type(command)](command, actor)

    def tell(self, facts: Any) -> None:
        for kind, values in facts.items():
            self.facts.setdefault(kind, {}).update(values)

    def settle(self, outcome: Outcome) -> None:
        self.tell(outcome.facts)


class Later(Executor):
    """A pool whose work waits until the test lets it run."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Any, /, *args: Any, **words: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: fn(*args, **words)))
        return future

    def run(self) -> None:
        """Do what waits, also what that leaves."""
        while self.waiting:
            future, work = self.waiting.pop(0)
            try:
                future.set_result(work())
            except Exception as error:  # noqa: BLE001 - as a pool does
                future.set_exception(error)
