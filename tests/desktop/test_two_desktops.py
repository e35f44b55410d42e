"""Two desktops of one home, each a process of its own, want the same lamp at the same time."""

from __future__ import annotations

import pytest

from desktop.commands import CheckNow
from desktop.demo.devices import Agents, Lamp
from desktop.demo.program import Program
from firmware.orders import StartRollout
from fleet.model import Update, Waiting
from tests.desktop.homes import Listener, furnish
from tests.desktop.test_kill import Phases, finished, next_week
from tests.firmware.simulator import Simulator

LAMP = Lamp(id="one", name="Lamp one")
LEASE_S = 4.0
pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]


@pytest.fixture
def maker(tmp_path):
    sim = Simulator(tmp_path / "mirror")
    next_week(sim)
    return sim


@pytest.fixture
def phases(broker):
    heard = Phases(broker.port)
    yield heard
    heard.stop()


@pytest.fixture
def lamp(tmp_path, broker, maker):
    root = tmp_path / "root.json"
    root.write_bytes(maker.maker().root)
    running = Agents(tmp_path / "agents", root, broker.port, "5")
    running.start(LAMP, "1.0.0")
    yield running
    running.stop()


@pytest.fixture
def desktops(tmp_path, broker, maker, lamp):
    both = [
        Program(furnish(tmp_path / name, broker.port, maker, lease_s=LEASE_S))
        for name in ("study", "kitchen")
    ]
    for one in both:
        one.start()
        one.until(lambda seen: len(seen.devices) == 1, "the lamp")
        one.do(CheckNow())
    yield both
    for one in both:
        one.stop()


def update(program: Program) -> Update | None:
    return next(iter(program.snapshot().facts.get("update", {}).values()), None)


def test_where_both_want_it_at_once_it_is_offered_and_installed_once(desktops, phases, broker):
    with Listener(broker.port, "orangery/v1/dev/one/cmd") as told:
        asked = [one.client.send(StartRollout()) for one in desktops]
        for answer in asked:
            answer.result(20)
        for one in desktops:
            one.until(finished, "the end", 90)
        offers = [one for one in told.all() if b'"offer"' in one.payload]
    assert len(offers) == 1
    assert phases.of("one").count("installing") == 1
    assert {
        str(device.version) for one in desktops for device in one.snapshot().devices.values()
    } == {"1.1.0"}


def test_when_the_one_that_has_it_is_killed_the_other_goes_on_after_its_lease(desktops, phases):
    first, second = desktops
    first.do(StartRollout())
    first.until(lambda _: (one := update(first)) and one.transfer, "the first at the lamp")
    first.kill()
    second.do(StartRollout())
    second.until(
        lambda _: (one := update(second)) and one.waiting is Waiting.UPDATE_PENDING,
        "the second waits",
    )
    second.until(finished, "the end", 90)
    assert phases.of("one").count("installing") == 1
    assert str(next(iter(second.snapshot().devices.values())).version) == "1.1.0"
