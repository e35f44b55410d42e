"""A scripted house around one runner; `kill` leaves only what is on the disk."""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor

from firmware import orders
from firmware.effects import Doors
from firmware.jobs import ALONE, Plan
from firmware.release import Channel, Week
from firmware.runner import Runner
from firmware.serve import Grant, Served, ServeError
from firmware.steps import MIGRATIONS
from fleet.dialects.native import Native
from fleet.errors import BrokerError
from fleet.house import Batch
from fleet.model import OWNER, Availability, Caps, Device, Endpoint, Install, Version
from fleet.store import Store
from tests.firmware.releases import Release, staged

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


class Server:
    """A file server that only says what it grants."""

    def __init__(self) -> None:
        self.grants: dict[str, str] = {}
        self.hosts: list[str] = []
        self.error: ServeError | None = None
        self.laid: dict[tuple[str, str], bytes] = {}
        self.come: dict[str, Served] = {}

    def lay(self, transfer, name, payload, content_type):
        self.laid[transfer, name] = payload

    def served(self, transfer):
        return self.come.get(transfer, Served())

    def offer(self, staged, mirror_files, *, ttl, transfer="", host=str, prefix=""):
        if self.error:
            raise self.error
        if self.error:
            raise self.error
        self.grants[transfer] = prefix
        self.hosts.append(host())
        return Grant(
            transfer=transfer,
            url=f"http://h/{transfer}/x.bin",
            mirror="http://h/m",
            place=f"http://h/{transfer}/",
        )

    def revoke(self, transfer):
        self.grants.pop(transfer, None)


class Home:
    """A scripted house around one runner; `kill` leaves only what is on the disk."""

    def __init__(self, folder, *devices: Device) -> None:
        self.path, self.now = folder / "rollout.sqlite", 1000.0
        self.devices = {device.key: device for device in devices}
        self.trusted, self.served = Trusted(folder), Server()
        self.sent: list[dict[str, object]] = []
        self.facts: dict[str, dict[str, object]] = {
            "update": {}, "rollout": {}, "store": {}, "night": {},
        }  # fmt: skip
        self.away = False
        self.weeks: dict[str, Week] = {"acme": WEEK}
        self.plan = PLAN
        self.outside = ALONE
        self.mistake = ""
        self.heard: dict[str, list[tuple[float, str]]] = {}
        self.wanted: list[frozenset[str]] = []
        self.busy: list[bool] = []
        self.skipped: list[tuple[str, str]] = []
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
            weeks=self.weeks.get,
            makers=lambda: self.weeks,
            heard=lambda key: self.heard.get(key, ()),
            outside=lambda: self.outside,
            wants=self.wanted.append,
            busy=self.busy.append,
            host=lambda device: f"faces {device.key}",
            mistake=lambda device, host: self.mistake,
        )
        self.runner = Runner(
            self.store, dialects=[Native()], doors=doors, plan=self.plan, clock=lambda: self.now
        )
        self.runner.desk._skip = lambda key, version: self.skipped.append((key, version))
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
        return self.runner.desk.start_rollout(
            orders.StartRollout(maker="acme", devices=devices), OWNER
        )

    def states(self) -> dict[str, str]:
        return {key: update.state.value for key, update in self.facts["update"].items()}

    def offers(self) -> list[object]:
        return [step["transfer"] for step in self.sent if step["op"] == "offer"]
