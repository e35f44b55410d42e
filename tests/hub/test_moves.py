from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback import wire_triage as triage
from feedback.wire import ClockName, ClusterState, HubError, HubState, Safety, Solution
from hub import cluster_views, clusters, moves, promises
from hub.tables import audit, change, cluster, job, metadata, op, outbox, report
from hub.tables_triage import move, move_report
from tests.hub.making import (
    DAY,
    HOUR,
    NOW,
    Household,
    ask,
    merge,
    new_id,
    plan,
    publish,
    row,
    say,
    set_team,
    split,
    undo,
)

_HISTORY = (audit, change, job, move, move_report, op, outbox)
"""Tables that say that something was done, and who is to hear of it."""


@pytest.fixture
def db(store):
    with store.write() as connection:
        yield connection


@pytest.fixture
def anna(db) -> Household:
    return Household(db, "anna")


@pytest.fixture
def ben(db) -> Household:
    return Household(db, "ben")


def everything(db) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but those of the history."""
    found = {}
    for table in metadata.sorted_tables:
        if table not in _HISTORY and table.name not in ("meta", "alembic_version"):
            found[table.name] = sorted(map(repr, db.execute(sa.select(table)).all()))
    return found


def clock(db, where: str, name: ClockName, now: float = NOW):
    return {one.name: one for one in promises.clocks_of(db, [where], now=now)[where]}[name]


# --- merge ----------------------------------------------------------------------------------------


def test_a_merge_moves_reports_and_its_undo_brings_back_exactly_what_was(db, anna, ben):
    lost, kept = anna.report(safety=Safety.GAS), ben.report()
    say(db, lost, text="about yours")
    publish(db, kept)
    before = everything(db), anna.doc(lost), ben.doc(kept)
    done = merge(db, lost, kept, now=NOW + HOUR)
    assert anna.doc(lost).cluster == kept
    assert row(db, lost)["state"] == ClusterState.MERGED
    undo(db, done, now=NOW + 2 * HOUR)
    assert (everything(db), anna.doc(lost), ben.doc(kept)) == before


def test_those_who_come_with_a_merge_hear_what_was_planned(db, anna, ben):
    lost, kept = anna.report(), ben.report()
    plan(db, kept)
    merge(db, lost, kept, now=NOW + HOUR)
    assert anna.state(lost) is HubState.FIX_PLANNED
    assert clock(db, kept, ClockName.CLOSED).met is not None


def test_a_merge_stops_no_clock_of_those_who_were_told_nothing(db, anna, ben):
    lost, kept = anna.report(now=NOW - HOUR), ben.report()
    say(db, kept, solution=Solution.WORKAROUND)
    due = clock(db, lost, ClockName.SOLUTION).due
    merge(db, lost, kept, now=NOW + 60)
    owed = clock(db, kept, ClockName.SOLUTION)
    assert (owed.met, owed.due) == (None, due)
    say(db, kept, solution=Solution.WORKAROUND, now=NOW + 120)
    assert clock(db, kept, ClockName.SOLUTION).met is not None


def test_a_merge_lets_clocks_go_on_where_the_others_were_not_asked(db, anna, ben):
    lost, kept = anna.report(), ben.report()
    ask(db, kept)
    done = merge(db, lost, kept, now=NOW + 60)
    assert clock(db, kept, ClockName.CLOSED, NOW + 90).paused is None
    undo(db, done, now=NOW + 80)
    assert clock(db, kept, ClockName.CLOSED, NOW + 90).paused == NOW


def test_what_is_asked_of_a_merged_cluster_is_done_with_the_one_it_went_into(db, anna, ben):
    lost, kept = anna.report(), ben.report()
    merge(db, lost, kept)
    say(db, lost, text="to both")
    assert ben.doc(kept).replies[-1].text == anna.doc(lost).replies[-1].text == "to both"
    assert cluster_views.whole(db, lost, now=NOW).cluster.id == kept


def test_what_comes_with_the_signature_of_a_merged_cluster_goes_where_that_went(db, anna, ben):
    lost, kept = anna.failed(), ben.report()
    done = merge(db, lost, kept, now=NOW + 60)
    late = ben.failed(now=NOW + 120)
    assert ben.doc(late).cluster == kept
    undo(db, done, now=NOW + 180)
    assert ben.doc(late).cluster == lost


def test_words_of_the_time_together_are_kept_by_those_who_heard_them(db, anna, ben):
    lost, kept = anna.report(), ben.report()
    say(db, lost, text="to anna", now=NOW + 1)
    say(db, kept, text="to ben", now=NOW + 2)
    done = merge(db, lost, kept, now=NOW + 10)
    say(db, kept, text="to both", now=NOW + 20)
    undo(db, done, now=NOW + 30)
    say(db, kept, text="to ben again", now=NOW + 40)
    assert [one.text for one in anna.doc(lost).replies] == ["to anna", "to both"]
    assert [one.text for one in ben.doc(kept).replies] == ["to ben", "to both", "to ben again"]


def test_what_was_done_since_stands_when_a_merge_is_undone(db, anna, ben):
    lost, kept = anna.report(), ben.report()
    done = merge(db, lost, kept, now=NOW + 10)
    say(db, kept, solution=Solution.WORKAROUND, now=NOW + 20)
    undo(db, done, now=NOW + 30)
    assert clock(db, lost, ClockName.SOLUTION).met == NOW + 20


def test_moves_are_undone_from_the_last(db, anna, ben):
    first, second, third = anna.report(), ben.report(), ben.report()
    inner, outer = merge(db, first, second), merge(db, second, third)
    with pytest.raises(HubError, match="move_not_last"):
        undo(db, inner)
    undo(db, outer)
    undo(db, inner)
    assert anna.doc(first).cluster == first


def test_the_same_move_asked_twice_is_made_once_and_undone_once(db, anna, ben):
    lost, kept = anna.report(), ben.report()
    said = triage.Merge(id=new_id(), into=kept)
    for _ in range(2):
        moves.merge(db, "Lin", lost, said, now=NOW)
    undo(db, said.id)
    undo(db, said.id)
    assert anna.doc(lost).cluster == lost


def test_a_cluster_goes_neither_into_itself_nor_into_nothing(db, anna, ben):
    first, second = anna.report(), ben.report()
    with pytest.raises(HubError, match="merge_into_itself"):
        merge(db, first, first)
    merge(db, first, second)
    with pytest.raises(HubError, match="merge_into_itself"):
        merge(db, second, first)
    with pytest.raises(HubError, match="cluster_unknown"):
        merge(db, first, new_id())
    with pytest.raises(HubError, match="move_unknown"):
        undo(db, new_id())


def test_a_merged_cluster_is_gone_for_the_public(db, anna, ben):
    lost, kept = anna.report(), ben.report()
    publish(db, lost)
    merge(db, lost, kept)
    assert ben.heard("cluster")[lost] is None


# --- split ----------------------------------------------------------------------------------------


def test_a_split_keeps_what_runs_and_what_was_heard(db, anna, ben):
    whole, part = anna.failed(), ben.failed(now=NOW + HOUR)
    say(db, whole, text="to both", now=NOW + HOUR)
    due = clock(db, whole, ClockName.SOLUTION).due
    fresh, _ = split(db, whole, part, now=NOW + 2 * HOUR)
    assert ben.doc(part).cluster == fresh
    assert [one.text for one in ben.doc(part).replies] == ["to both"]
    assert clock(db, fresh, ClockName.SOLUTION).due == due
    assert (row(db, fresh)["title"], row(db, fresh)["made"]) == ("It does not update", NOW + HOUR)


def test_what_is_split_off_a_plan_is_promised_an_end_anew(db, anna, ben):
    whole, part = anna.failed(), ben.failed()
    plan(db, whole)
    fresh, _ = split(db, whole, part, now=NOW + HOUR)
    assert anna.state(whole) is HubState.FIX_PLANNED
    assert ben.state(part) is HubState.SEEN
    again = clock(db, fresh, ClockName.CLOSED)
    assert (again.started, again.met) == (NOW + HOUR, None)


def test_a_split_that_is_undone_leaves_nothing_to_be_owed(db, anna, ben):
    whole, part = anna.failed(), ben.failed()
    before = anna.doc(whole), ben.doc(part)
    fresh, done = split(db, whole, part, now=NOW + HOUR)
    undo(db, done, now=NOW + 2 * HOUR)
    assert (anna.doc(whole), ben.doc(part)) == before
    found = cluster_views.queue(db, "Lin", team="", owner="", state="", model="", now=NOW)
    assert [one.id for one in found.clusters] == [whole]
    assert clusters.row_of(db, fresh)["id"] == whole


def test_a_part_is_neither_nothing_nor_everything_nor_anothers(db, anna, ben):
    whole, other = anna.failed(), ben.report()
    with pytest.raises(HubError, match="invalid_op"):
        split(db, whole, whole)
    ben.failed()
    with pytest.raises(HubError, match="invalid_op"):
        split(db, whole, other)


# --- whatever is done and undone ------------------------------------------------------------------

steps = st.lists(
    st.tuples(st.sampled_from(["merge", "split"]), st.integers(0, 7), st.integers(0, 7)),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=steps)
def test_any_moves_undone_from_the_last_bring_back_exactly_what_was(db, asked):
    again = db.begin_nested()
    try:
        _moved_and_back(db, asked)
    finally:
        again.rollback()


def where_is(db, name: str) -> str:
    query = sa.select(report.c.cluster_id).where(report.c.id == name)
    return db.execute(query).scalar_one()


def _moved_and_back(db, asked) -> None:
    set_team(db)
    homes = [Household(db, f"h{number}") for number in range(4)]
    names = [home.failed(now=NOW - number) for number, home in enumerate(homes)]
    names += [home.report(now=NOW - DAY) for home in homes]
    ask(db, names[4])
    plan(db, names[5])
    say(db, names[6], solution=Solution.WORKAROUND)
    before = everything(db)
    shells, done, refused = set(), [], set()
    for number, (what, left, right) in enumerate(asked):
        now = NOW + number
        where = where_is(db, names[left])
        try:
            if what == "merge":
                done.append(merge(db, where, where_is(db, names[right]), now=now))
            else:
                fresh, move_id = split(db, where, names[left], now=now)
                shells.add(fresh)
                done.append(move_id)
        except HubError as error:
            refused.add(error.code)
        in_clusters = sa.select(sa.func.count()).select_from(report.join(cluster))
        assert db.execute(in_clusters).scalar() == len(names)
    for number, move_id in enumerate(reversed(done)):
        undo(db, move_id, now=NOW + 100 + number)
    assert refused <= {"merge_into_itself", "invalid_op"}
    after = everything(db)
    for table, rows in after.items():
        kept = [one for one in rows if not any(name in one for name in shells)]
        assert kept == before[table], table
