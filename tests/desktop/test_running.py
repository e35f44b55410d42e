"""What is under way: which of it is shown, with which words, and what can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QObject

from desktop.commands import CheckNow, History
from desktop.models import progress
from desktop.running import Asked, Running
from tests.desktop import fake_client
from tests.desktop.fake_client import PENDING, FakeClient


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def running(qapp, now: list[float]) -> Iterator[Running]:
    owner = QObject()
    yield Running(owner, clock=lambda: now[0])
    owner.deleteLater()


def test_only_what_lasts_over_a_second_is_shown(running: Running, now: list[float]) -> None:
    job = running.add(Future(), "Fetching")
    assert running.shown == []
    now[0] = 1.0
    assert running.shown == [job]
    running.end(job)
    assert running.shown == []


def test_what_has_begun_cannot_be_taken_back_unless_somebody_says_how(running: Running) -> None:
    future: Future[None] = Future()
    job = running.add(future, "Fetching")
    assert job.can_cancel
    future.set_running_or_notify_cancel()
    assert not job.can_cancel
    stopped: list[bool] = []
    with_a_way = running.add(future, "Writing", lambda: stopped.append(True))
    with_a_way.cancel()
    assert stopped == [True]


def test_what_another_process_has_already_is_not_taken_back(running: Running) -> None:
    future: Future[None] = Future()
    job = running.add(future, "Fetching", takes_back=False)
    job.cancel()
    assert not job.can_cancel
    assert not future.cancelled()


def test_a_future_is_known_by_its_command_as_long_as_it_is_not_answered() -> None:
    client: FakeClient = fake_client.client()
    client.answers["CheckNow"] = PENDING
    asked = Asked(client)
    assert asked.name_of(asked.send(CheckNow())) == "CheckNow"
    assert asked.name_of(asked.send(History())) == ""
    assert asked.takes_back


@pytest.mark.parametrize(
    ("done", "total", "percent", "note"),
    [
        (0, 0, None, "for 30 s"),
        (1, 100, 1.0, "for 30 s"),  # too early to say
        (25, 100, 25.0, "about 1 min left"),
        (90, 100, 90.0, "about 3 s left"),
        (200, 100, 100.0, "about 0 s left"),
    ],
)
@pytest.mark.usefixtures("qapp")
def test_time_left_is_told_once_it_can_be_known(done, total, percent, note) -> None:
    line = progress.line("Fetching", taken_s=30.0, done=done, total=total)
    assert (line.percent, line.note.replace("%n ", "")) == (percent, note)


@pytest.mark.usefixtures("qapp")
def test_a_command_without_words_of_its_own_is_a_question_to_the_house() -> None:
    assert progress.doing("Whatever") == "Asking the house"
