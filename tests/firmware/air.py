"""The house's half of the air for tests of devices: in memory, or over a real broker."""

from __future__ import annotations

import json
import queue
import threading
import time
from contextlib import contextmanager

from firmware.agent import Agent
from firmware.serve import FileServer
from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.model import BrokerState, Connection, Message
from fleet.steps import Publish
from tests.firmware.releases import staged

PREFIX = "orangery/v1/dev/lamp"


class Air:
    """An MQTT line in memory: keeps what the device says, and gives it what a house would say."""

    def __init__(self, server: FileServer) -> None:
        self.said: queue.Queue[tuple[str, object]] = queue.Queue()
        self.history: list[tuple[str, object]] = []
        self.certain: list[str] = []  # phases that the broker was asked to confirm
        self.server = server
        self.agent: Agent | None = None

    def connect(self, agent: Agent) -> Air:
        self.agent = agent
        return self

    def start(self) -> None:
        state = Connection(broker="home", state=BrokerState.CONNECTED)
        assert self.agent is not None
        self.agent.on_state(state)

    def stop(self) -> None:
        pass

    def subscribe(self, filters: object) -> None:
        pass

    def publish(self, step: Publish) -> None:
        part = step.topic.removeprefix(f"{PREFIX}/")
        if part == "fw/req":
            asked = Message(broker="home", topic=step.topic, payload=step.payload)
            self.server.on_request(asked, self.give)
        elif part != "state":
            if part == "fw/status" and step.qos:
                self.certain.append(json.loads(step.payload)["phase"])
            self.said.put((part, json.loads(step.payload)))

    def give(self, step: Publish) -> None:
        assert self.agent is not None
        self.agent.on_message(Message(broker="home", topic=step.topic, payload=step.payload))

    def order(self, **order: object) -> None:
        self.give(Publish(topic=f"{PREFIX}/cmd", payload=json.dumps(order).encode()))

    def until(self, what: str, **said: object) -> dict[str, object]:
        """Wait for a word with these members; 20 s at most."""
        deadline = time.monotonic() + 20
        while True:
            word = self.said.get(timeout=max(0.01, deadline - time.monotonic()))
            self.history.append(word)
            if word[0] == what and said.items() <= word[1].items():
                return word[1]

    def hello(self, version: str) -> None:
        while self.until("hello")["components"] != [{"slot": "main", "version": version}]:
            pass


def offer(air: Air, tmp_path, files, release, *, transport="http", transfer="") -> str:
    """Offer as the house does; `files` is the maker's mirror."""
    blob = tmp_path / "blob"
    name = release.path.rpartition("/")[2]
    blob.write_bytes(files[f"targets/fw/acme/lamp/{release.target.sha256}.{name}"])
    grant = air.server.offer(
        staged(blob, release.target), files, ttl=60, prefix=PREFIX, transfer=transfer
    )
    chunked = transport == "mqtt"
    mirror = "" if chunked else grant.mirror
    air.order(op="offer", transfer=grant.transfer, path=release.path, mirror=mirror, chunks=chunked)
    return grant.transfer


@contextmanager
def house(broker, protocol):
    """The house's half: a file server and a bus that answers requests for chunks."""
    server = FileServer()
    server.start()
    air = Air(server)
    settings = BrokerSettings(port=broker.port, protocol=protocol)
    up = threading.Event()

    def heard(message: Message) -> None:
        if message.payload and not message.topic.endswith("/state"):
            word = (message.topic.removeprefix(f"{PREFIX}/"), json.loads(message.payload))
            air.said.put(word)

    def on_state(state: Connection) -> None:
        if state.state is BrokerState.CONNECTED:
            up.set()

    bus = Bus(settings, on_message=heard, on_state=on_state)
    bus.subscribe([(f"{PREFIX}/{what}", 1) for what in ("hello", "ack", "fw/status")])
    bus.direct(f"{PREFIX}/fw/req", lambda message: server.on_request(message, bus.publish))
    air.give = bus.publish
    bus.start()
    assert up.wait(10)
    try:
        yield air
    finally:
        bus.stop()
        server.stop()
