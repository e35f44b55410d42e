"""A fleet of simulated devices in one process, each the real agent of its class, with faults.

Every device lives in a light thread of its own; all of them share a few connections to a real
broker. A fault is ordered per device (`order`) and strikes once, at the next update; it ends a life
with `PowerCutError` where a real device would lose its power, and the device starts again from its
folder. What a device really did is counted here, beside what it says.
"""

from __future__ import annotations

import json
import random
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from firmware.agent import Agent, Body, Habits
from firmware.agent_offer import Me
from firmware.agent_partial import Pins
from firmware.agent_slots import Booted, Header, Slots, read_header
from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.errors import BrokerError
from fleet.model import BrokerState, Connection, Message
from fleet.steps import Publish

ROOT = "orangery/v1/dev"
HABITS = Habits(boot_s=0.05, retry_s=0.5)
LINES = 4  # connections; each takes 2,000 unsent messages
_STACK = 512 * 1024
_UP = Connection(broker="home", state=BrokerState.CONNECTED)
_AT_WORK = {"accepted", "transferring", "installing", "rebooting", "verifying"}


class PowerCutError(BaseException):
    """The device is without power; nothing of its code runs after it."""


class Kind(StrEnum):
    """What can be wrong with a device."""

    NONE = "none"
    POWER_CUT = "power_cut"  # when `at` bytes of the image are written
    STEP_CUT = "step_cut"  # before step `at` of the installer
    HANG = "hang"  # the new image hangs `at` times; the watchdog restarts it
    LOST = "lost"  # one of `at` messages is lost, either way
    TWICE = "twice"  # each message comes twice, either way
    LIES = "lies"  # says version `word`, whatever it runs
    SLEEPS = "sleeps"  # wakes every `at` seconds for three
    SLOW = "slow"  # waits `at` ms for each block it writes
    SILENT = "silent"  # says no word more after it has accepted
    REFUSES = "refuses"  # says `word` to the offer
    UNWELL = "unwell"  # the new image fails its self test here
    FORGED = "forged"  # refuses with `word`; somebody else says in its name that it took it


@dataclass(frozen=True, slots=True)
class Fault:
    """One order: what is wrong, and how much."""

    kind: Kind = Kind.NONE
    at: int = 0
    word: str = ""


HEALTHY = Fault()


@dataclass(frozen=True, slots=True, kw_only=True)
class Born:
    """What a device leaves the factory with."""

    me: Me
    keys: bytes | Pins  # a root for the full class, pins for the partial
    factory: Header
    folder: Path
    habits: Habits = HABITS


