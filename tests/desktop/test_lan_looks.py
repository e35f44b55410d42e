"""What a device says over HTTP only is asked for, where that is allowed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop.app import Household
from desktop.commands import AllowHttp
from desktop.demo.simulated.common import Timings
from desktop.demo.simulated.wled import WledStrip
from desktop.demo.wires import PluggedIn
from desktop.lan_looks import KIND, LanLooks
from fleet import dialects
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.errors import CommandError
from fleet.model import Changes, Device, Message, Observation, Snapshot
from fleet.neighbours import Neighbour, Neighbours
from fleet.registry import Registry
from tests.desktop.homes import device_called, furnish, until

MAC = "02005e0f3e77"
SLOW = Timings(reading=600)


class House:
    """A registry that takes what is observed, as the house does between two turns."""

    def __init__(self) -> None:
        self.registry = Registry(dialects.ALL)
        self.heard: Callable[[Changes], None] = lambda _: None

    def publish(self, step: object) -> None:
        said = Message(broker="home", topic=step.topic, payload=step.payload, at=1)  # type: ignore[attr-defined] # a Publish
        self.registry.hear(said)

    def subscribe(self, filters: object) -> None:
        del filters

    def listen(self, fn: Callable[[Changes], None]) -> None:
        self.heard = fn

    def snapshot(self) -> Snapshot:
        return Snapshot(number=1, devices=dict(self.registry.devices))

    def observe(self, message: Message, read: Sequence[Observation]) -> None:
        self.registry.fold(read, message.at)

    def turn(self, **facts: object) -> None:
        """Announce all that changed."""
        changed = self.registry.settle()
        self.heard(Changes(number=1, at=1.0, devices=changed, facts={one: {} for one in facts}))

    @property
    def device(self) -> Device:
        self.registry.settle()
        (one,) = self.registry.devices.values()
        return one


class World:
    """A strip, a house that hears it, and looks that end before the next line."""

    def __init__(self) -> None:
        self.house, self.allowed, self.now = House(), True, 1_000.0
        self.near: list[Neighbour] = []
        self.searched: list[str] = []
        self.strip = WledStrip(topic="wled/0f3e77", mac=MAC, name="Stairs", timings=SLOW)
        self.strip.start(self.house)
        self.pool = ThreadPoolExecutor(1)
        looks = LanLooks(
            self.pool,
            here=lambda broker: {"home": "192.0.2.1"}[broker],
            allowed=lambda: self.allowed,
            loopback=lambda: True,
            search=self._search,
            clock=lambda: self.now,
        )
        looks.join(self.house)  # type: ignore[arg-type] # what it needs of a house

    def _search(self, network: str) -> list[Neighbour]:
        self.searched.append(network)
        return self.near

    def announce(self, mac: str = MAC) -> None:
        host, _, port = self.strip.address.partition(":")
        self.near = [Neighbour(name="wled-Stairs", address=host, port=int(port), text={"mac": mac})]

    def turn(self, **facts: object) -> Device:
        """Let a turn of the house pass, and what it began."""
        self.house.turn(**facts)
        self.pool.submit(int).result(10)  # after what stands before it
        return self.house.device


@pytest.fixture
def world() -> Iterator[World]:
    running = World()
    yield running
    running.strip.stop()
    running.pool.shutdown()


def test_a_strip_that_is_announced_says_what_it_runs(world: World) -> None:
    world.announce()
    device = world.turn()
    assert (str(device.version), device.model) == ("0.15.3", "ESP32")
    assert ("mac", "02005E0F3E77") in device.ids
    assert world.searched == ["192.0.2.1"]


def test_nothing_is_asked_without_consent(world: World) -> None:
    world.announce()
    world.allowed = False
    assert world.turn().version is None
    assert not world.searched


def test_it_is_asked_when_consent_is_given(world: World) -> None:
    world.announce()
    world.allowed = False
    world.turn()
    world.allowed = True
    assert str(world.turn(http=True).version) == "0.15.3"


def test_one_that_nobody_announces_is_looked_for_rarely(world: World) -> None:
    assert world.turn().version is None
    world.announce()
    assert world.turn(http=True).version is None
    world.now += 900
    assert str(world.turn(http=True).version) == "0.15.3"
    assert len(world.searched) == 2


def test_another_strip_is_not_taken_for_it(world: World) -> None:
    world.announce(mac="02005e999999")
    assert world.turn().version is None


def test_one_that_has_said_it_is_left_alone(world: World) -> None:
    world.announce()
    world.turn()
    world.now += 900
    world.turn(http=True)
    assert len(world.searched) == 1


def test_one_that_does_not_answer_is_none_the_worse(world: World) -> None:
    world.announce()
    world.strip.away = True
    assert world.turn().version is None


def test_a_search_that_fails_does_not_end_the_looks(world: World) -> None:
    world.near = [object()]  # type: ignore[list-item] # a fault
    world.turn()
    world.announce()
    world.now += 900
    assert str(world.turn(http=True).version) == "0.15.3"


ANNOUNCES = f"""
import sys
from fleet.neighbours import Neighbours
mine = Neighbours({KIND!r}, "127.0.0.1")
mine.announce("wled-Stairs", int(sys.argv[1]), {{"mac": {MAC!r}}})
print("announced", flush=True)
sys.stdin.read()
mine.close()
"""


@pytest.mark.broker
@pytest.mark.slow
def test_in_a_house_with_a_broker_and_mdns_a_strip_is_known(
    broker: OwnBroker, tmp_path: object
) -> None:
    try:
        Neighbours("_test._tcp", "127.0.0.1").close()
    except CommandError as error:
        pytest.skip(f"no multicast on loopback here: {error}")
    strip = WledStrip(topic="wled/0f3e77", mac=MAC, name="Stairs", timings=SLOW)
    plugged = PluggedIn(strip, BrokerSettings(host="127.0.0.1", port=broker.port))
    port = strip.address.partition(":")[2]
    with (
        subprocess.Popen(
            [sys.executable, "-c", ANNOUNCES, port], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as other,
        Household(furnish(tmp_path, broker.port)) as household,
    ):
        assert other.stdout is not None
        assert other.stdout.readline() == b"announced\n"
        client = household.client
        until(client, device_called("WLED 0f3e77"))  # its name comes with the next change, or so:
        client.send(AllowHttp(allow=True)).result(10)
        assert str(until(client, device_called("Stairs")).version) == "0.15.3"
        other.communicate()
    plugged.stop()
