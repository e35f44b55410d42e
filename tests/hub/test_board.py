"""Boards and medals in the hub's own tables: counted from the books, kept when a week is over."""

from __future__ import annotations

import uuid
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from feedback.wire import HubError
from feedback.wire_board import BoardOp, MedalName, MergedPatch, Rate, RateFix, ShowOnBoard
from hub import board, board_rule, ledger, medals
from hub.changes import PUBLIC
from hub.store import one
from hub.tables import cluster, report
from hub.tables_signals import medal
from tests.hub.problems import DAY, NOW, a_cluster, heard, home, meets
from tests.hub.told import House

WEEK, BEGIN, END = board_rule.week_of(NOW, ZoneInfo("UTC"))


def shows(house, name="Ada", *, show=True):
    said = ShowOnBoard(show=show, nickname=name, made=NOW)
    return house.tell(said, kind=BoardOp.SHOW)[0].code


def rates(house, about, word, week="2026-W47"):
    said = RateFix(report=about, week=week, rate=word, made=NOW)
    return house.tell(said, kind=BoardOp.RATE)[0].code


def rows(db, name="bugs", week=WEEK):
    doc = board.documents(db, [f"{week}:{name}"], PUBLIC)[f"{week}:{name}"]
    return [(row.place, row.nickname, row.score) for row in doc.rows]


def test_who_agreed_stands_there_with_the_points_of_the_week(store):
    with store.write() as db:
        ada, bo = House(db, "ada"), House(db, "bo")
        shows(ada)
        for house, rule in ((ada, "bug_major"), (bo, "bug_critical")):
            ledger.pay(db, rule, f"cause of {house.who.name}", house.who.member_id, now=NOW)
        ledger.pay(db, "bug_major", "long ago", "ada", now=NOW - 30 * DAY)
        board.settle(db, now=NOW + 60)
        assert rows(db) == [(1, "Ada", 30)]
        shows(bo, "Bo")
        board.settle(db, now=NOW + 120)
        assert rows(db) == [(1, "Bo", 100), (2, "Ada", 30)]
        shows(bo, show=False)
        board.settle(db, now=NOW + 180)
        assert rows(db) == [(1, "Ada", 30)]


def test_a_nickname_is_one_household_s(store):
    with store.write() as db:
        assert shows(House(db, "ada")) == ""
        assert shows(House(db, "bo")) == "nickname_taken"
        assert shows(House(db, "cy"), " ") == "invalid_op"


def test_points_taken_back_are_gone_from_the_board_while_its_week_lasts(store):
    with store.write() as db:
        shows(House(db, "ada"))
        ledger.pay(db, "bug_major", "wrong", "ada", now=NOW)
        board.settle(db, now=NOW + 60)
        ledger.reverse(db, "wrong", by="Lin", why="invalid", now=NOW + 61)
        board.settle(db, now=NOW + 120)
        assert rows(db) == []


def test_each_rule_counts_on_its_own_board(store):
    with store.write() as db:
        shows(House(db, "ada"))
        for rule in ("bug_minor", "fix_confirmed_on_device", "idea_shipped"):
            ledger.pay(db, rule, rule, "ada", now=NOW)
        board.settle(db, now=NOW)
        boards = {name: rows(db, name) for name in ("bugs", "verification", "ideas")}
    assert boards == {
        "bugs": [(1, "Ada", 10)],
        "verification": [(1, "Ada", 10)],
        "ideas": [(1, "Ada", 50)],
    }


def test_every_rule_that_stands_on_a_board_is_a_rule_of_points():
    named = {rule for names in board.rules().values() for rule in names}
    assert named <= set(ledger.rules().rules)


def test_a_week_that_is_over_stays_and_its_winner_is_told_later(store):
    with store.write() as db:
        ada = House(db, "ada")
        shows(ada)
        ledger.pay(db, "bug_major", "one", "ada", now=NOW)
        board.settle(db, now=NOW)
        board.settle(db, now=END + 15 * DAY)  # off for two weeks
        shows(ada, show=False)
        board.settle(db, now=END + 15 * DAY)
        assert rows(db) == [(1, "Ada", 30)]
        newest = board_rule.week_of(END + 15 * DAY, ZoneInfo("UTC"))[0]
        doc = board.documents(db, [f"{newest}:bugs"], PUBLIC)[f"{newest}:bugs"]
    assert [(one.week, one.nickname, one.score) for one in doc.winners] == [(WEEK, "Ada", 30)]
    assert doc.rows == ()


def test_a_board_is_told_only_when_it_moved(store):
    with store.write() as db:
        home(db, "anna")
        board.settle(db, now=NOW)
    _, cursor = heard(store, "anna")
    with store.write() as db:
        board.settle(db, now=NOW + 300)
    assert heard(store, "anna", cursor)[0] == []


