"""Limits as a house and a stranger meet them: what is refused, and for how long."""

from __future__ import annotations

import uuid

import msgspec
import pytest

from feedback.wire import CreateReport, DeviceFacts, Kind, OpKind, Safety
from hub import quotas
from tests.hub.asking import AskedHub, Home


def a_report(n: int = 1, safety: Safety = Safety.NONE) -> tuple[str, CreateReport]:
    return OpKind.REPORT, CreateReport(
        id=str(uuid.uuid4()),
        kind=Kind.PROBLEM,
        title=f"report {n}",
        text="",
        made=1.0,
        device="",
        facts=DeviceFacts(),
        evidence=msgspec.Raw(b"{}"),
        safety=safety,
    )


@pytest.fixture
def with_limits(tmp_path, database):
    hubs = []

    def make(*said: str) -> AskedHub:
        hubs.append(AskedHub(tmp_path, database, tuple(f"limits.{one}" for one in said)))
        return hubs[0]

    yield make
    hubs[0].close()


def test_after_weeks_offline_every_report_comes_in_five_a_minute_and_none_is_lost(with_limits):
    home = with_limits().home()
    left = [a_report(n) for n in range(12)]
    while left:
        said = home.push(*left)
        if said.status == 429:
            assert 0 < int(said.headers["retry-after"]) <= 61
            home.at.now += int(said.headers["retry-after"])
            continue
        left = left[len(said.json["results"]) :]
    assert home.seq == 12
    assert home.at.now - 1_795_000_000 < 200


def test_a_push_that_only_fits_in_part_is_taken_in_part(with_limits):
    home = with_limits().home()
    said = home.push(*(a_report(n) for n in range(7)))
    assert (said.status, said.json["acked"], len(said.json["results"])) == (200, 5, 5)
    assert home.push(a_report(8)).code == "rate_limited"


def test_a_report_of_smoke_comes_through(with_limits):
    home = with_limits("reports_per_day=1").home()
    home.push(a_report())
    assert home.push(a_report(2)).code == "rate_limited"
    said = home.push(a_report(2), a_report(3, Safety.SMOKE))
    assert [one["status"] for one in said.json["results"]] == ["applied", "applied"]


def test_members_behind_one_address_are_counted_each_by_their_key(with_limits):
    asked = with_limits("strangers_per_minute=5", "pushes_per_minute=2")
    homes = [asked.home("anna"), asked.home("bo")]
    for home in homes:
        assert [home.ask("GET", "/v1/member").status for _ in range(4)] == [200] * 4
        said = home.ask("GET", "/v1/member")
        assert (said.status, said.code) == (429, "rate_limited")


def test_whoever_cannot_prove_who_it_is_is_counted_by_address(with_limits):
    asked = with_limits("strangers_per_minute=3")
    nobody = Home(asked)
    codes = [nobody.ask("GET", "/v1/member").code for _ in range(4)]
    assert codes == ["key_unknown"] * 3 + ["rate_limited"]
    assert asked.ask("GET", "/v1/staff/reports").code == "rate_limited"
    assert asked.ask("GET", "/v1/staff/reports", address="192.0.2.1").code == "not_staff"


def test_who_only_looks_shuts_nobody_out_who_is_known_behind_the_same_address(with_limits):
    asked = with_limits("strangers_per_minute=3")
    home = asked.home()
    while asked.ask("GET", "/v1/hub").code != "rate_limited":
        pass
    assert home.ask("GET", "/v1/member").status == 200


def test_codes_are_guessed_five_times_a_minute_at_most(with_limits):
    asked = with_limits()
    other = AskedHub(asked.folder / "other")
    codes = [Home(asked).enrol(other.invite()).code for _ in range(6)]
    other.close()
    assert codes == ["code_unknown"] * 5 + ["rate_limited"]


def test_all_addresses_together_join_fifty_times_a_minute_at_most(with_limits):
    asked = with_limits("hub_enrols_per_minute=2")
    said = [Home(asked).enrol(asked.invite(), address=f"192.0.2.{n}") for n in range(3)]
    assert [one.status for one in said] == [200, 200, 429]
    assert 0 < int(said[2].headers["retry-after"]) <= 61


def test_under_load_outcomes_are_told_to_come_again_and_reports_are_taken(with_limits):
    asked = with_limits("shed_outcomes_at=1", "shed_all_at=2")
    home = asked.home()
    with asked.hub.load.entered():
        said = home.push((OpKind.OUTCOME, b"{}"))
        assert (said.status, said.code) == (503, "hub_busy")
        assert int(said.headers["retry-after"]) > 0
        assert home.push((OpKind.OUTCOME, b"{}"), a_report()).status == 200
        with asked.hub.load.entered():
            assert home.push(a_report()).code == "hub_busy"


def test_who_sent_spam_is_held_to_two_reports_a_day(with_limits):
    asked = with_limits("spam_in_30_days=1")
    home, lin = asked.home(), asked.staff("Lin")
    sent = [a_report(n) for n in range(2)]
    home.push(*sent)
    for _, report in sent:
        said = lin.ask("GET", f"reports/{report.id}")
        assert said.status == 200
        cluster = lin.at.hub.store.run(lambda db, r=report: _cluster_of(db, r.id))
        body = msgspec.json.encode({"reason": "advertising"})
        assert lin.ask("POST", f"clusters/{cluster}/invalid", body).status == 200, said.body
    asked.now += 61
    assert home.push(a_report()).code == "rate_limited"
    with asked.hub.store.read() as db:
        assert quotas.used(db, home.member_id, now=asked.now).spam == 2
    asked.now += 86_400
    assert home.push(a_report()).status == 200


def _cluster_of(db, report_id: str) -> str:
    table = quotas.report
    return db.execute(table.select().where(table.c.id == report_id)).mappings().one()["cluster_id"]
