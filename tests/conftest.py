"""What all tests share: a real broker, an in-memory keyring, no thread left behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import keyring
import keyring.backend
import pytest

from fleet import garbage
from fleet.brokers import OwnBroker
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


_HEAR_EACH_OTHER = (  # mDNS is the whole machine's
    *("fleet/test_neighbours.py", "fleet/test_find_brokers.py", "firmware/test_near.py"),
    *("desktop/test_sharing.py", "desktop/test_lan_devices.py"),
)


_LONG = (  # half a minute and more: begun last, one of them would be waited for alone
    *("tests/test_site.py", "desktop/demo/test_story.py", "benchmarks/test_slices.py"),
    *("hub/test_serve.py", "hub/test_backup.py", "hub/test_outcomes.py", "hub/test_clusters.py"),
    *("firmware/test_keys.py", "firmware/test_exchange.py", "firmware/test_cuts_publish.py"),
    *("feedback/test_moving.py", "feedback/test_exactly_once.py", "desktop/test_window.py"),
    *("desktop/test_cli_member.py", "desktop/test_cli_voice.py", "hub/test_cli_accounts.py"),
    *_HEAR_EACH_OTHER,
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes run the tests (scripts/test), a file stays in one of them."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.partition("::")[0].endswith(_LONG))
    for item in items:
        file = item.nodeid.partition("::")[0]
        group = "mdns" if file.endswith(_HEAR_EACH_OTHER) else file
        item.add_marker(pytest.mark.xdist_group(group))
