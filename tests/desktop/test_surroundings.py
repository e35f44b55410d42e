"""What is around a house reaches its updates: sleep, metered networks, a broker that restarts."""

from __future__ import annotations

import json

import pytest

from desktop.app import Household
from desktop.commands import CheckNow
from desktop.door import waited
from desktop.facts import Power
from firmware.orders import StartRollout
from fleet.model import BrokerState, UpdateState, Waiting
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.desktop.system_bus import FakeSystem, PrivateBus, released
from tests.firmware.simulator import Simulator

pytestmark = pytest.mark.broker


@pytest.fixture
def system(tmp_path, monkeypatch):
    """This machine's logind and network, of our own making."""
    with PrivateBus(tmp_path) as bus, FakeSystem(bus.address) as running:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        yield running


@pytest.fixture
def lamp(broker):
    with Voice(broker.port) as voice:
        yield voice


@pytest.fixture
def client(tmp_path, broker, system, lamp):
    maker = Simulator(tmp_path / "mirror")
    with Household(furnish(tmp_path / "house", broker.port, maker)) as house:
        until(house.client, device_called("Hall lamp"))
        until(house.client, lambda now: power(now).known)
        waited(house.client.send(CheckNow()))
        yield house.client


def power(now):
    return now.facts.get("power", {}).get("computer") or Power()


def update(now):
    return next(iter(now.facts.get("update", {}).values()), None)


def waits_for(why: Waiting):
    return lambda now: (one := update(now)) and one.waiting is why


def begin(client) -> None:
    waited(client.send(StartRollout()))


def test_while_a_device_writes_the_computer_does_not_sleep(client, lamp, system):
    begin(client)
    lamp.order("offer")
    system.wait_for(lambda: system.holding("block") == ["sleep:idle:handle-lid-switch"])
    lamp.hello("1.1")
    until(client, lambda now: update(now).state is UpdateState.DONE)
    assert released(system, "block")


def test_before_the_computer_sleeps_nothing_begins_and_after_it_goes_on(client, lamp, system):
    system.prepare("Sleep", start=True)
    until(client, lambda now: power(now).leaving)
    begin(client)
    until(client, waits_for(Waiting.INHIBITED))
    assert not lamp.told
    system.prepare("Sleep", start=False)
    assert lamp.order("offer")["version"] == "1.1"


def test_after_sleep_the_broker_is_connected_to_anew_at_once(client, system):
    before = client.snapshot().facts["connection"]["home"].since
    system.prepare("Sleep", start=True)
    system.prepare("Sleep", start=False)
    link = until(
        client, lambda now: (one := now.facts["connection"]["home"]).since > before and one
    )
    until(client, lambda now: now.facts["connection"]["home"].state is BrokerState.CONNECTED)
    assert link


def test_on_a_metered_network_a_week_is_not_fetched(client, lamp, system):
    system.change("Metered", 1)
    until(client, lambda now: power(now).metered)
    begin(client)
    until(client, waits_for(Waiting.METERED))
    system.change("Metered", 2)
    assert lamp.order("offer")["version"] == "1.1"


def test_a_broker_that_restarts_empty_in_the_middle_ends_nothing(client, lamp, broker):
    begin(client)
    offer = lamp.order("offer")
    broker.stop(keep_files=True)
    until(client, lambda now: now.facts["connection"]["home"].state is BrokerState.LOST)
    assert update(client.snapshot()).state is UpdateState.OFFERED
    broker.start()
    lamp.back()
    lamp.say("ack", json.dumps({"transfer": offer["transfer"], "accepted": True}).encode())
    until(client, lambda now: now.facts["connection"]["home"].state is BrokerState.CONNECTED)
    lamp.hello("1.1")
    until(client, lambda now: update(now).state is UpdateState.DONE)
    assert len([one for one in lamp.told if one["op"] == "offer"]) == 1
