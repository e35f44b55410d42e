"""What the runner says it did is on the disk first, and a kill at any instant loses nothing."""

from __future__ import annotations

import json
import queue
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import msgspec
import pytest

from firmware import orders
from firmware.agent import Agent, Habits
from firmware.agent_offer import Me
from firmware.agent_slots import Header, Slots
from firmware.effects import Doors
from firmware.errors import TrustError
from firmware.jobs import Plan
from firmware.release import Channel, Week
from firmware.runner import Runner
from firmware.serve import FileServer, Grant
from firmware.stage import Stage
from firmware.steps import MIGRATIONS
from firmware.trust import Maker as Pinned
from firmware.trust import Trust
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.bus import Bus
from fleet.dialects.native import Native
from fleet.errors import BrokerError, CommandError, StoreError
from fleet.house import MIGRATIONS as HOUSE
from fleet.house import Batch, House
from fleet.model import (
    OWNER,
    Availability,
    Caps,
    Delay,
    Device,
    Endpoint,
    Install,
    Phase,
    Publish,
    Refusal,
    RolloutState,
    UpdateWord,
    Version,
)
from fleet.registry import Registry
from fleet.store import Store
from fleet.trace import Trace
from tests.firmware.releases import Maker, Release, lay_out, staged

PLAN = Plan(soak_s=5, transfer_idle_s=30, answer_s=2, come_back_s=20)
RELEASE = Release()
WEEK = Week(
    id="2026-W48", maker="acme", channel=Channel.ORANGE, counter=1, targets=(RELEASE.target,)
)


def lamp(key: str, **more: object) -> Device:
    endpoint = Endpoint(
        broker="home", dialect="native", id=key, data={"prefix": f"orangery/v1/dev/{key}"}
    )
    values = {
        "name": key.title(),
        "vendor": "acme",
        "model": "lamp",
        "version": Version("1.0.0"),
        "availability": Availability.ONLINE,
        "dialects": ("native",),
        "endpoints": {"native": endpoint},
        "caps": Caps(install=frozenset({Install.URL})),
    }
    return Device(key=key, **values | more)


class Now(ThreadPoolExecutor):
    """A pool that does it at once, so that a test has no luck in it."""

    def submit(self, fn, /, *args, **more):
        done: Future = Future()
        done.set_result(fn(*args, **more))
        return done


class Trusted:
    """A trust and a stage that hold the release, or the error they are told to raise."""

    def __init__(self, folder) -> None:
        self.file = folder / "blob"
        self.file.write_bytes(RELEASE.image)
        self.error: Exception | None = None
        self.fetches = 0

    def fetch(self, trust, maker, target, progress=None):
        self.fetches += 1
        if self.error:
            raise self.error
        return staged(self.file, target)

    def mirror_files(self, maker):
        return {}

    def hold(self, pins):
        self.pins = pins


class Served:
    """A file server that only says what it grants."""

    def __init__(self) -> None:
        self.grants: dict[str, str] = {}

    def offer(self, staged, mirror_files, *, ttl, transfer="", host="", prefix=""):
        self.grants[transfer] = prefix
        return Grant(transfer=transfer, url=f"http://h/{transfer}/x.bin", mirror="http://h/m")

    def revoke(self, transfer):
        self.grants.pop(transfer, None)


