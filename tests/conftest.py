"""What all tests share: a real broker, an in-memory keyring, no thread left behind."""

from __future__ import annotations

import faulthandler
import os
import threading
import time
from collections.abc import Generator, Iterator
from typing import Any

import keyring
import keyring.backend
import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key

from fleet import garbage
from fleet.brokers import OwnBroker
from tests import by_file
from tests import postgres as postgres_server
from tests.signing import signing_here  # noqa: F401 - a fixture of all tests

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nonexistent"  # never this machine's own


class MemoryKeyring(keyring.backend.KeyringBackend):
    """Secrets for the length of one test."""

    priority = 1

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.secrets.pop((service, username), None)


@pytest.fixture(autouse=True)
def memory_keyring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    ours = MemoryKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def no_garbage_frozen() -> Iterator[None]:
    """A program that a test ran would keep others short too; hypothesis looks at all objects."""
    yield
    garbage.leave()


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 5
    while left := [t for t in threading.enumerate() if t not in before and not t.daemon]:
        if time.monotonic() > deadline:
            pytest.fail(f"threads left behind: {[t.name for t in left]}")
        left[0].join(0.1)


@pytest.fixture
def broker() -> Iterator[OwnBroker]:
    """A real mosquitto on loopback, anonymous, that remembers nothing of another test."""
    with OwnBroker() as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Cluster]:
    """A real PostgreSQL on a socket of its own, for as long as the tests run."""
    with postgres_server.cluster() as running:
        yield running


GRACE_S = 60


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """End the process where a test does not end when it is told to.

    pytest-timeout tells it by a signal, which Python takes between two steps of its own: a wait
    inside Qt or a library never ends by it, and the clean-up after it has no limit. This comes
    from a thread without Python, names where each thread stands, and lets the other processes
    go on: the test counts as failed. It stays set for the end of the process behind the last test.
    """
    own = item.get_closest_marker("timeout")
    limit = float(own.args[0] if own else item.config.getini("timeout"))
    if not item.config.getoption("usepdb"):
        where = item.config.stash[fault_handler_stderr_fd_key]
        faulthandler.dump_traceback_later(limit + GRACE_S, exit=True, file=where)
    return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not by_file.is_long(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Which processes run which tests."""
    return by_file.ByFile(config, log)
