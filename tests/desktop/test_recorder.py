"""One device recorded for a while, on a real broker: louder, and always as it was before."""

from __future__ import annotations

import json
import random
import threading

import pytest

from desktop.app import Household
from desktop.commands import GatherEvidence
from desktop.demo.program import Program
from desktop.demo.simulated.common import Timings
from desktop.demo.simulated.tasmota import TasmotaPlug
from desktop.demo.simulated.zigbee2mqtt import Zigbee2MqttBridge, ZigbeeDevice
from desktop.demo.wires import PluggedIn
from feedback.commands import RecordNow, StopRecording
from feedback.recording import Stage
from feedback.report import PartName
from fleet.brokers import BrokerSettings
from fleet.errors import BrokerError, CommandError
from tests.desktop.homes import device_called, furnish, until

pytestmark = pytest.mark.broker


@pytest.fixture
def plug():
    return TasmotaPlug(
        topic="hall", mac="02005E00007F", name="Hall plug", timings=Timings(reading=0.3)
    )


@pytest.fixture
def plugged(plug, broker):
    wire = PluggedIn(plug, BrokerSettings(host="127.0.0.1", port=broker.port))
    yield wire
    wire.stop()


@pytest.fixture
def client(tmp_path, broker, plugged):
    with Household(furnish(tmp_path / "house", broker.port)) as household:
        yield household.client


def key_of(client):
    return until(client, device_called("Hall plug")).key


def begun(client):
    """Whether a recording could be begun; a program that has just started is not there yet."""
    try:
        return client.send(RecordNow(device=key_of(client))).result(20)
    except BrokerError:
        return None


def recording(stage):
    def seen(snapshot):
        found = snapshot.facts.get("recording", {}).values()
        return next((one for one in found if one.stage is stage), None)

    return seen


def nothing(snapshot):
    return not snapshot.facts.get("recording")


def recorded(client, key):
    parts = client.send(GatherEvidence(device=key)).result(20)
    return next(part for part in parts if part.name is PartName.RECORDING)


def test_it_is_louder_for_a_while_then_as_before_and_what_was_heard_goes_along(client, plug):
    plug.log_level = 1
    key = key_of(client)
    client.send(RecordNow(device=key, seconds=600)).result(20)
    until(client, recording(Stage.LOUD))
    until(client, lambda _: plug.log_level == 3)
    client.send(StopRecording()).result(20)
    until(client, nothing)
    assert plug.log_level == 1
    topics = {one["topic"].rpartition("/")[2] for one in json.loads(recorded(client, key).data)}
    assert "LOGGING" in topics
    assert b"hall" not in recorded(client, key).data.lower()


def test_it_ends_by_itself_when_its_time_is_over(client, plug):
    client.send(RecordNow(device=key_of(client), seconds=0.5)).result(20)
    until(client, recording(Stage.LOUD))
    until(client, nothing)
    assert plug.log_level == 0


def test_one_at_a_time_and_at_most_ten_minutes(client):
    key = key_of(client)
    with pytest.raises(CommandError, match="recording_too_long"):
        client.send(RecordNow(device=key, seconds=601)).result(20)
    client.send(RecordNow(device=key, seconds=600)).result(20)
    with pytest.raises(CommandError, match="recording_runs"):
        client.send(RecordNow(device=key, seconds=60)).result(20)
    client.send(StopRecording(device=key)).result(20)
    until(client, nothing)
    with pytest.raises(CommandError, match="nothing_recorded"):
        client.send(StopRecording()).result(20)


def test_a_house_that_is_closed_meanwhile_puts_it_back_first(tmp_path, broker, plugged, plug):
    with Household(furnish(tmp_path / "house", broker.port)) as household:
        household.client.send(RecordNow(device=key_of(household.client))).result(20)
        until(household.client, recording(Stage.LOUD))
        until(household.client, lambda _: plug.log_level == 3)
    assert plug.log_level == 0


def test_a_program_that_was_killed_puts_it_back_when_it_starts_again(
    tmp_path, broker, plugged, plug
):
    plug.log_level = 2
    program = Program(furnish(tmp_path / "house", broker.port))
    program.start()
    try:
        client = program.client
        client.send(RecordNow(device=key_of(client))).result(20)
        until(client, lambda _: plug.log_level == 3)
        program.kill()
        assert plug.log_level == 3  # nobody could say it any more
        program.start()
        until(program.client, nothing)
        assert plug.log_level == 2
    finally:
        program.stop()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_at_any_moment_it_is_as_before_in_the_end(tmp_path, broker, plugged, plug):
    plug.log_level = 1
    dice, wait = random.Random(), threading.Event()
    program = Program(furnish(tmp_path / "house", broker.port))
    program.start()
    try:
        for _ in range(8):
            until(program.client, nothing)
            assert plug.log_level == 1
            until(program.client, lambda _, of=program.client: begun(of))
            wait.wait(dice.uniform(0.0, 1.5))
            if dice.random() < 0.5:
                program.client.send(StopRecording())
                wait.wait(dice.uniform(0.0, 0.3))
            program.kill()
            program.start()
        until(program.client, nothing)
        assert plug.log_level == 1
    finally:
        program.stop()


def test_a_device_that_was_away_at_the_end_is_put_back_when_it_returns(
    client, plug, plugged, broker
):
    client.send(RecordNow(device=key_of(client))).result(20)
    until(client, lambda _: plug.log_level == 3)
    plugged.stop()
    client.send(StopRecording()).result(20)
    until(client, recording(Stage.RESTORES))
    again = PluggedIn(plug, BrokerSettings(host="127.0.0.1", port=broker.port))
    try:
        until(client, nothing)
        assert plug.log_level == 0
    finally:
        again.stop()


def test_a_bridge_logs_as_before_once_its_device_was_recorded(tmp_path, broker):
    lamp = ZigbeeDevice(name="Attic lamp", ieee="0x00158d0000000001")
    bridge = Zigbee2MqttBridge([lamp, ZigbeeDevice(name="Cellar", ieee="0x00158d0000000002")])
    wire = PluggedIn(bridge, BrokerSettings(host="127.0.0.1", port=broker.port))
    try:
        with Household(furnish(tmp_path / "house", broker.port)) as household:
            client = household.client
            key = until(client, device_called("Attic lamp")).key
            client.send(RecordNow(device=key)).result(20)
            until(client, lambda _: bridge.log_level == "debug")
            until(client, recording(Stage.LOUD))
            client.send(StopRecording()).result(20)
            until(client, nothing)
            assert bridge.log_level == "info"
            said = json.loads(recorded(client, key).data)
            logged = [one for one in said if one["topic"].endswith("/logging")]
            assert logged
            assert "Cellar" not in str(said)
    finally:
        wire.stop()
