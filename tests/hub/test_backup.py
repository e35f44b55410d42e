"""A hub's rows in another database, in a file, and back: all of them, the same, or nothing."""

from __future__ import annotations

import json
import sqlite3
import time

import pytest
import sqlalchemy as sa

from feedback import sync
from feedback.commands import Enrol, Synced, TakeOutbox
from feedback.wire import HubError
from hub import backup, changes, moving
from hub.store import Store
from hub.tables import audit, change, meta
from tests.feedback.desk import Desk
from tests.hub.inside import Inside
from tests.hub.rows import ROWS, fill
from tests.hub.running import RunningHub
from tests.hub.test_serve import command

pytestmark = pytest.mark.postgres


@pytest.fixture
def filled(store):
    with store.write() as db:
        fill(db)
    return store


def digests(store: Store):
    with store.read() as db:
        return moving.digests(db)


def epoch(store: Store) -> str:
    with store.read() as db:
        return changes.epoch_of(db)


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request, tmp_path, postgres):
    """The address of an empty database, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    return postgres.fresh()


def test_every_row_of_every_table_arrives_as_it_is(tmp_path, filled, database, elsewhere):
    before = digests(filled)
    assert all(table.rows == ROWS for name, table in before.items() if name != "meta")
    backup.move(tmp_path, database, elsewhere)
    target = Store(tmp_path / "new", elsewhere)
    assert digests(target) == before
    target.migrate()
    with target.write() as db:  # its counters go on behind what came
        told = db.execute(sa.insert(audit).values(_audit()).returning(audit.c.n)).scalar()
        changes.tell(db, "member", "x", "y")
    assert told == ROWS + 1
    target.close()


def _audit() -> dict[str, object]:
    made = {"at": 1.0, "staff": "Lin", "action": "x", "subject": "y", "detail": ""}
    for column in audit.columns:
        if column.name not in made and not column.nullable and column.name != "n":
            made[column.name] = "x" * 4
    return made


def test_a_hub_that_moved_is_opened_no_more_and_says_where_it_went(
    tmp_path, filled, database, elsewhere
):
    filled.close()
    backup.move(tmp_path, database, elsewhere)
    left = Store(tmp_path, database)
    with pytest.raises(HubError, match="database_moved") as caught:
        left.migrate()
    left.close()
    assert caught.value.facts["to"].startswith(elsewhere.split(":")[0])


def test_a_move_that_was_killed_before_it_was_noted_is_finished_by_the_next(
    tmp_path, filled, database, elsewhere
):
    backup.move(tmp_path, database, elsewhere)
    with filled.write() as db:  # as if the note had not been written
        db.execute(sa.delete(meta).where(meta.c.name == moving.MOVED))
    assert backup.move(tmp_path, database, elsewhere).rows["report"] == ROWS


def test_a_database_that_is_in_use_is_no_target(tmp_path, filled, database, elsewhere):
    other = Store(tmp_path / "other", elsewhere)
    other.migrate()
    with other.write() as db:
        db.execute(sa.insert(audit).values(_audit()))
    before = digests(other)
    with pytest.raises(HubError, match="target_filled"):
        backup.move(tmp_path, database, elsewhere)
    assert digests(other) == before
    other.close()
    filled.migrate()  # and goes on as it was


def test_a_move_that_breaks_off_leaves_both_as_they_were(
    tmp_path, filled, database, elsewhere, monkeypatch
):
    real = moving.digests

    def wrong(db, *tables):
        found = dict(real(db, *tables))
        if db.engine.url != filled.engine.url:
            found["report"] = moving.Digest(0, "")
        return found

    monkeypatch.setattr(moving, "digests", wrong)
    with pytest.raises(HubError, match="move_failed"):
        backup.move(tmp_path, database, elsewhere)
    target = Store(tmp_path / "new", elsewhere)
    with target.read() as db:
        assert not moving.filled(db)
    target.close()
    filled.migrate()


def test_a_backup_is_put_back_as_it_was_in_a_new_life(tmp_path, filled, database, postgres):
    before, life = digests(filled), epoch(filled)
    made = backup.backup(filled, tmp_path / "copy.backup")
    assert made.rows["report"] == ROWS
    url = postgres.fresh() if database else ""
    backup.restore(tmp_path / "copy.backup", tmp_path / "new", url)
    again = Store(tmp_path / "new", url)
    assert (digests(again), epoch(again) != life) == (before, True)
    again.close()


def test_a_backup_of_postgresql_can_be_put_back_into_sqlite(tmp_path, filled):
    backup.backup(filled, tmp_path / "copy.backup")
    backup.restore(tmp_path / "copy.backup", tmp_path / "new")
    again = Store(tmp_path / "new")
    assert digests(again) == digests(filled)
    again.close()


def test_a_backup_is_whole_while_others_write(tmp_path, store):
    with store.write() as db:
        fill(db)
    with store.engine.connect() as busy:  # a reader holds an old state meanwhile
        busy.execute(sa.select(audit)).all()
        with store.write() as db:
            db.execute(sa.insert(audit).values(n=ROWS + 1, **_audit()))
        assert backup.backup(store, tmp_path / "copy.backup").rows["audit"] == ROWS + 1


@pytest.mark.parametrize("harm", ["cut", "garbage", "other"])
def test_a_damaged_backup_changes_nothing(tmp_path, harm):
    store = Store(tmp_path / "hub")
    store.migrate()
    copy = tmp_path / "copy.backup"
    backup.backup(store, copy)
    if harm == "cut":
        copy.write_bytes(copy.read_bytes()[:20_000])
    elif harm == "garbage":
        copy.write_bytes(b"not a database at all, but long enough to be one" * 100)
    else:
        copy.unlink()
        sqlite3.connect(copy).execute("CREATE TABLE t (n)").connection.close()
    with pytest.raises(HubError, match="backup_damaged"):
        backup.restore(copy, tmp_path / "hub", replace=True)
    with store.read() as db:
        assert store.faults(db) == []
    store.close()


def test_a_backup_of_a_newer_hub_waits_for_an_update(tmp_path):
    store = Store(tmp_path / "hub")
    store.migrate()
    copy = tmp_path / "copy.backup"
    backup.backup(store, copy)
    store.close()
    with sqlite3.connect(copy) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    with pytest.raises(HubError, match="backup_newer"):
        backup.restore(copy, tmp_path / "new")


def test_what_is_there_is_replaced_only_when_asked_and_set_aside(tmp_path):
    store = Store(tmp_path)
    store.migrate()
    with store.write() as db:
        fill(db)
    backup.backup(store, tmp_path / "copy.backup")
    store.close()
    with pytest.raises(HubError, match="target_filled"):
        backup.restore(tmp_path / "copy.backup", tmp_path)
    backup.restore(tmp_path / "copy.backup", tmp_path, replace=True)
    assert (tmp_path / "hub.sqlite.before").exists()


def test_a_restore_that_breaks_off_leaves_the_hub_what_it_had(tmp_path, monkeypatch):
    store = Store(tmp_path)
    store.migrate()
    with store.write() as db:
        fill(db)
    before = digests(store)
    copy = tmp_path / "copy.backup"
    backup.backup(store, copy)
    store.close()

    def broken(*_):
        raise ZeroDivisionError

    for name in ("hub.moving.copy", "hub.backup_file.sync", "hub.locks.give"):
        monkeypatch.setattr(name, broken)  # before, just before and just after it takes the place
        with pytest.raises(ZeroDivisionError):
            backup.restore(copy, tmp_path, replace=True)
        monkeypatch.undo()
        again = Store(tmp_path)
        assert digests(again) == before
        again.close()
    backup.restore(copy, tmp_path, replace=True)
    assert not list(tmp_path.glob("*.part"))


def test_a_damaged_file_is_set_aside_for_a_backup(tmp_path):
    store = Store(tmp_path)
    store.migrate()
    backup.backup(store, tmp_path / "copy.backup")
    store.close()
    (tmp_path / "hub.sqlite").write_bytes(b"something else" * 1000)
    backup.restore(tmp_path / "copy.backup", tmp_path, replace=True)
    assert (tmp_path / "hub.sqlite.before").read_bytes() == b"something else" * 1000
    store.migrate()
    store.close()


def test_the_stream_of_postgresql_is_numbered_anew_elsewhere(tmp_path, postgres):
    url = postgres.fresh()
    store = Store(tmp_path / "hub", url)
    store.migrate()
    for n in (3, 1, 2):
        with store.write() as db:
            changes.tell(db, "member", f"m{n}", "anna")
    life = epoch(store)
    store.close()
    backup.move(tmp_path / "hub", url, f"sqlite:///{tmp_path / 'new.sqlite'}")
    target = Store(tmp_path / "hub", f"sqlite:///{tmp_path / 'new.sqlite'}")
    with target.read() as db:
        query = sa.select(change.c.xid, change.c.seq, change.c.entity_id).order_by(change.c.seq)
        assert db.execute(query).all() == [(0, 1, "m3"), (0, 2, "m1"), (0, 3, "m2")]
    assert epoch(target) != life
    target.close()


def test_a_house_notices_and_sends_again_what_a_restored_hub_has_lost(tmp_path):
    clock = time.time
    first = Inside(tmp_path / "hub", clock)
    desk = Desk(tmp_path / "reports.sqlite", clock)
    desk.send(Enrol(code=first.invite(), hub_url=first.url, name="anna"))

    def exchange(hub: Inside) -> None:
        for _ in range(4):
            desk.send(Synced(sync.run(desk.send(TakeOutbox()), clock=clock, transport=hub.ask)))

    kept = desk.report("before the backup")
    desk.attach(kept.id, b"with words")
    exchange(first)
    first.tick()
    backup.backup(first.hub.store, tmp_path / "copy.backup")
    lost = desk.report("after the backup")
    exchange(first)
    first.close()
    backup.restore(tmp_path / "copy.backup", tmp_path / "hub", replace=True)
    again = Inside(tmp_path / "hub", clock)
    for found in list(again.hub.objects.all()):
        again.hub.objects.drop(found.name)  # the store of attachments was lost as well
    there = frozenset(found.name for found in again.hub.objects.all())
    asked = again.hub.store.run(lambda db: backup.ask_again(db, there, now=clock()))
    exchange(again)
    again.tick()
    titles = sa.text("SELECT title FROM report ORDER BY title")
    with again.hub.store.read() as db:
        assert db.execute(titles).scalars().all() == ["after the backup", "before the backup"]
    assert asked == 1
    assert {r.state for r in desk.reports.values()} == {"sent"}
    assert desk.reports[lost.id].pending == 0
    desk.close()
    again.close()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql+psycopg://x@/y?host=/nonexistent", "database_unreachable"),
        ("nonsense", "database_address_bad"),
        ("oracle://x/y", "database_address_bad"),
    ],
)
def test_a_database_that_is_not_there_is_one_clear_sentence(tmp_path, address, code):
    with pytest.raises(HubError, match=code):
        Store(tmp_path, address).migrate()


@pytest.mark.timeout(300)  # eight programs in turn
def test_the_operator_backs_up_restores_and_moves_from_the_command_line(tmp_path, postgres):
    running = RunningHub(tmp_path / "hub")
    running.start()
    running.invite()
    at = ("--data", str(running.folder))
    copy = str(tmp_path / "copy.backup")
    made = json.loads(command("backup", copy, *at).stdout)
    assert (made["rows"]["invitation"], len(made["sha256"])) == (1, 64)
    refused = command("restore", copy, *at, "--replace")
    assert (refused.returncode, "[hub_is_running]" in refused.stderr) == (1, True)
    running.close()
    assert json.loads(command("restore", copy, *at, "--replace").stdout)["restored"]
    url = postgres.fresh()
    assert json.loads(command("migrate", *at, "--to", url).stdout)["rows"]["invitation"] == 1
    assert "[database_moved]" in command("doctor", *at).stderr
    assert json.loads(command("doctor", *at, "--database", url).stdout)["ok"]
    assert command("migrate", *at, "--to", "nonsense").stderr.endswith("[database_moved]\n")
