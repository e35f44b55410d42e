"""A house whose program is killed and killed again while its devices fail in every way.

Real are: the program (`orangery serve`, SIGKILL, started again at once), the broker, the signed
weeks, the agents with their folders (most as threads, a dozen as processes that are killed too).
Faults and kills come from one seed. Afterwards each device must run the old or the new version
and say so, none may have installed a file twice, and the history must explain every one.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.chaos_processes import Processes
from benchmarks.chaos_verdict import Truth, wrong
from desktop.commands import CheckNow
from desktop.demo.images import make_org1
from desktop.demo.program import Program
from desktop.processes import own_command, start
from firmware import steps
from firmware.agent_offer import Me
from firmware.agent_partial import read_pins
from firmware.agent_slots import Header, Slots
from firmware.jobs import Plan
from firmware.orders import StartRollout
from firmware.steps import Steps
from fleet.brokers import OwnBroker
from fleet.model import RolloutState, Snapshot, UpdateEvent
from fleet.store import Store
from tests.desktop.homes import furnish
from tests.firmware.fleet import HABITS, Born, Fault, Fleet, Kind, until
from tests.firmware.simulator import LAMP, Simulator

AGENTS, PROCESSES, KILLS, SECONDS = 1_000, 12, 500, 3_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of it."""

    agents: int = AGENTS  # as threads
    processes: int = PROCESSES
    kills: int = KILLS
    seconds: float = SECONDS  # after them nobody is killed any more


SLICE = Size(agents=60, processes=2, kills=12, seconds=60.0)
KIND = Me(id="", vendor="Grove", model="Lumen L1", hardware="A", kind="light")
SICK = 0.3  # the share of devices with a fault each week
CALM_S = 240.0  # the longest for the end of the last week, with nobody killing
_MADE = {"vendor": KIND.vendor, "model": KIND.model}
_PAYLOAD = 1 << 18
_TOLD = 25  # kills
_FAULT = re.compile(r"[A-Za-z_.]*(Error|Exception): ")  # the last line of a traceback
PLAN = Plan(
    canary=False,
    halts=frozenset(),
    soak_s=0.0,
    settle_s=1.0,
    come_back_s=20.0,
    transfer_idle_s=30.0,
    answer_s=5.0,
    per_wave=60,
    per_access=1_000,
    direct_at_once=60,
    tries=1_000,
    ask_again_s=2.0,
)


