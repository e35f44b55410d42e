"""Policy, night and marks as a person types them, on a house with a real broker."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop import cli_updates, settings
from desktop.app import Household
from desktop.cli import main
from firmware.plan import PRESETS
from tests.desktop.homes import Voice, device_called, furnish, until

pytestmark = pytest.mark.broker


@pytest.fixture
def folder(tmp_path, broker):
    return furnish(tmp_path / "house", broker.port)


@pytest.fixture
def house(folder):
    with Household(folder) as opened:
        yield opened.client


@pytest.fixture
def run(folder, house):
    def orangery(*words):
        whole = ["--folder", str(folder), "--lang", "en", *words]
        answer = CliRunner().invoke(main, whole, catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    return orangery


def test_every_preset_can_be_typed():
    assert set(cli_updates.PRESETS) == set(PRESETS)


def test_a_preset_is_kept_and_shown_with_the_next_time(run, folder):
    told = json.loads(run("policy", "--preset", "friday_evening", "--json"))
    assert told["preset"] == "friday_evening"
    assert told["next"] > 0
    assert settings.load(folder).plan.windows == PRESETS["friday_evening"].windows
    assert "fri,sat,sun 20:00-06:00" in run("policy")


def test_hours_of_ones_own_replace_those_before_and_always_takes_them_away(run, folder):
    run("policy", "--window", "mon-fri 01:00-05:00", "--window", "sat,sun", "--zone", "Asia/Tokyo")
    kept = settings.load(folder).plan
    assert [sorted(one.days) for one in kept.windows] == [[0, 1, 2, 3, 4], [5, 6]]
    assert kept.zone == "Asia/Tokyo"
    run("policy", "--window", "always", "--zone", "local")
    kept = settings.load(folder).plan
    assert (kept.windows, kept.zone) == ((), "")


def test_limits_are_set_one_by_one(run, folder):
    run("policy", "--per-gateway", "2", "--soak", "2d", "--in-use-too", "--metered")
    kept = settings.load(folder).plan
    assert (kept.per_gateway, kept.soak_s) == (2, 172_800)
    assert (kept.wait_while_in_use, kept.metered) == (False, True)


def test_what_is_chosen_is_told_to_whoever_watches(run, house):
    run("policy", "--preset", "weekend")
    until(house, lambda now: now.facts["plan"]["house"].windows == PRESETS["weekend"].windows)


def test_showing_the_policy_changes_nothing(run, folder):
    before = (folder / "settings.json").read_bytes()
    run("policy")
    assert (folder / "settings.json").read_bytes() == before


def test_a_house_in_which_nothing_was_updated_says_so(run):
    assert run("night").strip() == "Nothing was updated."
    assert json.loads(run("night", "--json")) == {"night": None}


def test_marks_are_given_and_taken_by_command(run, house, broker):
    with Voice(broker.port):
        until(house, device_called("Hall lamp"))
        run("spare", "Hall lamp")
        run("pin", "Hall lamp")
        lamp = device_called("Hall lamp")
        until(house, lambda now: lamp(now).spare and lamp(now).pinned)
        run("pin", "Hall lamp", "--no")
        until(house, lambda now: not lamp(now).pinned)
