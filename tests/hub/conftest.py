"""Hubs for tests: each test with `store` or `hub` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.store import Store
from tests.hub.asking import AskedHub
from tests.hub.running import UNLIMITED, RunningHub
from tests.postgres import name_of

EVERY_DAY = (  # on PostgreSQL too; the others only with scripts/test --all
    *("test_store.py", "test_intake.py", "test_cursor.py", "test_backup.py", "test_upkeep.py"),
    *("test_attachments.py", "test_ledger.py", "test_jobs.py", "test_serve.py", "test_clusters.py"),
    *("test_outcomes.py", "test_members.py", "test_promises.py"),
)
BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def migrated(request, tmp_path_factory) -> str:
    """The name of a database with all tables and no rows, to be copied: that is quicker."""
    url = request.getfixturevalue("postgres").fresh()
    store = Store(tmp_path_factory.mktemp("template"), url)
    store.migrate()
    store.close()
    return name_of(url)


@pytest.fixture(params=BOTH)
def database(request) -> Iterator[str]:
    """The address of a hub's database with its tables made; "": SQLite in its folder."""
    yield from _database(request)


@pytest.fixture(params=BOTH, scope="module")
def module_database(request) -> Iterator[str]:
    """The same for a whole module."""
    yield from _database(request)


def _database(request) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    cluster = request.getfixturevalue("postgres")
    url = cluster.fresh(request.getfixturevalue("migrated"))
    yield url
    cluster.drop(url)


@pytest.fixture
def store(tmp_path, database) -> Iterator[Store]:
    made = Store(tmp_path, database)
    made.migrate()
    yield made
    made.close()


@pytest.fixture(scope="module")
def hub(tmp_path_factory, module_database) -> Iterator[RunningHub]:
    running = RunningHub(tmp_path_factory.mktemp("hub"), module_database)
    running.start()
    with pytest.MonkeyPatch.context() as patch:  # for the command line beside it
        patch.setenv("ORANGERY_HUB_DATABASE", module_database)
        yield running
    running.close()


@pytest.fixture
def asked(tmp_path, database) -> Iterator[AskedHub]:
    """A hub in this process, with limits that no test meets by accident."""
    said = tuple(f"limits.{name}=1000000" for name in UNLIMITED)
    made = AskedHub(tmp_path, database, said)
    yield made
    made.close()


@pytest.hookimpl(tryfirst=True)  # before those marked slow are left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The second half of a test that runs on both databases waits for scripts/test --all."""
    for item in items:
        chosen = getattr(item, "callspec", None)
        again = chosen is not None and "postgres" in chosen.params.values()
        if again and not item.path.name.endswith(EVERY_DAY):
            item.add_marker(pytest.mark.slow)
