"""50 devices at once fetch 16 MiB each, over connections that are cut; and one in MQTT chunks.

Ours is a house in a process of its own: a published week, its image staged, a grant for each
device, the limits as they are by default. The reference is nginx over the same file, with Debian's
settings (a worker a core) and, because a crowded machine gives two processes twice the time of one,
with one worker too. The devices are two processes that only copy out of the kernel into memory of
their own; each connection is cut at four random places, the same on all sides, and the device asks
for the rest. The clock stops when the last byte is here; then the sha256 of every device's bytes is
compared, and a wrong one fails the run.

Chunks: one reference device pulls the image over a mosquitto of our own. The reference is that
broker alone: the same chunks pushed to it, unasked, by a process that sends ready-made frames.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import serving_house
from benchmarks.ingest import fed
from benchmarks.measure import Figure, Sample, in_turn
from benchmarks.nginx import nginx
from firmware.agent_chunks import ChunkFetcher
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.bus import Bus
from fleet.model import BrokerState, Connection, Message
from fleet.steps import Publish

GOAL = 0.9  # of nginx
GOAL_CPU = 2.0  # times nginx's, as aiohttp's own FileResponse
_MIB = 1 << 20
_PROCESSES = 2
_LIMIT_S = 300.0
_ROOT = Path(__file__).parent.parent
WINDOWS = ((4096, 8), (16_384, 16))  # bytes of a chunk, chunks of a window


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much is fetched."""

    devices: int
    size: int  # bytes
    cuts: int  # of connections, for each device
    sha256: str = ""  # of what is fetched


def run(*, short: bool = False) -> list[Figure]:
    """Devices that fetch over HTTP, against nginx; and over MQTT, against the bare broker."""
    load = Load(devices=50, size=16 * _MIB, cuts=4)
    if short:
        load = Load(devices=6, size=_MIB, cuts=2)
    rounds = 1 if short else 7
    with OwnBroker() as broker, house(load, broker.port) as told:
        load = replace(load, size=told["size"], sha256=told["sha256"])
        image = Path(told["image"])
        medians = _fetched(told, load, image, rounds)
        return [
            _http(medians, load, "nginx"),
            _http(medians, load, "nginx, one worker"),
            _cpu(medians),
            *(_chunks(broker.port, told, *each, rounds=rounds) for each in WINDOWS),
        ]


def _fetched(
    told: Mapping[str, Any], load: Load, image: Path, rounds: int
) -> dict[str, dict[str, float]]:
    def of(address: str, pid: int) -> Callable[[], Sample]:
        urls = [f"{address}/{image.name}"] * load.devices
        return lambda: fetch(urls, load, pid)

    with nginx(image.parent) as all_cores, nginx(image.parent, "1") as one:
        sides: dict[str, Callable[[], Sample]] = {
            "ours": lambda: fetch(told["urls"], load, told["pid"]),
            "nginx": of(*all_cores),
            "nginx, one worker": of(*one),
        }
        return in_turn(sides, rounds)


@contextmanager
def house(load: Load, port: int) -> Iterator[Mapping[str, Any]]:
    """Yield what a serving house says of itself, for as long as it runs."""
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder:
        words = [folder, str(load.size), str(load.devices), str(port)]
        with _child("benchmarks.serving_house", words) as process:
            assert process.stdout
            yield json.loads(process.stdout.readline())


def fetch(urls: Sequence[str], load: Load, pid: int) -> Sample:
    """Let every device fetch once from the server `pid`.

    RuntimeError where one has other bytes in the end.
    """
    shares = [urls[number::_PROCESSES] for number in range(_PROCESSES)]
    fixed = [str(load.size), str(load.cuts)]
    with (
        _child("benchmarks.serving_devices", [*fixed, "0", *shares[0]]) as one,
        _child("benchmarks.serving_devices", [*fixed, "1", *shares[1]]) as other,
    ):
        both = (one, other)
        _expect(both, "ready")
        began, cpu = time.monotonic(), cpu_of(pid)
        for process in both:
            assert process.stdin
            print(file=process.stdin, flush=True)
        _expect(both, "fetched")
        took, cpu = time.monotonic() - began, cpu_of(pid) - cpu
        came = [line.strip() for process in both for line in process.stdout or ()]
    if came != [load.sha256] * load.devices:
        whole = came.count(load.sha256)
        raise RuntimeError(f"of {load.devices} devices only {whole} have the image")
    size = load.devices * load.size
    return {"rate": size / took / 1e6, "cpu": max(cpu, 0.01) / size * 1e9}  # a tick


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a process and its children have used (proc(5))."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for one in (pid, *children):
        words = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def pull(port: int, told: Mapping[str, Any], chunk: int, window: int) -> Sample:
    """Let one device pull the image in chunks; RuntimeError where it is another in the end."""
    prefix = f"{serving_house.PREFIX}-0"
    with _listening(port, f"{prefix}/fw/+/+/+") as (bus, came):

        def took(message: Message) -> None:
            *_, stream, part = message.topic.split("/")
            fetcher.take(stream, part, message.payload)

        fetcher = ChunkFetcher(
            told["transfers"][0],
            lambda asked: bus.publish(
                Publish(topic=f"{prefix}/fw/req", payload=json.dumps(asked).encode(), qos=1)
            ),
            chunk=chunk,
            window=window,
        )
        came.append(took)
        began, size, digest = time.monotonic(), 0, hashlib.sha256()
        for piece in fetcher.fetch(f"mqtt:/{told['file']}"):
            digest.update(piece)
            size += len(piece)
        took_s = time.monotonic() - began
    if digest.hexdigest() != told["sha256"]:
        raise RuntimeError("the device has other bytes")
    return {"rate": size / took_s / 1e6}


