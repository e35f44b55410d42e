"""The demo house has devices of every family that a real one is likely to have."""

import pytest

from desktop.app import Household
from desktop.demo.families import families
from desktop.demo.simulated.common import Timings
from desktop.demo.wires import PluggedIn
from fleet.brokers import BrokerSettings
from fleet.model import Availability
from tests.desktop.homes import furnish, until

pytestmark = pytest.mark.broker

QUICK = Timings(reading=1.0)


@pytest.fixture
def client(tmp_path, broker):
    plugged = [
        PluggedIn(one, BrokerSettings(host="127.0.0.1", port=broker.port))
        for one in families(QUICK)
    ]
    with Household(furnish(tmp_path / "house", broker.port)) as household:
        yield household.client
    for one in plugged:
        one.stop()


def test_each_is_one_row_that_is_there_and_behind_its_gateway(client):
    until(client, lambda now: len(now.devices) == 11)
    until(
        client,
        lambda now: (
            sum(one.availability is Availability.ONLINE for one in now.devices.values()) >= 10
        ),  # all but the plant: nobody says of it whether it is there
    )
    until(client, lambda now: "Kettle" in {one.name for one in now.devices.values()})  # asked for
    devices = client.snapshot().devices
    told = {
        one.name: (one.dialects[0], devices[one.via].name if one.via else "")
        for one in devices.values()
    }
    assert told["Staircase lamp"] == ("zigbee2mqtt", "Zigbee2MQTT")
    assert told["Kettle"] == ("shelly2", "")
    assert told["Cellar relay"] == ("homie", "")
    assert told["Robot"] == ("valetudo", "")
    assert told["RoPot-0A0B15"] == ("openmqttgateway", "Attic gateway")
    assert {dialect for dialect, _ in told.values()} == {
        "zigbee2mqtt", "shelly1", "shelly2", "homie", "wled", "valetudo", "openmqttgateway"
    }  # fmt: skip