@dataclass
class Tally:
    """What was done, and what came of it."""

    seed: int
    kills: int = 0
    early: int = 0  # of them while it was starting
    weeks: int = 0
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    cuts: int = 0  # of devices' power
    installs: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    silent: int = 0  # devices that fell silent for ever, by order
    events: int = 0
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Say it."""
        yield f"seed {self.seed}: {self.seconds:,.0f} s, {self.weeks} weeks"
        yield f"kills of the program: {self.kills:,} (while starting: {self.early:,})"
        yield f"power cuts of devices: {self.cuts:,}; faults: {_counted(self.faults)}"
        yield f"images put on trial: {self.installs:,}; steps in the history: {self.events:,}"
        yield f"ends: {_counted(self.ends)}; silent by order: {self.silent}"
        yield f"found wrong: {len(self.wrong)}"
        yield from self.wrong


def run(size: Size, seed: int) -> Tally:
    """Let it happen in a temporary folder, and judge it. The folder is kept if it went wrong."""
    folder = Path(tempfile.mkdtemp(prefix="orangery-chaos-"))
    tally = Chaos(folder, size, seed).run()
    if tally.wrong:
        tally.wrong.append(f"kept: {folder}")
    else:
        shutil.rmtree(folder)
    return tally


class Chaos:
    """One run."""

    def __init__(self, folder: Path, size: Size, seed: int) -> None:
        self.folder, self.size = folder, size
        self._dice = random.Random(seed)
        self.tally = Tally(seed)
        self._maker = Simulator(folder / "mirror")
        self._versions: list[str] = []
        self._names = [f"process-{number}" for number in range(size.processes)]

    def run(self) -> Tally:
        """Kill, start, kill, until enough; then let it calm down, and judge."""
        began = time.monotonic()
        with ExitStack() as stack:
            broker = stack.enter_context(OwnBroker())
            self._publish()
            self._fleet = stack.enter_context(self._furnished(broker.port))
            (self.folder / "root.json").write_bytes(self._root())
            self._processes = Processes(
                self.folder / "flash", self.folder / "root.json", broker.port, KIND, self._names
            )
            stack.callback(self._processes.stop)
            self._processes.start()
            home = furnish(self.folder / "house", broker.port, self._maker)
            self._settle(home)
            self._program = Program(home)
            stack.callback(self._program.stop)
            self._all_there()
            self._begin()
            latest = time.monotonic() + self.size.seconds
            while self.tally.kills < self.size.kills and time.monotonic() < latest:
                self._kill_once()
            ended = self._calm()
            self._judge(ended)
        self.tally.seconds = time.monotonic() - began
        return self.tally

    # --- before ----------------------------------------------------------------------------------

    def _furnished(self, port: int) -> Fleet:
        pins = read_pins(self._maker.file("targets").read_bytes(), "lamp")
        fleet = Fleet(port)
        for number in range(self.size.agents):
            name = f"{'small' if number % 3 == 0 else 'full'}-{number}"
            me = replace(KIND, id=name)
            fleet.add(
                Born(
                    me=me,
                    keys=pins if number % 3 == 0 else self._root(),
                    factory=_factory(),
                    folder=self.folder / "flash" / name,
                    habits=replace(HABITS, transport="mqtt" if number % 10 == 1 else "http"),
                )
            )
        return fleet

    def _root(self) -> bytes:
        return (self.folder / "mirror" / "metadata" / "1.root.json").read_bytes()

    @staticmethod
    def _settle(home: Path) -> None:
        file = home / "settings.json"
        chosen = msgspec.json.decode(file.read_bytes())
        chosen["plan"] = msgspec.to_builtins(PLAN)
        file.write_bytes(msgspec.json.encode(chosen))

    def _all_there(self) -> None:
        wanted = {*self._fleet.devices, *self._names}
        self._program.start()
        found = until(
            lambda: {one.name for one in self._program.snapshot().devices.values()} >= wanted, 120
        )
        assert found, "not all devices were found"

    def _publish(self) -> None:
        number = self._maker.counter + 1
        version = f"1.{number}.0"
        about = {**_MADE, "version": version, "counter": number}
        self._maker.week = f"2026-W{number % 52 + 1:02d}"
        self._maker.files[LAMP] = make_org1(
            **about,
            hardware=("A", "B"),
            payload=self._dice.randbytes(_PAYLOAD),
        )
        self._maker.about[LAMP] = {**about, "hardware": ["A", "B"], "come_back_s": 20}
        self._maker.publish()
        self._versions.append(version)

    def _begin(self) -> None:
        """Order the week's faults, and have the person say: start."""
        if self.tally.weeks:
            self._publish()
        self.tally.weeks += 1
        faults = {name: self._fault() for name in self._fleet.devices if self._dice.random() < SICK}
        self.tally.faults.update(one.kind.value for one in faults.values())
        self._fleet.order(faults)
        self._program.do(CheckNow())
        self._program.do(StartRollout())

    def _fault(self) -> Fault:
        dice = self._dice
        kind = dice.choice([one for one in Kind if one is not Kind.NONE])
        at = {
            Kind.POWER_CUT: dice.randrange(1, _PAYLOAD),
            Kind.STEP_CUT: dice.randrange(40),
            Kind.HANG: dice.randint(1, 4),
            Kind.LOST: dice.randint(2, 20),
            Kind.SLEEPS: dice.randint(5, 20),
            Kind.SLOW: dice.randint(10, 200),
        }.get(kind, 0)
        words = {Kind.LIES: "9.9.9", Kind.REFUSES: "battery_low", Kind.FORGED: "in_use"}
        return Fault(kind, at, words.get(kind, ""))

    # --- the storm -------------------------------------------------------------------------------

    def _kill_once(self) -> None:
        pause = threading.Event()
        if self._dice.random() < 0.5:  # while it is starting
            self._program.kill()
            home = self._program.folder
            process = start(
                own_command("--folder", str(home), "serve", "--tied"), home / "serve.log"
            )
            pause.wait(self._dice.uniform(0.0, 1.5))
            process.kill()
            process.wait(30)
            assert process.stdin is not None
            process.stdin.close()
            self.tally.kills += 1
            self.tally.early += 1
        else:
            pause.wait(self._dice.uniform(0.0, 3.0))
            if self._finished(self._program.snapshot()):
                self._begin()
            self._program.kill()
        self.tally.kills += 1
        self._program.start()
        if self.tally.kills % _TOLD < 2:
            print(f"{self.tally.kills} kills, {self.tally.weeks} weeks", file=sys.stderr)
        if self._names and self._dice.random() < 0.2:
            self._processes.kill(self._dice.choice(self._names))

    @staticmethod
    def _finished(now: Snapshot) -> bool:
        states = {one.state for one in now.facts.get("rollout", {}).values()}  # type: ignore[attr-defined]
        return states == {RolloutState.FINISHED}

    def _calm(self) -> Snapshot:
        """Kill nobody any more, and wait for the end."""
        for one in self._fleet.devices.values():  # who only sleeps wakes; who is mute stays so
            if one.fault.kind in {Kind.SLEEPS, Kind.LOST} and not one.silent:
                one.order(Fault())
        if not until(lambda: self._finished(self._program.snapshot()), CALM_S):
            left = [
                f"{now.state}/{now.waiting} {now.reason}"
                for now in self._program.snapshot().facts["update"].values()
                if not now.state.ended  # type: ignore[attr-defined]
            ]
            self.tally.wrong.append(f"the rollout did not end: {Counter(left)}")
        return self._program.snapshot()

    # --- the judgement ---------------------------------------------------------------------------

    def _judge(self, ended: Snapshot) -> None:
        kept = Store.open(self.folder / "house" / "rollout.sqlite", steps.MIGRATIONS, durable=True)
        with kept:
            history = Steps(kept)
            events = history.events()
            if (broken := history.verify().broken_at) is not None:
                self.tally.wrong.append(f"the history's chain is broken at {broken}")
        self.tally.events = len(events)
        self._faults()
        shown = {device.name: device for device in ended.devices.values()}
        updates: Any = ended.facts["update"]
        histories: dict[str, list[UpdateEvent]] = defaultdict(list)
        for event in events:
            histories[event.device].append(event)
        for name, truth in self._truths():
            told = shown.get(name)
            key = told.key if told else ""
            update = updates.get(key)
            found = wrong(truth, told, update, histories[key], {"1.0.0", *self._versions})
            self.tally.wrong += [f"{name}: {what}{self._state(name)}" for what in found]
            self.tally.ends[update.state.value if update else "none"] += 1

    def _truths(self) -> Iterator[tuple[str, Truth]]:
        for name, device in self._fleet.devices.items():
            self.tally.cuts += device.cuts
            self.tally.installs += sum(device.installs.values())
            self.tally.silent += device.silent
            yield (
                name,
                Truth(
                    runs=device.runs,
                    installs=device.installs,
                    commits=device.commits,
                    believable=not device.silent and device.fault.kind is not Kind.LIES,
                ),
            )
        for name, installs in self._processes.installs.items():
            self.tally.installs += sum(installs.values())
            runs = Slots(self.folder / "flash" / name).committed.version
            yield name, Truth(runs=runs, installs=installs)

    def _state(self, name: str) -> str:
        one = self._fleet.devices.get(name)
        return f" ({one.fault.kind} {one.fault.at}, phase {one.phase})" if one else ""

    def _faults(self) -> None:
        """Name what the program itself took for a fault of its own: it has logged that."""
        log = (self.folder / "house" / "serve.log").read_text(errors="replace")
        for line in {line for line in log.splitlines() if _FAULT.match(line)}:
            self.tally.wrong.append(f"in the program's log: {line}")


def _factory() -> Header:
    return Header(**_MADE, version="1.0.0", counter=0, hardware=("A", "B"))


def _counted(what: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in what.most_common()) or "none"
