"""A whole week goes out and back again on real devices, as a person types it."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner

from desktop.app import Household
from desktop.cli import main
from desktop.commands import CheckNow
from desktop.demo.makers import BEFORE, MENDED
from desktop.demo.world import World
from desktop.door import waited
from tests.desktop.homes import until

pytestmark = [pytest.mark.broker, pytest.mark.slow, pytest.mark.timeout(180)]
OURS = 8  # five lamps and three plugs


@pytest.fixture
def world(tmp_path):
    """A week that mends the lamps, and names the way back from what it brings."""
    with World(tmp_path) as made:
        makers = made.makers
        makers.open(str(made.week), MENDED, time.time(), notes=("Mended.", "修好了。"))
        makers.sign_all()
        makers.publish(time.time())
        made.furnish(tmp_path / "house")
        yield made


@pytest.fixture
def run(world):
    folder = world.folder / "house"

    def orangery(*words):
        whole = ["--folder", str(folder), "--json", *words]
        answer = CliRunner().invoke(main, whole, catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    with Household(folder) as house:
        until(house.client, lambda now: len(now.devices) == 24)
        waited(house.client.send(CheckNow()))
        orangery.client = house.client
        yield orangery


def versions(run) -> dict[str, str]:
    """What each of our devices says it runs."""
    updates = run.client.snapshot().facts["update"]
    return {key: run.client.snapshot().devices[key].version.raw for key in updates}


def test_a_week_goes_out_and_all_of_it_goes_back_by_its_rollout(run):
    foreseen = run("plan")["plan"]["steps"]
    assert [one["back"] for one in foreseen] == ["yes"] * OURS
    run("update")
    assert set(versions(run).values()) == {MENDED.lamp, MENDED.plug}
    (rollout,) = run.client.snapshot().facts["rollout"]
    run("undo", "--rollout", rollout)
    assert len(versions(run)) == OURS
    assert set(versions(run).values()) == {BEFORE.lamp, BEFORE.plug}
    assert run("history", "--verify")["verified"]["broken_at"] is None
