"""A household's thermometer from what is stored, and the third contact."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from feedback.wire import ClockName, ClusterState, Result
from feedback.wire_signals import Cause
from feedback.wire_triage import Team
from hub import contacts, promises, teams, thermometer
from hub.app import Hub, Settings
from hub.store import one
from hub.tables import audit, cluster, reply, report
from tests.hub.problems import DAY, HOUR, NOW, a_cluster, heard, home, meets
from tests.hub.told import House, an_outcome


def says(db, report_id, at, *, staff=True, everybody=""):
    db.execute(
        sa.insert(reply).values(
            id=str(uuid.uuid4()),
            report_id=None if everybody else report_id,
            cluster_id=everybody or None,
            author="Lin" if staff else "Anna",
            staff=staff,
            at=at,
            text="words",
        )
    )
    if staff and not everybody:
        which = sa.update(report).where(report.c.id == report_id, report.c.answered.is_(None))
        db.execute(which.values(answered=at))


def fixed(db, report_id, at, word=True):
    values = {"fixed": word, "fixed_week": "2026-W47", "fixed_at": at}
    db.execute(sa.update(report).where(report.c.id == report_id).values(**values))


def doc(db, name="anna", now=NOW):
    thermometer.look(db, [name], now=now)
    return thermometer.documents(db, [name], name)[name]


def test_a_household_that_never_said_anything_stands_at_50(store):
    with store.write() as db:
        home(db, "anna")
        found = doc(db)
    assert (found.degrees, found.moved) == (50, ())
    assert {weight.cause for weight in found.formula} == set(Cause)


def test_an_answer_in_time_and_a_fix_warm_it_and_each_is_listed(store):
    with store.write() as db:
        told = meets(db, "anna", NOW - 2 * DAY)
        says(db, told, NOW - 2 * DAY + HOUR)
        fixed(db, told, NOW - HOUR)
        found = doc(db)
    assert found.degrees == 60
    assert [(one.cause, one.about) for one in found.moved] == [
        (Cause.FIX_DELIVERED, told),
        (Cause.ANSWERED, told),
    ]


def test_silence_and_a_late_answer_cool_it(store):
    with store.write() as db:
        told = meets(db, "anna", NOW - 10 * DAY)
        assert doc(db).degrees == 50 - 3 * 5
        says(db, told, NOW - HOUR)
        causes = [one.cause for one in doc(db).moved]
    assert causes == [Cause.ANSWERED_LATE, *[Cause.SILENCE] * 3]


def test_an_answer_to_all_of_a_cluster_ends_the_silence_of_each(store):
    with store.write() as db:
        told = meets(db, "anna", NOW - 10 * DAY)
        says(db, told, NOW - 10 * DAY + HOUR, everybody=a_cluster(db))
        assert doc(db).degrees == 50


def test_a_fix_that_mends_nothing_cools_it(store):
    with store.write() as db:
        told = meets(db, "anna", NOW - DAY)
        says(db, told, NOW - DAY + 60)
        fixed(db, told, NOW - HOUR, word=False)
        assert doc(db).degrees == 50 + 2 - 8


def test_a_failed_update_counts_only_where_the_household_lets_it_be_joined(store):
    with store.write() as db:
        house = House(db)
        failed = an_outcome(result=Result.FAILED)
        house.tell(failed, an_outcome(device=2, result=Result.FAILED))
        told = meets(db, "anna", NOW, device=failed.device)
        found = doc(db, now=NOW + HOUR)
    assert [(one.cause, one.about) for one in found.moved] == [(Cause.UPDATE_FAILED, told)]


def test_nobody_else_is_given_it(store):
    with store.write() as db:
        home(db, "anna")
        home(db, "bo")
        thermometer.look(db, ["anna", "bo"], now=NOW)
        assert set(thermometer.documents(db, ["anna", "bo"], "bo")) == {"bo"}
    assert heard(store, "bo")[0] == [("thermometer", "bo")]


def test_it_is_told_only_when_it_moved(store):
    with store.write() as db:
        home(db, "anna")
        thermometer.look(db, ["anna"], now=NOW)
    _, cursor = heard(store, "anna")
    with store.write() as db:
        thermometer.look(db, ["anna"], now=NOW + 60)
    assert heard(store, "anna", cursor)[0] == []
    with store.write() as db:
        meets(db, "anna", NOW - 4 * DAY)
        thermometer.look(db, ["anna"], now=NOW + 60)
    assert heard(store, "anna", cursor)[0] == [("thermometer", "anna")]


def test_the_third_unsolved_contact_brings_the_next_of_the_team_and_a_clock_around_the_clock(store):
    with store.write() as db:
        people = Team(name="lamps", zone="UTC", people=("Lin", "Mei"), lead="Bo")
        teams.set_team(db, "Lin", people, now=NOW - 20 * DAY)
        for days in (9, 5, 0):
            told = meets(db, "anna", NOW - days * DAY)
        which = a_cluster(db)
        promises.start(db, which, "problem", "lamps", safety=False, now=NOW - 9 * DAY)
        promises.meet(db, which, (ClockName.SOLUTION,), "Lin", now=NOW - 9 * DAY + 60)
        values = {"owner": "Lin", "team": "lamps"}
        db.execute(sa.update(cluster).where(cluster.c.id == which).values(**values))
        found = doc(db, now=NOW + 30)
        row = one(db, sa.select(cluster).where(cluster.c.id == which))
        clocks = promises.clocks_of(db, [which], now=NOW + 30)[which]
        noted = one(db, sa.select(audit).where(audit.c.action == "takeover"))
    (taken,) = found.taken_over
    assert (taken.at, taken.report, taken.person) == (NOW, told, "Mei")
    assert (row["owner"], row["severity"]) == ("Mei", "critical")
    (again,) = (clock for clock in clocks if clock.name is ClockName.SOLUTION)
    assert (again.round, again.due, again.always) == (2, NOW + 30 + 3 * HOUR, True)
    assert noted["subject"] == which


def test_a_fourth_contact_takes_it_over_no_second_time(store):
    with store.write() as db:
        for days in (9, 5, 1):
            meets(db, "anna", NOW - days * DAY)
        first = doc(db).taken_over
        meets(db, "anna", NOW)
        assert doc(db, now=NOW + 60).taken_over == first


def test_what_is_settled_is_no_contact(store):
    with store.write() as db:
        for days in (9, 5, 0):
            meets(db, "anna", NOW - days * DAY)
        values = {"state": ClusterState.DECLINED}
        db.execute(sa.update(cluster).where(cluster.c.id == a_cluster(db)).values(**values))
        assert doc(db).taken_over == ()


def test_writing_again_into_silence_is_a_contact_and_answering_a_question_is_none(store):
    with store.write() as db:
        told = meets(db, "anna", NOW - 5 * DAY)
        says(db, told, NOW - 4 * DAY, staff=False)  # into silence
        says(db, told, NOW - 3 * DAY)
        says(db, told, NOW - 2 * DAY, staff=False)  # an answer
        story = contacts.stories(db, ["anna"])["anna"]
    assert [contact.at for contact in story.contacts] == [NOW - 5 * DAY, NOW - 4 * DAY]
    assert [(one.since, one.until) for one in story.waits] == [
        (NOW - 5 * DAY, NOW - 3 * DAY),
        (NOW - 2 * DAY, None),
    ]


def test_the_job_finds_the_household_within_its_next_turn(tmp_path):
    hub = Hub(Settings(data=tmp_path, jobs=False), clock=lambda: NOW)
    with hub.store.write() as db:
        for days in (9, 5, 0):
            meets(db, "anna", NOW - days * DAY)
    thermometer.work(hub, NOW + 30)
    with hub.store.read() as db:
        found = thermometer.documents(db, ["anna"], "anna")["anna"]
    hub.store.close()
    assert len(found.taken_over) == 1
    (job,) = thermometer.JOBS
    assert job.every_s <= 60


def test_a_word_to_all_of_a_cluster_moves_the_thermometers_of_everybody_in_it(tmp_path):
    hub = Hub(Settings(data=tmp_path, jobs=False), clock=lambda: NOW)
    with hub.store.write() as db:
        meets(db, "anna", NOW - DAY)
        meets(db, "bo", NOW - DAY)
    thermometer.work(hub, NOW)
    with hub.store.write() as db:
        says(db, "", NOW + 60, everybody=a_cluster(db))
        values = {"answered": NOW + 60}
        db.execute(sa.update(cluster).where(cluster.c.id == a_cluster(db)).values(**values))
    thermometer.work(hub, NOW + 90)
    with hub.store.read() as db:
        moved = [thermometer.documents(db, [name], name)[name].moved for name in ("anna", "bo")]
    hub.store.close()
    assert [[one.cause for one in each] for each in moved] == [[Cause.ANSWERED_LATE]] * 2
