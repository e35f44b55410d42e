"""The morning's line reaches whoever listens at the broker, and goes when it is not wanted."""

from __future__ import annotations

import json

import pytest

from desktop import night_mqtt
from desktop.app import Household
from desktop.commands import SetLook, TellNight
from desktop.door import waited
from firmware.morning import Night
from fleet.commands import Rename
from fleet.model import BrokerState
from tests.desktop.homes import Listener, Voice, device_called, furnish, until

pytestmark = pytest.mark.broker


@pytest.fixture
def house(tmp_path, broker):
    with Household(furnish(tmp_path / "house", broker.port)) as opened:
        link = lambda now: now.facts.get("connection", {}).get("home")  # noqa: E731
        until(opened.client, lambda now: link(now) and link(now).state is BrokerState.CONNECTED)
        yield opened


@pytest.fixture
def lamp(broker, house):
    with Voice(broker.port):
        yield until(house.client, device_called("Hall lamp")).key


@pytest.fixture
def ear(broker):
    with Listener(broker.port, "+/+/+/#") as listening:
        yield listening


def heard(ear: Listener, topic: str) -> bytes:
    while (message := ear.next()).topic != topic:
        pass
    return message.payload


def slept(house: Household, lamp: str, **more) -> None:
    """Have the runner's word on a night announced."""
    night = Night(begin=1.0, end=2.0, week="2026-W48", rolled_back=(lamp,), **more)
    house._house.tell({"night": {"last": night}})


def do(house, command):
    waited(house.client.send(command))


def test_what_became_of_the_night_is_told_with_names_and_a_sentence(house, lamp, ear):
    do(house, TellNight(tell=True))
    slept(house, lamp, halted="canary_failed", device=lamp)
    body = json.loads(heard(ear, night_mqtt.TOPIC))
    assert (body["week"], body["rolled_back"], body["done"]) == ("2026-W48", ["Hall lamp"], [])
    assert (body["halted"], body["device"]) == ("canary_failed", "Hall lamp")
    assert "1 went back" in body["text"]


def test_home_assistant_is_told_of_a_sensor_and_we_do_not_take_it_for_a_device(house, lamp, ear):
    do(house, TellNight(tell=True))
    slept(house, lamp)
    config = json.loads(heard(ear, night_mqtt.SENSOR))
    assert config["state_topic"] == night_mqtt.TOPIC
    assert config["unique_id"].startswith("orangery_")
    do(house, Rename(device=lamp, name="Night light"))  # whatever came before it is heard
    assert [one.name for one in house.client.snapshot().devices.values()] == ["Night light"]


def test_nothing_is_told_unless_it_is_wanted(house, lamp, ear):
    slept(house, lamp)
    do(house, Rename(device=lamp, name="Night light"))
    assert night_mqtt.TOPIC not in {one.topic for one in ear.all()}


def test_when_it_is_not_wanted_any_more_it_is_taken_away(house, lamp, ear):
    do(house, TellNight(tell=True))
    slept(house, lamp)
    assert heard(ear, night_mqtt.TOPIC)
    do(house, TellNight(tell=False))
    assert heard(ear, night_mqtt.TOPIC) == b""
    assert heard(ear, night_mqtt.SENSOR) == b""


def test_a_broker_that_comes_back_empty_is_told_again(house, broker):
    do(house, TellNight(tell=True))
    with Voice(broker.port) as lamp:
        slept(house, until(house.client, device_called("Hall lamp")).key)
        broker.stop(keep_files=True)
        broker.start()
        lamp.back()
        with Listener(broker.port, night_mqtt.TOPIC) as again:
            assert again.next().payload


def test_the_sentence_is_in_the_house_s_language(house, lamp, ear):
    do(house, TellNight(tell=True))
    do(house, SetLook(language="zh_CN"))
    slept(house, lamp)
    assert json.loads(heard(ear, night_mqtt.SENSOR))["name"] == "昨晚的更新"
    assert not json.loads(heard(ear, night_mqtt.TOPIC))["text"].isascii()
