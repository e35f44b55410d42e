"""The household survives SIGKILL at any moment of a rollout; each device installs exactly once.

Everything is a process of its own: `orangery serve`, two reference devices, the broker.
"""

import random
import signal
import sys
import threading
from collections import defaultdict
from itertools import groupby

import msgspec
import pytest

from desktop.commands import CheckNow, History
from desktop.demo.devices import LAMP, VENDOR, Agents, Lamp
from desktop.demo.images import make_org1
from desktop.demo.program import Program
from desktop.processes import own_command, start
from feedback.commands import SaveDraft, SendReport
from feedback.report import ReportState
from firmware.orders import StartRollout
from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.commands import Rename
from fleet.model import RolloutState, UpdateState
from tests.desktop.homes import furnish
from tests.firmware.simulator import LAMP as PATH
from tests.firmware.simulator import Simulator

KILLS = 10
LAMPS = (Lamp(id="one", name="Lamp one"), Lamp(id="two", name="Lamp two", transport="mqtt"))
pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]


class Phases:
    """What each device said of its update, in order; heard past the household."""

    def __init__(self, port: int) -> None:
        self.heard: dict[str, list[str]] = defaultdict(list)
        self._more = threading.Condition()
        self._bus = Bus(
            BrokerSettings(host="127.0.0.1", port=port),
            on_message=self._take,
            on_state=lambda _: None,
        )
        self._bus.subscribe([("orangery/v1/dev/+/fw/status", 1)])
        self._bus.start()

    def stop(self) -> None:
        self._bus.stop()

    def of(self, device: str, *, committed: int = 0) -> list[str]:
        """Its phases, those said twice in a row counted once; the house may hear the last first."""

        def said() -> list[str]:
            return [phase for phase, _ in groupby(self.heard[device])]

        with self._more:
            self._more.wait_for(lambda: said().count("committed") >= committed, 20)
            return said()

    def _take(self, message) -> None:
        if message.payload:
            phase = msgspec.json.decode(message.payload)["phase"]
            with self._more:
                self.heard[message.topic.split("/")[3]].append(phase)
                self._more.notify_all()


def next_week(sim: Simulator) -> str:
    """Publish a week with a new version for both lamps, and return it."""
    number = sim.counter + 1
    version = f"1.{number}.0"
    about = {"vendor": VENDOR, "model": LAMP, "version": version, "counter": number + 1}
    sim.week = f"2026-W{number + 10}"
    sim.files[PATH] = make_org1(**about, hardware=("A",), payload=random.randbytes(1 << 20))
    sim.about[PATH] = {**about, "hardware": ["A"]}
    sim.publish()
    return version


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
def agents(tmp_path, broker, maker):
    root = tmp_path / "root.json"
    root.write_bytes(maker.maker().root)
    running = Agents(tmp_path / "agents", root, broker.port, "5")
    for lamp in LAMPS:
        running.start(lamp, "1.0.0")
    yield running
    running.stop()


@pytest.fixture
def program(tmp_path, broker, maker, agents):
    one = Program(furnish(tmp_path / "house", broker.port, maker))
    yield one
    one.stop()


def after_some_changes(program: Program, dice: random.Random) -> None:
    """Return at a moment nobody can know: after so many announcements of the house, or in quiet."""
    left, enough = [dice.randint(1, 12)], threading.Event()

    def heard(_changes) -> None:
        left[0] -= 1
        if left[0] <= 0:
            enough.set()

    stop = program.client.listen(heard)
    enough.wait(dice.uniform(0.05, 1.0))
    stop()


def killed_while_it_starts(program: Program, dice: random.Random) -> None:
    command = own_command("--folder", str(program.folder), "serve", "--tied")
    process = start(command, program.folder / "serve.log")
    ended = threading.Event()
    ended.wait(dice.uniform(0.3, 1.2))
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    process.stdin.close()


def finished(snapshot):
    """The house, where a rollout was begun and none is under way."""
    states = {one.state for one in snapshot.facts.get("rollout", {}).values()}
    return snapshot if states == {RolloutState.FINISHED} else None


def begin(program: Program) -> None:
    program.do(CheckNow())
    program.do(StartRollout())


@pytest.fixture
def seed() -> int:
    """Another one each time; pytest shows what is printed where a test fails."""
    made = random.randrange(1 << 32)
    sys.stdout.write(f"seed {made}\n")
    return made


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_and_each_device_installs_once(program, phases, maker, seed):
    dice = random.Random(seed)
    program.start()
    now = program.until(lambda seen: len(seen.devices) == len(LAMPS) and seen, "two lamps")
    keys = {device.name: device.key for device in now.devices.values()}
    program.do(Rename(device=keys["Lamp one"], name="Night light"))
    draft = program.do(SaveDraft(title="It flickers"))
    program.do(SendReport(report=draft.id, evidence=b"{}"))
    weeks, met = 1, set()
    begin(program)

    for number in range(KILLS):
        after_some_changes(program, dice)
        if finished(program.snapshot()):  # each kill is to meet a rollout under way
            next_week(maker)
            weeks += 1
            begin(program)
        met |= {update.state for update in program.snapshot().facts["update"].values()}
        program.kill()
        if number % 3 == 2:
            killed_while_it_starts(program, dice)
        program.start()
    assert met - {UpdateState.DONE, UpdateState.QUEUED}, "no kill met a device at work"

    ended = program.until(finished, "the end", 120)
    for lamp in LAMPS:
        said = phases.of(lamp.id, committed=weeks)
        assert said.count("installing") == weeks, said
        assert said.count("committed") == weeks, said
        assert said[-1] == "committed"
    for key in keys.values():
        assert str(ended.devices[key].version) == f"1.{weeks}.0"
        states = [event.state for event in program.do(History(device=key))]
        assert states.count(UpdateState.DONE) == weeks
        assert states[-1] is UpdateState.DONE
    assert ended.devices[keys["Lamp one"]].name == "Night light"
    (kept,) = ended.facts["report"].values()
    assert (kept.id, kept.title, kept.state) == (draft.id, "It flickers", ReportState.WAITING)
