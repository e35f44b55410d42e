import hashlib
import json
import threading
from collections.abc import Iterable, Iterator

import pytest

from desktop.demo.images import make_zigbee_demo
from desktop.demo.simulated.common import Trouble
from desktop.demo.simulated.zigbee2mqtt import Zigbee2MqttBridge, ZigbeeDevice
from desktop.demo.wires import PluggedIn
from fleet import dialects
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.bus import Bus
from fleet.dialects import Dialect
from fleet.model import Availability, BrokerState, Device, Message, Phase
from fleet.registry import Registry
from fleet.steps import Lay, Offer, Publish, Refusal, Step
from tests.desktop.demo.simulated.house import FAST, LIMIT, QUIET, Files, House, nothing_more_runs

LAMP, LEAF, LOCK = "0x02005efffe00007f", "0x02005efffe000080", "0x02005efffe000081"
NAME = "Flur/Lampe 💡"
ON_OFF = {
    "type": "binary", "name": "state", "property": "state", "access": 7,
    "value_on": "ON", "value_off": "OFF",
}  # fmt: skip
BATTERY = {
    "type": "numeric", "name": "battery", "property": "battery", "access": 1, "unit": "%",
}  # fmt: skip
LOCKED = {**ON_OFF, "value_on": "LOCK", "value_off": "UNLOCK"}
Z2M: Dialect = next(each for each in dialects.ALL if each.name == "zigbee2mqtt")


def things() -> list[ZigbeeDevice]:
    return [
        ZigbeeDevice(
            ieee=LAMP,
            name=NAME,
            exposes=[{"type": "light", "features": [ON_OFF]}],
            state={"state": "ON"},
        ),
        ZigbeeDevice(
            ieee=LEAF, name="Leaf", battery=True, exposes=[BATTERY], state={"battery": 87}
        ),
        ZigbeeDevice(
            ieee=LOCK,
            name="Door",
            supports_ota=False,
            exposes=[{"type": "lock", "features": [LOCKED]}],
            state={"state": "LOCK"},
        ),
    ]


@pytest.fixture
def bridge(house: House) -> Iterator[Zigbee2MqttBridge]:
    simulated = Zigbee2MqttBridge(things(), timings=QUIET)
    simulated.start(house)
    yield simulated
    simulated.stop()


class Rig:
    """A house, its bridge, and the files laid for it."""

    def __init__(self, house: House, bridge: Zigbee2MqttBridge, files: Files) -> None:
        self.house, self.bridge, self.files = house, bridge, files
        self.place = files.url.rpartition("/")[0] + "/"

    def offer(self, version: int, *, image: bytes = b"", **facts: str) -> Offer:
        data = image or make_zigbee_demo(version, manufacturer=0x1234, image_type=1, build="1.2")
        self.files.more["/t/lamp.ota"] = data
        said = {"format": "zigbee-ota", "manufacturer": "0x1234", "image_type": "0x0001"}
        digest = hashlib.sha512(data).hexdigest()
        return Offer(
            transfer="t1",
            version=str(version),
            sha256="",
            size=len(data),
            path="fw/acme/lamp.ota",
            url=f"{self.place}lamp.ota",
            mirror="",
            place=self.place,
            facts={**said, "sha512": digest, **facts},
        )

    def device(self, name: str = NAME) -> Device:
        return self.house.until(lambda devices: name in devices)[name]

    def does(self, steps: Iterable[Step] | Refusal) -> None:
        assert not isinstance(steps, Refusal), steps
        for step in steps:
            if isinstance(step, Lay):
                self.files.more[f"/t/{step.name}"] = step.payload
            elif isinstance(step, Publish):
                said = Message(broker="home", topic=step.topic, payload=step.payload)
                self.bridge.heard(said)

    def install(self, offer: Offer, name: str = NAME) -> None:
        self.does(Z2M.plan(self.device(name), offer))

    def asks(self, name: str = NAME) -> None:
        self.does(Z2M.verify(self.device(name)))

    def phases(self) -> list[Phase]:
        return [word.phase for word in self.house.words]

    def until_said(self, phase: Phase) -> None:
        self.house.until(lambda _: phase in self.phases())

    def arrived(self, version: str, name: str = NAME) -> bool:
        return Z2M.arrived(self.device(name), version)


@pytest.fixture
def rig(house: House, bridge: Zigbee2MqttBridge, files: Files) -> Rig:
    return Rig(house, bridge, files)