def push(port: int, image: Path, chunk: int, folder: Path) -> Sample:
    """Send the image's chunks through the broker as fast as it takes them."""
    body = image.read_bytes()
    pairs = [(f"bench/{at}", body[at : at + chunk]) for at in range(0, len(body), chunk)]
    arrived: queue.SimpleQueue[None] = queue.SimpleQueue()
    with _listening(port, "bench/+") as (_, came), fed(port, pairs, folder) as go:
        came.append(lambda _: arrived.put(None))
        began = time.monotonic()
        go()
        for _ in pairs:
            arrived.get(timeout=_LIMIT_S)
        return {"rate": len(body) / (time.monotonic() - began) / 1e6}


@contextmanager
def _listening(port: int, topics: str) -> Iterator[tuple[Bus, list[Callable[[Message], None]]]]:
    """Yield a connection that hears `topics`, and the list of who takes what it hears."""
    up, takers = threading.Event(), list[Callable[[Message], None]]()

    def said(connection: Connection) -> None:
        if connection.state is BrokerState.CONNECTED:
            up.set()

    bus = Bus(
        BrokerSettings(name="bench", host="127.0.0.1", port=port),
        on_message=lambda message: [take(message) for take in takers],
        on_state=said,
    )
    bus.start()
    try:
        if not up.wait(_LIMIT_S):
            raise TimeoutError("the bus does not connect")
        bus.subscribe([(topics, 0)])
        bus.probe(20.0)
        yield bus, takers
    finally:
        bus.stop()


@contextmanager
def _child(module: str, words: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", module, *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT, text=True, bufsize=1
    ) as process:
        try:
            yield process
            assert process.stdin
            process.stdin.close()
            process.wait(_LIMIT_S)
        finally:
            process.kill()


def _expect(processes: Sequence[subprocess.Popen[str]], word: str) -> None:
    for process in processes:
        assert process.stdout
        if process.stdout.readline().strip() != word:
            raise RuntimeError(f"the devices did not get to {word!r}")


def _http(medians: Mapping[str, Mapping[str, float]], load: Load, theirs: str) -> Figure:
    return Figure(
        what=f"{load.devices} devices fetch {load.size // _MIB} MiB each, cut {load.cuts} times",
        unit="MB/s",
        ours=medians["ours"]["rate"],
        reference=f"{theirs}, the same file",
        theirs=medians[theirs]["rate"],
        goal=GOAL,
        more_is_better=True,
    )


def _cpu(medians: Mapping[str, Mapping[str, float]]) -> Figure:
    return Figure(
        what="CPU of the server for it",
        unit="s/GB",
        ours=medians["ours"]["cpu"],
        reference="nginx, the same file",
        theirs=medians["nginx"]["cpu"],
        goal=GOAL_CPU,
        more_is_better=False,
    )


def _chunks(port: int, told: Mapping[str, Any], chunk: int, window: int, *, rounds: int) -> Figure:
    image = Path(told["image"])
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder:
        sides: dict[str, Callable[[], Sample]] = {
            "ours": lambda: pull(port, told, chunk, window),
            "push": lambda: push(port, image, chunk, Path(folder)),
        }
        medians = in_turn(sides, rounds)
    return Figure(
        what=f"one device pulls it over MQTT, {chunk // 1024} KiB x {window}",
        unit="MB/s",
        ours=medians["ours"]["rate"],
        reference="the broker alone, the same chunks pushed",
        theirs=medians["push"]["rate"],
        goal=0.0,
        more_is_better=True,
        note="no goal is set",
    )
