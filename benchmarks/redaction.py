"""How fast a report is redacted, in houses of 2 to 2,000 devices.

The reference for the rate is the prototype of FEEDBACK.md (1.4 MB/s in pure Python, one house),
that for making ready a limit of our own. By the time of this process: others share the machine.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence

import msgspec

from benchmarks.measure import Figure
from feedback.redaction import Redactor

HOUSES = (2, 200, 2000)
MESSAGES = 200  # as many as go along with a report
PROTOTYPE = 1.4  # MB/s
READY_S = 3.0


def run(*, short: bool) -> Sequence[Figure]:
    """Return two figures for each size of house."""
    turns = 1 if short else 5
    figures: list[Figure] = []
    for devices in HOUSES[:1] if short else HOUSES:
        known, messages = _house(devices, random.Random(devices))
        size = sum(map(len, messages)) / 1e6
        ready, rates = [], []
        for _ in range(turns):
            began = time.process_time()
            redactor = Redactor(known, salt=b"of one report")
            ready.append(time.process_time() - began)
            began = time.process_time()
            _redact(redactor, messages)
            rates.append(size / (time.process_time() - began))
        figures += _figures(devices, statistics.median(ready), statistics.median(rates))
    return figures


def _figures(devices: int, ready: float, rate: float) -> list[Figure]:
    home = f"a house of {devices:,} devices"
    return [
        Figure(
            what=f"redact, {home}",
            unit="MB/s",
            ours=rate,
            reference="the prototype",
            theirs=PROTOTYPE,
            goal=1.0,
            more_is_better=True,
        ),
        Figure(
            what=f"make ready, {home}",
            unit="s",
            ours=ready,
            reference="limit",
            theirs=READY_S,
            goal=1.0,
            more_is_better=False,
        ),
    ]


def _house(devices: int, dice: random.Random) -> tuple[dict[str, str], list[bytes]]:
    """Values of a house, and what one device says: as long and as nested as Zigbee2MQTT's."""
    known = {}
    for number in range(devices):
        mac = f"{dice.randrange(16**12):012X}"
        ieee = f"0x{dice.randrange(16**16):016x}"
        known |= {mac: "id", ieee: "id", f"Living room lamp {number}": "name"}
        known |= {f"tasmota_{mac[-6:]}": "id", f"bedside_{number}_anna": "id"}
    names = list(known)
    messages = []
    for number in range(MESSAGES):
        said = {
            "topic": f"tele/{dice.choice(names)}/STATE",
            "payload": {
                "Time": "2026-11-27T20:00:00", "Uptime": number, "POWER": "ON", "linkquality": 90,
                "Wifi": {"SSId": "Home Net", "BSSId": "02:00:5E:00:00:7F", "RSSI": 74},
                "neighbours": {dice.choice(names): {"lqi": 80, "age": number} for _ in range(12)},
                "text": "the quick brown fox jumps over the lazy dog " * 20,
            },
        }  # fmt: skip
        messages.append(msgspec.json.encode(said))
    return known, messages


def _redact(redactor: Redactor, messages: list[bytes]) -> None:
    for message in messages:
        msgspec.json.encode(redactor.data(msgspec.json.decode(message)))
