"""The history is a chain: what was changed, removed or put in between shows."""

from __future__ import annotations

import sqlite3

import pytest

from firmware.jobs import Staged
from firmware.steps import MIGRATIONS, Steps, Verified
from fleet.model import Phase, Rollout, RolloutState, UpdateState
from fleet.store import Store
from tests.firmware.rollouts import Run, heard, job, started


@pytest.fixture
def file(tmp_path):
    return tmp_path / "rollout.sqlite"


def steps(file) -> tuple[Steps, Store]:
    store = Store.open(file, MIGRATIONS, durable=True)
    return Steps(store), store


@pytest.fixture
def kept(file):
    run = Run(started(job("a"), job("b")), Staged("aa"), heard(Phase.FAILED))
    one, store = steps(file)
    one.keep(run.kept[:4], 1.0)
    one.keep(run.kept[4:], 2.0)
    store.close()
    return len(run.kept)


def verified(file) -> Verified:
    one, store = steps(file)
    with store:
        return one.verify()


def full():
    raise OSError("full")


def spoil(file, sql: str) -> None:
    with sqlite3.connect(file) as db:
        assert db.execute(sql).rowcount > 0


def test_what_was_kept_holds_also_after_a_start_anew(file, kept):
    assert verified(file) == Verified(rows=kept)
    one, store = steps(file)
    one.keep([Rollout(id="r2", week="w", state=RolloutState.RUNNING)], 3.0)
    store.close()
    assert verified(file) == Verified(rows=kept + 1)


@pytest.mark.parametrize(
    ("sql", "at"),
    [
        ("UPDATE event SET state = 'done' WHERE n = 5", 5),
        ("UPDATE event SET at = at + 1 WHERE n = 2", 2),
        ("UPDATE event SET more = replace(more, '\"b\"', '\"c\"') WHERE n = 7", 7),
        ("DELETE FROM event WHERE n = 3", 4),
    ],
)
def test_a_row_that_was_changed_or_removed_is_named(sql, at, file, kept):
    spoil(file, sql)
    assert verified(file) == Verified(rows=at - 1 if "DELETE" not in sql else at - 2, broken_at=at)


def test_a_file_from_before_the_chain_is_chained_when_it_is_opened(file, kept):
    with sqlite3.connect(file) as db:
        db.execute("ALTER TABLE event DROP COLUMN hash")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'chain'")
    assert verified(file) == Verified(rows=kept)


def test_nothing_is_added_to_the_chain_that_could_not_be_kept(file, kept, monkeypatch):
    one, store = steps(file)
    with store:
        monkeypatch.setattr(store, "write", full)
        with pytest.raises(OSError, match="full"):
            one.keep([Rollout(id="r2", week="w", state=RolloutState.RUNNING)], 3.0)
        monkeypatch.undo()
        one.keep([Rollout(id="r3", week="w", state=RolloutState.RUNNING)], 4.0)
        assert one.verify() == Verified(rows=kept + 1)


def test_the_highest_counter_a_device_ran_is_remembered(file):
    one, store = steps(file)
    with store:
        run = Run(started(job("a")), Staged("aa")).arrives("a")
        one.keep(run.kept, 1.0)
        assert one.counters() == {"a": 2}
        assert one.state().jobs["a"].state is UpdateState.DONE
