"""What can be in the way of a copy or a change on PostgreSQL, and what the operator is told."""

from __future__ import annotations

import json
import socket
from contextlib import closing, contextmanager

import psycopg
import pytest
import sqlalchemy as sa

from feedback.wire import HubError
from hub import backup, changes, postgres, revisions
from hub.store import Store
from hub.tables import change
from hub.words import sentence
from tests.hub.older_hubs import KNOWN, hub_at, of_tomorrow, version_of
from tests.hub.test_serve import command
from tests.postgres import name_of

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def url(postgres):
    made = postgres.fresh()
    yield made
    postgres.drop(made)


@pytest.fixture
def old(tmp_path, url):
    """A hub of the ninth version, filled."""
    store = hub_at(tmp_path, url, "0009")
    yield store
    store.close()


@pytest.fixture
def session(url):
    """Somebody else at the same database: psql, pg_dump."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as made:
        yield made


@contextmanager
def role(cluster, database):
    """An account that owns nothing; its address."""
    name = f"r_{name_of(database)}"
    cluster.do(f"CREATE ROLE {name} LOGIN")
    try:
        yield database.replace("orangery@", f"{name}@")
    finally:
        cluster.do(f"DROP ROLE {name}")


def test_a_program_that_has_the_tables_is_named_and_nothing_is_changed(
    old, url, session, monkeypatch
):
    monkeypatch.setattr(postgres, "LOCK_S", 0.05)
    with session.transaction():
        session.execute("SELECT count(*) FROM member")  # as pg_dump: until it has ended
        with pytest.raises(HubError, match="tables_in_use") as refused:
            old.migrate()
    assert "End it" in sentence(refused.value)
    assert version_of(url) == "0009"
    assert old.migrate().copy is not None


def test_nobody_writes_between_the_copy_and_the_change(old, session, monkeypatch):
    real = postgres.nobody_reads

    def and_then(connection, tables):
        real(connection, tables)
        session.execute("SET lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            session.execute("UPDATE member SET name = 'somebody else'")

    monkeypatch.setattr(postgres, "nobody_reads", and_then)
    assert old.migrate().copy is not None


def test_the_limits_of_an_account_do_not_end_a_change(old, monkeypatch):
    """An operator may let statements end after a while, and sessions that wait in a transaction."""
    seen = {}
    real = postgres.nobody_reads

    def look(connection, tables):
        real(connection, tables)
        for name in ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"):
            seen[name] = connection.exec_driver_sql(f"SHOW {name}").scalar()

    monkeypatch.setattr(postgres, "nobody_reads", look)
    old.migrate()
    assert seen == {
        "statement_timeout": "0",
        "idle_in_transaction_session_timeout": "15min",
        "lock_timeout": "10s",
    }


def test_an_account_that_may_make_no_tables_is_told_what_it_lacks(tmp_path, url, postgres):
    with role(postgres, url) as address:
        store = Store(tmp_path, address)
        with pytest.raises(HubError, match="database_no_right") as refused:
            store.ready()
        store.close()
    assert "permission denied for schema public" in sentence(refused.value)


def test_an_account_that_may_read_and_not_change_changes_nothing(tmp_path, old, url, postgres):
    with role(postgres, url) as address:
        name = address.partition("://")[2].partition("@")[0]
        with old.write() as db:
            db.exec_driver_sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")
        store = Store(tmp_path / "theirs", address)
        with pytest.raises(HubError, match="database_no_right") as refused:
            store.migrate()
        store.close()
        with old.write() as db:
            db.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
    assert "must be owner" in sentence(refused.value) or "denied" in sentence(refused.value)
    assert version_of(url) == "0009"


def test_a_server_that_only_follows_another_is_said_to_be_one(tmp_path, url, postgres):
    postgres.do(f"ALTER DATABASE {name_of(url)} SET default_transaction_read_only = on")
    store = Store(tmp_path, url)
    with pytest.raises(HubError, match="database_no_right") as refused:
        store.ready()
    store.close()
    assert "read-only transaction" in sentence(refused.value)


def test_the_stream_lies_in_the_copy_in_its_order_with_numbers_of_its_own(tmp_path, url):
    store = Store(tmp_path, url)
    store.migrate()
    for n in (3, 1, 2):
        with store.write() as db:
            changes.tell(db, "member", f"m{n}", "anna")
    with store.read() as db:
        assert all(db.execute(sa.select(change.c.xid)).scalars())
    backup.backup(store, tmp_path / "copy.backup")
    store.close()
    copy = sa.create_engine(f"sqlite:///{tmp_path / 'copy.backup'}")
    with copy.connect() as db:
        query = sa.select(change.c.xid, change.c.seq, change.c.entity_id).order_by(change.c.seq)
        assert db.execute(query).all() == [(0, 1, "m3"), (0, 2, "m1"), (0, 3, "m2")]
    copy.dispose()


def test_a_hub_whose_tables_were_changed_under_it_answers_nobody(tmp_path, url, postgres):
    """Its sessions had ended, so nothing was in the way of a newer one."""
    store = Store(tmp_path, url)
    store.migrate()
    with store.serving():
        name = name_of(url)
        others = "pid <> pg_backend_pid() AND datname"
        postgres.do(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others} = '{name}'"
        )
        with store.read() as db:  # it has a new session
            assert db.execute(sa.select(change)).all() == []
        postgres.do(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others} = '{name}'"
        )
        of_tomorrow(url)
        with pytest.raises(sa.exc.OperationalError, match="the tables are of version 9999"):
            store.run(lambda db: changes.tell(db, "member", "m", "anna"))
    store.close()


def test_a_move_waits_until_no_hub_of_any_machine_serves(tmp_path, url):
    serves = Store(tmp_path / "one", url)
    serves.migrate()
    with serves.serving(), pytest.raises(HubError, match="hub_is_running"):
        backup.move(tmp_path / "two", url, f"sqlite:///{tmp_path / 'new.sqlite'}")
    serves.close()
    backup.move(tmp_path / "two", url, f"sqlite:///{tmp_path / 'new.sqlite'}")


def test_the_operator_is_told_of_the_copy_and_the_doctor_names_it(tmp_path, url):
    with closing(Store(tmp_path, url)) as old, old.write() as db:
        revisions.upgrade(db, "0009")
    at = ("--data", str(tmp_path), "--database", url)
    before = command("doctor", *at)
    assert (before.returncode, "[database_older]" in before.stderr) == (1, True)
    assert version_of(url) == "0009"
    done = command("migrate", *at)
    file = tmp_path / "hub.postgresql.at-0009"
    assert done.stdout == "up to date\n"
    assert f"brought from version 0009 to {KNOWN[-1]}" in done.stderr
    assert str(file) in done.stderr
    (named,) = json.loads(command("doctor", *at).stdout)["copies"]
    assert (named["file"], named["tables"]) == (str(file), "0009")
    assert named["bytes"] == file.stat().st_size
    assert command("migrate", *at, "--own-copy", "--to", url).returncode == 2


def test_systemd_lets_a_start_last_that_has_much_to_copy(tmp_path, old, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        old.migrate()
        assert heard.recv(64) == b"EXTEND_TIMEOUT_USEC=3600000000"
