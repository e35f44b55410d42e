"""What the rules hear of a device is what it says of itself."""

from __future__ import annotations

import pytest

from firmware.jobs import Plan
from firmware.release import Back, Channel, Fit, Week
from firmware.seeing import in_use, job_of, needs_ac, seen
from fleet.model import Availability, Caps, Device, Endpoint, Rollout, RolloutState, Version
from tests.firmware.rollouts import FILE

PLAN = Plan()
ROLLOUT = Rollout(id="r1", week="2026-W48", state=RolloutState.RUNNING)


def device(kind: str = "", **more: object) -> Device:
    return Device(key="d", name="D", kind=kind, **more)


@pytest.mark.parametrize(
    ("kind", "readings"),
    [
        ("light", {"state": "ON"}),
        ("light", {"power": True}),
        ("plug", {"ENERGY.Power": 120.0}),
        ("cover", {"state": "opening"}),
        ("vacuum", {"status": "cleaning"}),
        ("media_player", {"state": "playing"}),
    ],
)
def test_what_somebody_would_notice_is_in_use(kind, readings):
    assert in_use(device(kind, readings=readings))


@pytest.mark.parametrize(
    ("kind", "readings"),
    [
        ("light", {"state": "OFF"}),
        ("light", {}),
        ("plug", {"power": 2.0, "state": "ON"}),
        ("plug", {"state": "ON"}),
        ("cover", {"state": "open"}),
        ("vacuum", {"status": "docked"}),
        ("sensor", {"temperature": 21.0}),
    ],
)
def test_what_nobody_would_notice_is_not(kind, readings):
    assert not in_use(device(kind, readings=readings))


def test_a_vacuum_on_its_way_needs_its_dock():
    assert needs_ac(device("vacuum", readings={"state": "cleaning"}))
    assert not needs_ac(device("vacuum", readings={"state": "docked"}))
    assert not needs_ac(device("vacuum")), "it has not said where it is"
    assert not needs_ac(device("light", readings={"state": "on"}))


@pytest.mark.parametrize(
    ("one", "careful"),
    [
        (device("lock"), True),
        (device("light", ask_first=True), True),
        (device("light"), False),
    ],
)
def test_locks_and_what_is_asked_first_are_careful(one, careful):
    assert job_of(one, ROLLOUT, plan=PLAN).careful is careful


def test_what_others_are_behind_is_careful_and_its_own_gateway():
    job = job_of(device("light"), ROLLOUT, plan=PLAN, has_children=True)
    assert (job.careful, job.gateway) == (True, "d")


def test_a_job_knows_its_ways_its_week_and_whether_one_can_go_back():
    home = Endpoint(broker="home", dialect="native", id="d")
    one = device(
        dialects=("native",), endpoints={"native": home}, via="g", parent="p", access="ap",
        version=Version("1"), spare=True, availability=Availability.SLEEPING,
    )  # fmt: skip
    week = Week(
        id="2026-W48", maker="acme", channel=Channel.ORANGE, counter=1, targets=(), published=7.0
    )
    fit = Fit(target=FILE, score=1, back=Back.YES, way_back=FILE, hops=(FILE,))
    job = job_of(one, ROLLOUT, plan=PLAN, fit=fit, week=week)
    assert (job.broker, job.gateway, job.parent, job.access) == ("home", "g", "p", "ap")
    assert (job.maker, job.published, job.update.back) == ("acme", 7.0, "yes")
    assert (job.hops, job.way_back, job.spare, job.sleeper) == ((FILE,), FILE, True, True)
    assert (job.update.version_from, job.update.version_to) == ("1", "2")


def test_a_person_who_names_a_device_has_answered():
    one = device(ask_first=True)
    assert job_of(one, ROLLOUT, plan=PLAN).ask_first
    assert not job_of(one, ROLLOUT, plan=PLAN, asked=True).ask_first


def test_what_is_seen_is_what_the_device_is_now():
    one = device("light", version=Version("1"), battery=40.0, readings={"state": "on"}, access="ap")
    said = seen(one, arrived=False, spoke=True)
    assert (said.version, said.battery, said.in_use, said.access) == ("1", 40.0, True, "ap")


def test_how_long_its_kind_rests_and_whether_it_can_be_told_asleep_come_from_its_caps():
    caps = Caps(idle_s=3600, asleep=True)
    lamp = device(caps=caps)
    made, heard = job_of(lamp, ROLLOUT, plan=PLAN), seen(lamp, arrived=False, spoke=True)
    assert (made.idle_s, made.told_asleep) == (heard.idle_s, heard.told_asleep) == (3600, True)