class Home:
    """A scripted house around one runner; `kill` leaves only what is on the disk."""

    def __init__(self, folder, *devices: Device) -> None:
        self.path, self.now = folder / "rollout.sqlite", 1000.0
        self.devices = {device.key: device for device in devices}
        self.trusted, self.served = Trusted(folder), Served()
        self.sent: list[dict[str, object]] = []
        self.facts: dict[str, dict[str, object]] = {
            "update": {}, "rollout": {}, "store": {}, "night": {},
        }  # fmt: skip
        self.away = False
        self.connected = frozenset({"home"})
        self.begin()

    def begin(self) -> None:
        self.store = Store.open(self.path, MIGRATIONS, durable=True)
        doors = Doors(
            trust=self.trusted,
            stage=self.trusted,
            server=self.served,
            publish=self.publish,
            pool=Now(),
            weeks={"acme": WEEK}.get,
        )
        self.runner = Runner(
            self.store, dialects=[Native()], doors=doors, plan=PLAN, clock=lambda: self.now
        )
        self.runner._settle = self.settle
        self.runner._look = lambda: self.devices

    def kill(self) -> None:
        self.store.close()
        self.served.grants.clear()
        self.begin()

    def publish(self, broker, step) -> None:
        if self.away:
            raise BrokerError("broker_away")
        self.sent.append(json.loads(step.payload))

    def settle(self, outcome, *, act: bool = True) -> None:
        for kind, values in outcome.facts.items():
            self.facts[kind].update(values)
        for action in outcome.then if act else ():
            action()

    def turn(self, *spoke: Device, words=(), passed: float = 0.25, act: bool = True) -> None:
        self.now += passed
        self.devices.update({device.key: device for device in spoke})
        keys = frozenset(device.key for device in spoke)
        batch = Batch(
            now=self.now,
            devices=self.devices,
            changed=keys,
            spoke=keys,
            words=tuple(words),
            connected=self.connected,
        )
        self.settle(self.runner.take(batch), act=act)

    def turns(self, count: int, passed: float = 0.25) -> None:
        for _ in range(count):
            self.turn(passed=passed)

    def start(self, *devices: str) -> str:
        return self.runner.counter.start_rollout(
            orders.StartRollout(maker="acme", devices=devices), OWNER
        )

    def states(self) -> dict[str, str]:
        return {key: update.state.value for key, update in self.facts["update"].items()}

    def offers(self) -> list[object]:
        return [step["transfer"] for step in self.sent if step["op"] == "offer"]


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path, lamp("a"), lamp("b"))
    one.turn()
    yield one
    one.store.close()


def to_offered(home: Home) -> None:
    home.start()
    home.turns(4)
    assert home.states()["a"] == "offered"


def test_a_started_week_is_staged_and_offered_to_the_canary_alone(home):
    to_offered(home)
    assert home.states() == {"a": "offered", "b": "queued"}
    (order,) = home.sent
    transfer = home.facts["update"]["a"].transfer
    assert (order["op"], order["transfer"]) == ("offer", transfer)
    assert (order["path"], order["sha256"]) == (RELEASE.path, RELEASE.target.sha256)
    assert home.served.grants == {transfer: "orangery/v1/dev/a"}


def test_a_device_is_done_when_it_says_the_version_itself_and_not_before(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.COMMITTED))])
    assert home.states()["a"] == "verifying"
    home.turn(lamp("a", version=Version("2.0.0")))
    assert home.states()["a"] == "done"
    assert home.served.grants == {}


def test_the_history_tells_each_step_and_each_end(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.FAILED, error="flash worn out"))])
    history = home.runner.events("a")
    assert [event.state.value for event in history if not event.reason] == [
        "known", "approved", "queued", "queued", "staging", "staged", "offered",
    ]  # fmt: skip
    last = history[-1]
    assert (last.reason, last.fact) == ("device_failed", "flash worn out")
    assert (last.version_from, last.version_to) == ("1.0.0", "2.0.0")
    numbers = [event.number for event in home.runner.events()]
    assert numbers == sorted(set(numbers))


def test_a_halted_rollout_is_told_with_its_reason_and_goes_on_at_a_word(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.FAILED))])
    (halted,) = home.facts["rollout"].values()
    assert (halted.state, halted.reason, halted.device) == (RolloutState.HALTED, "failed", "a")
    home.runner.counter.resume(orders.ResumeRollout(rollout=halted.id), OWNER)
    home.turns(4)
    assert home.states() == {"a": "failed", "b": "offered"}


def test_nothing_follows_before_it_is_on_the_disk(home, monkeypatch):
    home.start()
    fail(home, monkeypatch, "disk_full")
    home.turns(4)
    assert (home.offers(), home.facts["store"]) == ([], {"rollout": "disk_full"})
    monkeypatch.undo()
    home.turns(4)
    assert home.states()["a"] == "offered"
    assert home.facts["store"] == {"rollout": None}


def test_a_word_heard_while_the_disk_was_full_is_not_lost(home, monkeypatch):
    to_offered(home)
    fail(home, monkeypatch, "disk_full")
    home.turn(words=[("a", UpdateWord(phase=Phase.FAILED))])
    monkeypatch.undo()
    home.turn()
    assert home.states()["a"] == "failed"


def fail(home: Home, monkeypatch, code: str) -> None:
    def full():
        raise StoreError(code)

    monkeypatch.setattr(home.store, "write", full)


