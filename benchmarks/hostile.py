"""The worst that a message can do: 1 MiB payloads, deep nesting, bombs, on every dialect's topics.

Each topic filter of each dialect is made a topic; each payload below is heard there by a registry
of its own, as a first message and again as a state message of a known device. What counts is the
CPU time of the slowest one against `json.loads` of an ordinary 1 MiB document, and what memory the
whole campaign leaves behind. A house stays usable where one message costs less than a tick.
"""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from collections.abc import Iterator

from benchmarks.measure import Figure
from fleet.dialects import ALL
from fleet.model import Message
from fleet.registry import Registry

GOAL_CPU = 25.0  # times decoding 1 MiB of JSON
GOAL_MEMORY = 8.0  # times the largest message
MIB = 1 << 20
_TRACED = 20  # of the slowest: watching memory takes time


def run(*, short: bool = False) -> list[Figure]:
    """The slowest hostile message on any dialect's topics, and the memory that one leaves."""
    size = MIB // 64 if short else MIB
    reference = _ordinary(size)
    said = [
        (name, Message(broker="home", topic=topic, payload=payload, retain=True))
        for name, payload in payloads(size)
        for topic in topics(each=1 if short else 100)
    ]
    times = [(_heard(message), f"{name} on {message.topic}", message) for name, message in said]
    slowest, what, _ = max(times, key=lambda one: one[0])
    worst = sorted(times, key=lambda one: one[0])[-_TRACED:]
    left = max(_left(message) for _, _, message in worst)
    bomb, template = max((_templated(one), one) for one in TEMPLATES)
    return [
        _figure("slowest hostile message", slowest, reference, f"{what}"),
        _figure("slowest template bomb", bomb, reference, template[:40]),
        Figure(
            what="memory that one leaves behind",
            unit="MiB",
            ours=left / MIB,
            reference="that message",
            theirs=size / MIB,
            goal=GOAL_MEMORY,
            more_is_better=False,
        ),
    ]


def topics(each: int) -> Iterator[str]:
    """Give a topic for each filter of each dialect, of one dialect at most `each`."""
    for dialect in ALL:
        for topic_filter, _ in dialect.filters()[:each]:
            yield topic_filter.replace("+", "02005E00007F").replace("#", "x/y")


def payloads(size: int) -> Iterator[tuple[str, bytes]]:
    """Give hostile payloads of about `size` bytes by name."""
    yield "arrays in arrays", b"[" * size
    yield "closed arrays in arrays", b"[" * (size // 2) + b"]" * (size // 2)
    yield "objects in objects", b'{"a":' * (size // 5)
    yield "50 levels, then wide", _deep(size)
    for name, value in _documents(size):
        yield name, json.dumps(value).encode()
    yield "not a number", b'{"a": nan, "b": "' + b"nan," * (size // 4) + b'"}'
    yield "digits", b"9" * size
    yield "spaces", b" " * size
    yield "zeros", bytes(size)
    yield "markup", b"<vs>" * (size // 4)
    declared = b'<!DOCTYPE v [<!ENTITY a "' + b"b" * (size // 2) + b'">]>'
    yield "entities of markup", declared + b"<vs><ac>" + b"&a;" * (size // 8) + b"</ac></vs>"


def _documents(size: int) -> Iterator[tuple[str, object]]:
    entities = {f"c{n}": {"p": "sensor", "stat_t": f"t/{n}"} for n in range(size // 48)}
    devices = [
        {"ieee_address": f"0x{n:016x}", "friendly_name": f"d{n}", "type": "Router"}
        for n in range(1, size // 75)
    ]
    named = {"mac": "02005E00007F", "t": "x", "id": "x"}
    yield "as many keys", {f"k{n}": n for n in range(size // 14)}
    yield "as many ids", {**named, "device": {"ids": [f"i{n}" for n in range(size // 12)]}}
    yield "as many entities", {"dev": {"ids": "x"}, "o": {}, "cmps": entities}
    yield "as many devices", devices
    yield "one long word", {**named, "name": "x" * size, "dn": "y" * size}


def _deep(size: int) -> bytes:
    inner = json.dumps({f"k{n}": [n] for n in range(size // 20)})
    return (b'{"a":' * 50) + inner.encode() + b"}" * 50


TEMPLATES = (
    "{{ 'x' * 10000000 }}",
    "{% for a in range(99999999) %}x{% endfor %}",
    "{{ value" + " | replace('a', 'aa')" * 30 + " }}",
    "{{ (9 ** 9) ** 9 }}",
    "{{ value" + "|upper" * 3_000 + " }}",
    "{{ " + "(" * 500 + "1" + ")" * 500 + " }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '{:>999999999}'.format(1) }}",
    "{% set x = [value] %}{{ x | join(value) }}",
    "{{ value_json" + ".a" * 2_000 + " }}",
)


def _heard(message: Message) -> float:
    """Return the CPU seconds of the slower of two hearings by one house."""
    registry = Registry(ALL)
    return max(_turn(registry, message), _turn(registry, message))


def _turn(registry: Registry, message: Message) -> float:
    began = time.process_time()
    registry.hear(message)
    registry.settle()
    registry.new_filters()
    return time.process_time() - began


def _left(message: Message) -> int:
    """Return the bytes that a house keeps of a message."""
    registry = Registry(ALL)
    gc.collect()
    tracemalloc.start()
    _turn(registry, message)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return kept


def _templated(template: str) -> float:
    """Return the CPU seconds of an announcement with this template, and of a state through it."""
    registry = Registry(ALL)
    said = {"name": "x", "stat_t": "x/state", "val_tpl": template, "dev": {"ids": "x"}}
    began = time.process_time()
    for topic, payload in (
        ("homeassistant/sensor/x/config", json.dumps(said).encode()),
        ("x/state", b"a" * 8_000),
        ("x/state", b"a" * 8_001),
    ):
        registry.hear(Message(broker="home", topic=topic, payload=payload, retain=True))
        registry.settle()
    return time.process_time() - began


def _ordinary(size: int) -> float:
    """Return the CPU seconds of decoding an ordinary document of this size; the least of five."""
    document = json.dumps([{"temperature": n / 10, "name": f"n{n}"} for n in range(size // 40)])
    times = []
    for _ in range(5):
        began = time.process_time()
        json.loads(document)
        times.append(time.process_time() - began)
    return max(min(times), 1e-6)


def _figure(what: str, ours: float, theirs: float, note: str) -> Figure:
    return Figure(
        what=what,
        unit="ms",
        ours=ours * 1000,
        reference="json.loads of 1 MiB",
        theirs=theirs * 1000,
        goal=GOAL_CPU,
        more_is_better=False,
        note=note,
    )