class Simulated:
    """One device: lives between `start` and `stop`; survives what is ordered."""

    def __init__(self, fleet: Fleet, born: Born) -> None:
        self.me, self.folder, self.born = born.me, born.folder, born
        self.fault = HEALTHY
        self.installs: Counter[str] = Counter()  # version -> images that took a slot
        self.commits: Counter[str] = Counter()  # version -> commits
        self.installing = ""  # the version at hand
        self.boots = 0
        self.cuts = 0
        self.lost = 0  # messages
        self.pauses = 0  # of a slow link
        self.phase = ""  # as it said last
        self.awake = True
        self._fleet, self._habits = fleet, born.habits
        self._dice = random.Random(self.me.id)
        self._left = 0  # of the fault: steps, boots
        self._mute = False
        self._agent: Agent | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, name=self.me.id, daemon=True)

    def start(self) -> None:
        """Switch it on."""
        self._thread.start()

    def stop(self) -> None:
        """Pull its plug; `join` waits for that."""
        self._over.set()
        if self._agent:
            self._agent.stop()

    def join(self) -> None:
        """Wait until it is off."""
        self._thread.join(30)

    def order(self, fault: Fault) -> None:
        """Let this be wrong with it from now on; a mute one has its power back."""
        self._mute, self._left, self.fault = False, fault.at, fault
        if not self.awake:
            self.wake()

    @property
    def runs(self) -> str:
        """The version it has committed, as its folder says."""
        return Slots(self.folder).committed.version

    @property
    def silent(self) -> bool:
        """Whether it has fallen silent for ever."""
        return self._mute

    def wake(self) -> None:
        """Listen again, and say so."""
        self.awake = True
        if self._agent:
            self._agent.on_state(_UP)

    def doze(self) -> None:
        """Say that it sleeps, and hear nothing."""
        self._fleet.publish(self.me.id, self._topic("state"), b"sleeping", retain=True)
        self.awake = False

    def hear(self, message: Message) -> None:
        """Take what came over the air."""
        if not self._agent or not self.awake or self._mute or self._loses():
            return
        if self.fault.kind is Kind.FORGED and b'"offer"' in message.payload:
            self._forge(json.loads(message.payload)["version"])
        for _ in range(2 if self.fault.kind is Kind.TWICE else 1):
            self._agent.on_message(message)

    def say(self, step: Publish) -> None:
        """Say something, as far as its fault lets it."""
        what = step.topic.removeprefix(f"{ROOT}/{self.me.id}/")
        if what == "fw/status":
            self.phase = json.loads(step.payload)["phase"]
            if self.fault.kind is Kind.SILENT and self.phase == "transferring":
                self._mute = True
        if self._mute or self._loses():
            return
        if what == "hello" and self.fault.kind is Kind.LIES:
            said = json.loads(step.payload)
            said["components"] = [{"slot": "main", "version": self.fault.word}]
            step = Publish(topic=step.topic, payload=json.dumps(said).encode(), retain=True)
        for _ in range(2 if self.fault.kind is Kind.TWICE else 1):
            self._fleet.publish(self.me.id, step.topic, step.payload, retain=step.retain)

    # --- its life --------------------------------------------------------------------------------

    def _live(self) -> None:
        while not self._over.is_set():
            try:
                self._boot()
            except PowerCutError:
                self.cuts += 1
                self._fleet.publish(self.me.id, self._topic("state"), b"offline", retain=True)
                self._over.wait(self._habits.boot_s)

    def _boot(self) -> None:
        slots = _Counted(self)
        slots.found(self.born.factory)
        body = Body(ready=self._ready, unwell=self._unwell)
        self._agent = Agent(
            self.me,
            slots,
            self.born.keys,
            connect=lambda agent: _Line(self, agent),
            habits=self._habits,
            body=body,
        )
        self._agent.run()

    def step(self, name: str) -> None:
        """Stand at a step of the installer, and lose power there where that is ordered."""
        if name == "image.renamed":
            self.installs[self.installing] += 1
        elif name == "active.renamed":
            self.commits[self.installing] += 1
        if self._over.is_set():
            raise PowerCutError(name)
        if self.fault.kind is Kind.SLOW and name == "part.written":
            self.pauses += 1
            self._over.wait(self.fault.at / 1000)
        if self.fault.kind is Kind.POWER_CUT and name == "part.written":
            if Slots(self.folder).part.path.stat().st_size >= self.fault.at:
                self._struck(name)
        elif self.fault.kind is Kind.STEP_CUT and self.phase in _AT_WORK:
            self._left -= 1
            if self._left < 0:
                self._struck(name)

    def _struck(self, name: str) -> None:
        self.fault = HEALTHY
        raise PowerCutError(name)

    def _forge(self, version: str) -> None:
        """Say hello as somebody would who may write there, and has not its key."""
        parts = [{"slot": "main", "version": version}]
        said = {"id": self.me.id, "maker": self.me.vendor, "model": self.me.model}
        payload = json.dumps({**said, "hw": self.me.hardware, "components": parts}).encode()
        self._fleet.publish(self.me.id, self._topic("hello"), payload, retain=True)

    def _ready(self) -> str:
        return self.fault.word if self.fault.kind in {Kind.REFUSES, Kind.FORGED} else ""

    def _unwell(self, booted: Booted, hardware: str) -> str:
        if self.fault.kind is Kind.HANG:
            self._left -= 1
            if self._left >= 0:
                raise PowerCutError("watchdog")
        if self.fault.kind is Kind.UNWELL:
            return "self test failed"
        return booted.unwell(hardware)

    def _loses(self) -> bool:
        loses = self.fault.kind is Kind.LOST and self._dice.randrange(self.fault.at) == 0
        self.lost += loses
        return loses

    def _topic(self, what: str) -> str:
        return f"{ROOT}/{self.me.id}/{what}"


