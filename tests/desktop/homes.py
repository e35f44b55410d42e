"""A household's surroundings for tests: a furnished folder, a device that talks."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from desktop import settings
from desktop.settings import MakerSettings, Settings
from firmware.jobs import Plan
from fleet import brokers
from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.client import Client
from fleet.model import BrokerState, Connection, Message, Snapshot
from fleet.steps import Publish
from fleet.topics import valid
from tests.firmware.simulator import Simulator

LIMIT = 20.0
PLAN = Plan(
    soak_s=0.2, come_back_s=15.0, transfer_idle_s=20.0, answer_s=5.0, wait_while_in_use=False
)


def furnish(folder: Path, port: int = 0, maker: Simulator | None = None, **chosen: Any) -> Path:
    """Write the settings of a house at the broker on `port` (0: none) that knows `maker`."""
    folder.mkdir(parents=True, exist_ok=True)
    known = []
    if maker is not None:
        if not maker.versions:
            maker.publish()
        (folder / "makers").mkdir(exist_ok=True)
        (folder / "makers" / "acme.root.json").write_bytes(maker.maker().root)
        known = [MakerSettings(name="acme", urls=(chosen.pop("url", str(maker.folder)),))]
    settings.save(
        folder,
        Settings(
            makers=tuple(known),
            plan=chosen.pop("plan", PLAN),
            **{"secrets_in_file": True, "serve_host": "127.0.0.1", **chosen},
        ),
    )
    if port:
        brokers.save(folder, [BrokerSettings(host="127.0.0.1", port=port)])
    return folder


def until(client: Client, seen: Callable[[Snapshot], Any], limit: float = LIMIT) -> Any:
    """Wait until `seen` gives something true of the house, and return it."""
    moved = threading.Event()
    stop = client.listen(lambda _: moved.set())
    deadline = time.monotonic() + limit
    try:
        while time.monotonic() < deadline:
            moved.clear()
            if found := seen(client.snapshot()):
                return found
            moved.wait(max(0.0, min(1.0, deadline - time.monotonic())))
    finally:
        stop()
    raise AssertionError(f"not seen in {limit} s: {client.snapshot()}")


def device_called(name: str) -> Callable[[Snapshot], Any]:
    """Return what finds the device of that name in a snapshot."""
    return lambda now: next((one for one in now.devices.values() if one.name == name), None)


class Voice:
    """A native device without firmware: says hello, and remembers what it is told."""

    def __init__(self, port: int, own: str = "lamp-1", *, name: str = "Hall lamp") -> None:
        self.prefix = f"orangery/v1/dev/{own}"
        self.own, self.name = own, name
        self.told: list[dict[str, Any]] = []
        self._heard = threading.Condition()
        self._up = threading.Event()
        self._bus = Bus(
            BrokerSettings(host="127.0.0.1", port=port),
            on_message=self._take,
            on_state=self._state,
        )

    def __enter__(self) -> Self:
        self._bus.subscribe([(f"{self.prefix}/cmd", 1)])
        self._bus.start()
        assert self._up.wait(LIMIT)
        self.hello("0.9")
        return self

    def __exit__(self, *_: object) -> None:
        for topic in ("hello", "state", "fw/status") if self._up.is_set() else ():
            self.say(topic, b"")
        self._bus.stop()

    def leave(self) -> None:
        """Go without a word, as when its broker is gone."""
        self._bus.stop()
        self._up.clear()

    def hello(self, version: str) -> None:
        """Tell, retained, what it is and runs."""
        self._version = version
        body = {
            "id": self.own,
            "name": self.name,
            "maker": "Acme",
            "model": "Lamp 1",
            "components": [{"slot": "main", "version": version}],
            "caps": {"install": ["url"], "checks_signature": True, "keeps_previous": True},
        }
        self.say("hello", json.dumps(body).encode())
        self.say("state", b"online")

    def back(self) -> None:
        """Wait until it is connected again after the broker was gone, and say hello anew."""
        assert self._up.wait(LIMIT)
        self.hello(self._version)

    def say(self, topic: str, payload: bytes, *, retain: bool = True) -> None:
        """Publish below its prefix."""
        self.publish(f"{self.prefix}/{topic}", payload, retain=retain)

    def publish(self, topic: str, payload: bytes, *, retain: bool = True) -> None:
        """Publish anywhere."""
        self._bus.publish(Publish(topic=topic, payload=payload, qos=1, retain=retain))

    @property
    def topics(self) -> frozenset[str]:
        """Where it has left retained messages."""
        return frozenset({f"{self.prefix}/hello", f"{self.prefix}/state"})

    def order(self, op: str) -> dict[str, Any]:
        """Wait for a command of this kind and return it."""
        with self._heard:
            assert self._heard.wait_for(lambda: op in [one["op"] for one in self.told], LIMIT)
            return next(one for one in self.told if one["op"] == op)

    def _take(self, message: Message) -> None:
        with self._heard:
            self.told.append(json.loads(message.payload))
            self._heard.notify_all()

    def _state(self, state: Connection) -> None:
        if state.state is BrokerState.CONNECTED:
            self._up.set()
        else:
            self._up.clear()


class Listener:
    """Somebody at the broker who hears what matches `topic_filter`."""

    def __init__(self, port: int, topic_filter: str) -> None:
        self._came: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._up = threading.Event()
        self._bus = Bus(
            BrokerSettings(host="127.0.0.1", port=port),
            on_message=self._came.put,
            on_state=lambda state: self._up.set() if state.state is BrokerState.CONNECTED else None,
            may=valid,
        )
        self._bus.subscribe([(topic_filter, 1)])

    def __enter__(self) -> Self:
        self._bus.start()
        assert self._up.wait(LIMIT)
        self._bus.probe()  # what the broker keeps has come
        return self

    def __exit__(self, *_: object) -> None:
        self._bus.stop()

    def next(self) -> Message:
        """Wait for the next message."""
        return self._came.get(timeout=LIMIT)

    def all(self) -> list[Message]:
        """Return what has come until now."""
        self._bus.probe()
        found = []
        while not self._came.empty():
            found.append(self._came.get())
        return [one for one in found if not one.topic.startswith("orangery/v1/probe/")]
