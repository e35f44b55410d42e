"""A laptop that comes to brokers which are not its home's, and back; on real ones."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from desktop.app import Household
from desktop.commands import CheckNow, ClaimHome
from desktop.door import waited
from firmware.orders import StartRollout
from fleet import home
from fleet.brokers import OwnBroker
from fleet.errors import BrokerError, CommandError, StoreError
from fleet.home import PlaceState
from fleet.model import BrokerState
from fleet.steps import Publish
from tests.desktop.homes import Listener, Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator

pytestmark = pytest.mark.broker
THEIRS = json.dumps({"id": "b" * 32}).encode()
NO_MARKS = "topic readwrite orangery/v1/dev/#\ntopic read homeassistant/#\n"


@pytest.fixture(autouse=True)
def no_patience(monkeypatch):
    monkeypatch.setattr(home, "ASK_S", 0.3)
    monkeypatch.setattr(home, "ECHO_S", 0.5)


@pytest.fixture
def place():
    """Start brokers on one port, one after the other: the same address at different places."""
    port = []
    running = []

    def start(**words):
        stop()
        made = OwnBroker(**words) if not port else OwnBroker(port=port[0], **words)
        port[:] = [made.port]
        made.start()
        running.append(made)
        return made

    def stop():
        while running:
            running.pop().stop()

    yield start
    stop()


@pytest.fixture
def at_home(place, tmp_path):
    """A folder whose house knows its broker and one lamp, and is closed again."""
    folder = furnish(tmp_path / "house", place().port)
    port = json.loads((folder / "brokers.json").read_text())["brokers"][0]["port"]
    with Voice(port), Household(folder) as house:  # it is still there when we leave
        until(house.client, device_called("Hall lamp"))
        until(house.client, state_is(PlaceState.HOME))
    return folder


def state_is(wanted: PlaceState):
    return lambda now: (one := now.facts.get("home", {}).get("home")) and one.state is wanted


def link_is(wanted: BrokerState):
    return lambda now: (one := now.facts["connection"]["home"]).state is wanted and one


def test_the_first_connect_leaves_a_mark_that_a_second_desktop_takes_up(place, tmp_path):
    broker = place()
    with Listener(broker.port, home.TOPIC) as kept:
        ids = []
        for name in ("one", "two"):
            with Household(furnish(tmp_path / name, broker.port)) as house:
                until(house.client, state_is(PlaceState.HOME))
                ids.append(kept.next().payload if not ids else ids[0])
            written = json.loads((tmp_path / name / "home.json").read_text())
            assert [one["id"] for one in written["places"].values()] == [json.loads(ids[0])["id"]]
        assert kept.all() == []


def test_at_another_home_nothing_is_sent_and_nothing_is_believed(at_home, place):
    broker = place()
    with Voice(broker.port, "lamp-9", name="Their lamp") as theirs:
        theirs.publish(home.TOPIC, THEIRS)
        with Listener(broker.port, "#") as heard, Household(at_home) as house:
            until(house.client, state_is(PlaceState.OTHER))
            assert until(house.client, link_is(BrokerState.REFUSED)).error == "not_this_home"
            with pytest.raises(BrokerError, match="not_this_home"):
                house._links.publish("home", Publish(topic="x", payload=b""))
            assert not device_called("Their lamp")(house.client.snapshot())
            assert house._around.outside().foreign == {"home"}
            assert house._links.connected == frozenset()
            assert {one.topic for one in heard.all()} == {home.TOPIC, *theirs.topics}


def test_away_from_home_no_time_counts_against_a_device_at_work(place, tmp_path):
    def turns(house) -> float:
        """Let the house live on a while; how long its device has been at it, as far as counted."""
        for _ in range(5):
            house._house.announced().result(20)
        (job,) = house._runner.state.jobs.values()
        return job.counted_s

    maker = Simulator(tmp_path / "mirror")
    folder = furnish(tmp_path / "house", place().port, maker)
    port = json.loads((folder / "brokers.json").read_text())["brokers"][0]["port"]
    with Household(folder) as house:
        with Voice(port) as lamp:
            until(house.client, device_called("Hall lamp"))
            until(house.client, state_is(PlaceState.HOME))
            waited(house.client.send(CheckNow()))
            waited(house.client.send(StartRollout()))
            lamp.order("offer")
            began = turns(house)
            assert turns(house) > began
            lamp.leave()
        with Voice(place().port, "lamp-9") as theirs:
            theirs.publish(home.TOPIC, THEIRS)
            until(house.client, link_is(BrokerState.REFUSED))
            away = turns(house)
            assert turns(house) == away


def test_a_person_can_say_that_another_home_is_this_one_now(at_home, place):
    with Voice(place().port, "lamp-9", name="Their lamp") as theirs:
        theirs.publish(home.TOPIC, THEIRS)
        with Household(at_home) as house:
            until(house.client, state_is(PlaceState.OTHER))
            waited(house.client.send(ClaimHome()))
            until(house.client, device_called("Their lamp"))
    assert "b" * 32 in (at_home / "home.json").read_text()


def test_an_emptied_broker_is_known_by_our_devices_and_marked_again(at_home, place):
    broker = place()
    with Household(at_home) as house, Listener(broker.port, home.TOPIC) as kept:
        until(house.client, state_is(PlaceState.BLANK))
        with Voice(broker.port) as ours:
            until(house.client, state_is(PlaceState.HOME))
            assert kept.next().payload
            ours.hello("1.7")
            until(house.client, lambda now: str(device_called("Hall lamp")(now).version) == "1.7")


def test_a_broker_without_a_mark_and_with_others_devices_stays_foreign(at_home, place):
    broker = place()
    with Voice(broker.port, "lamp-9"), Household(at_home) as house:
        until(house.client, state_is(PlaceState.BLANK))
        waited(house.client.send(ClaimHome(broker="home")))
        until(house.client, state_is(PlaceState.HOME))


def test_a_broker_that_keeps_its_marks_is_home_at_once_after_a_restart(at_home, place):
    broker = place()
    mark = next(iter(json.loads((at_home / "home.json").read_text())["places"].values()))
    with Voice(broker.port) as lamp, Household(at_home) as house:
        lamp.publish(home.TOPIC, json.dumps({"id": mark["id"]}).encode())
        until(house.client, link_is(BrokerState.CONNECTED))


@pytest.fixture
def rules():
    """A file that mosquitto's own user can read; pytest's folder is closed to it."""
    with tempfile.NamedTemporaryFile("w", prefix="orangery-rules-") as file:
        file.write(NO_MARKS)
        file.flush()
        Path(file.name).chmod(0o644)
        yield file.name


def test_where_the_rules_of_the_broker_forbid_a_mark_the_house_goes_on(place, tmp_path, rules):
    broker = place(extra=f"acl_file {rules}")
    with Household(furnish(tmp_path / "house", broker.port)) as house, Voice(broker.port):
        until(house.client, state_is(PlaceState.UNMARKED))
        until(house.client, device_called("Hall lamp"))
        assert until(house.client, link_is(BrokerState.CONNECTED)).error == ""


def test_a_mark_that_nobody_can_read_is_another_home_s(at_home, place):
    with Voice(place().port, "lamp-9") as theirs:
        theirs.publish(home.TOPIC, b"house of Ana")
        with Household(at_home) as house:
            until(house.client, state_is(PlaceState.OTHER))


def test_there_is_nothing_to_claim_at_home(at_home, place):
    with Household(at_home) as house, pytest.raises(CommandError, match="nothing_to_claim"):
        waited(house.client.send(ClaimHome()))


def test_marks_that_cannot_be_read_are_not_forgotten(at_home):
    (at_home / "home.json").write_text("{")
    with pytest.raises(StoreError, match="settings_unreadable"), Household(at_home):
        pass
