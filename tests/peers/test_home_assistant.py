"""A real Home Assistant on the same broker: it reads what we read, and answers."""

import threading

import pytest

from desktop.app import Household
from desktop.demo.simulated.common import Timings
from desktop.demo.simulated.homeassistant import HomeAssistantDevice, Identity, Sensor
from desktop.demo.wires import PluggedIn
from fleet.brokers import BrokerSettings
from tests.desktop.homes import device_called, furnish, until

pytestmark = pytest.mark.broker


class OneByOne(HomeAssistantDevice):
    """Announces each component alone: Home Assistant knows whole devices since 2024.11 only."""

    def _say(self, topic, said, *, retain=False):
        if not topic.startswith("homeassistant/device/"):
            super()._say(topic, said, retain=retain)
            return
        parts = said.pop("cmps")
        for name, part in parts.items():
            place = f"homeassistant/{part.pop('p')}/{self.identity.id}/{name}/config"
            super()._say(place, {**said, **part}, retain=True)


QUICK = Timings(reading=0.5, transfer=0.2, reboot=0.2)


@pytest.fixture
def valve(broker):
    device = OneByOne(
        Identity(id="valve", name="Garden valve", vendor="Harbour", model="V-1", version="1.0"),
        sensors={"flow": Sensor(value=3.2, unit="L/min")},
        latest="1.1",
        timings=QUICK,
    )
    plugged = PluggedIn(device, BrokerSettings(host="127.0.0.1", port=broker.port))
    yield device
    plugged.stop()


@pytest.fixture
def assistant(broker, python_of, tmp_path):
    folder = tmp_path / "assistant"
    folder.mkdir()
    (folder / "configuration.yaml").touch()
    talk = python_of("homeassistant", "home_assistant.py", str(broker.port), str(folder))
    assert talk.hear() == {"ready": True}
    return talk


def entity(assistant, name):
    """Return this entity as soon as Home Assistant has a state of it."""
    pause = threading.Event()
    for _ in range(100):
        found = assistant.ask(states=True).get(name)
        if found and found["state"] not in ("unknown", "unavailable"):
            return found
        pause.wait(0.1)  # it gives no sign of its own
    raise AssertionError(assistant.ask(states=True))


def test_what_home_assistant_installs_is_seen_here(tmp_path, broker, valve, assistant):
    with Household(furnish(tmp_path / "house", broker.port)) as household:
        until(household.client, device_called("Garden valve"))
        update = entity(assistant, "update.garden_valve_firmware")
        assert (update["installed_version"], update["latest_version"]) == ("1.0", "1.1")
        call = ["update", "install", {"entity_id": "update.garden_valve_firmware"}]
        assert assistant.ask(call=call) == {"called": True}
        now = until(
            household.client,
            lambda now: next(
                (one for one in now.devices.values() if str(one.version) == "1.1"), None
            ),
        )
        assert now.name == "Garden valve"


def test_home_assistant_and_we_see_the_same_device(tmp_path, broker, valve, assistant):
    with Household(furnish(tmp_path / "house", broker.port)) as household:
        ours = until(household.client, device_called("Garden valve"))
        entity(assistant, "sensor.garden_valve_flow")
        (theirs,) = assistant.ask(devices=True)
        assert (theirs["name"], theirs["manufacturer"], theirs["model"], theirs["sw_version"]) == (
            ours.name,
            ours.vendor,
            ours.model,
            str(ours.version),
        )
