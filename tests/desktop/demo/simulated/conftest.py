"""Fixtures of all simulated devices."""

from collections.abc import Iterator

import pytest

from tests.desktop.demo.simulated.house import Files, House


@pytest.fixture
def files() -> Iterator[Files]:
    running = Files()
    yield running
    running.stop()


@pytest.fixture
def house() -> House:
    return House()
