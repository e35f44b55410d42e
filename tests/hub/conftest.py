"""Hubs for tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.store import Store
from tests.hub.running import RunningHub


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    made = Store(tmp_path)
    made.migrate()
    yield made
    made.close()


@pytest.fixture(scope="module")
def hub(tmp_path_factory) -> Iterator[RunningHub]:
    running = RunningHub(tmp_path_factory.mktemp("hub"))
    running.start()
    yield running
    running.close()
