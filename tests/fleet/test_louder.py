from __future__ import annotations

import json

import pytest

from fleet import louder
from fleet.model import Device, Endpoint, Message


def device(dialect: str, number: str = "x", **data: str) -> Device:
    endpoint = Endpoint(broker="home", dialect=dialect, id=number, data=data)
    return Device(key="k1", name="Hall lamp", endpoints={dialect: endpoint})


TASMOTA = device("tasmota", "hall", command="cmnd/hall/")
ZIGBEE = device("zigbee2mqtt", "0x00158d0000000001", base="z", command_topic="z/Hall lamp/set")
SHELLY = device("shelly2", "s1", prefix="shelly-1")


def message(topic: str, payload: object) -> Message:
    said = payload if isinstance(payload, str) else json.dumps(payload)
    return Message(broker="home", topic=topic, payload=said.encode())


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({"MqttLog": 0}, "0"),
        ({"MqttLog": "2 (Active 2)"}, "2"),
        ({"POWER": "ON"}, ""),
        ({"MqttLog": {}}, ""),
        ("no json", ""),
    ],
)
def test_tasmota_says_how_much_of_its_log_goes_out(said, level):
    assert louder.of(TASMOTA).level(message("stat/hall/RESULT", said)) == level


def test_tasmota_is_asked_without_a_value_and_told_with_one():
    way = louder.of(TASMOTA)
    assert (way.ask.topic, way.ask.payload) == ("cmnd/hall/MqttLog", b"")
    assert way.turn("0").payload == b"0"
    assert "stat/hall/#" in way.listen


def test_a_bridge_says_how_loud_it_is_without_a_question():
    way = louder.of(ZIGBEE)
    assert way.ask is None
    assert way.level(message("z/bridge/info", {"log_level": "info"})) == "info"
    step = way.turn("debug")
    assert step.topic == "z/bridge/request/options"
    assert json.loads(step.payload) == {"options": {"advanced": {"log_level": "debug"}}}


def test_of_a_bridge_s_log_only_what_speaks_of_the_device_is_its_own():
    way = louder.of(ZIGBEE)
    assert way.about(message("z/bridge/logging", {"message": "ping of 'Hall lamp' failed"}))
    assert not way.about(message("z/bridge/logging", {"message": "ping of 'Attic' failed"}))
    assert way.about(message("z/Hall lamp", {"state": "ON"}))


def test_shelly_has_a_switch():
    way = louder.of(SHELLY)
    said = {"id": 8, "result": {"debug": {"mqtt": {"enable": False}}}}
    assert way.level(message("orangery/shelly/shelly-1/rpc", said)) == "false"
    assert way.level(message("orangery/shelly/shelly-1/rpc", {**said, "id": 1})) == ""
    frame = json.loads(way.turn("true").payload)
    assert frame["method"] == "Sys.SetConfig"
    assert frame["params"] == {"config": {"debug": {"mqtt": {"enable": True}}}}


@pytest.mark.parametrize(
    "quiet", [device("native", prefix="orangery/v1/dev/x"), device("esphome", "hall")]
)
def test_those_that_were_built_as_loud_as_they_are_are_only_heard(quiet):
    way = louder.of(quiet)
    assert way.listen
    assert (way.loud, way.ask, way.turn("x")) == ("", None, None)


@pytest.mark.parametrize(
    "other",
    [
        device("wled"),
        device("tasmota", command="orders/hall/"),  # a template of its owner's
        device("tasmota", command="cmnd/+/"),
        device("tasmota", command="cmnd/hall/", device="0x1234"),  # behind a bridge
        device("zigbee2mqtt"),
        device("shelly2", prefix="x", behind="y"),
        Device(key="k", name=""),
    ],
)
def test_of_others_nobody_knows_a_way(other):
    assert louder.of(other) is None
