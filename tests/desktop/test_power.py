"""This computer's sleep, on a private D-Bus with services of our own making."""

from __future__ import annotations

import queue
import threading

import pytest

from desktop import power
from desktop.facts import Power
from desktop.power import Computer
from tests.desktop.system_bus import (
    LIMIT,
    NETWORK,
    FakeSystem,
    PrivateBus,
    forged,
    released,
)


class Heard:
    """What was told, and each wake."""

    def __init__(self) -> None:
        self.powers: queue.Queue[Power] = queue.Queue()
        self.woke = threading.Event()

    def until(self, holds) -> Power:
        while True:
            if holds(power := self.powers.get(timeout=LIMIT)):
                return power


@pytest.fixture
def bus(tmp_path):
    with PrivateBus(tmp_path) as running:
        yield running


@pytest.fixture
def system(bus):
    with FakeSystem(bus.address) as running:
        yield running


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def make(bus, heard):
    made = []

    def start():
        made.append(Computer(heard.powers.put, heard.woke.set, bus=bus.address))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


@pytest.fixture
def computer(system, make, heard):
    started = make()
    heard.until(lambda power: power.known)
    return started


def test_sleep_is_held_off_while_a_device_writes_and_no_longer(computer, system, heard):
    assert system.holding("block") == []
    computer.writing(True)
    heard.until(lambda power: power.held)
    assert system.holding("block") == ["sleep:idle:handle-lid-switch"]
    computer.writing(False)
    heard.until(lambda power: not power.held)
    assert released(system, "block")


def test_before_sleep_nothing_begins_and_only_then_the_computer_may_go(computer, system, heard):
    assert system.holding("delay") == ["sleep:shutdown"]
    system.prepare("Sleep", start=True)
    assert heard.until(lambda power: power.leaving)
    assert released(system, "delay")


def test_after_sleep_the_house_goes_on(computer, system, heard):
    system.prepare("Sleep", start=True)
    heard.until(lambda power: power.leaving)
    system.prepare("Sleep", start=False)
    heard.until(lambda power: not power.leaving)
    assert heard.woke.wait(LIMIT)
    system.wait_for(lambda: system.holding("delay") == ["sleep:shutdown"])


def test_before_a_shutdown_nothing_begins(computer, system, heard):
    system.prepare("Shutdown", start=True)
    assert heard.until(lambda power: power.leaving)


def test_a_signal_that_is_not_logind_s_is_not_believed(computer, system, bus, heard):
    forged(bus.address, system.asker)
    system.change("Metered", 1)  # what comes after it has been taken
    assert not heard.until(lambda power: power.metered).leaving


@pytest.mark.parametrize(("value", "metered"), [(0, False), (1, True), (2, False), (3, True)])
def test_a_metered_network_is_known(system, make, heard, value, metered):
    system.values["Metered"] = ("u", value)
    make()
    assert heard.until(lambda power: power.known).metered is metered


def test_a_network_that_becomes_metered_is_known_at_once(computer, system, heard):
    system.change("Metered", 3)
    assert heard.until(lambda power: power.metered)
    system.change("Metered", 4)
    assert heard.until(lambda power: not power.metered)


def test_a_laptop_on_its_battery_is_known_as_one(system, make, heard):
    system.values |= {"OnBattery": ("b", True), "LidIsPresent": ("b", True)}
    make()
    power = heard.until(lambda power: power.known)
    assert (power.on_battery, power.portable) == (True, True)


def test_where_the_lid_is_not_ours_to_hold_sleep_still_is(system, make, heard):
    system.refused = {"sleep:idle:handle-lid-switch"}
    make().writing(True)
    assert heard.until(lambda power: power.held).refused == ""
    assert system.holding("block") == ["sleep:idle"]


def test_where_it_may_not_be_held_off_that_is_said(system, make, heard):
    system.refused = {"sleep:idle:handle-lid-switch", "sleep:idle"}
    make().writing(True)
    power = heard.until(lambda power: power.refused)
    assert (power.held, "Denied" in power.refused) == (False, True)


def test_what_was_held_is_let_go_at_the_end(computer, system, heard):
    computer.writing(True)
    heard.until(lambda power: power.held)
    computer.stop()
    assert released(system, "block")
    assert released(system, "delay")


def test_a_bus_without_logind_still_tells_the_network(bus, make, heard):
    with FakeSystem(bus.address, (NETWORK,)) as system:
        system.values["Metered"] = ("u", 1)
        make()
        power = heard.until(lambda power: power.metered and power.why)
        assert not power.known


def test_a_machine_without_a_bus_says_so_once_and_its_thread_ends(tmp_path, heard, caplog):
    caplog.set_level("INFO")
    computer = Computer(heard.powers.put, bus=f"unix:path={tmp_path / 'none'}")
    computer.start()
    power = heard.powers.get(timeout=LIMIT)
    computer._thread.join(LIMIT)
    assert not computer._thread.is_alive()
    assert (power.known, power.why) == (False, "No such file or directory")
    assert [one.name for one in caplog.records] == ["desktop.power"]
    computer.writing(True)  # nobody to ask: nothing happens
    computer.stop()


def test_a_bus_that_goes_away_is_told(bus, system, make, heard):
    make()
    heard.until(lambda power: power.known)
    bus._process.kill()
    assert not heard.until(lambda power: not power.known).held


def test_a_bus_that_comes_back_is_found_again(tmp_path, heard, monkeypatch):
    monkeypatch.setattr(power, "_AGAIN_S", 0.1)
    address = f"unix:path={tmp_path / 'bus'}"
    computer = Computer(heard.powers.put, bus=address)
    with PrivateBus(tmp_path), FakeSystem(address):
        computer.start()
        heard.until(lambda power: power.known)
        computer.writing(True)
        heard.until(lambda power: power.held)
    heard.until(lambda power: not power.known)
    (tmp_path / "bus").unlink(missing_ok=True)
    with PrivateBus(tmp_path), FakeSystem(address) as system:
        heard.until(lambda power: power.held)  # the device is still at it
        assert system.holding("block")
        computer.stop()
