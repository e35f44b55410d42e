"""Open data: complete where enough households stand behind it, silent where not."""

from __future__ import annotations

import csv
import io

import msgspec
import pytest
import sqlalchemy as sa

from feedback.wire import HubError, Result
from hub import (
    campaigns,
    incident_figures,
    incidents,
    ledger,
    negative,
    open_data,
    open_tables,
    points,
    watching,
)
from hub.anonymity import REST, K
from hub.app import Hub, Settings
from hub.open_charts import CHARTS, DERIVED
from hub.tables import cluster
from tests.hub import test_campaigns as measuring
from tests.hub.problems import DAY, HOUR, NOW, a_cluster, grown, home, meets
from tests.hub.told import House, an_outcome

LATER = NOW + DAY


def made(db, name, now=LATER):
    open_data.make(db, now=now)
    table = open_data.read(db, name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def counted(db, now=NOW + HOUR):
    while watching.look(db, now=now):
        pass


def storm(db, count, **words):
    for n in range(count):
        meets(db, f"home {n}", NOW + n, **words)


@pytest.mark.parametrize("chart", list(CHARTS), ids=lambda chart: chart.__name__)
def test_every_number_of_a_chart_is_in_a_table_or_follows_from_one(chart):
    fields = set(chart.__struct_fields__)
    assert fields == set(CHARTS[chart]) | set(DERIVED.get(chart, {}))
    for table, column in CHARTS[chart].values():
        assert column in open_tables.TABLES[table].columns


def test_what_staff_see_of_an_incident_anybody_can_fetch(store):
    with store.write() as db:
        grown(db)
        storm(db, 9, signature="battery:drain", version="1.2.0")
        counted(db)
        (row,) = incidents.rows(db)
        words = {"en": "Charge it.", "zh_CN": "请充电。"}
        incidents.publish(db, "Lin", row["id"], words, now=NOW + HOUR)
        staff = incident_figures.whole(db, row["id"])
        hours = made(db, "incident_hours")
        assert [(int(one["hour"]) * HOUR, one["homes"]) for one in hours] == [
            (one.at, one.homes) for one in staff.curve
        ]
        assert [(one["signature"], one["homes"]) for one in made(db, "signatures")] == [
            (one.value, one.homes) for one in staff.signatures
        ]
        assert [(one["version"], one["homes"]) for one in made(db, "trends")] == [
            (one.value, one.homes) for one in staff.versions
        ]
        (said,) = made(db, "incidents")
    assert (said["component"], said["models"], said["homes"]) == ("battery", "lamp", 9)


def test_a_version_of_two_households_cannot_be_worked_out(store):
    with store.write() as db:
        storm(db, 30, version="1.2.0")
        for n in range(8):
            meets(db, f"old {n}", NOW + n, version="1.1.0")
        for n in range(2):
            meets(db, f"rare {n}", NOW + n, version="0.9.0")
        counted(db)
        rows = {one["version"]: one["homes"] for one in made(db, "trends")}
    assert rows == {"1.2.0": 30, "": 10}  # the rest took the next one along
    assert "0.9.0" not in repr(rows)


def test_one_household_more_or_less_does_not_show_from_night_to_night(store):
    with store.write() as db:
        storm(db, 9, signature="battery:drain")
        counted(db)
        first = made(db, "signatures")
        meets(db, "one more", NOW + 60, signature="battery:drain")
        counted(db)
        second = made(db, "signatures", now=LATER + DAY)
        for n in range(4):
            meets(db, f"more {n}", NOW + 90, signature="battery:drain")
        counted(db)
        third = made(db, "signatures", now=LATER + 2 * DAY)
    assert [rows[0]["homes"] for rows in (first, second, third)] == [9, 9, 14]


def test_published_clusters_are_there_and_others_are_not(store):
    with store.write() as db:
        storm(db, 6)
        meets(db, "another", NOW, component="radio")
        words = '{"en":{"title":"It drains"},"zh_CN":{"title":"耗电"}}'
        values = {"public": True, "words": words}
        db.execute(sa.update(cluster).where(cluster.c.id == a_cluster(db)).values(**values))
        (row,) = made(db, "clusters")
        versions = made(db, "cluster_versions")
        states = made(db, "states")
    assert (row["title_en"], row["title_zh"], row["homes"]) == ("It drains", "耗电", 6)
    assert [(one["version"], one["homes"]) for one in versions] == [("1.2.0", 6)]
    assert [(one["state"], one["homes"], one["things"]) for one in states] == [("open", 7, 2)]


def test_outcomes_stand_there_by_version_and_result(store):
    with store.write() as db:
        house = House(db)
        house.tell(*(an_outcome(home=n) for n in range(12)))
        house.tell(*(an_outcome(home=20 + n, result=Result.FAILED) for n in range(6)))
        house.tell(*(an_outcome(home=40 + n, result=Result.SILENT) for n in range(2)))
        rows = made(db, "outcomes")
    found = {one["result"]: (one["homes"], one["devices"]) for one in rows}
    assert found == {"done": (12, 12), REST: (8, 8)}


def test_campaigns_points_and_unhappy_homes_are_there(store):
    with store.write() as db:
        measuring.asked(db)
        for n, house in enumerate(measuring.homes(db, 5)):
            measuring.sends(house, measuring.sample(n))
        (staff,) = campaigns.shown(db)[0].numbers
        (line,) = made(db, "campaigns")
        assert (line["day"], line["homes"], line["p50"]) == (staff.day, staff.homes, staff.p50)


def test_checkpoints_and_boards_are_there(store):
    with store.write() as db:
        House(db, "ada")
        ledger.pay(db, "bug_major", "one", "ada", now=NOW)
        point = points.make_checkpoint(db, "2026-W47", now=NOW)
        (line,) = made(db, "ledger")
        assert (line["week"], line["rows"], line["head"]) == ("2026-W47", point.rows, point.head)


def test_unhappy_homes_below_five_are_left_out(store):
    with store.write() as db:
        for n in range(40):
            home(db, f"member {n}", seen=LATER - 60)
        for n in range(7):
            meets(db, f"member {n}", LATER - 600 + n, version="1.2.0")
        for n in range(3):
            meets(db, f"member {n}", LATER - 600 + n, version="1.1.0")
        counted(db, now=LATER)
        rows = made(db, "negative")
        staff = negative.rates(db, now=LATER)
    assert len(staff) == 2
    assert [(one["version"], one["reported"], one["active"]) for one in rows] == [("1.2.0", 7, 40)]


def test_a_table_as_csv_says_the_same(store):
    with store.write() as db:
        storm(db, 9, signature="=SUM(A1)")
        counted(db)
        table = made(db, "signatures") and open_data.read(db, "signatures")
    (head, line) = list(csv.reader(io.StringIO(open_data.as_csv(table))))
    assert tuple(head) == table.columns
    assert (line[3], line[4]) == ("'=SUM(A1)", "9")  # no spreadsheet takes it for a formula


def test_it_is_made_once_a_night_by_the_job_and_listed(tmp_path):
    hub = Hub(Settings(data=tmp_path, jobs=False), clock=lambda: LATER)
    open_data.JOBS[0].run(hub, LATER)
    open_data.JOBS[0].run(hub, LATER + HOUR)
    with hub.store.write() as db:
        assert not open_data.make(db, now=LATER + 2 * HOUR)
        listed = open_data.listed(db)
        with pytest.raises(HubError, match="table_unknown"):
            open_data.read(db, "members")
    hub.store.close()
    assert [one.name for one in listed.tables] == list(open_tables.TABLES)
    assert {one.made for one in listed.tables} == {LATER}


def test_no_line_of_any_table_counts_fewer_than_five_households(store):
    with store.write() as db:
        for n in range(23):
            meets(db, f"home {n}", NOW + n, version=f"1.{n % 7}.0", signature=f"s:{n % 3}")
            meets(db, f"home {n}", NOW + n, version=f"1.{n % 5}.0", model="lock")
        counted(db)
        open_data.make(db, now=LATER)
        for name, table in open_tables.TABLES.items():
            rows = open_data.read(db, name).rows
            if isinstance(table, open_tables.Counted):
                assert all(row[len(table.words)] >= K for row in rows), name
        text = msgspec.json.encode(open_data.read(db, "trends")).decode()
    assert "home 1" not in text
