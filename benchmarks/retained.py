"""What a broker keeps, and what floods it: announcements that are there when we connect.

The first two figures: a broker holds one Home Assistant announcement a device; how long from
connecting until all devices are known and committed, against a paho client that only decodes them.
The last two: a process of its own hears 100,000 announcements of as many devices, as something
broken or malicious would publish. A house takes in 20,000; the rest is refused and said.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.ingest import Listening
from benchmarks.measure import Figure, Sample, in_turn
from fleet.brokers import OwnBroker
from fleet.dialects import ALL
from fleet.model import Message
from fleet.registry import Registry

GOAL_KNOWN = 5.0  # times a client that only decodes (PERFORMANCE.md 8)
GOAL_MEMORY = 6.0  # times the announcements themselves
GOAL_CPU = 30.0  # times decoding them as JSON
_LIMIT_S = 300.0
_TURN = 2_000  # messages, as in the house


def run(*, short: bool = False) -> list[Figure]:
    """Announcements that are there when we connect: how long until known, what a flood takes."""
    sizes = (50,) if short else (1_000, 10_000)
    found = [_known(devices, rounds=1 if short else 3) for devices in sizes]
    return [*found, *_flood(2_000 if short else 100_000)]


def announcement(number: int) -> tuple[str, bytes]:
    """Return topic and payload of one device's only announcement."""
    said = {
        "~": f"bench/lamp-{number}",
        "name": "Power",
        "uniq_id": f"lamp-{number}-power",
        "dev_cla": "power",
        "unit_of_meas": "W",
        "stat_t": "~/state",
        "val_tpl": "{{ value_json.power }}",
        "avty_t": "~/status",
        "dev": {
            "ids": [f"lamp-{number}"],
            "name": f"Lamp {number}",
            "mf": "Acme",
            "mdl": "Lamp",
            "sw": "1.2.0",
        },
    }
    return f"homeassistant/sensor/lamp-{number}/power/config", json.dumps(said).encode()


def _known(devices: int, rounds: int) -> Figure:
    with OwnBroker() as broker, tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder:
        _keep(broker.port, devices)
        sides = {
            "ours": lambda: _ours(broker.port, devices, Path(folder)),
            "paho": lambda: _decoding(broker.port, devices),
        }
        medians = in_turn(sides, rounds)
    return Figure(
        what=f"{devices:,} retained devices known after connecting",
        unit="s",
        ours=medians["ours"]["seconds"],
        reference="paho that decodes them",
        theirs=medians["paho"]["seconds"],
        goal=GOAL_KNOWN,
        more_is_better=False,
    )


def _keep(port: int, devices: int) -> None:
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.max_inflight_messages_set(devices)
    client.connect("127.0.0.1", port)
    client.loop_start()
    sent = [client.publish(*announcement(number), qos=1, retain=True) for number in range(devices)]
    sent[-1].wait_for_publish(_LIMIT_S)
    client.disconnect()
    client.loop_stop()


def _ours(port: int, devices: int, folder: Path) -> Sample:
    with tempfile.TemporaryDirectory(dir=folder) as own:
        began = time.monotonic()
        with Listening(port, Path(own)) as listening:
            listening.until(devices)
            return {"seconds": time.monotonic() - began}


def _decoding(port: int, devices: int) -> Sample:
    left, done = devices, threading.Event()

    def on_message(_client: object, _data: object, message: paho.MQTTMessage) -> None:
        nonlocal left
        json.loads(message.payload)
        left -= 1
        if not left:
            done.set()

    began = time.monotonic()
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.on_message = on_message
    client.on_connect = lambda *_: client.subscribe("homeassistant/+/+/+/config", 1)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        if not done.wait(_LIMIT_S):
            raise TimeoutError("paho did not hear everything")
        return {"seconds": time.monotonic() - began}
    finally:
        client.disconnect()
        client.loop_stop()


def _flood(messages: int) -> list[Figure]:
    """Let a process of its own hear them: its peak memory is then only theirs."""
    command = [sys.executable, "-m", "benchmarks.retained", str(messages)]
    root = Path(__file__).parent.parent
    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    said = json.loads(told.stdout)
    return [
        Figure(
            what=f"flood of {messages:,} announcements: memory",
            unit="MiB",
            ours=said["memory"],
            reference="the announcements themselves",
            theirs=said["size"],
            goal=GOAL_MEMORY,
            more_is_better=False,
            note=f"{said['devices']:,} devices taken in, {said['refused']:,} refused",
        ),
        Figure(
            what="CPU of it",
            unit="s",
            ours=said["cpu"],
            reference="json.loads of them",
            theirs=said["decoding"],
            goal=GOAL_CPU,
            more_is_better=False,
        ),
    ]


def hear_flood(messages: int) -> dict[str, float]:
    """Hear so many announcements of as many devices; return what it took."""
    size, decoding, cpu, refused = 0, 0.0, 0.0, 0
    registry = Registry(ALL)
    registry.hear(Message(broker="home", topic="x", payload=b""))  # all is loaded
    before = _memory()
    for number in range(messages):
        topic, payload = announcement(number)
        size += len(topic) + len(payload)
        message = Message(broker="home", topic=topic, payload=payload, retain=True)
        began = time.process_time()
        json.loads(payload)
        halfway = time.process_time()
        refused += registry.hear(message).unknown == "too_many_devices"
        if number % _TURN == _TURN - 1:
            registry.settle()
            registry.new_filters()
        decoding += halfway - began
        cpu += time.process_time() - halfway
    registry.settle()
    return {
        "memory": _memory() - before,
        "size": size / 1024 / 1024,
        "cpu": cpu,
        "decoding": decoding,
        "devices": len(registry.devices),
        "refused": refused,
    }


def _memory() -> float:
    """Return this process's peak in MiB (getrusage would tell that of the one it came from)."""
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak[1]) / 1024 if peak else 0.0


if __name__ == "__main__":
    print(json.dumps(hear_flood(int(sys.argv[1]))))
