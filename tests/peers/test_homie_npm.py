"""Homie devices by two packages from npm: found, measured, set, and missed when they are killed."""

import pytest

from desktop.app import Household
from desktop.commands import Act
from desktop.door import waited
from fleet.capability import values
from fleet.model import Availability
from tests.desktop.homes import device_called, furnish, until

pytestmark = pytest.mark.broker


@pytest.fixture
def client(tmp_path, broker):
    with Household(furnish(tmp_path / "house", broker.port)) as household:
        yield household.client


def told(client, name):
    """Return what a device measures and does now, by the name of the feature's last part."""
    device = device_called(name)(client.snapshot())
    known = values(device.features, device.readings) if device else ()
    return {at.rpartition("/")[2]: (value.value, value.unit) for at, _, value in known}


def named(client, name, part):
    """Return the feature of a device whose name ends so."""
    device = device_called(name)(client.snapshot())
    return device.key, next(one for one in device.features if one.endswith(part))


def test_a_homie_3_device_is_found_set_and_missed(client, broker, node):
    heater = node("homie3.js", str(broker.port))
    until(client, lambda _: told(client, "Workshop heater").get("temperature"))
    device = device_called("Workshop heater")(client.snapshot())
    assert device.dialects == ("homie",)
    assert str(device.version) == "1.4.2"
    assert told(client, "Workshop heater")["temperature"] == (21.5, "°C")
    key, power = named(client, "Workshop heater", "power")
    waited(client.send(Act(device=key, feature=power, value=True)))
    until(client, lambda _: told(client, "Workshop heater").get("power") == (True, ""))
    heater.kill()
    until(client, lambda now: now.devices[key].availability is Availability.OFFLINE)


def test_a_homie_5_device_is_found_set_and_missed(client, broker, node):
    fan = node("homie5.js", str(broker.port))
    until(client, lambda _: told(client, "Attic fan").get("speed"))
    assert told(client, "Attic fan") == {"power": (False, ""), "speed": (40.0, "%")}
    key, speed = named(client, "Attic fan", "speed")
    waited(client.send(Act(device=key, feature=speed, value=75.0)))
    until(client, lambda _: told(client, "Attic fan").get("speed") == (75.0, "%"))
    fan.kill()
    until(client, lambda now: now.devices[key].availability is Availability.OFFLINE)