def test_a_household_sees_its_own_scores_even_where_it_is_on_no_board(store):
    with store.write() as db:
        House(db, "ada")
        ledger.pay(db, "bug_major", "one", "ada", now=NOW)
        board.settle(db, now=NOW)
        doc = board.standings(db, ["ada"], "ada")["ada"]
        assert board.standings(db, ["ada"], "bo") == {}
    assert ("standing", "ada") in heard(store, "ada")[0]
    assert (doc.shown, doc.scores, doc.week) == (False, {"bugs": 30}, WEEK)


def test_testers_popcorn_puts_engineers_on_their_board(store):
    with store.write() as db:
        which = a_cluster(db)
        values = {"fix_week": "2026-W47", "owner": "Lin"}
        db.execute(sa.update(cluster).where(cluster.c.id == which).values(**values))
        for name, word in (("a", Rate.POPCORN), ("b", Rate.POPCORN), ("c", Rate.FINE)):
            house = House(db, name)
            assert rates(house, meets(db, name, NOW), word) == ""
        board.settle(db, now=NOW + 60)
        assert rows(db, "engineers") == [(1, "Lin", 2)]


def test_the_last_word_on_a_fix_counts_and_only_that_of_a_reporter(store):
    with store.write() as db:
        which = a_cluster(db)
        values = {"fix_week": "2026-W47", "owner": "Lin"}
        db.execute(sa.update(cluster).where(cluster.c.id == which).values(**values))
        told = meets(db, "ada", NOW)
        ada, bo = House(db, "ada"), House(db, "bo")
        rates(ada, told, Rate.POPCORN)
        rates(ada, told, Rate.NOT_FIXED)
        assert rates(bo, told, Rate.POPCORN) == "fix_unrated"
        assert rates(ada, told, Rate.POPCORN, week="2026-W46") == "fix_unrated"
        board.settle(db, now=NOW + 60)
        assert rows(db, "engineers") == []


def test_a_merged_patch_makes_an_academician_once(store):
    with store.write() as db:
        told = meets(db, "ada", NOW)
        said = MergedPatch(id=str(uuid.uuid4()), report=told, link="https://example.org/pull/7")
        medals.merged(db, "Lin", said, now=NOW)
        medals.merged(db, "Lin", said, now=NOW)
        row = one(db, sa.select(medal))
        docs = medals.documents(db, [row["id"]], "ada")
        assert medals.documents(db, [row["id"]], "bo") == {}
        unknown = MergedPatch(id=str(uuid.uuid4()), report=str(uuid.uuid4()), link="x")
        with pytest.raises(HubError, match="report_unknown"):
            medals.merged(db, "Lin", unknown, now=NOW)
    assert docs[row["id"]].medal is MedalName.ACADEMICIAN


def test_a_found_halt_makes_a_guardian_and_vested_points_a_knight(store):
    with store.write() as db:
        House(db, "ada")
        ledger.pay(db, "halt_found", "2026-W47", "ada", now=NOW)
        ledger.pay(db, "bug_critical", "one", "ada", now=NOW)
        assert medals.award(db, "ada", now=NOW) == 1
        ledger.vest(db, now=NOW + 8 * DAY)
        assert medals.award(db, "ada", now=NOW + 8 * DAY) == 1
        assert medals.award(db, "ada", now=NOW + 8 * DAY) == 0
        names = set(db.execute(sa.select(medal.c.medal)).scalars())
    assert names == {MedalName.GUARDIAN, MedalName.ORANGE_KNIGHT}


def test_who_is_often_wrong_is_no_knight(store):
    with store.write() as db:
        House(db, "ada")
        ledger.pay(db, "bug_security", "one", "ada", now=NOW)
        ledger.vest(db, now=NOW + 8 * DAY)
        for n in range(3):
            meets(db, "ada", NOW + n)
        values = {"invalid": True}
        db.execute(sa.update(cluster).where(cluster.c.id == a_cluster(db)).values(**values))
        found = medals.deeds(db, "ada", now=NOW + 8 * DAY)
    assert (found.vested, found.confirmed, found.invalid) == (300, 1, 3)
    assert board_rule.medals(found) == {}


def test_weeks_of_verified_fixes_are_counted_once_each(store):
    with store.write() as db:
        for week in ("2026-W45", "2026-W46", "2026-W46"):
            told = meets(db, "ada", NOW)
            values = {"fixed": True, "fixed_week": week, "fixed_at": NOW}
            db.execute(sa.update(report).where(report.c.id == told).values(**values))
        assert medals.deeds(db, "ada", now=NOW).trains == 2