def test_an_order_that_cannot_be_kept_fails_and_changes_nothing(home, monkeypatch):
    fail(home, monkeypatch, "disk_full")
    with pytest.raises(StoreError):
        home.start()
    monkeypatch.undo()
    home.turn()
    assert home.states() == {}


def test_a_file_that_cannot_be_staged_halts_with_trusts_reason(home):
    home.trusted.error = TrustError("mirror_unreachable", source="x")
    home.start()
    home.turns(3)
    (halted,) = home.facts["rollout"].values()
    assert (halted.state, halted.reason) == (RolloutState.HALTED, "mirror_unreachable")
    assert home.states() == {"a": "queued", "b": "queued"}


def test_an_offer_that_meets_no_broker_is_made_when_it_is_back(home):
    home.away = True
    home.start()
    home.turns(3)
    home.connected = frozenset()
    home.turns(3)
    assert (home.states()["a"], home.offers()) == ("staged", [])
    home.away, home.connected = False, frozenset({"home"})
    home.turns(3)
    assert (home.states()["a"], len(home.offers())) == ("offered", 1)


def test_a_lost_broker_stops_the_clocks(home):
    to_offered(home)
    home.connected = frozenset()
    home.turns(10, passed=30)
    assert home.states()["a"] == "offered"
    home.connected = frozenset({"home"})
    home.turns(2, passed=30)
    assert home.states()["a"] == "silent"


def test_a_refusal_of_the_dialect_ends_the_update_with_its_code(home):
    home.start()
    home.devices["a"] = lamp("a", caps=Caps())
    home.turns(4)
    assert home.facts["update"]["a"].reason == "takes_no_updates"


@pytest.mark.parametrize(
    ("devices", "code"),
    [
        ({"a": lamp("a", model="plug")}, "not_for_device"),
        ({}, "unknown_device"),
    ],
)
def test_a_named_device_that_cannot_take_it_is_refused_with_a_reason(devices, code, home):
    home.devices.clear()
    home.devices.update(devices)
    with pytest.raises(CommandError) as raised:
        home.start("a")
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (orders.StartRollout(maker="nobody"), "week_unknown"),
        (orders.StartRollout(maker="acme", week="2026-W47"), "week_not_current"),
    ],
)
def test_a_week_that_is_not_there_is_refused(order, code, home):
    with pytest.raises(CommandError) as raised:
        home.runner.counter.start_rollout(order, OWNER)
    assert raised.value.code == code


def test_orders_that_come_too_late_are_refused(home):
    to_offered(home)
    for order, give, code in (
        (orders.CancelUpdate(device="a"), home.runner.counter.cancel, "too_late_to_cancel"),
        (orders.RetryUpdate(device="a"), home.runner.counter.retry, "wrong_state"),
        (orders.ApproveUpdate(device="x"), home.runner.counter.approve, "no_update"),
        (orders.ResumeRollout(rollout="x"), home.runner.counter.resume, "unknown_rollout"),
        (orders.OwnUpdate(device="a"), home.runner.counter.own_update, "update_running"),
        (orders.OwnUpdate(device="b"), home.runner.counter.own_update, "nothing_offered"),
    ):
        with pytest.raises(CommandError) as raised:
            give(order, OWNER)
        assert raised.value.code == code


def test_a_device_to_be_asked_first_stays_known_until_the_answer(home):
    home.turn(lamp("a", ask_first=True))
    home.start()
    home.turns(3)
    assert home.states() == {"a": "known", "b": "offered"}
    home.runner.counter.approve(orders.ApproveUpdate(device="a"), OWNER)
    assert home.states()["a"] == "queued"


def test_a_device_behind_a_gateway_waits_for_the_gateways_turn(home):
    home.turn(lamp("a", via="g"), lamp("b", via="g"), lamp("g", model="bridge"))
    home.start()
    home.turns(3)
    home.turn(lamp("a", via="g", version=Version("2.0.0")))
    home.turns(30)
    assert home.states() == {"a": "done", "b": "offered"}


# --- a kill at any instant -----------------------------------------------------------------------


def script(home: Home):
    """A rollout of two devices, one step at a time."""
    home.start()
    yield
    for key in ("a", "b"):
        for _ in range(12):
            home.turn(lamp(key), passed=1)  # it lives, and says now and then what it runs
            yield
        for phase in (Phase.ACCEPTED, Phase.TRANSFERRING, Phase.INSTALLING, Phase.REBOOTING):
            transfer = home.facts["update"][key].transfer
            home.turn(words=[(key, UpdateWord(phase=phase, transfer=transfer))])
            yield
        home.turn(lamp(key, version=Version("2.0.0")))
        yield


