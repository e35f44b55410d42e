"""Campaigns at the hub: asked, joined by consent, measured by nobody in particular."""

from __future__ import annotations

import hashlib
import uuid

import msgspec
import pytest
import sqlalchemy as sa

from feedback.wire_incidents import AskCampaign
from feedback.wire_signals import (
    CampaignState,
    JoinCampaign,
    LeaveCampaign,
    Sample,
    SignalOp,
)
from hub import campaigns
from hub.app import Hub, Settings
from hub.changes import PUBLIC
from hub.tables import op
from hub.tables_signals import campaign_member, campaign_sample
from tests.hub.problems import DAY, HOUR, NOW
from tests.hub.told import House

ID = "6f2b0a9e-6d0f-4a5e-9c43-1f0d7f7e5a11"
START = NOW // HOUR * HOUR


def name(of: object) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()[:32]


def asked(db, **more):
    said = {
        "id": ID,
        "vendor": "acme",
        "model": "router",
        "feature": "latency_ms",
        "days": 14.0,
        "purpose": {"en": "Is it slow?", "zh_CN": "慢吗?"},
        **more,
    }
    campaigns.ask(db, "Lin", msgspec.convert(said, AskCampaign), now=START)


def joins(house, home):
    said = JoinCampaign(campaign=ID, home=name(home), made=START)
    return house.tell(said, now=START + 60, kind=SignalOp.JOIN)[0].code


def leaves(house, home, *, forget=False):
    said = LeaveCampaign(campaign=ID, home=name(home), forget=forget, made=START)
    return house.tell(said, now=START + DAY, kind=SignalOp.LEAVE)[0].code


def sample(home, hours=1, **more) -> Sample:
    said = {
        "campaign": ID,
        "home": name(home),
        "device": name((home, "device")),
        "model": "router",
        "version": "2.1.0",
        "hour": int(START // HOUR) + hours - 1,
        "count": 60,
        "p50": 10.0,
        "p95": 40.0,
        "unit": "ms",
    }
    return Sample(**{**said, **more})


def sends(house, *said, now=START + 2 * HOUR):
    return [one.code for one in house.tell(*said, now=now, kind=SignalOp.SAMPLE)]


def homes(db, count):
    houses = [House(db, f"member {n}") for n in range(count)]
    for n, house in enumerate(houses):
        assert joins(house, n) == ""
    return houses


def test_every_house_hears_of_it_in_both_languages(store):
    with store.write() as db:
        asked(db)
        asked(db)  # asked twice
        doc = campaigns.documents(db, [ID], PUBLIC)[ID]
    assert (doc.state, doc.ends, doc.asked_by) == (CampaignState.RUNNING, START + 14 * DAY, "Lin")
    assert set(doc.purpose) == {"en", "zh_CN"}


@pytest.mark.parametrize("more", [{"every_s": 30.0}, {"days": 91.0}, {"purpose": {"en": "Only."}}])
def test_more_than_may_be_asked_is_refused(store, more):
    with store.write() as db, pytest.raises(msgspec.ValidationError):
        asked(db, **more)


def test_only_who_joined_is_taken_from(store):
    with store.write() as db:
        asked(db)
        house = House(db, "anna")
        assert sends(house, sample("anna")) == ["campaign_not_joined"]
        assert joins(house, "anna") == ""
        assert sends(house, sample("anna"), sample("anna")) == ["", ""]
        assert db.execute(sa.select(sa.func.count()).select_from(campaign_sample)).scalar() == 1


def test_one_household_takes_part_once(store):
    with store.write() as db:
        asked(db)
        house = House(db, "anna")
        assert [joins(house, "one"), joins(house, "two")] == ["", "campaign_joined"]
        assert leaves(house, "one") == ""
        assert joins(house, "two") == ""


def test_staff_see_numbers_from_five_homes_on(store):
    with store.write() as db:
        asked(db)
        houses = homes(db, 5)
        for n, house in enumerate(houses[:4]):
            assert sends(house, sample(n, p50=10.0 * (n + 1))) == [""]
        (few,) = campaigns.shown(db)
        assert (few.joined, few.numbers, few.withheld) == (5, (), 1)
        sends(houses[4], sample(4, p50=50.0))
        (enough,) = campaigns.shown(db)
    (line,) = enough.numbers
    assert (line.homes, line.hours, line.p50, line.p95) == (5, 5, 30.0, 40.0)


def test_how_many_joined_is_not_said_below_five(store):
    with store.write() as db:
        asked(db)
        homes(db, 4)
        assert campaigns.shown(db)[0].joined == 0


def test_who_leaves_can_have_all_forgotten(store):
    with store.write() as db:
        asked(db)
        house = House(db, "anna")
        joins(house, "anna")
        sends(house, sample("anna"))
        assert leaves(house, "anna", forget=True) == ""
        assert db.execute(sa.select(campaign_sample)).all() == []
        assert sends(house, sample("anna")) == ["campaign_not_joined"]
        assert leaves(house, "anna") == "campaign_not_joined"


def test_after_its_end_nothing_is_taken_and_the_hub_ends_it_at_its_time(tmp_path):
    hub = Hub(Settings(data=tmp_path, jobs=False), clock=lambda: NOW)
    with hub.store.write() as db:
        asked(db, days=1.0)
        house = House(db, "anna")
        joins(house, "anna")
        late = sample("anna", hours=25)
        assert sends(house, late, now=START + 26 * HOUR) == ["campaign_over"]
        assert sends(house, sample("anna"), now=START + 3 * DAY) == [""]  # was measured in time
        assert sends(house, sample("anna", 2), now=START + 30 * DAY) == ["campaign_over"]
        bo = House(db, "bo")
        said = JoinCampaign(campaign=ID, home=name("bo"), made=START)
        answer = bo.tell(said, now=START + 2 * DAY, kind=SignalOp.JOIN)
        assert answer[0].code == "campaign_over"
    campaigns.JOBS[0].run(hub, START + 9 * DAY)
    with hub.store.read() as db:
        doc = campaigns.documents(db, [ID], PUBLIC)[ID]
    hub.store.close()
    assert (doc.state, doc.ends) == (CampaignState.ENDED, START + DAY)


def test_an_hour_that_is_not_over_or_has_too_many_values_is_refused(store):
    with store.write() as db:
        asked(db)
        house = House(db, "anna")
        joins(house, "anna")
        told = sends(house, sample("anna", 3), sample("anna", count=99), sample("anna", model="x"))
        assert told == ["invalid_op"] * 3


def test_nothing_of_a_sample_leads_to_its_household(store):
    with store.write() as db:
        asked(db)
        (house,) = homes(db, 1)
        sends(house, sample(0))
        kept = [dict(row) for row in db.execute(sa.select(campaign_sample)).mappings()]
        members = [dict(row) for row in db.execute(sa.select(campaign_member)).mappings()]
        times = db.execute(sa.select(op.c.received).where(op.c.kind == SignalOp.SAMPLE)).scalars()
        assert all(at % DAY == 0 for at in times)
    assert set(kept[0]) & set(members[0]) == {"campaign_id"}
    assert house.who.member_id not in repr(kept)


def test_another_campaign_is_unknown(store):
    with store.write() as db:
        house = House(db, "anna")
        said = JoinCampaign(campaign=str(uuid.uuid4()), home=name(1), made=START)
        assert house.tell(said, kind=SignalOp.JOIN)[0].code == "campaign_unknown"
