"""From the broker to a committed row: Tasmota, Home Assistant and native messages, mixed.

A feeder process writes ready-made QoS 0 frames to a mosquitto of our own on loopback. Ours is bus,
house thread, dialects, registry, trace, store and history as the program has them; a round ends
when the last message's value stands in a commit. The reference is a bare paho client whose
on_message only counts. A round is smaller than the inbox, so nothing is merged there: a round that
loses, merges or drops a message fails. All devices are known before; each message changes a row.

Lost messages are counted at 5,000 a second for five seconds, more than the inbox holds at once.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks import feed
from benchmarks.measure import Figure, Sample, in_turn
from fleet import history, house
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.bus import Bus
from fleet.dialects import ALL
from fleet.history import History
from fleet.model import BrokerState, Changes, Connection, Message
from fleet.registry import Registry
from fleet.store import Store
from fleet.trace import Trace

GOAL_RATE = 1.5  # of bare paho, with buffered reads (docs/adr/0007)
GOAL_CPU = 1 / 3
_LIMIT_S = 120.0
_STEADY = 5_000  # messages a second
_ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much one round sends."""

    devices: int
    messages: int


def run(*, short: bool = False) -> list[Figure]:
    """Messages from the broker to a committed row, against bare paho's empty on_message."""
    load = Load(devices=30, messages=300) if short else Load(devices=999, messages=19_980)
    with OwnBroker() as broker, tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder:
        sides = {
            "ours": lambda: ours(broker.port, load, Path(folder)),
            "paho": lambda: bare_paho(broker.port, load, Path(folder)),
        }
        medians = in_turn(sides, rounds=1 if short else 5)
        lost = steadily(broker.port, load, Path(folder), seconds=0.2 if short else 5.0)
    return [_rate(medians), _cpu(medians), _lost(*lost)]


class Listening:
    """The program's own way of a message: bus, house, registry, trace and store in a folder."""

    def __init__(self, port: int, folder: Path) -> None:
        self.heard = 0  # messages that came off the wire
        self._mark = threading.Condition()
        self._marked = -1
        self._known: set[str] = set()
        self._store = Store.open(folder / "house.sqlite", house.MIGRATIONS)
        self.registry = Registry(ALL)
        self.house = house.House(
            registry=self.registry,
            trace=Trace(),
            store=self._store,
            on_filters=self._subscribe,
        )
        self._history = History(folder / history.FILE)
        self.house.add(self._history)
        self._bus = Bus(
            BrokerSettings(host="127.0.0.1", port=port),
            on_message=self._count,
            on_state=self._connection,
        )
        self._connected = threading.Event()

    def __enter__(self) -> Self:
        self.house.listen(self._see)
        self._history.__enter__()
        self.house.start()
        self._bus.subscribe(self.registry.filters())
        self._bus.start()
        if not self._connected.wait(_LIMIT_S):
            raise TimeoutError("the bus does not connect")
        return self

    def __exit__(self, *_: object) -> None:
        self._bus.stop()
        self.house.stop()
        self._history.__exit__(None, None, None)
        self._store.close()

    def wait(self, mark: int) -> None:
        """Return when the end device's reading `mark` is committed; TimeoutError."""
        with self._mark:
            if not self._mark.wait_for(lambda: self._marked == mark, _LIMIT_S):
                raise TimeoutError(f"mark {mark} was not committed; {self.heard} messages heard")

    def until(self, devices: int) -> None:
        """Return when so many devices are committed; TimeoutError."""
        with self._mark:
            if not self._mark.wait_for(lambda: len(self._known) >= devices, _LIMIT_S):
                raise TimeoutError(f"{len(self._known)} of {devices} devices are known")

    def _subscribe(self, filters: house.Filters) -> None:
        self._bus.subscribe(filters)

    def _count(self, message: Message) -> None:
        self.heard += 1
        self.house.post(message)

    def _connection(self, connection: Connection) -> None:
        if connection.state is BrokerState.CONNECTED:
            self._connected.set()

    def _see(self, changes: Changes) -> None:
        with self._mark:
            self._known |= changes.devices.keys()
            self._mark.notify_all()
        for device in changes.devices.values():
            if device is not None and device.name == feed.END_NAME and "mark" in device.readings:
                with self._mark:
                    self._marked = int(device.readings["mark"])
                    self._mark.notify_all()


def ours(port: int, load: Load, folder: Path) -> Sample:
    """Measure one round of ours, with all devices known before; RuntimeError where one is lost."""
    mark = load.messages + 1
    pairs = [*feed.readings(load.devices, load.messages), feed.end(mark)]
    with tempfile.TemporaryDirectory(dir=folder) as own, Listening(port, Path(own)) as listening:
        _introduce(listening, port, load, folder)
        heard = listening.heard
        with fed(port, pairs, folder) as go:
            began, cpu = time.monotonic(), time.process_time()
            go()
            listening.wait(mark)
            took, cpu = time.monotonic() - began, time.process_time() - cpu
        _nothing_lost(listening, listening.heard - heard, len(pairs))
    return {"rate": len(pairs) / took, "cpu": cpu / len(pairs) * 100_000}


