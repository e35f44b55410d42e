"""A clock that stands still, a desk, and a real hub for the tests of the whole way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.feedback.desk import Clock, Desk
from tests.hub.running import RunningHub


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path, clock) -> Iterator[Desk]:
    made = Desk(tmp_path / "reports.sqlite", clock)
    yield made
    made.close()


@pytest.fixture
def hub(tmp_path) -> Iterator[RunningHub]:
    running = RunningHub(tmp_path / "hub")
    running.start()
    yield running
    running.close()
