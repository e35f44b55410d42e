"""The only one that hears everything: bounded, and gone when it ends, however it ends."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from fleet.brokers import BrokerSettings, OwnBroker
from fleet.errors import CommandError
from fleet.explorer import explore, listen
from fleet.steps import Publish
from tests.fleet.bus_ends import Ends

pytestmark = pytest.mark.broker
MEGA = 1_000_000
LIMIT = 20


def settings(port):
    return BrokerSettings(host="127.0.0.1", port=port)


class Busy:
    """Says something over and over, until the `with` ends."""

    def __init__(self, port, *said):
        self._ends, self._said, self._end = Ends(port), said, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._ends.__enter__().up()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()
        self._ends.bus.stop()

    def _run(self):
        while not self._end.wait(0.01):
            for topic, payload in self._said:
                self._ends.bus.publish(Publish(topic=topic, payload=payload))


def test_it_counts_by_the_first_levels_and_names_what_nobody_understands(broker):
    with Ends(broker.port) as ends:
        ends.up()
        for topic in ("odd/box/a", "odd/box/b", "odd/lid/a"):
            ends.bus.publish(Publish(topic=topic, payload=b"1", qos=1, retain=True))
        hello = {"id": "lamp-1", "name": "Lamp", "maker": "Acme", "model": "Lamp 1"}
        hello |= {"components": [{"slot": "main", "version": "1.0"}], "caps": {"install": ["url"]}}
        topic = "orangery/v1/dev/lamp-1/hello"
        payload = json.dumps(hello).encode()
        ends.bus.publish(Publish(topic=topic, payload=payload, qos=1, retain=True))
        ends.bus.probe()
        found = explore(settings(broker.port), "", seconds=1.0, limit=MEGA)
    assert found.prefixes == {"odd/box": 2, "odd/lid": 1, "orangery/v1": 1}
    assert set(found.unknown) == {"odd/box/a", "odd/box/b", "odd/lid/a"}
    assert (found.messages, found.devices, found.full, found.lost) == (4, 1, False, "")


def test_of_the_brokers_own_figures_nothing_is_heard(broker):
    found = explore(settings(broker.port), "", seconds=1.0, limit=MEGA)
    assert [prefix for prefix in found.prefixes if prefix.startswith("$")] == []


def test_it_ends_after_its_seconds(broker):
    with Busy(broker.port, ("t/a", b"x")):
        began = time.monotonic()
        found = explore(settings(broker.port), "", seconds=1.0, limit=MEGA)
    assert 1.0 <= time.monotonic() - began < LIMIT
    assert not found.full


def test_it_ends_after_its_bytes(broker):
    with Busy(broker.port, ("t/a", b"x" * 1_000)):
        found = explore(settings(broker.port), "", seconds=60.0, limit=5_000)
    assert found.full
    assert 5_000 <= found.bytes < 7_000


def test_whoever_is_told_can_end_it(broker):
    with Busy(broker.port, ("t/a", b"x")):
        told = []
        listen(
            settings(broker.port),
            "",
            lambda _: None,
            seconds=60.0,
            limit=MEGA,
            told=lambda messages, _: told.append(messages) or len(told) < 2,
        )
    assert len(told) == 2


@pytest.mark.parametrize(("seconds", "limit"), [(0, 1), (601, 1), (1, 0), (1, 100_000_001)])
def test_nothing_without_an_end_can_be_asked_for(seconds, limit):
    with pytest.raises(CommandError, match="explore_too_long"):
        explore(settings(1), "", seconds=seconds, limit=limit)


def test_a_broker_that_goes_ends_it():
    with OwnBroker() as broker:
        ended = []

        def told(messages, size):
            if not ended:
                ended.append(True)
                broker.stop()
            return True

        end = listen(settings(broker.port), "", lambda _: None, seconds=60.0, limit=MEGA, told=told)
    assert end.lost == "broker_lost"


def told_of(watcher, number):
    """Wait until the broker says that there are so many subscriptions."""
    while watcher.get().payload != number:
        pass


@pytest.mark.slow
def test_after_a_kill_the_broker_serves_nobody_any_more(tmp_path):
    """The session is clean and has no life beyond its connection."""
    code = (
        "import sys; from fleet.brokers import BrokerSettings; from fleet.explorer import explore;"
        "explore(BrokerSettings(host='127.0.0.1', port=int(sys.argv[1])), '', seconds=60,"
        " limit=10**6, told=lambda m, b: print(m, flush=True) or True)"
    )
    with OwnBroker(extra="sys_interval 1") as broker, Ends(broker.port) as watcher:
        watcher.up().bus.subscribe([("$SYS/broker/subscriptions/count", 0)])
        told_of(watcher, b"1")  # its own
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(broker.port)], stdout=subprocess.PIPE
        )
        child.stdout.readline()  # it listens
        told_of(watcher, b"2")
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        told_of(watcher, b"1")
