from __future__ import annotations

import multiprocessing

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from hub.revisions import MIGRATIONS
from hub.store import Store, insert_once
from hub.tables import audit, member, metadata

NOW = 1_795_000_000.0


def test_the_migrations_make_the_tables_that_the_program_speaks_of(store):
    with store.read() as db:
        assert compare_metadata(MigrationContext.configure(db), metadata) == []


def test_a_hub_from_before_outcomes_keeps_its_members_and_counts_them_as_homes(tmp_path):
    store = Store(tmp_path)
    with store.engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    with store.write() as db:
        db.execute(sa.text("INSERT INTO member VALUES ('anna', 'Anna', 1.0, 3)"))
    store.migrate()
    with store.read() as db:
        (row,) = db.execute(sa.select(member)).mappings()
    store.close()
    assert (row["name"], row["lab"], len(row["account"])) == ("Anna", False, 36)


def test_migrating_again_changes_nothing(store):
    store.migrate()
    with store.read() as db:
        assert store.faults(db) == []


def test_the_hubs_secret_is_made_once_and_is_nobody_elses(store, tmp_path):
    assert store.secret() == store.secret()
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def _write(folder, number, together):
    store = Store(folder)
    store.migrate()
    together.wait(60)
    for n in range(40):
        with store.write() as db:
            before = db.execute(sa.select(sa.func.count()).select_from(audit)).scalar()
            insert_once(
                db, audit, at=NOW, staff=str(number), action="x", subject=str(n), detail=str(before)
            )
    store.close()


def test_several_processes_on_one_file_neither_lose_nor_mix_anything(tmp_path):
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(3)
    writers = [context.Process(target=_write, args=(tmp_path, n, together)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    store = Store(tmp_path)
    with store.read() as db:
        seen = sorted(int(d) for d in db.execute(sa.select(audit.c.detail)).scalars())
        assert store.faults(db) == []
    store.close()
    assert [w.exitcode for w in writers] == [0, 0, 0]
    assert seen == list(range(120))
