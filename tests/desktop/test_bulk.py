"""One thing asked for several devices: how many at once, and the future of all of them."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.bulk import Bulk, together
from desktop.models.bulk import Outcome, Refused
from desktop.window import Window
from fleet.errors import CommandError


@pytest.fixture
def over(window: Window) -> tuple[Bulk, list[Outcome]]:
    """A runner of the window's desk, and what it tells when it is over."""
    told: list[Outcome] = []
    bulk = Bulk(window.desk, window)
    bulk.over.connect(told.append)
    return bulk, told


def answered(error: BaseException | None = None) -> Future[Any]:
    future: Future[Any] = Future()
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
    return future


def test_of_nothing_it_is_over_at_once(over) -> None:
    bulk, told = over
    bulk.start([], lambda _: answered(), {"x": Refused("X", "No.")})
    assert told == [Outcome(refused={"x": Refused("X", "No.")})]
    assert not bulk.running


def test_a_refusal_is_told_in_words_under_the_devices_name(over, hear, qtbot: QtBot) -> None:
    bulk, told = over
    bulk.start(["d1"], lambda _: answered(CommandError("cannot_check")), {})
    hear()
    assert told[0].refused["d1"].name == "Ceiling lamp"
    assert told[0].refused["d1"].why
    assert told[0].refused["d1"].hint


def test_our_own_fault_in_one_stops_none_of_the_others(over, hear) -> None:
    bulk, told = over
    bulk.start(["d1", "d2"], lambda key: answered(ZeroDivisionError() if key == "d1" else None), {})
    hear()
    assert told[0].done == ("d2",)
    assert set(told[0].refused) == {"d1"}


class TestTogether:
    def test_of_nothing_it_is_done(self) -> None:
        assert together([]).result(0) is None

    def test_it_is_done_when_all_are(self) -> None:
        each: list[Future[Any]] = [Future(), Future()]
        whole = together([lambda: each[0], lambda: each[1]])
        each[1].set_result(1)
        assert not whole.done()
        each[0].set_result(2)
        assert whole.result(0) is None

    def test_the_first_error_is_told_after_all_were_asked(self) -> None:
        each: list[Future[Any]] = [Future(), Future()]
        whole = together([lambda: each[0], lambda: each[1]])
        each[0].set_exception(CommandError("unknown_device"))
        assert not whole.done()
        each[1].set_result(None)
        assert isinstance(whole.exception(0), CommandError)