def steadily(port: int, load: Load, folder: Path, *, seconds: float) -> tuple[int, int]:
    """Send at `_STEADY` messages/s for so long; return how many were sent, and how many lost."""
    sent = int(_STEADY * seconds)
    pairs = [*feed.readings(load.devices, sent), feed.end(sent)]
    with tempfile.TemporaryDirectory(dir=folder) as own, Listening(port, Path(own)) as listening:
        _introduce(listening, port, load, folder)
        heard = listening.heard
        with fed(port, pairs, folder, rate=_STEADY) as go:
            go()
            listening.wait(sent)
        inbox = listening.house.snapshot().facts.get("inbox", {})
        dropped = sum(int(str(count)) for count in inbox.values())
        return sent, len(pairs) - (listening.heard - heard) + dropped


def bare_paho(port: int, load: Load, folder: Path) -> Sample:
    """Measure one round of a paho client whose on_message only counts."""
    pairs = [*feed.readings(load.devices, load.messages), feed.end(0)]
    left, done, subscribed = len(pairs), threading.Event(), threading.Event()

    def on_message(*_: object) -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.on_message = on_message
    client.on_connect = lambda *_: client.subscribe("#")
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        with fed(port, pairs, folder) as go:
            _wait(subscribed)
            began, cpu = time.monotonic(), time.process_time()
            go()
            _wait(done)
            took, cpu = time.monotonic() - began, time.process_time() - cpu
    finally:
        client.disconnect()
        client.loop_stop()
    return {"rate": len(pairs) / took, "cpu": cpu / len(pairs) * 100_000}


@contextmanager
def fed(
    port: int, pairs: Sequence[feed.Pair], folder: Path, *, rate: int = 0
) -> Iterator[Callable[[], None]]:
    """Yield the word that makes a process of its own send `pairs`, 0: as fast as it goes."""
    frames = folder / "frames"
    frames.write_bytes(b"".join(feed.frame(topic, payload) for topic, payload in pairs))
    seconds = len(pairs) / rate if rate else 0.0
    command = [sys.executable, "-m", "benchmarks.feeder", str(port), str(frames), str(seconds)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT, text=True, bufsize=1
    ) as process:
        assert process.stdin and process.stdout  # noqa: PT018 - both are pipes
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("the feeder did not start")
        word = process.stdin
        yield lambda: print(file=word, flush=True)
        process.wait(_LIMIT_S)


def _introduce(listening: Listening, port: int, load: Load, folder: Path) -> None:
    """Make all devices known, and go on until each one's topics are truly subscribed."""
    pairs = [*feed.introductions(load.devices), feed.end(0)]
    until = time.monotonic() + _LIMIT_S
    for mark in range(1, load.messages):
        with fed(port, pairs, folder) as go:
            go()
            listening.wait(mark - 1)
        devices = listening.house.snapshot().devices.values()
        if len(devices) > load.devices and all(device.readings for device in devices):
            return
        if time.monotonic() > until:
            break
        pairs = [*feed.readings(load.devices, load.devices), feed.end(mark)]
    raise TimeoutError("not every device became known")


def _nothing_lost(listening: Listening, heard: int, sent: int) -> None:
    inbox = listening.house.snapshot().facts.get("inbox", {})
    if heard != sent or any(inbox.values()):
        raise RuntimeError(f"{sent} messages sent, {heard} heard, inbox {inbox}")


def _wait(event: threading.Event) -> None:
    if not event.wait(_LIMIT_S):
        raise TimeoutError("bare paho did not hear everything")


def _rate(medians: dict[str, dict[str, float]]) -> Figure:
    return Figure(
        what="broker to committed row, mixed dialects",
        unit="msg/s",
        ours=medians["ours"]["rate"],
        reference="bare paho, empty on_message",
        theirs=medians["paho"]["rate"],
        goal=GOAL_RATE,
        more_is_better=True,
    )


def _cpu(medians: dict[str, dict[str, float]]) -> Figure:
    return Figure(
        what="CPU of it",
        unit="s/100k",
        ours=medians["ours"]["cpu"],
        reference="bare paho, empty on_message",
        theirs=medians["paho"]["cpu"],
        goal=GOAL_CPU,
        more_is_better=False,
    )


def _lost(sent: int, lost: int) -> Figure:
    return Figure(
        what=f"messages lost of {sent:,}, at {_STEADY:,} a second",
        unit="lost",
        ours=lost,
        reference="sent",
        theirs=sent,
        goal=0,
        more_is_better=False,
    )
