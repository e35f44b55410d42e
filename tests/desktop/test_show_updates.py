"""What the command line prints of a plan, a night and the record."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from desktop import show_updates
from desktop.commands import VerifiedHistory
from firmware.morning import Night
from firmware.plan import PRESETS
from fleet.model import UpdateEvent, UpdateState
from tests.desktop import big_house, fake_house
from tests.desktop.fake_house import NOW, ROLLOUT

HOUSE = fake_house.house()


def printed(table) -> str:
    console = Console(width=200, file=io.StringIO())
    console.print(table)
    return console.file.getvalue()


def test_a_plan_names_wave_time_versions_reason_and_way_back_of_each_device():
    known = big_house.devices()
    snapshot = replace(HOUSE, devices=known, facts=big_house.client().now.facts)
    said = printed(show_updates.forecast(snapshot, big_house.forecast(known)))
    names = [one.name for one in known.values()]
    lines = {name: row for row in said.splitlines() for name in names if f" {name} " in row}
    assert len(lines) == 60
    assert "1.0.0 -> 1.5.0 -> 2.0.0" in lines["Cellar plug 1"]
    assert "asleep: starts when it wakes" in lines["Bedroom sensor 1"]
    assert lines["Gateway North"].strip().endswith("no")
    assert lines["Hall lamp 2"].startswith("first")


def test_a_policy_says_the_next_time_in_the_homes_zone():
    plan = replace(PRESETS["friday_evening"], zone="Asia/Tokyo")
    said = printed(show_updates.policy_table(plan, NOW))
    assert "Asia/Tokyo" in said
    assert "fri,sat,sun 20:00-06:00" in said
    assert "Sat 28 Nov 06:00" in said


def test_a_night_names_who_did_not_come_through():
    night = Night(begin=NOW - 9, end=NOW - 3, done=("d3",), rolled_back=("d4",), waiting=("d6",))
    said = printed(show_updates.night(HOUSE, night, NOW))
    assert "1 of 3 confirmed" in said
    assert "Went back: Hall light" in said
    assert "Waiting: Door sensor" in said


def test_a_verified_record_says_how_many_steps_hang_together():
    event = UpdateEvent(number=1, at=NOW, rollout=ROLLOUT, device="d3", state=UpdateState.DONE)
    said = printed(show_updates.history(HOUSE, [event], VerifiedHistory(rows=7)))
    assert "whole: 7 steps" in said
    assert "whole" not in printed(show_updates.history(HOUSE, [event], None))
