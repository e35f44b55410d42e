from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject

from desktop.ops import Op
from fleet.errors import OrangeryError


class Now:
    """Runs a call when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []

    def call(self, fn: Any) -> None:
        self.waiting.append(fn)

    def run(self) -> None:
        for fn in self.waiting:
            fn()


def test_success_is_told_in_the_runner_and_not_in_the_thread_that_answered(qapp) -> None:
    future: Future[int] = Future()
    owner, runner, got = QObject(), Now(), []
    Op(future, owner, runner).success(got.append).start()
    thread = threading.Thread(target=lambda: future.set_result(7))
    thread.start()
    thread.join()
    assert got == []
    runner.run()
    assert got == [7]


def test_failure_is_told_with_what_was_raised(qapp) -> None:
    future: Future[int] = Future()
    owner, runner, got = QObject(), Now(), []
    Op(future, owner, runner).failure(got.append).start()
    error = OrangeryError("no_week")
    future.set_exception(error)
    runner.run()
    assert got == [error]


def test_nobody_is_called_once_the_owner_is_gone(qapp) -> None:
    future: Future[int] = Future()
    owner, runner, got = QObject(), Now(), []
    Op(future, owner, runner).success(got.append).failure(got.append).start()
    future.set_result(7)
    owner.deleteLater()
    qapp.sendPostedEvents(owner, 52)  # QEvent.DeferredDelete
    runner.run()
    assert got == []


def test_a_failure_nobody_takes_is_logged(qapp, caplog) -> None:
    future: Future[int] = Future()
    owner, runner = QObject(), Now()
    Op(future, owner, runner).start()
    future.set_exception(ValueError("broken"))
    runner.run()
    assert "broken" in caplog.text
