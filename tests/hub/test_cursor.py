"""The stream of changes on PostgreSQL: many writers at once, and no row is lost to any reader."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from hub import changes
from hub.store import Store
from hub.tables import change

pytestmark = pytest.mark.postgres
WRITERS = 8
EACH = 60
PER_TRANSACTION = 3
DEADLINE_S = 90.0


@pytest.fixture
def url(postgres, migrated):
    made = postgres.fresh(migrated)
    yield made
    postgres.drop(made)


@pytest.fixture
def store(tmp_path, url):
    made = Store(tmp_path / "hub", url)
    yield made
    made.close()


def naive(db, cursor: int) -> tuple[set[str], int]:
    """What everybody writes first: rows above the highest number that was seen."""
    query = sa.select(change.c.entity_id, change.c.seq).where(change.c.seq > cursor)
    rows = db.execute(query).all()
    return {row[0] for row in rows}, max((row[1] for row in rows), default=cursor)


def test_a_naive_cursor_loses_the_row_that_is_committed_late_and_ours_does_not(store):
    heard: set[str] = set()
    plain: set[str] = set()
    place, cursor = 0, ""

    def read() -> None:
        nonlocal place, cursor
        with store.read() as db:
            found, place = naive(db, place)
            page = changes.since(db, "anna", cursor)
        plain.update(found)
        heard.update(one.id for one in page.changes)
        cursor = page.cursor

    with store.write(alone=False) as early:
        changes.tell(early, "x", "early", "anna")
        with store.write(alone=False) as late:
            changes.tell(late, "x", "late", "anna")
        read()
        assert (plain, heard) == ({"late"}, set())  # ours waits for whoever was first
    read()
    assert (plain, heard) == ({"late"}, {"early", "late"})


def test_a_thing_that_changes_again_is_told_again_to_whoever_has_seen_it(store):
    cursor = ""
    for _ in range(3):
        with store.write() as db:
            changes.tell(db, "x", "one", "anna")
        with store.read() as db:
            page = changes.since(db, "anna", cursor)
        assert [one.id for one in page.changes] == ["one"]
        cursor = page.cursor


def _write(folder, url, number, together):
    store = Store(folder, url)
    together.wait(60)
    for n in range(EACH):

        def tell(db, n=n):
            for part in range(PER_TRANSACTION):
                changes.tell(db, "x", f"{number}-{n}-{part}", changes.PUBLIC)

        store.run(tell, alone=False)  # as if nothing but the cursor protected the readers
    store.close()


def _read_all(store: Store, wanted: set[str]) -> set[str]:
    """Pull small pages as a house does, until everything was heard or it takes too long."""
    heard: set[str] = set()
    cursor = ""
    deadline = time.monotonic() + DEADLINE_S
    while heard < wanted and time.monotonic() < deadline:
        with store.read() as db:
            page = changes.since(db, "anna", cursor, limit=17)
        heard |= {one.id for one in page.changes}
        cursor = page.cursor
    return heard


def test_eight_writers_at_once_lose_no_row_to_any_of_three_readers(tmp_path, store, url):
    wanted = {
        f"{w}-{n}-{p}" for w in range(WRITERS) for n in range(EACH) for p in range(PER_TRANSACTION)
    }
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(WRITERS)
    writers = [
        context.Process(target=_write, args=(tmp_path / "hub", url, n, together))
        for n in range(WRITERS)
    ]
    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(_read_all, store, wanted) for _ in range(3)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(DEADLINE_S)
        lost = [wanted - reader.result() for reader in readers]
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    assert lost == [set(), set(), set()]