def test_the_bridge_and_all_behind_it_are_found_as_what_they_are(rig: Rig) -> None:
    devices = rig.house.until(lambda found: "Door" in found and found["Door"].readings)
    hub, lamp, leaf, door = (devices[each] for each in ("Zigbee2MQTT", NAME, "Leaf", "Door"))
    assert (hub.kind, hub.model, str(hub.version)) == ("gateway", "EmberZNet", "2.12.1")
    assert [device.kind for device in (lamp, leaf, door)] == ["light", "sensor", "lock"]
    assert {device.via for device in (lamp, leaf, door)} == {hub.key}
    assert (str(lamp.version), lamp.version.build if lamp.version else "") == ("100", "1.0.0")
    assert (leaf.battery, leaf.wakes_s, lamp.wakes_s) == (87, 90_000, None)
    assert not door.caps.install
    assert lamp.availability is Availability.ONLINE


def test_a_lamp_takes_the_order_that_its_exposes_allow(rig: Rig) -> None:
    rig.does(Z2M.act(rig.device(), "state", wish=False))
    rig.house.until(lambda devices: devices[NAME].readings["state"] == "OFF")
    assert rig.bridge.devices[LAMP].state == {"state": "OFF"}


def test_an_update_by_our_index_arrives_with_its_progress(rig: Rig) -> None:
    rig.install(rig.offer(200))
    rig.until_said(Phase.VERIFYING)
    assert rig.arrived("200")
    assert rig.arrived("0xc8")
    assert (rig.bridge.devices[LAMP].runs, rig.bridge.devices[LAMP].build) == (200, "1.2")
    percents = [word.percent for word in rig.house.words if word.percent is not None]
    assert percents == [0, 35, 70, 100]
    assert [word.transfer for word in rig.house.words if word.transfer] == ["t1"]


def test_what_the_bridge_takes_for_done_is_not_yet_an_arrival(rig: Rig) -> None:
    rig.bridge.trouble = Trouble.OLD_VERSION
    rig.install(rig.offer(200))
    rig.until_said(Phase.COMMITTED)
    nothing_more_runs()
    assert str(rig.device().version) == "200"  # so the bridge says
    assert not rig.arrived("200")
    rig.asks()
    rig.until_said(Phase.VERIFYING)
    assert str(rig.device().version) == "100"
    assert not rig.arrived("200")
    assert rig.arrived("100")


def test_a_device_that_came_back_with_another_version_has_not_arrived(rig: Rig) -> None:
    rig.bridge.trouble = Trouble.OTHER_VERSION
    rig.install(rig.offer(200, image=make_zigbee_demo(200, manufacturer=0x1234, image_type=1)))
    rig.until_said(Phase.COMMITTED)
    rig.asks()
    rig.until_said(Phase.VERIFYING)
    assert str(rig.device().version) == "201"
    assert not rig.arrived("200")


def test_a_refusal_comes_back_in_the_bridges_own_words_for_this_transfer(rig: Rig) -> None:
    rig.bridge.trouble = Trouble.REFUSES
    rig.install(rig.offer(200))
    rig.until_said(Phase.FAILED)
    word = rig.house.words[-1]
    assert "INVALID_IMAGE" in word.error
    assert word.transfer == "t1"
    assert not rig.arrived("200")


def test_a_silent_device_goes_on_when_it_wakes(rig: Rig) -> None:
    rig.bridge.trouble = Trouble.SILENT
    rig.install(rig.offer(200))
    rig.until_said(Phase.TRANSFERRING)
    nothing_more_runs()
    assert rig.phases() == [Phase.TRANSFERRING]
    rig.bridge.wake()
    rig.until_said(Phase.VERIFYING)
    assert rig.arrived("200")


def test_a_power_cut_of_the_bridge_is_told_and_ends_the_run(rig: Rig) -> None:
    rig.bridge.trouble = Trouble.POWER_CUT
    rig.install(rig.offer(200))
    rig.house.until(lambda devices: devices[NAME].availability is Availability.OFFLINE)
    rig.until_said(Phase.FAILED)
    rig.house.until(lambda devices: devices[NAME].availability is Availability.ONLINE)
    assert str(rig.device().version) == "100"


@pytest.mark.parametrize(
    ("image", "facts"),
    [
        (b"", {"manufacturer": "0x1235"}),
        (b"", {"image_type": "0x0002"}),
        (b"", {"sha512": "00" * 64}),
        (b"no image at all", {}),
    ],
    ids=["maker", "type", "hash", "file"],
)
def test_the_bridge_holds_an_image_against_what_our_index_says(
    rig: Rig, image: bytes, facts: dict[str, str]
) -> None:
    rig.install(rig.offer(200, image=image, **facts))
    rig.until_said(Phase.FAILED)
    assert "No image currently available" in rig.house.words[-1].error
    assert rig.bridge.devices[LAMP].runs == 100


def test_going_back_is_asked_for_as_such(rig: Rig) -> None:
    rig.install(rig.offer(90))
    rig.until_said(Phase.VERIFYING)
    assert rig.arrived("90")


