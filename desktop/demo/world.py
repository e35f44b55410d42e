"""Everything around the demo's household: broker, makers with a mirror, hub, and its devices."""

from __future__ import annotations

import datetime as dt
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.demo.devices import LAMPS, Agents
from desktop.demo.families import families
from desktop.demo.hub import DemoHub
from desktop.demo.makers import BAD, BEFORE, MAKER, Makers
from desktop.demo.mirror import Mirror
from desktop.demo.neighbours import neighbours
from desktop.demo.wires import PluggedIn
from desktop.settings import MakerSettings, Settings, save
from firmware.jobs import Plan
from fleet import brokers
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.model import WeekId

PLAN = Plan(
    soak_s=1.0, come_back_s=15.0, transfer_idle_s=20.0, answer_s=5.0, wait_while_in_use=False
)
"""Seconds where a real house has hours."""


class World:
    """The demo's surroundings in `folder`; `with` starts and stops all of them."""

    def __init__(self, folder: Path, *, protocol: str = "5") -> None:
        self.folder = folder
        self.protocol = protocol
        self.week = WeekId.of(dt.datetime.now(dt.UTC).date())
        self.hub = DemoHub(folder / "hub")
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.broker = stack.enter_context(OwnBroker())
            self.makers = Makers(self.folder / "makers", time.time())
            last_week = WeekId.of(self.week.friday() - dt.timedelta(days=7))
            self.makers.release(str(last_week), BEFORE, time.time(), notes=("First.", "第一版。"))
            self.mirror = stack.enter_context(Mirror(self.makers.publisher.mirror))
            stack.callback(self.hub.stop)
            self.hub.start()
            self._plug_in(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def publish_this_week(self) -> None:
        """Publish the week whose lamp image does not suit hardware B."""
        notes = ("The lamp dims without flicker.", "调光不再闪烁。")
        self.makers.release(str(self.week), BAD, time.time(), notes=notes)

    def furnish(self, house: Path, *, port: int = 0, url: str = "") -> None:
        """Write the settings of a household in `house` that lives in this world."""
        house.mkdir(parents=True, exist_ok=True)
        save(
            house,
            Settings(
                makers=(MakerSettings(name=MAKER, urls=(url or self.mirror.url,)),),
                plan=PLAN,
                check_every_s=3600.0,
                sync_every_s=2.0,
                serve_host="127.0.0.1",
                secrets_in_file=True,
            ),
        )
        (house / "makers").mkdir(exist_ok=True)
        (house / "makers" / f"{MAKER}.root.json").write_bytes(self.makers.publisher.root())
        brokers.save(house, [self.settings(port)])

    def settings(self, port: int = 0) -> BrokerSettings:
        """Return how to reach the broker of this world, or another one on loopback."""
        return BrokerSettings(
            host="127.0.0.1", port=port or self.broker.port, protocol=self.protocol
        )

    def agents(self, port: int = 0, place: str = "agents") -> Agents:
        """Return reference agents to be started at this world's broker, or another one."""
        return Agents(
            self.folder / place, self.makers.root_file(), port or self.broker.port, self.protocol
        )

    def _plug_in(self, stack: ExitStack) -> None:
        agents = self.agents()
        stack.callback(agents.stop)
        for lamp in LAMPS:
            agents.start(lamp, BEFORE.lamp)
        for device in (*neighbours(), *families()):
            stack.callback(PluggedIn(device, self.settings()).stop)
