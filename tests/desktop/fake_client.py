"""A client that answers at once and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from desktop.commands import CheckedWords, VerifiedHistory
from desktop.settings_commands import DataState
from fleet.model import (
    Changes,
    Device,
    Snapshot,
)
from tests.desktop.fake_house import NOW, forecast, gathered, history, house


class FakeClient:
    """Keeps what was sent; answers at once with what `answers` says for the command's name."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.now = snapshot
        self.sent: list[Any] = []
        self.answers: dict[str, Any] = {}
        self._listeners: list[Callable[[Changes], None]] = []

    def snapshot(self) -> Snapshot:
        return self.now

    def send(self, command: object, *_: object) -> Future[Any]:
        self.sent.append(command)
        future: Future[Any] = Future()
        answer = self.answers.get(type(command).__name__)
        if callable(answer):
            answer = answer(command)
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        elif answer is not PENDING:
            future.set_result(answer)
        return future

    def listen(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        self._listeners.append(fn)
        return lambda: self._listeners.remove(fn)

    def close(self) -> None:
        self._listeners.clear()

    def say(self, *devices: Device, gone: tuple[str, ...] = (), **facts: dict[str, Any]) -> None:
        """Announce a commit, as the house thread would."""
        number = self.now.number + 1
        changed: dict[str, Device | None] = {device.key: device for device in devices}
        changed.update(dict.fromkeys(gone))
        self.now = replace(self.now, number=number)
        for fn in list(self._listeners):
            fn(Changes(number=number, at=NOW, devices=changed, facts=facts))

    def of(self, name: str) -> list[Any]:
        """Return the commands of a kind that were sent."""
        return [one for one in self.sent if type(one).__name__ == name]


PENDING = object()
"""An answer that does not come."""


def client(**facts: Any) -> FakeClient:
    """A client of that house which answers what a real one would."""
    made = FakeClient(house(**facts))
    made.answers["History"] = history
    made.answers["KeptValues"] = made.answers["ReadPlots"] = ()
    made.answers["Foresee"] = forecast
    made.answers["VerifyHistory"] = VerifiedHistory(rows=8)
    made.answers["AskData"] = DataState(
        folder="/srv/anna/orangery",
        sizes={"devices": 2_400_000, "history": 41_000_000, "firmware": 310_000_000, "log": 9_000},
        free=52_000_000_000,
        keyring="Secret Service",
    )
    made.answers["FindSimilar"] = ()
    made.answers["CheckWords"] = CheckedWords()
    made.answers["GatherEvidence"] = lambda command: gathered(command.device)
    return made