class _Counted(Slots):
    """Slots that count what is done with them."""

    def __init__(self, device: Simulated) -> None:
        super().__init__(device.folder, device.step)
        self._device = device

    def install(self, transfer: str, counter: int | None = None) -> None:
        self._device.installing = read_header(self.part.path).version
        super().install(transfer, counter)

    def boot(self) -> Booted:
        self._device.boots += 1
        return super().boot()


@dataclass(slots=True)
class _Line:
    """One device's half of a shared connection."""

    device: Simulated
    agent: Agent

    def start(self) -> None:
        self.agent.on_state(_UP)

    def stop(self) -> None:
        pass

    def subscribe(self, filters: object) -> None:
        pass

    def publish(self, step: Publish) -> None:
        self.device.say(step)


@dataclass
class Fleet:
    """Devices at the broker on `port`; `with` starts and stops them."""

    port: int
    devices: dict[str, Simulated] = field(default_factory=dict)
    _buses: list[Bus] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _clock: threading.Thread | None = None

    def add(self, born: Born) -> Simulated:
        """Make a device; before `with`."""
        born.folder.mkdir(parents=True, exist_ok=True)
        self.devices[born.me.id] = Simulated(self, born)
        return self.devices[born.me.id]

    def __enter__(self) -> Self:
        up = [self._connected(number) for number in range(LINES)]
        assert all(one.wait(30) for one in up), "no broker"
        before = threading.stack_size(_STACK)
        try:
            for one in self.devices.values():
                one.start()
        finally:
            threading.stack_size(before)
        self._clock = threading.Thread(target=self._tick, name="fleet clock")
        self._clock.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._clock:
            self._clock.join()
        for one in self.devices.values():
            one.stop()
        for one in self.devices.values():
            one.join()
        for bus in self._buses:
            bus.stop()

    def order(self, faults: Mapping[str, Fault]) -> None:
        """Order a fault for each device named, and health for the others."""
        for name, one in self.devices.items():
            one.order(faults.get(name, HEALTHY))

    def publish(self, device: str, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send for a device, waiting while too much is under way. BrokerError: broker_away."""
        step = Publish(topic=topic, payload=payload, qos=1, retain=retain)
        while True:
            try:
                self._bus(device).publish(step)
            except BrokerError as error:
                if error.code != "broker_busy" or self._over.wait(0.02):
                    raise
            else:
                return

    # --- private ---------------------------------------------------------------------------------

    def _connected(self, number: int) -> threading.Event:
        up = threading.Event()

        def on_state(state: Connection) -> None:
            if state.state is BrokerState.CONNECTED:
                again = up.is_set()
                up.set()
                for one in self._of(number) if again else ():
                    if one.awake:
                        one.wake()

        settings = BrokerSettings(host="127.0.0.1", port=self.port)
        bus = Bus(settings, on_message=self._came, on_state=on_state, client_id=f"fleet-{number}")
        for one in self._of(number):
            prefix = f"{ROOT}/{one.me.id}"
            bus.subscribe([(f"{prefix}/cmd", 1), (f"{prefix}/fw/+/+/+", 1)])
        self._buses.append(bus)
        bus.start()
        return up

    def _of(self, number: int) -> Iterable[Simulated]:
        return [one for name, one in self.devices.items() if self._number(name) == number]

    def _number(self, device: str) -> int:
        return zlib.crc32(device.encode()) % LINES

    def _bus(self, device: str) -> Bus:
        return self._buses[self._number(device)]

    def _came(self, message: Message) -> None:
        one = self.devices.get(message.topic.split("/")[3])
        if one:
            one.hear(message)

    def _tick(self) -> None:
        """Send sleepers to sleep and wake them."""
        turns: Counter[str] = Counter()
        while not self._over.wait(1.0):
            for name, one in self.devices.items():
                if one.fault.kind is not Kind.SLEEPS:
                    continue
                turns[name] += 1
                if not one.awake and turns[name] % max(one.fault.at, 1) == 0:
                    one.wake()
                elif one.awake and turns[name] % 3 == 0 and one.phase not in _AT_WORK:
                    one.doze()


def until(what: Callable[[], Any], limit_s: float, *, every_s: float = 0.2) -> Any:
    """Wait until `what` gives something true, and return it; None after `limit_s`."""
    pause = threading.Event()
    for _ in range(int(limit_s / every_s)):
        if found := what():
            return found
        pause.wait(every_s)
    return what()
