"""A hub's database is copied before its tables change; that of a newer hub is refused."""

from __future__ import annotations

import os
import re
import shutil
import socket

import pytest
import sqlalchemy as sa

from feedback.wire import HubError
from hub import backup, backup_file, moving, revisions
from hub.before import copies
from hub.store import Store
from hub.tables import meta
from tests.hub.older_hubs import KNOWN, OLDER, hub_at, of_tomorrow, rows_of, version_of
from tests.hub.rows import ROWS
from tests.hub.test_serve import command


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request, tmp_path):
    """The address of a database that nobody has used, and what its copies are called."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hub.sqlite'}", "hub.sqlite.at-"
        return
    cluster = request.getfixturevalue("postgres")
    url = cluster.fresh()
    yield url, "hub.postgresql.at-"
    cluster.drop(url)


@pytest.fixture
def url(place):
    return place[0]


@pytest.fixture
def old(tmp_path, url):
    """A hub of the eighth version, filled."""
    store = hub_at(tmp_path, url, "0008")
    yield store
    store.close()


def names(folder):
    return sorted(file.name for file in folder.glob("hub.*.at-*"))


def full(folder, monkeypatch, free=4_096):
    """Let the disk be full."""
    said = shutil.disk_usage(folder)._replace(free=free)
    monkeypatch.setattr("hub.before.shutil.disk_usage", lambda _: said)


def test_a_new_hub_and_one_that_is_up_to_date_are_not_copied(tmp_path, url):
    store = Store(tmp_path, url)
    assert store.migrate() is None
    assert store.migrate() is None
    store.close()
    assert names(tmp_path) == []


@pytest.mark.parametrize("revision", OLDER)
def test_a_hub_of_each_version_is_copied_as_it_was_and_goes_on(tmp_path, place, revision):
    url, name = place
    store = hub_at(tmp_path, url, revision)
    was = rows_of(url, revision)
    done = store.migrate()
    store.close()
    assert done.copy == tmp_path / f"{name}{revision}"
    assert (done.before, done.now) == (revision, KNOWN[-1])
    assert done.copy.stat().st_mode & 0o777 == 0o600
    copy = f"sqlite:///{done.copy}"
    assert version_of(copy) == revision
    assert rows_of(copy, revision) == was
    assert names(tmp_path) == [done.copy.name]


def test_a_clock_that_was_set_back_takes_no_copy_that_was_just_made(tmp_path, place, old):
    name = place[1]
    for number in (1, 2):
        file = tmp_path / f"{name}000{number}x"
        file.touch()
        os.utime(file, (4e9 + number, 4e9 + number))
    old.migrate()
    assert names(tmp_path) == [f"{name}0002x", f"{name}0008"]


def test_a_change_that_fails_leaves_the_tables_as_they_were(tmp_path, url, monkeypatch):
    """All changes or none: the eighth and ninth version were there already when it failed."""
    old = hub_at(tmp_path, url, "0007")
    was = rows_of(url, "0007")
    real = revisions.upgrade

    def fail(connection, to="head"):
        real(connection, "0009" if to == "head" else to)
        if to == "head":
            raise ZeroDivisionError

    monkeypatch.setattr(revisions, "upgrade", fail)
    with pytest.raises(ZeroDivisionError):
        old.migrate()
    assert version_of(url) == "0007"
    assert rows_of(url, "0007") == was
    monkeypatch.undo()
    assert old.migrate().before == "0007"
    old.close()


def test_without_room_for_a_copy_nothing_is_changed(old, tmp_path, url, monkeypatch):
    full(tmp_path, monkeypatch)
    with pytest.raises(HubError, match="no_room_for_hub_copy"):
        old.migrate()
    assert (names(tmp_path), version_of(url)) == ([], "0008")


@pytest.mark.postgres
def test_a_disk_that_gets_full_amid_the_copy_is_the_same(tmp_path, postgres, monkeypatch):
    real = backup_file._prepare

    def small(connection, record):
        real(connection, record)
        connection.execute("PRAGMA max_page_count=400")  # the tables alone, and little more

    url = postgres.fresh()
    old = hub_at(tmp_path, url, "0008")
    monkeypatch.setattr(backup_file, "_prepare", small)
    with old.write() as db:
        db.execute(sa.text("UPDATE report SET payload = :big"), {"big": b"x" * 1_000_000})
    with pytest.raises(HubError, match="no_room_for_hub_copy"):
        old.migrate()
    old.close()
    assert (names(tmp_path), version_of(url)) == ([], "0008")


def test_who_has_a_copy_of_their_own_needs_no_room(old, tmp_path, url, monkeypatch):
    full(tmp_path, monkeypatch)
    assert old.migrate(own_copy=True).copy is None
    assert (names(tmp_path), version_of(url)) == ([], KNOWN[-1])


def test_where_no_copy_can_be_made_nothing_is_changed(old, tmp_path, url, monkeypatch):
    def damaged(file):
        raise HubError("backup_damaged", file=file, fact="row 3 missing from index")

    monkeypatch.setattr(backup_file, "check", damaged)
    with pytest.raises(HubError, match="hub_copy_failed") as refused:
        old.migrate()
    assert "row 3 missing" in str(refused.value.facts["why"])
    assert (names(tmp_path), version_of(url)) == ([], "0008")


def test_the_newest_two_copies_stay_and_those_of_another_database(tmp_path, place):
    url, name = place
    (tmp_path / "hub.other.at-0001").touch()
    for revision in ("0005", "0006", "0007"):
        (tmp_path / f"{name}{revision}").touch()
    old = hub_at(tmp_path, url, "0009")
    old.migrate()
    old.close()
    assert names(tmp_path) == sorted(["hub.other.at-0001", f"{name}0007", f"{name}0009"])
    newest = copies(tmp_path)[0]
    assert (newest.file.name, newest.tables) == (f"{name}0009", "0009")
    assert newest.size == (tmp_path / f"{name}0009").stat().st_size


def test_the_doctor_says_that_the_next_version_would_find_no_room(old, tmp_path, monkeypatch):
    old.migrate()
    with old.read() as db:
        assert old.faults(db) == []
        full(tmp_path, monkeypatch, free=4 << 20)
        (fault,) = old.faults(db)
    assert re.match("disk: 4 MB free, (17|19) MB are needed for the copy", fault)


def test_what_a_newer_hub_wrote_is_refused_untouched(old, tmp_path, url):
    old.migrate()
    of_tomorrow(url)
    for opened in (old.migrate, old.ready):
        with pytest.raises(HubError) as refused:
            opened()
        assert refused.value.code == "database_newer"
        assert refused.value.facts["revision"] == "9999"
    assert version_of(url) == "9999"


@pytest.mark.parametrize("harm", ["no database", "cut"])
def test_a_damaged_file_is_said_to_be_one(tmp_path, harm):
    file = tmp_path / "hub.sqlite"
    hub_at(tmp_path, f"sqlite:///{file}", "0008").close()
    whole = file.read_bytes()
    file.write_bytes(b"something else" * 1000 if harm == "no database" else whole[:9000])
    store = Store(tmp_path)
    with pytest.raises(HubError, match="database_damaged"):
        store.migrate()
    store.close()
    assert names(tmp_path) == []


def test_only_who_serves_or_migrates_changes_the_tables(old, url):
    with pytest.raises(HubError) as refused:
        old.ready()
    assert (refused.value.code, refused.value.facts["revision"]) == ("database_older", "0008")
    assert version_of(url) == "0008"


def test_a_hub_that_could_not_serve_changes_nothing(tmp_path):
    """Else the version before could not be started again, and the new one cannot either."""
    hub_at(tmp_path, "", "0008").close()
    at = ("serve", "--data", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert "[port_taken]" in command(*at, "--port", port).stderr
        assert "[settings_bad]" in command(*at, "--set", "limits.nonsense=1").stderr
    assert version_of(f"sqlite:///{tmp_path / 'hub.sqlite'}") == "0008"


def test_what_was_left_for_another_database_is_not_changed_any_more(old, url):
    with old.write() as db:
        db.execute(sa.insert(meta).values(name=moving.MOVED, value="elsewhere"))
    with pytest.raises(HubError, match="database_moved"):
        old.migrate()
    assert version_of(url) == "0008"


def test_a_copy_is_not_put_into_a_database_of_another_version(old, tmp_path, url):
    copy = old.migrate().copy
    old.close()
    of_tomorrow(url)
    with pytest.raises(HubError, match="target_filled"):
        backup.restore(copy, tmp_path, url)
    assert version_of(url) == "9999"


def test_a_hub_goes_back_to_the_copy_while_the_newer_file_is_set_aside(tmp_path):
    url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    old = hub_at(tmp_path, url, "0008")
    copy = old.migrate().copy
    old.close()
    of_tomorrow(url)
    with pytest.raises(HubError, match="target_filled"):
        backup.restore(copy, tmp_path)
    done = backup.restore(copy, tmp_path, replace=True)
    assert done.rows["member"] == ROWS
    assert version_of(f"sqlite:///{tmp_path / 'hub.sqlite.before'}") == "9999"
