from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback.wire import ClockName
from hub import promises, signatures_again
from hub.tables import cluster, report
from hub.tables_triage import move
from tests.hub.making import NOW, Household, plan, say, undo


@pytest.fixture
def db(store):
    with store.write() as connection:
        yield connection


def forget(db) -> None:
    """As if the rules had known nothing of it when the reports came."""
    db.execute(sa.update(report).values(signature=""))
    db.execute(sa.update(cluster).values(signature=""))


def apart(db, count: int) -> list[str]:
    found = []
    for number in range(count):
        found.append(Household(db, f"h{number}").failed(now=NOW + number))
        forget(db)
    return found


def again(db, **more) -> object:
    return signatures_again.page(db, "Lin", "", now=NOW + 60, **more)


def test_what_is_one_by_new_rules_is_joined_and_can_be_undone(db):
    first, second = apart(db, 2)
    found = again(db)
    assert (found.reports, found.changed, found.merged, found.after) == (2, 2, 1, "")
    assert promises.root(db, second) == first
    undo(db, db.execute(sa.select(move.c.id)).scalar_one(), now=NOW + 90)
    assert promises.root(db, second) == second


def test_what_somebody_has_touched_stays_where_it_is(db):
    first, second, third = apart(db, 3)
    say(db, second, reports=(second,))
    plan(db, third)
    assert again(db).merged == 0
    assert first


def test_no_clock_stops_by_a_rule(db):
    first, second = apart(db, 2)
    plan(db, first)
    assert again(db).merged == 1
    owed = {one.name: one.met for one in promises.clocks_of(db, [second], now=NOW + 70)[second]}
    assert owed[ClockName.CLOSED] is None


def test_the_same_rules_change_nothing(db):
    Household(db, "anna").failed()
    found = again(db)
    assert (found.changed, found.merged) == (0, 0)


def test_many_are_done_page_by_page(db, monkeypatch):
    monkeypatch.setattr(signatures_again, "_PAGE", 2)
    apart(db, 5)
    pages, after = [], ""
    while True:
        page = signatures_again.page(db, "Lin", after, now=NOW + 60)
        pages.append(page.reports)
        after = page.after
        if not after:
            break
    assert pages == [2, 2, 1]
    assert page.merged == 4
