"""From reports to one incident, in the hub's own tables."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback.wire import Kind
from hub import alerts, incident_figures, incidents, trends, watching
from hub.tables import report
from hub.tables_signals import day_count, series, sighting
from tests.hub.problems import DAY, HOUR, NOW, grown, meets


@pytest.fixture
def store(store):
    with store.write() as db:
        grown(db)
    return store


def watched(store, now):
    with store.write() as db:
        while watching.look(db, now=now):
            pass


def all_of(store):
    with store.read() as db:
        return incidents.rows(db)


def storm(db, count, *, begin=NOW, every=60.0, **words):
    for n in range(count):
        meets(db, f"home {n}", begin + n * every, **words)


def test_four_households_are_no_incident_and_the_fifth_opens_one(store):
    with store.write() as db:
        storm(db, 4)
    watched(store, NOW + HOUR)
    assert all_of(store) == []
    with store.write() as db:
        meets(db, "home 9", NOW + 500)
    watched(store, NOW + HOUR)
    (found,) = all_of(store)
    assert (found["component"], found["homes"], found["opened"]) == ("battery", 5, NOW + 500)
    assert found["due"] == found["opened"] + 72 * HOUR


def test_one_household_that_reports_ten_times_is_one(store):
    with store.write() as db:
        for n in range(10):
            meets(db, "anna", NOW + n)
    watched(store, NOW + HOUR)
    assert all_of(store) == []


def test_what_is_no_problem_and_the_makers_own_homes_do_not_count(store):
    with store.write() as db:
        for n in range(9):
            meets(db, f"wish {n}", NOW + n, kind=Kind.WISH)
            meets(db, f"lab {n}", NOW + n, lab=True)
    watched(store, NOW + HOUR)
    assert all_of(store) == []


def test_more_of_the_same_opens_no_second_one(store):
    with store.write() as db:
        storm(db, 30)
    watched(store, NOW + HOUR)
    with store.write() as db:
        storm(db, 60, begin=NOW + 2 * HOUR)
    watched(store, NOW + 4 * HOUR)
    assert len(all_of(store)) == 1


def test_another_model_of_the_same_component_joins_the_incident(store):
    with store.write() as db:
        storm(db, 6)
        storm(db, 6, begin=NOW + HOUR, model="lock")
    watched(store, NOW + 3 * HOUR)
    (found,) = all_of(store)
    with store.read() as db:
        assert incidents.models_of(db, found["id"]) == ("lamp", "lock")
        kinds = [entry.what for entry in incidents.timeline(db, found["id"])]
    assert kinds == ["opened", "joined"]


def test_models_of_no_known_component_are_things_of_their_own(store):
    with store.write() as db:
        storm(db, 6, component="")
        storm(db, 6, begin=NOW + HOUR, component="", model="lock")
    watched(store, NOW + 3 * HOUR)
    assert len(all_of(store)) == 2


@pytest.mark.parametrize("known_first", [True, False])
def test_what_is_of_no_known_component_joins_the_incident_of_its_model(store, known_first):
    first, then = ("battery", "") if known_first else ("", "battery")
    with store.write() as db:
        storm(db, 6, component=first)
        storm(db, 6, begin=NOW + HOUR, component=then)
    watched(store, NOW + 3 * HOUR)
    (found,) = all_of(store)
    assert found["component"] == "battery"
    with store.read() as db:
        assert {one.component for one in incidents.subjects_of(db, found["id"])} == {"", "battery"}
        assert incidents.homes_of(db, found) == 6


def test_a_hub_that_was_off_for_a_week_opens_it_at_the_same_moment(store):
    with store.write() as db:
        storm(db, 50)
    watched(store, NOW + 7 * DAY)
    (found,) = all_of(store)
    assert (found["opened"], found["noticed"]) == (NOW + 240, NOW + 7 * DAY)


def test_what_was_always_so_is_no_incident(store):
    with store.write() as db:
        for day in range(30):
            for n in range(6):
                meets(db, f"home {day} {n}", NOW - day * DAY + n * HOUR)
    watched(store, NOW + DAY)
    opened = [row["opened"] for row in all_of(store)]
    assert len(opened) <= 1  # when it was new
    assert all(at < NOW - 28 * DAY for at in opened)


def test_a_hub_of_a_day_raises_no_alarm_for_all_that_is_new_to_it(store):
    with store.write() as db:
        db.execute(sa.delete(report))
        storm(db, 9)
    watched(store, NOW + HOUR)
    assert all_of(store) == []


def test_after_one_was_closed_only_what_came_later_counts(store):
    with store.write() as db:
        storm(db, 8)
    watched(store, NOW + HOUR)
    (first,) = all_of(store)
    with store.write() as db:
        incidents.own(db, "Lin", first["id"], "Lin", now=NOW + HOUR)
        words = {"en": "Mended.", "zh_CN": "已修复。"}
        incidents.close(db, "Lin", first["id"], words, figures="{}", now=NOW + 2 * HOUR)
        storm(db, 4, begin=NOW + 3 * HOUR)
    watched(store, NOW + 4 * HOUR)
    assert len(all_of(store)) == 1
    with store.write() as db:
        storm(db, 6, begin=NOW + 5 * HOUR)
    watched(store, NOW + 6 * HOUR)
    assert len(all_of(store)) == 2


def test_a_report_that_was_written_late_is_counted_all_the_same(store):
    with store.write() as db:
        storm(db, 4)
        meets(db, "late", NOW + 700)
    watched(store, NOW + HOUR)
    with store.write() as db:
        meets(db, "later", NOW + 650)  # received before, committed after
    watched(store, NOW + HOUR)
    with store.read() as db:
        counted = db.execute(sa.select(sighting.c.member_id).distinct()).scalars().all()
    assert "later" in counted


def test_counted_are_versions_and_signatures_apart(store):
    with store.write() as db:
        storm(db, 3, version="1.1.0", signature="battery:low")
        storm(db, 7, version="1.2.0", signature="battery:drain")
    watched(store, NOW + HOUR)
    (found,) = all_of(store)
    with store.read() as db:
        whole = incident_figures.whole(db, found["id"])
    assert [(one.value, one.homes) for one in whole.versions] == [("1.2.0", 7), ("1.1.0", 3)]
    assert [one.value for one in whole.signatures] == ["battery:drain", "battery:low"]
    assert sum(one.homes for one in whole.curve) == 7


def test_the_release_before_is_held_against_the_newest_over_the_same_time(store):
    with store.write() as db:
        meets(db, "early", NOW - 10 * DAY, version="1.1.0")
        meets(db, "much later", NOW - 2 * DAY, version="1.1.0")
        storm(db, 9, version="1.2.0")
    watched(store, NOW + HOUR)
    (found,) = all_of(store)
    with store.read() as db:
        (compared,) = incident_figures.whole(db, found["id"]).compared
    assert (compared.version, compared.previous) == ("1.2.0", "1.1.0")
    assert (compared.homes, compared.previous_homes) == (9, 1)


def test_the_third_household_with_a_new_signature_after_a_release_is_told(store):
    with store.write() as db:
        meets(db, "before", NOW - 20 * DAY, version="1.1.0", signature="radio:lost")
        for n in range(2):
            meets(db, f"home {n}", NOW + n, version="1.2.0", signature="lock:jam")
            meets(db, f"home {n}", NOW + n, version="1.2.0", signature="radio:lost")
    watched(store, NOW + HOUR)
    with store.write() as db:
        assert alerts.recent(db, now=NOW + HOUR) == ()
        meets(db, "home 2", NOW + 60, version="1.2.0", signature="lock:jam")
        meets(db, "home 2", NOW + 60, version="1.2.0", signature="radio:lost")
        meets(db, "home 3", NOW + 70, version="1.2.0", signature="lock:jam")
    watched(store, NOW + HOUR)
    with store.read() as db:
        (told,) = alerts.recent(db, now=NOW + HOUR)
    assert (told.signature, told.homes, told.at) == ("lock:jam", 3, NOW + 60)


def test_on_a_hub_without_a_release_before_nothing_is_new(store):
    with store.write() as db:
        storm(db, 4, signature="lock:jam")
    watched(store, NOW + HOUR)
    with store.read() as db:
        assert alerts.recent(db, now=NOW + HOUR) == ()


def test_old_days_become_numbers_and_nobody_s(store):
    with store.write() as db:
        storm(db, 4, version="1.1.0")
        storm(db, 4, version="1.2.0", begin=NOW + 600)
        meets(db, "home 9", NOW + 40 * DAY)
    watched(store, NOW + 40 * DAY)
    with store.write() as db:
        trends.tidy(db, now=NOW + 40 * DAY)
        left = db.execute(sa.select(sighting.c.member_id)).scalars().all()
        query = sa.select(series.c.version, day_count.c.homes).join(
            series, series.c.id == day_count.c.series
        )
        kept = dict(db.execute(query).all())
        trends.tidy(db, now=NOW + 40 * DAY)  # again changes nothing
        assert dict(db.execute(query).all()) == kept
    assert left == ["home 9"]
    assert kept == {"1.1.0": 4, "1.2.0": 4, trends.ANY: 4}
