from __future__ import annotations

import gc

import pytest

from fleet import garbage


@pytest.fixture
def watched():
    garbage.leave()  # a window of another test may have begun it
    garbage.keep_short()
    yield
    garbage.leave()
    gc.collect()


def test_what_made_a_collection_long_is_not_looked_at_again(watched, monkeypatch):
    monkeypatch.setattr(garbage, "LIMIT_S", -1.0)  # any is too long
    kept = [[] for _ in range(10_000)]
    gc.collect()
    assert gc.get_freeze_count() > len(kept)


def test_a_short_collection_leaves_all_as_it_is(watched, monkeypatch):
    monkeypatch.setattr(garbage, "LIMIT_S", 1e9)
    gc.collect()
    assert gc.get_freeze_count() == 0


def test_what_was_thrown_away_is_found_after_letting_go(watched, monkeypatch):
    monkeypatch.setattr(garbage, "LIMIT_S", -1.0)
    cycle: list[object] = []
    cycle.append(cycle)
    gc.collect()
    del cycle
    garbage.let_go()
    assert gc.collect() > 0


def test_whoever_leaves_has_long_collections_again(watched, monkeypatch):
    monkeypatch.setattr(garbage, "LIMIT_S", -1.0)
    gc.collect()
    garbage.leave()
    gc.collect()
    assert gc.get_freeze_count() == 0


def test_it_is_asked_for_once_only(watched):
    garbage.keep_short()
    assert len([one for one in gc.callbacks if isinstance(one, garbage._Watch)]) == 1


@pytest.fixture
def waiting():
    garbage.wait()
    yield
    gc.enable()
    garbage.leave()


def test_what_is_loaded_at_a_start_is_never_looked_at(waiting):
    loaded = [[] for _ in range(10_000)]
    assert not gc.isenabled()
    garbage.go_on()
    assert gc.isenabled()
    assert gc.get_freeze_count() > len(loaded)


def test_going_on_without_having_waited_changes_nothing(watched):
    garbage.go_on()
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, 0)
