"""Hubs as they were: the tables of an earlier version with rows in each, on either database."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from hub import backup_file, moving, revisions
from hub.store import Store, insert_once
from hub.tables import meta
from tests.hub.rows import fill

KNOWN = sorted(revisions.known())
OLDER = KNOWN[:-1]


@cache
def tables_at(revision: str) -> tuple[sa.Table, ...]:
    """The tables of that version."""
    with (
        tempfile.TemporaryDirectory() as made,
        backup_file.tables_of(Path(made) / "tables", revision) as (_, tables),
    ):
        return tuple(tables)


def hub_at(folder: Path, url: str, revision: str) -> Store:
    """A hub whose tables are of `revision` and full."""
    store = Store(folder, url)
    with store.write() as db:
        revisions.upgrade(db, revision)
    with store.write() as db:
        insert_once(db, meta, name="epoch", value="e" * 16)
        fill(db, tables_at(revision))
    return store


def rows_of(url: str, revision: str) -> dict[str, moving.Digest]:
    """What is in a database whose tables are of `revision`."""
    engine = sa.create_engine(url)
    with engine.connect() as db:
        found = dict(moving.digests(db, tables_at(revision)))
    engine.dispose()
    return found


def version_of(url: str) -> str:
    """Which tables a database has."""
    engine = sa.create_engine(url)
    with engine.connect() as db:
        found = revisions.here(db)
    engine.dispose()
    return found


def of_tomorrow(url: str) -> None:
    """Let it have been written by a newer hub."""
    engine = sa.create_engine(url)
    with engine.begin() as db:
        db.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