@pytest.mark.parametrize("point", range(35))
def test_a_kill_at_any_instant_goes_on_with_one_transfer_for_each_device(point, home):
    for number, _ in enumerate(script(home)):
        if number == point:
            home.kill()
            home.turn()
    assert home.states() == {"a": "done", "b": "done"}
    transfers = {update.transfer for update in home.facts["update"].values()}
    assert set(home.offers()) == transfers, "an offer made again is the same one"


def test_a_kill_between_the_row_and_the_offer_offers_after_asking(home):
    home.start()
    home.turn()
    home.turn(act=False)  # the row "offered" is on the disk, nothing was sent
    home.kill()
    home.turn()
    assert (home.states()["a"], home.offers()) == ("offered", [])
    home.turn(lamp("a"))
    assert [step["op"] for step in home.sent] == ["identify"]
    home.turns(10)
    assert home.offers() == [home.facts["update"]["a"].transfer]


def test_after_a_kill_the_file_is_served_again_under_the_same_transfer(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.TRANSFERRING))])
    grants = dict(home.served.grants)
    home.kill()
    assert home.served.grants == {}
    home.turns(2)
    assert home.served.grants == grants


def test_a_halted_rollout_is_still_halted_after_a_kill_and_goes_on_at_a_word(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.FAILED))])
    home.kill()
    home.facts["rollout"].clear()
    home.turns(4)
    (halted,) = home.facts["rollout"].values()
    assert (halted.state, home.states()["b"]) == (RolloutState.HALTED, "queued")
    home.runner.counter.resume(orders.ResumeRollout(rollout=halted.id), OWNER)
    home.turns(4)
    assert home.states()["b"] == "offered"


# --- a maker's own update ------------------------------------------------------------------------


class Plug:
    """A dialect whose devices install only what their own maker offers, in two steps."""

    name = "plug"

    def plan(self, device, offer):
        if offer is not None:
            return Refusal("own_updates_only")
        first, then = (Publish(topic="plug/cmd", payload=b'{"op":"%d"}' % n) for n in (1, 2))
        return [first, Delay(seconds=5), then]

    def verify(self, device):
        return []

    def arrived(self, device, version):
        return device.version.raw == version


def test_a_makers_own_update_is_started_shown_as_such_and_confirmed_by_its_version(home):
    endpoint = Endpoint(broker="home", dialect="plug", id="p")
    plug = lamp(
        "p", dialects=("plug",), endpoints={"plug": endpoint}, offer=Version("9"), vendor="other"
    )
    home.runner._effects._dialects["plug"] = Plug()
    home.turn(plug)
    home.runner.counter.own_update(orders.OwnUpdate(device="p"), OWNER)
    home.turn()
    update = home.facts["update"]["p"]
    assert (update.own, update.state.value, update.version_to) == (True, "offered", "9")
    assert [step["op"] for step in home.sent] == ["1"], "the second step waits for its time"
    home.turn(passed=5)
    assert [step["op"] for step in home.sent] == ["1", "2"]
    home.turn(msgspec.structs.replace(plug, version=Version("9")))
    assert home.states() == {"p": "done"}


# --- with everything real ------------------------------------------------------------------------


class Neighbourhood:
    """A real broker, house, trust, stage and server, and devices in threads of their own."""

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
        registry = Registry([Native()])
        self.house = House(registry=registry, trace=Trace(), store=self.stores[0], tick_s=0.02)
        self.bus = Bus(
            self.settings,
            on_message=self.house.post,
            on_state=lambda state: self.house.tell({"connection": {"home": state}}),
        )
        plan = Plan(soak_s=0.1, transfer_idle_s=20, answer_s=1, come_back_s=20)
        doors = Doors(
            trust=self.trust,
            stage=Stage(home),
            server=self.server,
            publish=lambda _, step: self.bus.publish(step),
            pool=self.pool,
            weeks=lambda maker: self.trust.standing(maker).week,
        )
        self.runner = Runner(self.stores[1], dialects=[Native()], doors=doors, plan=plan)
        self.runner.join(self.house)
        self.house.listen(self.changes.put)
        self.bus.subscribe(Native().filters())
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
