"""A hub's SQLite file is copied before its tables change; one of a newer hub is refused."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from feedback.wire import HubError
from hub import backup
from hub.before import copies
from hub.store import MIGRATIONS, Store
from hub.tables import member


@pytest.fixture
def old(tmp_path):
    """A hub of the first day, with a member."""
    store = Store(tmp_path)
    with store.engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    with store.write() as db:
        db.execute(sa.text("INSERT INTO member VALUES ('anna', 'Anna', 1.0, 3)"))
    yield store
    store.close()


def revision(file):
    with closing(sqlite3.connect(file)) as db:
        return db.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def names(folder):
    return sorted(file.name for file in folder.glob("hub.sqlite*") if file.suffix[-4:-3] != "-")


def of_tomorrow(folder):
    with closing(sqlite3.connect(folder / "hub.sqlite")) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")


def test_a_new_hub_and_one_that_is_up_to_date_are_not_copied(tmp_path):
    store = Store(tmp_path)
    store.migrate()
    store.migrate()
    store.close()
    assert names(tmp_path) == ["hub.sqlite"]


def test_an_older_file_is_copied_as_it_was(old, tmp_path):
    old.migrate()
    assert names(tmp_path) == ["hub.sqlite", "hub.sqlite.at-0001"]
    (copy,) = copies(tmp_path / "hub.sqlite")
    assert revision(copy) == "0001"
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT name FROM member").fetchall() == [("Anna",)]


def test_a_clock_that_was_set_back_takes_no_copy_that_was_just_made(old, tmp_path):
    for number in (1, 2):
        file = tmp_path / f"hub.sqlite.at-000{number}x"
        file.touch()
        os.utime(file, (4e9 + number, 4e9 + number))
    old.migrate()
    assert names(tmp_path) == ["hub.sqlite", "hub.sqlite.at-0001", "hub.sqlite.at-0002x"]


def test_a_change_that_fails_leaves_the_tables_as_they_were(old, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("alembic.op.batch_alter_table", fail)
    with pytest.raises(ZeroDivisionError):
        old.migrate()
    old.close()
    assert revision(tmp_path / "hub.sqlite") == "0001"
    monkeypatch.undo()
    again = Store(tmp_path)
    again.migrate()
    with again.read() as db:
        assert [row["name"] for row in db.execute(sa.select(member)).mappings()] == ["Anna"]
    again.close()


def test_without_room_for_a_copy_nothing_is_changed(old, tmp_path, monkeypatch):
    full = shutil.disk_usage(tmp_path)._replace(free=4_096)
    monkeypatch.setattr("hub.before.shutil.disk_usage", lambda _: full)
    with pytest.raises(HubError, match="no_room_for_hub_copy"):
        old.migrate()
    assert names(tmp_path) == ["hub.sqlite"]
    assert revision(tmp_path / "hub.sqlite") == "0001"


def test_the_doctor_says_that_the_next_version_would_find_no_room(old, tmp_path, monkeypatch):
    old.migrate()
    with old.read() as db:
        assert old.faults(db) == []
        full = shutil.disk_usage(tmp_path)._replace(free=4 << 20)
        monkeypatch.setattr("hub.before.shutil.disk_usage", lambda _: full)
        (fault,) = old.faults(db)
    assert fault.startswith("disk: 4 MB free, 17 MB are needed")


def test_what_a_newer_hub_wrote_is_refused_untouched(tmp_path):
    store = Store(tmp_path)
    store.migrate()
    of_tomorrow(tmp_path)
    with pytest.raises(HubError) as refused:
        store.migrate()
    store.close()
    assert refused.value.code == "database_newer"
    assert refused.value.facts["revision"] == "9999"
    assert revision(tmp_path / "hub.sqlite") == "9999"


def test_a_hub_goes_back_to_the_copy_while_the_newer_file_is_set_aside(old, tmp_path):
    old.migrate()
    old.close()
    of_tomorrow(tmp_path)
    (copy,) = copies(tmp_path / "hub.sqlite")
    with pytest.raises(HubError, match="target_filled"):
        backup.restore(copy, tmp_path)
    done = backup.restore(copy, tmp_path, replace=True)
    assert done.rows["member"] == 1
    assert revision(tmp_path / "hub.sqlite.before") == "9999"
