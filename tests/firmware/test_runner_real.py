"""A week with everything real: broker, trust, stage, server, devices in threads of their own."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from firmware import orders
from firmware.agent import Agent, Habits
from firmware.agent_offer import Me
from firmware.agent_slots import Header, Slots
from firmware.effects import Doors
from firmware.jobs import Plan
from firmware.runner import Runner
from firmware.serve import FileServer
from firmware.stage import Stage
from firmware.steps import MIGRATIONS
from firmware.trust import Maker as Pinned
from firmware.trust import Trust
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.bus import Bus
from fleet.dialects import Dialect
from fleet.dialects.native import Native
from fleet.house import MIGRATIONS as HOUSE
from fleet.house import House
from fleet.registry import Registry
from fleet.store import Store
from fleet.trace import Trace
from tests.firmware.releases import Maker, Release, lay_out

# --- with everything real ------------------------------------------------------------------------


class Neighbourhood:
    """A real broker, house, trust, stage and server, and devices in threads of their own."""

    dialects: Sequence[Dialect] = (Native(),)
    plan = Plan(soak_s=0.1, transfer_idle_s=20, answer_s=1, come_back_s=20)

    def __init__(self, broker, folder, protocol: str) -> None:
        self.settings = BrokerSettings(port=broker.port, protocol=protocol)
        self.folder, self.maker = folder, Maker()
        self.mirror = folder / "mirror"
        self.changes: queue.Queue[object] = queue.Queue()
        self.agents: list[tuple[Agent, threading.Thread]] = []

    def publish(self, *releases: Release) -> None:
        lay_out(self.maker.publish(*releases), self.mirror)

    def open(self) -> None:
        home = self.folder / "home"
        self.trust = Trust(home, [Pinned(name="acme", root=self.maker.root, url=str(self.mirror))])
        self.server = FileServer()
        self.server.start()
        self.pool = ThreadPoolExecutor(2)
        self.stores = [
            Store.open(home / "house.sqlite", HOUSE),
            Store.open(home / "rollout.sqlite", MIGRATIONS, durable=True),
        ]
        registry = Registry(self.dialects)
        self.house = House(registry=registry, trace=Trace(), store=self.stores[0], tick_s=0.02)
        self.bus = Bus(
            self.settings,
            on_message=self.house.post,
            on_state=lambda state: self.house.tell({"connection": {"home": state}}),
        )
        doors = Doors(
            trust=self.trust,
            stage=Stage(home),
            server=self.server,
            publish=lambda _, step: self.bus.publish(step),
            pool=self.pool,
            weeks=lambda maker: self.trust.standing(maker).week,
        )
        self.runner = Runner(self.stores[1], dialects=self.dialects, doors=doors, plan=self.plan)
        self.runner.join(self.house)
        self.house.listen(self.changes.put)
        self.bus.subscribe(registry.filters())
        self.bus.direct(
            "orangery/v1/dev/+/fw/req", lambda m: self.server.on_request(m, self.bus.publish)
        )
        self.house.start()
        self.bus.start()

    def close(self) -> None:
        self.server.stop()
        self.pool.shutdown()
        self.house.stop()
        self.bus.stop()
        self.trust.close()
        for store in self.stores:
            store.close()

    def move_in(self, name: str, hardware: str = "A", transport: str = "http") -> None:
        me = Me(id=name, vendor="acme", model="lamp", hardware=hardware)
        slots = Slots(self.folder / name)
        slots.found(Header(vendor="acme", model="lamp", version="1.0.0", counter=1))
        habits = Habits(transport=transport, boot_s=0.05, patience_s=10, retry_s=0.1)
        agent = Agent(me, slots, self.maker.root, connect=self.line, habits=habits)
        thread = threading.Thread(target=agent.run)
        thread.start()
        self.agents.append((agent, thread))

    def line(self, agent: Agent) -> Bus:
        return Bus(
            self.settings,
            client_id=f"agent-{agent.me.id}",
            on_message=agent.on_message,
            on_state=agent.on_state,
            will=agent.will,
        )

    def move_out(self) -> None:
        for agent, _ in self.agents:
            agent.stop()
        for _, thread in self.agents:
            thread.join()

    def until(self, holds) -> None:
        """Wait for a snapshot in which this holds, looking at each change; 40 s at most."""
        deadline = time.monotonic() + 40
        while not holds(self.house.snapshot()):
            self.changes.get(timeout=max(0.01, deadline - time.monotonic()))

    def outcomes(self) -> dict[str, str]:
        snapshot = self.house.snapshot()
        return {
            snapshot.devices[key].name: update.state.value
            for key, update in snapshot.facts.get("update", {}).items()
        }


@contextmanager
def neighbourhood(broker, folder, protocol):
    one = Neighbourhood(broker, folder, protocol)
    one.publish(replace_body(Release(fails_on=("B",))))
    one.open()
    try:
        yield one
    finally:
        one.move_out()
        one.close()


def replace_body(release: Release, size: int = 300_000) -> Release:
    return replace(release, body=b"x" * size)


@pytest.mark.broker
@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_bad_image_stops_the_week_and_the_mended_one_reaches_the_rest(protocol, tmp_path):
    with OwnBroker() as broker, neighbourhood(broker, tmp_path, protocol) as there:
        there.move_in("a")
        there.until(lambda snapshot: len(snapshot.devices) == 1)
        there.move_in("b", hardware="B", transport="mqtt")
        there.move_in("c", transport="mqtt")
        there.until(lambda s: len([d for d in s.devices.values() if d.version]) == 3)
        there.trust.refresh("acme")
        there.house.send(orders.StartRollout(maker="acme")).result(10)
        there.until(lambda s: any(r.state == "halted" for r in s.facts["rollout"].values()))
        ends = there.outcomes()
        assert ends["b"] == "rolled_back"
        mended = replace_body(Release(version="2.0.1", counter=3))
        there.publish(mended)
        there.trust.refresh("acme")
        there.house.send(orders.StartRollout(maker="acme")).result(10)
        there.until(lambda s: set(there.outcomes().values()) == {"done"})
        versions = {device.version.raw for device in there.house.snapshot().devices.values()}
        assert versions == {"2.0.1"}
        assert {one.sent for one in there.server.fetched if one.client == "127.0.0.1"}
