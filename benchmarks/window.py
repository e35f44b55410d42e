"""The window under load: from the broker to the painted row, pauses, typing, turning pages.

The window is a process of its own (benchmarks/window_live.py) on a house that knows its devices;
messages come from a mosquitto on loopback. Beside the feed one device says a number twenty times a
second; its row is in sight. A paint that shows a number ends the wait for that number and for all
before it. Pauses are how late a timer of 16 ms comes, of 10,000 devices; the reference is the same
window that repaints its table ten times a second without any message. Typing and turning are real
keys and pages, drawn. Sorting and filtering are those of the table's model (window_rows.py).
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks import feed
from benchmarks.ingest import fed
from benchmarks.known_house import know
from benchmarks.measure import Figure, at_most
from benchmarks.window_told import Asked, Told
from fleet.brokers import BrokerSettings, OwnBroker, save
from fleet.later import later

GOAL_ROW_MS = {2_000: 150.0, 5_000: 250.0}  # at so many messages/s; p99
GOAL_PAUSE = 1.5  # times the same window repainting
GOAL_KEY_MS = 50.0
GOAL_PAGE_MS = 100.0  # what people take for at once (Nielsen 1993, Usability Engineering, 5.5)
window_rows = later("benchmarks.window_rows")  # needs Qt, which the others do not

_EVERY_S = 0.05
_AFTER_S = 3.0  # the last are painted while it still looks
_ROOT = Path(__file__).parent.parent
_CONNECT = b"\x10\x12\x00\x04MQTT\x04\x02\x00\x00\x00\x06marker"


def run(*, short: bool = False) -> list[Figure]:
    """The window: rows, pauses, sorting, typing and pages, under load."""
    devices, seconds = (60, 2.0) if short else (9_999, 10.0)
    figures = []
    with shown(devices) as (window, place):
        loaded(window, place, max(GOAL_ROW_MS), seconds / 2)  # warm: each has said all it says
        still = window.ask(Asked(do="watch", seconds=seconds, repaint=True))
        for rate, goal in GOAL_ROW_MS.items():
            told, waits, sent = loaded(window, place, rate, seconds)
            figures.append(at_most(f"broker to row, p99, at {rate:,}/s", _p99(waits), goal, "ms"))
        figures += [
            Figure(
                what=f"pause of the window, p99, at {rate:,}/s, {devices:,} devices",
                unit="ms",
                ours=_p99(told.gaps),
                reference="repainting alone",
                theirs=_p99(still.gaps),
                goal=GOAL_PAUSE,
                more_is_better=False,
                note=f"longest {max(told.gaps):.0f} and {max(still.gaps):.0f}",
            ),
            at_most(f"messages lost of {sent:,}", told.dropped, 0.0, "lost"),
            at_most("a key typed into the search", window.ask(Asked(do="type")).took["key"],
                  GOAL_KEY_MS, "ms"),
        ]  # fmt: skip
        took = window.ask(Asked(do="turn")).took
        slowest = max(took, key=lambda page: took[page])
        figures.append(
            at_most(f"a page drawn, slowest ({slowest})", took[slowest], GOAL_PAGE_MS, "ms")
        )
    return [*figures, *window_rows.run(short=short)]


class Place(NamedTuple):
    """Where it all is: the broker's port, a folder, how many devices the feed is of."""

    port: int
    folder: Path
    devices: int


class Shown:
    """A window that is told what to do, and tells what came of it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pid = process.pid

    def ask(self, asked: Asked) -> Told:
        """Have it done; RuntimeError where the window is gone."""
        self.begin(asked)
        return self.end()

    def begin(self, asked: Asked) -> None:
        """Have it begun."""
        assert self._process.stdin
        print(msgspec.json.encode(asked).decode(), file=self._process.stdin, flush=True)

    def end(self) -> Told:
        """Return what came of it."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the window has ended")
        return msgspec.json.decode(line, type=Told)


@contextmanager
def shown(devices: int) -> Iterator[tuple[Shown, Place]]:
    """Show the window on a house that knows so many devices, at a broker of our own: its port."""
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as made, OwnBroker() as broker:
        folder = Path(made)
        house = folder / "house"
        know(house, [*feed.introductions(devices), feed.end(0)])
        save(house, [BrokerSettings(host="127.0.0.1", port=broker.port)])
        with fed(broker.port, feed.introductions(devices), folder) as go:
            go()
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.window_live", str(house)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT, text=True,
            env={**os.environ, "PYTHONWARNINGS": "default"},
        ) as process:  # fmt: skip
            window = Shown(process)
            window.end()  # it is open
            try:
                _until_heard(window, broker.port)
                yield window, Place(broker.port, folder, devices)
            finally:
                assert process.stdin
                process.stdin.close()
                process.wait(60)


def loaded(window: Shown, place: Place, rate: int, seconds: float) -> tuple[Told, list[float], int]:
    """Feed at `rate` messages/s; return what the window told, each mark's ms, how many went."""
    sent = int(rate * seconds)
    pairs = feed.readings(place.devices, sent)
    with fed(place.port, pairs, place.folder, rate=rate) as go, marker(place.port) as say:
        said: list[tuple[int, float]] = []
        window.begin(Asked(do="watch", seconds=seconds, after=_AFTER_S))
        go()
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            number = int(now * 1000)
            say(number)
            said.append((number, now))
            time.sleep(_EVERY_S)
        told = window.end()
    return told, waits(said, told.marks), sent


def waits(said: Sequence[tuple[int, float]], painted: Sequence[tuple[int, float]]) -> list[float]:
    """Return the ms from each mark said to the paint that shows it or a later one.

    RuntimeError where a mark was never painted.
    """
    found, paints = [], iter(painted)
    shown_mark, at = -1, 0.0
    for number, when in said:
        while shown_mark < number:
            try:
                shown_mark, at = next(paints)
            except StopIteration:
                raise RuntimeError(f"mark {number} was never painted") from None
        found.append(max(0.0, at - when) * 1000)
    return found


@contextmanager
def marker(port: int) -> Iterator[Callable[[int], None]]:
    """Yield what has the device at the end of the feed say a number, at once."""
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.sendall(_CONNECT)
        if link.recv(4) != b"\x20\x02\x00\x00":
            raise ConnectionError("the broker refuses the marker")
        yield lambda number: link.sendall(feed.frame(*feed.end(number)))
        link.sendall(b"\xe0\x00")


def _until_heard(window: Shown, port: int) -> None:
    """Say marks until one is painted: the house has connected and subscribed."""
    over = threading.Event()

    def say_on() -> None:
        with marker(port) as say:
            while not over.wait(_EVERY_S):
                say(int(time.monotonic() * 1000))

    saying = threading.Thread(target=say_on)
    saying.start()
    try:
        for _ in range(120):
            if any(mark > 0 for mark, _ in window.ask(Asked(do="watch", seconds=0.5)).marks):
                return
        raise TimeoutError("the window hears nothing")
    finally:
        over.set()
        saying.join()


def _p99(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100)[98]