def test_a_sleeper_takes_what_was_scheduled_when_it_wakes(rig: Rig) -> None:
    assert rig.device("Leaf").caps.asleep
    rig.install(rig.offer(200), "Leaf")
    rig.house.until(lambda _: any(word.transfer == "t1" for word in rig.house.words))
    assert set(rig.phases()) == {Phase.ACCEPTED}
    rig.bridge.wake()
    rig.until_said(Phase.COMMITTED)
    assert not rig.arrived("200", "Leaf")
    rig.asks("Leaf")  # it sleeps again: the bridge's word is the best to be had
    rig.until_said(Phase.VERIFYING)
    assert rig.arrived("200", "Leaf")


def test_a_scheduled_image_that_is_none_for_it_is_told(rig: Rig) -> None:
    rig.install(rig.offer(200, image_type="0x0009"), "Leaf")
    rig.until_said(Phase.ACCEPTED)
    nothing_more_runs()
    rig.bridge.wake()
    rig.until_said(Phase.FAILED)
    assert rig.bridge.devices[LEAF].runs == 100


def test_its_makers_own_update_is_begun_and_followed(rig: Rig) -> None:
    rig.bridge.devices[LAMP].latest = 150
    rig.does(Z2M.check(rig.device()))
    rig.house.until(lambda devices: str(devices[NAME].offer) == "150")
    rig.does(Z2M.plan(rig.device(), None))
    rig.until_said(Phase.VERIFYING)
    assert rig.arrived("150")
    assert not any(word.transfer for word in rig.house.words)


def test_a_second_order_while_one_runs_is_refused(rig: Rig) -> None:
    rig.bridge.trouble = Trouble.SILENT
    rig.install(rig.offer(200))
    rig.until_said(Phase.TRANSFERRING)
    rig.install(rig.offer(200))
    rig.until_said(Phase.REFUSED)
    rig.asks()
    nothing_more_runs()
    assert Phase.VERIFYING not in rig.phases()


def test_a_renamed_device_stays_the_one_it_was(rig: Rig) -> None:
    before = rig.device()
    rig.bridge.rename(LAMP, "Küche")
    after = rig.house.until(lambda devices: "Küche" in devices)
    assert after["Küche"].key == before.key
    assert NAME not in after
    rig.install(rig.offer(200), "Küche")
    rig.until_said(Phase.VERIFYING)
    assert rig.arrived("200", "Küche")


def test_a_removed_device_is_gone(rig: Rig) -> None:
    rig.device("Leaf")
    rig.bridge.remove(LEAF)
    assert set(rig.house.until(lambda devices: "Leaf" not in devices)) == {
        "Zigbee2MQTT",
        NAME,
        "Door",
    }


def test_goodbye_takes_all_devices_with_it(house: House) -> None:
    bridge = Zigbee2MqttBridge(things(), timings=QUIET)
    bridge.start(house)
    bridge.stop()
    devices = house.until(lambda found: found["Zigbee2MQTT"].availability is Availability.OFFLINE)
    assert {device.availability for device in devices.values()} == {Availability.OFFLINE}


def test_its_documents_are_those_of_another_base_too(house: House) -> None:
    bridge = Zigbee2MqttBridge(things(), base="haus/eg", timings=QUIET)
    bridge.start(house)
    bridge.stop()
    assert ("haus/eg/bridge/request/#") in house.filters
    devices = house.until(lambda found: "Leaf" in found)
    assert devices["Leaf"].readings["battery"] == 87
    assert devices["Zigbee2MQTT (haus/eg)"].kind == "gateway"
    (info,) = (step.payload for step in house.said if step.topic == "haus/eg/bridge/info")
    assert json.loads(info)["coordinator"]["type"] == "EmberZNet"


@pytest.mark.broker
def test_on_a_real_broker_a_bridge_of_another_base_is_found_and_its_will_speaks_for_all(
    broker: OwnBroker, house: House
) -> None:
    settings = BrokerSettings(name="home", host="127.0.0.1", port=broker.port)
    up = threading.Event()
    ours = Bus(
        settings,
        on_message=house.hear,
        on_state=lambda state: up.set() if state.state is BrokerState.CONNECTED else None,
    )
    plugged = PluggedIn(Zigbee2MqttBridge(things(), base="haus/eg", timings=FAST), settings)
    try:
        ours.subscribe(Registry(dialects.ALL).filters())
        ours.start()
        assert up.wait(LIMIT)
        house.until(lambda devices: NAME in devices and devices[NAME].caps.progress)
        ours.subscribe(house.filters_now())
        devices = house.until(lambda found: found[NAME].readings.get("state"))
        for step in Z2M.act(devices[NAME], "state", wish=False):  # type: ignore[union-attr] # no refusal
            ours.publish(step)
        house.until(lambda found: found[NAME].readings["state"] == "OFF")
        house.until(lambda found: found["Leaf"].availability is Availability.ONLINE)
    finally:
        plugged.stop()
    gone = Availability.OFFLINE
    house.until(lambda found: {each.availability for each in found.values()} == {gone})
    ours.stop()
