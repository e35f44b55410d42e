"""A repository, its server, and a client that has pinned its first root."""

import datetime as dt

import pytest
from tuf.ngclient._internal import trusted_metadata_set

from tests.firmware.conformance.repository import Client, Repository, Server


@pytest.fixture
def repo():
    return Repository()


@pytest.fixture
def server(repo):
    with Server(repo) as running:
        yield running


@pytest.fixture
def client(repo, server, tmp_path):
    """Init has been done, no request yet."""
    made = Client(tmp_path, server.url, repo.files["metadata/1.root.json"])
    assert made.init() == 0
    return made


@pytest.fixture
def in_days(monkeypatch):
    """Return a function that lets the stock updater see a later day."""

    def go(days: float) -> None:
        class Later(dt.datetime):
            @classmethod
            def now(cls, tz=None):
                return dt.datetime.now(tz) + dt.timedelta(days=days)

        module = type("Module", (), {"datetime": Later, "timezone": dt.timezone, "UTC": dt.UTC})
        monkeypatch.setattr(trusted_metadata_set, "datetime", module)

    return go
