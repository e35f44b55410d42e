"""The simulated fleet does what is ordered, of either class, and counts what really happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from firmware.agent_offer import Me
from firmware.agent_partial import read_pins
from firmware.agent_slots import Header
from tests.firmware.air import Air, house, offer
from tests.firmware.fleet import Born, Fault, Fleet, Kind, Simulated, until
from tests.firmware.releases import Maker, Release

ME = Me(id="lamp", vendor="acme", model="lamp", hardware="A")
FACTORY = Header(vendor="acme", model="lamp", version="1.0.0", counter=1, hardware=("A", "B"))
GOOD = Release(body=b"new firmware " * 20_000)
pytestmark = pytest.mark.broker


class World:
    """One device of a fleet, a maker, and the house's half of the air."""

    def __init__(self, air: Air, device: Simulated, maker: Maker, folder) -> None:
        self.air, self.device, self.maker, self.folder = air, device, maker, folder
        self.files = maker.files

    def offer(self, release: Release = GOOD) -> str:
        return offer(self.air, self.folder, self.files, release)


@pytest.fixture(params=["full", "partial"])
def world(request, broker, tmp_path) -> Iterator[World]:
    with lived(request.param, broker, tmp_path) as found:
        yield found


@contextmanager
def lived(kind: str, broker, tmp_path) -> Iterator[World]:
    maker = Maker()
    files = maker.publish(GOOD)
    pins = read_pins(files["metadata/1.targets.json"], "lamp")
    keys = pins if kind == "partial" else maker.root
    fleet = Fleet(broker.port)
    device = fleet.add(Born(me=ME, keys=keys, factory=FACTORY, folder=tmp_path / "flash"))
    with house(broker, "5") as air, fleet:
        air.hello("1.0.0")
        yield World(air, device, maker, tmp_path)


def test_a_healthy_device_takes_the_image_once_and_says_which_class_it_is(world):
    transfer = world.offer()
    assert world.air.until("fw/status", transfer=transfer, phase="committed")
    assert (world.device.installs, world.device.runs) == ({"2.0.0": 1}, "2.0.0")
    caps = [said["caps"] for what, said in world.air.history if what == "hello"]
    assert caps[-1]["checks_time"] is (not hasattr(world.device.born.keys, "trains"))


@pytest.mark.parametrize("at", [1, 100_000, 250_000])
def test_a_power_cut_at_a_byte_is_said_and_the_next_offer_goes_through(world, at):
    world.device.order(Fault(Kind.POWER_CUT, at))
    first = world.offer()
    said = world.air.until("fw/status", transfer=first, phase="failed")
    assert (said["error"], world.device.cuts) == ("interrupted", 1)
    second = world.offer()
    world.air.until("fw/status", transfer=second, phase="committed")
    assert world.device.installs == {"2.0.0": 1}


@pytest.mark.parametrize("at", [0, 3, 9, 20])
def test_a_power_cut_at_a_step_ends_in_the_old_or_the_new_and_says_so(world, at):
    world.device.order(Fault(Kind.STEP_CUT, at))
    world.offer()
    ends = {"failed", "committed"}
    assert until(lambda: world.device.phase in ends and world.device.phase, 20)
    said = world.air.until("fw/status", phase=world.device.phase)
    assert world.device.runs == {"failed": "1.0.0", "committed": "2.0.0"}[said["phase"]]


def test_an_image_that_hangs_once_is_tried_again_and_committed(world):
    world.device.order(Fault(Kind.HANG, 1))
    world.offer()
    world.air.until("fw/status", phase="committed")
    assert world.device.cuts == 1


def test_an_image_that_always_hangs_uses_up_its_tries(world):
    world.device.order(Fault(Kind.HANG, 9))
    world.offer()
    said = world.air.until("fw/status", phase="rolled_back")
    assert (said["error"], world.device.runs) == ("trial boots used up", "1.0.0")


def test_doubled_messages_install_once(world):
    world.device.order(Fault(Kind.TWICE))
    world.offer()
    world.air.until("fw/status", phase="committed")
    assert world.device.installs == {"2.0.0": 1}


def test_a_device_that_refuses_says_its_word(world):
    world.device.order(Fault(Kind.REFUSES, word="in_use"))
    world.offer()
    assert world.air.until("ack")["code"] == "in_use"


def test_an_image_that_is_not_well_is_given_up(world):
    world.device.order(Fault(Kind.UNWELL))
    world.offer()
    assert world.air.until("fw/status", phase="rolled_back")["error"] == "self test failed"


def test_somebody_else_can_say_hello_in_its_name_but_not_sign_it(world):
    world.device.order(Fault(Kind.FORGED, word="in_use"))
    world.air.order(op="offer", transfer="t", path=GOOD.path, version="2.0.0", mirror="x")
    forged = world.air.until("hello")
    assert "report" not in forged
    assert forged["components"] == [{"slot": "main", "version": "2.0.0"}]
    assert world.air.until("ack")["code"] == "in_use"
    assert world.device.runs == "1.0.0"


def test_a_device_that_lies_says_another_version_than_it_runs(world):
    world.device.order(Fault(Kind.LIES, word="9.9.9"))
    world.air.order(op="identify")
    world.air.hello("9.9.9")
    assert world.device.runs == "1.0.0"


def test_a_device_that_falls_silent_says_no_word_until_it_is_mended(world):
    world.device.order(Fault(Kind.SILENT))
    world.offer()
    assert until(lambda: world.device.silent and world.device.runs == "2.0.0", 20)
    said = [word["phase"] for what, word in world.air.history if what == "fw/status"]
    assert "committed" not in said
    world.device.order(Fault())
    world.air.order(op="identify")
    world.air.hello("2.0.0")


def test_a_sleeper_hears_nothing_until_it_wakes(world):
    world.device.order(Fault(Kind.SLEEPS, 1_000))
    assert until(lambda: not world.device.awake, 20)
    world.offer()
    world.device.order(Fault())
    world.air.hello("1.0.0")
    assert world.device.installs == {}


def test_a_slow_link_takes_longer_and_arrives(world):
    world.device.order(Fault(Kind.SLOW, 20))
    world.offer()
    world.air.until("fw/status", phase="committed")
    assert world.device.pauses > 1


def test_lost_messages_cost_words_not_the_image(world):
    world.device.order(Fault(Kind.LOST, 2))
    while not world.device.installs:
        world.offer()
        until(lambda: world.device.runs == "2.0.0", 1)
    assert until(lambda: world.device.runs == "2.0.0", 20)
    assert world.device.lost
    assert world.device.installs == {"2.0.0": 1}
