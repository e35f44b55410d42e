"""A signed Zigbee image on its whole way: week, stage, our server, a bridge that fetches it."""

from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from desktop.demo.images import make_zigbee_demo
from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.simulated.zigbee2mqtt import Zigbee2MqttBridge, ZigbeeDevice
from desktop.demo.wires import PluggedIn
from firmware import orders
from firmware.jobs import Plan
from fleet.brokers import OwnBroker
from fleet.dialects.zigbee2mqtt import Zigbee2Mqtt
from fleet.model import Install
from tests.firmware.releases import Release
from tests.firmware.test_runner_real import Neighbourhood

LAMP, LEAF = "0x02005efffe00007f", "0x02005efffe000080"
FAST = Timings(reading=0.2, transfer=0.1, reboot=0.05, fetch_limit=10)


@dataclass
class ZigbeeRelease(Release):
    """A week's image for lamps behind a bridge; its version is the header's."""

    version: str = "200"
    image_type: int = 1

    @property
    def image(self) -> bytes:
        return make_zigbee_demo(
            int(self.version), manufacturer=0x1234, image_type=self.image_type, build="2.0"
        )


class Behind(Neighbourhood):
    """A home with a bridge, of which only Zigbee2MQTT is spoken."""

    dialects = (Zigbee2Mqtt(),)
    plan = Plan(soak_s=0.1, transfer_idle_s=20, answer_s=0.5, come_back_s=2)


@contextmanager
def home(folder, *devices: ZigbeeDevice, release: Release | None = None):
    with OwnBroker() as broker:
        there = Behind(broker, folder, "5")
        there.publish(release or ZigbeeRelease())
        there.open()
        bridge = Zigbee2MqttBridge(devices, timings=FAST)
        plugged = PluggedIn(bridge, there.settings)
        try:
            there.until(lambda s: sum(map(ready, s.devices.values())) == len(devices))
            there.bus.subscribe(there.house.filters())
            there.trust.refresh("acme")
            yield there, bridge
        finally:
            plugged.stop()
            there.close()


def ready(device) -> bool:
    """Whether all is known that an update needs: what its bridge can, and its file version."""
    return Install.URL in device.caps.install and bool(device.version) and not device.version.plain


def lamp() -> ZigbeeDevice:
    return ZigbeeDevice(ieee=LAMP, name="Lamp", vendor="acme", model="lamp")


def sleeper() -> ZigbeeDevice:
    return ZigbeeDevice(ieee=LEAF, name="Leaf", vendor="acme", model="lamp", battery=True)


def start(there: Behind) -> None:
    there.house.send(orders.StartRollout(maker="acme")).result(10)


def update(snapshot):
    return next(iter(snapshot.facts.get("update", {}).values()), None)


def ended(snapshot) -> bool:
    one = update(snapshot)
    return one is not None and one.state.ended


@pytest.mark.broker
def test_a_bridge_fetches_the_signed_image_by_our_index_and_its_lamp_runs_it(tmp_path):
    with home(tmp_path, lamp()) as (there, bridge):
        start(there)
        there.until(ended)
        assert there.outcomes() == {"Lamp": "done"}
        assert bridge.devices[LAMP].runs == 200
        one = update(there.house.snapshot())
        assert (one.dialect, one.way) == ("zigbee2mqtt", "url")


@pytest.mark.broker
def test_a_lamp_that_the_bridge_takes_for_updated_but_is_not_is_told_as_gone_back(tmp_path):
    with home(tmp_path, lamp()) as (there, bridge):
        bridge.trouble = Trouble.OLD_VERSION
        start(there)
        there.until(ended)
        assert there.outcomes() == {"Lamp": "rolled_back"}


@pytest.mark.broker
def test_an_image_for_another_product_ends_in_the_bridges_own_words(tmp_path):
    with home(tmp_path, lamp(), release=ZigbeeRelease(image_type=2)) as (there, bridge):
        start(there)
        there.until(ended)
        one = update(there.house.snapshot())
        assert (one.state.value, one.reason) == ("failed", "device_failed")
        assert "No image currently available" in one.fact
        assert bridge.devices[LAMP].runs == 100


@pytest.mark.broker
def test_a_sleeper_is_updated_when_it_wakes(tmp_path):
    with home(tmp_path, sleeper()) as (there, bridge):
        start(there)
        there.until(lambda s: (one := update(s)) is not None and one.reason == "accepted")
        bridge.wake()
        there.until(ended)
        assert there.outcomes() == {"Leaf": "done"}
        assert bridge.devices[LEAF].runs == 200
