"""What an account may do at a broker, tried out: rights are tested, never assumed (MQTT.md 5.4).

A broker may acknowledge what it throws away, and grant subscriptions that it never serves. So our
own namespace is written to and read back, and each dialect's tree is listened to for a while:
silence there means no right, or nothing there; nobody can tell which.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Iterable
from typing import Protocol

from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.errors import BrokerError
from fleet.examined import Examined, Own, Tree
from fleet.model import Message
from fleet.topics import matches
from fleet.visit import Visit

QUIET_S = 1.5  # nothing new in any tree for so long: what is kept is in
LIMIT_S = 8.0
_MOST = 10_000  # topics of a tree that are counted


class Asks(Protocol):
    """Of a dialect: where its devices speak."""

    name: str

    def filters(self) -> Iterable[tuple[str, int]]:
        """Topic filters with QoS."""


def examine(settings: BrokerSettings, password: str, dialects: Iterable[Asks]) -> Examined:
    """Try it over a connection of its own, for at most twenty seconds.

    BrokerError: why there is no connection.
    """
    trees = {one.name: [name for name, _ in one.filters()] for one in dialects}
    trees = {name: tree for name, tree in trees.items() if tree}
    heard: queue.SimpleQueue[Message] = queue.SimpleQueue()
    with Visit(settings, password, heard.put) as visit:
        visit.bus.subscribe([(each, 0) for tree in trees.values() for each in tree])
        own, seconds = _own(visit.bus)
        topics = _listen(heard, trees)
        protocol, refused = visit.bus.state.protocol, set(visit.refused)
        keeps = visit.bus.keeps
    return Examined(
        broker=settings.name,
        address=settings.address,
        protocol=protocol,
        tls=settings.tls,
        own=own,
        keeps=keeps,
        seconds=seconds,
        trees={
            name: _tree(len(topics[name]), refused=set(tree) <= refused)
            for name, tree in trees.items()
        },
        topics={name: len(each) for name, each in topics.items()},
    )


def _own(bus: Bus) -> tuple[Own, float]:
    try:
        return Own.OPEN, bus.probe()
    except BrokerError as error:
        if error.code == "broker_read_only":
            return Own.READ_ONLY, 0.0
        if error.code == "broker_not_allowed":
            return Own.CLOSED, 0.0
        raise


def _listen(heard: queue.SimpleQueue[Message], trees: dict[str, list[str]]) -> dict[str, set[str]]:
    """Return which topics spoke in each tree, until all have been quiet for a while."""
    found: dict[str, set[str]] = {name: set() for name in trees}
    end = time.monotonic() + LIMIT_S
    while (left := end - time.monotonic()) > 0:
        try:
            topic = heard.get(timeout=min(left, QUIET_S)).topic
        except queue.Empty:
            break
        for name, tree in trees.items():
            if len(found[name]) < _MOST and any(matches(each, topic) for each in tree):
                found[name].add(topic)
    return found


def _tree(topics: int, *, refused: bool) -> Tree:
    if topics:
        return Tree.HEARD
    return Tree.REFUSED if refused else Tree.NOTHING
