"""A real Home Assistant on the same broker: it reads what we read, and answers."""

import threading

import pytest

from desktop import neutral
from desktop.app import Household
from desktop.commands import CheckNow, ShowUpdates
from desktop.demo.devices import Agents, Lamp
from desktop.demo.program import Program
from desktop.demo.simulated.common import Timings
from desktop.demo.simulated.homeassistant import HomeAssistantDevice, Identity, Sensor
from desktop.demo.wires import PluggedIn
from desktop.door import waited
from fleet.brokers import BrokerSettings
from fleet.capability import Capability, Feature
from fleet.commands import SetRoom
from fleet.dialects.homeassistant_announce import announced, present
from fleet.model import Device, Endpoint
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.desktop.test_kill import next_week
from tests.firmware.simulator import Simulator

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


def entity(assistant, name, seen=lambda found: found["state"] not in ("unknown", "unavailable")):
    """Return this entity as soon as Home Assistant has a state of it that is as wished."""
    pause = threading.Event()
    for _ in range(400):
        found = assistant.ask(states=True).get(name)
        if found and seen(found):
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


# --- the other way: our week, seen and begun there -----------------------------------------------


@pytest.fixture
def maker(tmp_path):
    sim = Simulator(tmp_path / "mirror")
    next_week(sim)
    return sim


@pytest.fixture
def lamp(tmp_path, broker, maker):
    """A reference device as a process of its own, which verifies, installs and restarts."""
    root = tmp_path / "root.json"
    root.write_bytes(maker.maker().root)
    running = Agents(tmp_path / "agents", root, broker.port, "5")
    running.start(Lamp(id="one", name="Lamp one"), "1.0.0")
    yield running
    running.stop()


FIRMWARE = "update.lamp_one_firmware"


@pytest.mark.timeout(180)
@pytest.mark.usefixtures("lamp")
def test_home_assistant_sees_our_week_and_brings_it_to_a_device(tmp_path, broker, maker, assistant):
    folder = furnish(tmp_path / "house", broker.port, maker, show_updates=True)
    with Household(folder) as household:
        key = until(household.client, device_called("Lamp one")).key
        waited(household.client.send(SetRoom(device=key, room="Hall")))
        waited(household.client.send(CheckNow()))
        shown = entity(assistant, FIRMWARE)
        assert shown["state"] == "on"
        assert (shown["installed_version"], shown["latest_version"]) == ("1.0.0", "1.1.0")
        assert (shown["title"], shown["in_progress"]) == ("Lumen L1", False)
        call = ["update", "install", {"entity_id": FIRMWARE}]
        assert assistant.ask(call=call) == {"called": True}
        now = entity(assistant, FIRMWARE, lambda found: found["installed_version"] == "1.1.0")
        assert (now["state"], now["latest_version"]) == ("off", "1.1.0")
        device = device_called("Lamp one")(household.client.snapshot())
        assert str(device.version) == "1.1.0"
        (theirs,) = assistant.ask(devices=True)
        assert (theirs["name"], theirs["area"]) == ("Lamp one", "Hall")
        waited(household.client.send(ShowUpdates(show=False)))
        pause = threading.Event()
        while FIRMWARE in assistant.ask(states=True):
            pause.wait(0.1)  # removed there as well


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("lamp")
def test_when_we_are_gone_its_button_says_so(tmp_path, broker, maker, assistant):
    program = Program(furnish(tmp_path / "house", broker.port, maker, show_updates=True))
    program.start()
    program.until(device_called("Lamp one"), "the lamp")
    program.do(CheckNow())
    entity(assistant, FIRMWARE)
    program.kill()  # its last will speaks for it
    assert entity(assistant, FIRMWARE, lambda found: found["state"] == "unavailable")


def test_our_update_is_at_the_device_that_home_assistant_knows(tmp_path, broker, valve, assistant):
    entity(assistant, "sensor.garden_valve_flow")
    with (
        Household(furnish(tmp_path / "house", broker.port)) as household,
        Voice(broker.port) as voice,
    ):
        ours = until(household.client, device_called("Garden valve"))
        for step in (
            present("9d01", here=True),
            *announced(ours, by="9d01", offered="2.0", under_way=True, percent=40),
        ):
            voice.publish(step.topic, step.payload)
        entity(assistant, "update.garden_valve_firmware_2")
        known = [one for one in assistant.ask(devices=True) if one["name"] == "Garden valve"]
        (theirs,) = known
        assert {"sensor.garden_valve_flow", "update.garden_valve_firmware_2"} <= set(
            theirs["entities"]
        )


def test_what_is_exported_for_it_can_be_pasted_into_its_configuration(broker, python_of, tmp_path):
    device = Device(
        key="k1",
        name="Hall lamp",
        vendor="Acme",
        room="Hall",
        ids=frozenset({("orangery", "lamp-1")}),
        dialects=("native",),
        endpoints={"native": Endpoint(broker="home", dialect="native", id="lamp-1", data=PREFIX)},
        features={"light": Feature(capability=Capability.ON_OFF, dialect="native", settable=True)},
    )
    folder = tmp_path / "assistant"
    folder.mkdir()
    (folder / "configuration.yaml").write_text(neutral.as_yaml([device]))
    with Voice(broker.port) as voice:
        talk = python_of("homeassistant", "home_assistant.py", str(broker.port), str(folder))
        assert talk.hear() == {"ready": True}
        entity(talk, "switch.hall_lamp_light", lambda found: found["state"] != "unavailable")
        (theirs,) = talk.ask(devices=True)
        assert (theirs["name"], theirs["manufacturer"], theirs["area"]) == (
            "Hall lamp",
            "Acme",
            "Hall",
        )
        talk.ask(call=["switch", "turn_on", {"entity_id": "switch.hall_lamp_light"}])
        assert voice.order("set")["value"] is True


PREFIX = {"prefix": "orangery/v1/dev/lamp-1"}
