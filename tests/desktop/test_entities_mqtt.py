"""Home Assistant sees this week's updates and begins them, where the household wishes it."""

from __future__ import annotations

import json

import pytest

from desktop import entities_mqtt
from desktop.app import Household
from desktop.commands import CheckNow, ShowUpdates
from desktop.door import waited
from fleet.dialects.homeassistant_announce import name_of
from fleet.model import BrokerState, Message
from tests.desktop.homes import Listener, Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator

pytestmark = pytest.mark.broker


@pytest.fixture
def house(tmp_path, broker):
    folder = furnish(tmp_path / "house", broker.port, Simulator(tmp_path / "mirror"))
    with Household(folder) as opened:
        link = lambda now: now.facts.get("connection", {}).get("home")  # noqa: E731
        until(opened.client, lambda now: link(now) and link(now).state is BrokerState.CONNECTED)
        yield opened


@pytest.fixture
def lamp(broker, house):
    """A lamp that this week has something for."""
    with Voice(broker.port) as voice:
        device = until(house.client, device_called("Hall lamp"))
        voice.key, voice.shown = device.key, name_of(device)
        do(house, CheckNow())
        until(house.client, lambda now: voice.key in now.facts.get("fit", {}))
        yield voice


@pytest.fixture
def ear(broker):
    with Listener(broker.port, "+/+/+/#") as listening:
        yield listening


def do(house, command):
    return waited(house.client.send(command))


def heard(ear: Listener, topic: str) -> bytes:
    while (message := ear.next()).topic != topic:
        pass
    return message.payload


def config(lamp):
    return f"homeassistant/update/orangery/{lamp.shown}/config"


def state(lamp):
    return f"orangery/v1/updates/{lamp.shown}/state"


def test_a_device_that_the_week_has_something_for_is_an_update_entity(house, lamp, ear):
    do(house, ShowUpdates(show=True))
    assert json.loads(heard(ear, config(lamp)))["dev"]["name"] == "Hall lamp"
    told = json.loads(heard(ear, state(lamp)))
    assert (told["installed_version"], told["latest_version"]) == ("0.9", "1.1")
    assert told["in_progress"] is False


def test_its_button_begins_the_update_and_it_shows_that_it_is_under_way(house, lamp, ear):
    do(house, ShowUpdates(show=True))
    heard(ear, state(lamp))
    lamp.publish(f"orangery/v1/updates/{lamp.shown}/set", b"install", retain=False)
    assert lamp.order("offer")["version"] == "1.1"
    while not json.loads(heard(ear, state(lamp)))["in_progress"]:
        pass


def test_another_word_begins_nothing(house, lamp):
    do(house, ShowUpdates(show=True))
    lamp.publish(f"orangery/v1/updates/{lamp.shown}/set", b"INSTALL!", retain=False)
    lamp.say("tele", b'{"lux": 5}')
    until(house.client, lambda now: now.devices[lamp.key].readings.get("lux"))
    assert not house.client.snapshot().facts.get("update", {}).get(lamp.key)


def test_a_press_out_of_the_broker_s_memory_begins_nothing(house, lamp):
    do(house, ShowUpdates(show=True))
    topic = f"orangery/v1/updates/{lamp.shown}/set"
    kept = Message(broker="home", topic=topic, payload=b"install", retain=True)
    house._entities.pressed(kept, lambda _: None, 0)
    lamp.say("tele", b'{"lux": 5}')
    until(house.client, lambda now: now.devices[lamp.key].readings.get("lux"))
    assert not house.client.snapshot().facts.get("update", {}).get(lamp.key)


def test_nothing_is_shown_and_no_press_is_taken_unless_it_is_wished(house, lamp, ear):
    lamp.publish(f"orangery/v1/updates/{lamp.shown}/set", b"install", retain=False)
    lamp.say("tele", b'{"lux": 5}')
    until(house.client, lambda now: now.devices[lamp.key].readings.get("lux"))
    assert not house.client.snapshot().facts.get("update", {}).get(lamp.key)
    assert config(lamp) not in {one.topic for one in ear.all()}


def test_when_it_is_not_wished_any_more_it_is_taken_away(house, lamp, ear):
    do(house, ShowUpdates(show=True))
    heard(ear, state(lamp))
    do(house, ShowUpdates(show=False))
    assert heard(ear, config(lamp)) == b""
    assert heard(ear, state(lamp)) == b""


def test_what_we_announce_ourselves_is_no_second_device(house, lamp, ear):
    do(house, ShowUpdates(show=True))
    heard(ear, state(lamp))
    lamp.say("tele", b'{"lux": 5}')
    until(house.client, lambda now: now.devices[lamp.key].readings.get("lux"))
    assert len(house.client.snapshot().devices) == 1


def status(opened):
    return f"orangery/v1/updates/status/{opened._around.places.desktop}"


def test_goodbye_says_that_nobody_listens_for_the_buttons(tmp_path, broker, ear):
    with Household(furnish(tmp_path / "house", broker.port, show_updates=True)) as opened:
        assert heard(ear, status(opened)) == b"online"
    assert heard(ear, status(opened)) == b"offline"


def test_what_nobody_knows_any_more_is_removed_and_what_is_known_stays(
    house, lamp, ear, monkeypatch
):
    monkeypatch.setattr(entities_mqtt, "GRACE_S", 0.0)
    old = "homeassistant/update/orangery/0123456789ab/config"  # as it was called before
    lamp.publish(old, b"{}")
    do(house, ShowUpdates(show=True))
    heard(ear, state(lamp))
    assert heard(ear, old) == b""
    assert heard(ear, "orangery/v1/updates/0123456789ab/state") == b""


def test_after_a_start_without_a_week_it_is_shown_as_up_to_date(tmp_path, broker, house, lamp, ear):
    do(house, ShowUpdates(show=True))
    heard(ear, state(lamp))
    house.__exit__(None, None, None)
    alone = furnish(tmp_path / "other", broker.port, show_updates=True)  # it knows no maker
    with Household(alone):
        said = b""  # what the one that left takes away is heard as well
        while not said or json.loads(said)["latest_version"] != "0.9":
            said = heard(ear, state(lamp))
        assert json.loads(said)["installed_version"] == "0.9"


@pytest.mark.timeout(120)
def test_of_two_desktops_one_shows_it_and_the_other_follows(tmp_path, broker, house, lamp, ear):
    do(house, ShowUpdates(show=True))
    first = f"orangery/v1/updates/status/{house._around.places.desktop}"
    assert json.loads(heard(ear, config(lamp)))["avty_t"] == first
    other = furnish(
        tmp_path / "two", broker.port, Simulator(tmp_path / "mirror2"), show_updates=True
    )
    with Household(other) as second:
        until(second.client, device_called("Hall lamp"))
        until(second.client, lambda now: now.facts.get("connection"))
        lamp.publish(f"orangery/v1/updates/{lamp.shown}/set", b"install", retain=False)
        assert lamp.order("offer")["version"] == "1.1"
        assert not second.client.snapshot().facts.get("update")
        house.__exit__(None, None, None)
        while json.loads(heard(ear, config(lamp)) or b"{}").get("avty_t") == first:
            pass
