"""One house at two real brokers, one of them a bridge of the other, on MQTT 5 and 3.1.1."""

import itertools

import pytest

from desktop.app import Household
from desktop.commands import RemoveBroker
from desktop.door import waited
from fleet import brokers
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.model import Availability, BrokerState
from tests.desktop.homes import Voice, device_called, furnish, until

pytestmark = pytest.mark.broker


@pytest.fixture
def attic(broker):
    """A broker in the attic that carries all that the house's one carries, both ways."""
    bridge = f"""
connection attic
address 127.0.0.1:{broker.port}
topic # both 0
bridge_insecure false
"""
    with OwnBroker(extra=bridge) as running:
        yield running


@pytest.fixture
def cabin():
    """A broker of its own, at the same house."""
    with OwnBroker() as running:
        yield running


def household(tmp_path, broker, other, *, protocol="5", **more):
    folder = furnish(tmp_path / "house", broker.port)
    second = BrokerSettings(
        name="second", host="127.0.0.1", port=other.port, protocol=protocol, **more
    )
    brokers.save(folder, [*brokers.load(folder), second])
    return Household(folder)


def connected(now):
    links = now.facts.get("connection", {}).values()
    return len(links) == 2 and all(link.state is BrokerState.CONNECTED for link in links)


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_what_a_bridge_carries_is_one_device_and_each_message_tells_its_broker(
    tmp_path, broker, attic, protocol
):
    house = household(tmp_path, broker, attic, protocol=protocol, bridged="home")
    with house, Voice(broker.port) as lamp:
        until(house.client, connected)
        device = until(house.client, device_called("Hall lamp"))
        number = itertools.count(1)

        def at_both(_now):
            """Measure again until the bridge, which connects by itself, carries it."""
            lamp.say("tele", b'{"lux": %d}' % next(number), retain=False)
            return heard_at(house, device.key) == {"home", "second"}

        until(house.client, at_both)
        assert len(house.client.snapshot().devices) == 1


def heard_at(house, key):
    """Return the brokers by which a device's own words came."""
    kept = house._house.trace.last(key, 200)
    return {one.broker for one in kept if one.topic.endswith("/tele")}


def test_two_brokers_that_know_nothing_of_each_other_keep_their_names_apart(
    tmp_path, broker, cabin
):
    house = household(tmp_path, broker, cabin)
    with house, Voice(broker.port, name="Hall lamp"), Voice(cabin.port, name="Cabin lamp"):
        until(house.client, device_called("Cabin lamp"))
        until(house.client, device_called("Hall lamp"))
        reached = {
            device.name: device.endpoints["native"].broker
            for device in house.client.snapshot().devices.values()
        }
        assert reached == {"Hall lamp": "home", "Cabin lamp": "second"}


def test_of_the_devices_of_a_broker_that_is_gone_nobody_knows_whether_they_are_there(
    tmp_path, broker, cabin
):
    house = household(tmp_path, broker, cabin)
    with house, Voice(broker.port), Voice(cabin.port, name="Cabin lamp") as far:
        until(house.client, is_there("Cabin lamp", Availability.ONLINE))
        until(house.client, is_there("Hall lamp", Availability.ONLINE))
        far.leave()
        cabin.stop()
        until(house.client, is_there("Cabin lamp", Availability.UNKNOWN))
        assert is_there("Hall lamp", Availability.ONLINE)(house.client.snapshot())


def is_there(name, availability):
    def seen(now):
        device = device_called(name)(now)
        return device is not None and device.availability is availability

    return seen


def test_a_name_given_at_a_broker_that_was_changed_stays(tmp_path, broker, cabin):
    """The house's broker moves to another machine: the devices come back as they were."""
    house = household(tmp_path, broker, cabin)
    with house, Voice(broker.port):
        key = until(house.client, device_called("Hall lamp")).key
        waited(house.client.send(RemoveBroker(name="second")))
    folder = house.folder
    brokers.save(folder, [BrokerSettings(host="127.0.0.1", port=cabin.port)])
    with Household(folder) as again, Voice(cabin.port):
        until(again.client, is_there("Hall lamp", Availability.ONLINE))
        assert list(again.client.snapshot().devices) == [key]
