"""Consent as a person types it, and a real update told to a real hub because of it."""

import json

import pytest
from click.testing import CliRunner

from desktop.app import Household
from desktop.cli import main
from fleet.model import UpdateState
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator
from tests.hub.running import RunningHub


def orangery(folder, *words):
    whole = ["--folder", str(folder), "--lang", "en", *words]
    answer = CliRunner().invoke(main, whole, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


@pytest.fixture
def folder(tmp_path):
    return furnish(tmp_path / "house")


def test_without_a_word_it_is_nothing_and_what_was_said_is_kept(folder):
    assert "* 0 nothing: Nothing. The makers hear nothing" in orangery(folder, "consent")
    orangery(folder, "consent", "linked")
    assert json.loads(orangery(folder, "consent", "--json"))["consent"]["level"] == "linked"
    assert "* 0 nothing:" in orangery(folder, "consent", "nothing")


def test_each_level_is_told_in_the_language_of_who_asks(folder):
    said = CliRunner().invoke(main, ["--folder", str(folder), "--lang", "zh_CN", "consent", "logs"])
    assert "* 3 logs: 反馈中也附上日志" in said.stdout


def test_who_asks_before_anything_happened_is_shown_an_example(folder):
    example = json.loads(orangery(folder, "consent", "--show"))
    assert (example["model"], example["result"]) == ("lamp", "silent")
    assert json.loads(orangery(folder, "consent", "--show", "--json"))["outcomes"] == []


@pytest.fixture
def hub(tmp_path):
    running = RunningHub(tmp_path / "hub")
    running.start()
    yield running
    running.close()


@pytest.fixture
def updated(tmp_path, broker):
    """A house whose lamp can be brought to this week; `brought` does it."""
    maker = Simulator(tmp_path / "mirror")
    folder = furnish(tmp_path / "house", broker.port, maker)
    with Household(folder) as house, Voice(broker.port) as lamp:
        until(house.client, device_called("Hall lamp"))

        def brought():
            orangery(folder, "check")
            fits = lambda now: any(hasattr(one, "target") for one in now.facts["fit"].values())  # noqa: E731
            until(house.client, fits)

            def obey(changes):
                updates = changes.facts.get("update", {}).values()
                if any(one and one.state is UpdateState.OFFERED for one in updates):
                    lamp.hello("1.1")

            house.client.listen(obey)
            orangery(folder, "update", "Hall lamp")

        yield folder, brought


@pytest.mark.broker
def test_an_update_comes_to_the_makers_numbers_by_consent(updated, hub):
    folder, brought = updated
    orangery(folder, "enrol", hub.url, hub.invite(), "--name", "anna")
    orangery(folder, "consent", "outcomes")
    brought()
    shown = orangery(folder, "consent", "--show")
    assert "Hall lamp" not in shown
    orangery(folder, "sync")
    staff = hub.staff()
    (found,) = staff.health()
    staff.close()
    assert (found.model, found.attempted, found.healthy, found.homes) == ("Lamp 1", 1, 1, 1)
    assert orangery(folder, "consent").endswith("0 wait to be sent.\n")


@pytest.mark.broker
def test_an_update_without_consent_comes_to_nobody(updated, hub):
    folder, brought = updated
    orangery(folder, "enrol", hub.url, hub.invite(), "--name", "anna")
    brought()
    orangery(folder, "sync")
    staff = hub.staff()
    assert staff.health() == ()
    staff.close()
