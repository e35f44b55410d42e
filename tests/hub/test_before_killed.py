"""A new version of the hub meets its database: killed on the way, beside another, and gone back.

The new one is the hub of tomorrow (tests/hub/tomorrow.py), a process of its own.
"""

from __future__ import annotations

import json
import time
from contextlib import closing

import psycopg
import pytest

from feedback import sync
from feedback.commands import Enrol, Synced, TakeOutbox
from feedback.report import ReportState
from feedback.wire import HubError
from hub import locks
from hub.before import copies
from hub.store import Store
from tests.feedback.desk import Desk
from tests.hub import tomorrow
from tests.hub.older_hubs import KNOWN, hub_at, rows_of, version_of
from tests.hub.running import RunningHub
from tests.hub.test_serve import command

pytestmark = pytest.mark.timeout(300)  # several programs in turn
LONG_S = 120
TODAY = KNOWN[-1]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request, tmp_path):
    """The address of a database that has today's tables on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hub.sqlite'}"
        return
    cluster = request.getfixturevalue("postgres")
    made = cluster.fresh(request.getfixturevalue("migrated"))
    yield made
    cluster.drop(made)


@pytest.fixture
def new_hub():
    """Start hubs of tomorrow; none is left behind."""
    started = []

    def start(*said):
        started.append(tomorrow.start(*said))
        return started[-1]

    yield start
    for one in started:
        if one.poll() is None:
            one.kill()
        one.communicate()


def until_one_waits(url: str) -> None:
    """Until a session of this database waits for its turn; the server tells it."""
    waits = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    waits += " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
    until = time.monotonic() + 60
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as asking:
        while not asking.execute(waits).fetchone()[0]:
            assert time.monotonic() < until


def version_of_a_copy(folder) -> str:
    (copy,) = copies(folder)
    return version_of(f"sqlite:///{copy.file}")


@pytest.mark.parametrize("place", tomorrow.PLACES)
def test_killed_on_the_way_nothing_is_lost_and_the_next_start_goes_on(
    tmp_path, url, new_hub, place
):
    hub_at(tmp_path, url, TODAY).close()
    was = rows_of(url, TODAY)
    first = new_hub(tmp_path, url, place)
    tomorrow.held(first)
    first.kill()
    first.communicate()
    assert version_of(url) == TODAY
    assert rows_of(url, TODAY) == was
    assert len(copies(tmp_path)) == (place != "copying")
    said, words = new_hub(tmp_path, url).communicate(timeout=LONG_S)
    assert (said, version_of(url)) == ("up to date\n", tomorrow.NEWEST), words
    (copy,) = copies(tmp_path)
    assert str(copy.file) in words
    assert rows_of(f"sqlite:///{copy.file}", TODAY) == was
    assert not list(tmp_path.glob("*.part"))


def test_of_two_that_start_at_once_one_changes_the_tables_and_the_other_waits(
    tmp_path, url, new_hub
):
    hub_at(tmp_path, url, TODAY).close()
    first = new_hub(tmp_path, url, "changed")
    tomorrow.held(first)
    second = new_hub(tmp_path, url)
    words = [one.communicate(timeout=LONG_S)[1] for one in (first, second)]
    assert ["brought from" in said for said in words] == [True, False], words
    assert [first.returncode, second.returncode] == [0, 0]
    assert len(copies(tmp_path)) == 1


@pytest.mark.postgres
@pytest.mark.slow
def test_on_two_machines_the_other_waits_as_well(tmp_path, postgres, migrated, new_hub):
    url = postgres.fresh(migrated)
    hub_at(tmp_path, url, TODAY).close()
    first = new_hub(tmp_path / "one", url, "copied")
    tomorrow.held(first)
    second = new_hub(tmp_path / "two", url)
    until_one_waits(url)
    assert version_of_a_copy(tmp_path / "one") == TODAY
    words = [one.communicate(timeout=LONG_S)[1] for one in (first, second)]
    assert ["brought from" in said for said in words] == [True, False], words
    assert copies(tmp_path / "two") == ()
    postgres.drop(url)


def test_who_has_waited_long_says_so(tmp_path, url, new_hub, monkeypatch):
    hub_at(tmp_path, url, TODAY).close()
    first = new_hub(tmp_path, url, "copied")
    tomorrow.held(first)
    monkeypatch.setattr(locks, "WAIT_S", 0.05)
    for folder in (tmp_path, tmp_path / "another machine"):
        if url.startswith("sqlite") and folder != tmp_path:
            continue
        other = Store(folder, url)
        with pytest.raises(HubError, match="database_changing"):
            other.migrate()
        other.close()


def test_a_hub_that_serves_keeps_a_newer_one_from_changing_its_tables(tmp_path, url, new_hub):
    hub = RunningHub(tmp_path, url)
    hub.start()
    machines = [tmp_path] if url.startswith("sqlite") else [tmp_path, tmp_path / "another machine"]
    for folder in machines:
        words = new_hub(folder, url).communicate(timeout=LONG_S)[1]
        assert "[hub_is_running]" in words
    with closing(hub.staff()) as staff:
        assert staff.reports() == ()
    hub.stop()
    assert new_hub(tmp_path, url).communicate(timeout=LONG_S)[0] == "up to date\n"
    hub.close()


@pytest.mark.postgres
def test_a_hub_goes_back_and_serves_from_what_was_there_before(
    tmp_path, postgres, migrated, new_hub
):
    """PostgreSQL: the newer database stays as it is, the older hub goes on in an empty one."""
    url = postgres.fresh(migrated)
    hub = RunningHub(tmp_path / "hub", url).start()
    desk = Desk(tmp_path / "reports.sqlite", time.time)
    desk.send(Enrol(code=hub.invite(), hub_url=hub.url, name="anna"))
    kept = desk.report("before the new version")
    exchange(desk)
    assert hub.stop() == 0
    assert new_hub(hub.folder, url).communicate(timeout=LONG_S)[0] == "up to date\n"
    at = ("--data", str(hub.folder), "--database")
    refused = command("serve", *at, url)
    assert (refused.returncode, "[database_newer]" in refused.stderr) == (1, True)
    (copy,) = copies(hub.folder)
    again = postgres.fresh()
    assert "[target_filled]" in command("restore", *at, url, str(copy.file)).stderr
    done = command("restore", *at, again, str(copy.file))
    assert json.loads(done.stdout)["rows"]["report"] == 1, done.stderr
    hub.close()
    hub.database = again
    hub.store = Store(hub.folder, again)
    hub.start()
    later = desk.report("after it has gone back")
    exchange(desk)
    with closing(hub.staff()) as staff:
        titles = {one.title for one in staff.reports()}
    assert titles == {"before the new version", "after it has gone back"}
    assert desk.reports[kept.id].state is desk.reports[later.id].state is ReportState.SENT
    assert version_of(url) == tomorrow.NEWEST
    desk.close()
    hub.close()


def exchange(desk: Desk) -> None:
    for _ in range(4):
        desk.send(Synced(sync.run(desk.send(TakeOutbox()), clock=time.time)))
