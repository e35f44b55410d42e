"""Inputs for parsers from a few good ones: the same seed and number give the same input, anywhere.

Six kinds of change, one to six of them on top of each other: flipped bits, splices of two inputs,
truncation, edited length fields (also where a zip or JSON file has them), ranges removed or
repeated, and words of the format put in.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

LARGEST = 256 * 1024  # bytes of an input; what is longer is cut
_LENGTHS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 2**31 - 1, 2**31)
_LENGTHS += (2**32 - 2, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1)
_ZIP = re.compile(rb"PK(?:\x01\x02|\x03\x04|\x05\x06|\x06\x06|\x06\x07)")
_ZIP_HEAD = 56  # no field that matters lies further behind its signature
_NUMBER = re.compile(rb"-?\d+")
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.5, 1e400, 2**31, 2**53 + 1, 2**64, 10**400, "", "0", "..", "/",
    "a" * 300, "\0", "\ud800", [], {}, [[]], [{}], {"": None}, "2026-W99", "f" * 64,
)  # fmt: skip


def made(seeds: Sequence[bytes], words: Sequence[bytes], seed: int, number: int) -> bytes:
    """Return input `number`; the first ones are the seeds themselves."""
    if number < len(seeds):
        return seeds[number]
    dice = random.Random(f"{seed} {number}")
    data = dice.choice(seeds)
    for _ in range(dice.randint(1, 6)):
        data = dice.choice(_CHANGES)(data, dice, seeds, words)[:LARGEST]
    return data


Change = Callable[[bytes, random.Random, Sequence[bytes], Sequence[bytes]], bytes]


def _flip(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    found = bytearray(data)
    for _ in range(dice.randint(1, 8) if found else 0):
        found[dice.randrange(len(found))] ^= 1 << dice.randrange(8)
    return bytes(found)


def _byte(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    found = bytearray(data)
    if found:
        found[dice.randrange(len(found))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, 0x22, 0x7B))
    return bytes(found)


def _splice(data: bytes, dice: random.Random, seeds: Sequence[bytes], _: Sequence[bytes]) -> bytes:
    other = dice.choice(seeds)
    return data[: dice.randint(0, len(data))] + other[dice.randint(0, len(other)) :]


def _cut(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    return data[: dice.randint(0, len(data))]


def _remove(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    at = dice.randint(0, len(data))
    return data[:at] + data[at + dice.randint(1, 64) :]


def _repeat(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    at, length = dice.randint(0, len(data)), dice.choice((1, 4, 16, 64, 1024))
    return data[: at + length] + data[at : at + length] * dice.randint(1, 8) + data[at + length :]


def _word(data: bytes, dice: random.Random, _: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    word, at = dice.choice(words), dice.randint(0, len(data))
    return data[:at] + word + data[at + dice.choice((0, len(word))) :]


def _length(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    """Another number where a number may be: anywhere, in the head, or in a record of a zip."""
    places = [dice.randint(0, len(data)), dice.randint(0, min(80, len(data)))]
    records = [match.start() for match in _ZIP.finditer(data)]
    if records:
        places = [dice.choice(records) + 4 + 2 * dice.randrange(_ZIP_HEAD // 2)]
    at, width = dice.choice(places), dice.choice((1, 2, 4, 8))
    order = dice.choice(("little", "big"))
    old = int.from_bytes(data[at : at + width], order)
    new = dice.choice((*_LENGTHS, len(data), len(data) - 1, old + 1, old - 1, old * 2))
    return data[:at] + (new % (1 << 8 * width)).to_bytes(width, order) + data[at + width :]


def _digits(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    """Another number where text has one."""
    numbers = list(_NUMBER.finditer(data, 0, 20_000))
    if not numbers:
        return data
    at = dice.choice(numbers)
    new = dice.choice((*_LENGTHS, -1, 10**30, 10**310))
    return data[: at.start()] + str(new).encode() + data[at.end() :]


def _json(data: bytes, dice: random.Random, *_: Sequence[bytes]) -> bytes:
    """Another value, a missing or a new member somewhere in a JSON text, or all of it deeper."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return data
    places = list(_places(value))[:2_000] if isinstance(value, dict | list) else []
    if not places or dice.random() < 0.02:
        deep = dice.choice((10, 500, 100_000))
        return b"[" * deep + data + b"]" * deep
    holder, key = dice.choice(places)
    change = dice.randrange(3)
    if change == 0:
        del holder[key]
    elif change == 1 and isinstance(holder, dict):
        holder[dice.choice(("schema", "x" * 300, "", "type"))] = dice.choice(_VALUES)
    else:
        holder[key] = dice.choice(_VALUES)
    return json.dumps(value).encode()


def _places(value: Any) -> Any:
    todo = [value]
    while todo:
        here = todo.pop()
        pairs = here.items() if isinstance(here, dict) else enumerate(here)
        for key, inner in pairs:
            yield here, key
            if isinstance(inner, dict | list):
                todo.append(inner)


_CHANGES: tuple[Change, ...] = (
    _flip, _byte, _splice, _cut, _remove, _repeat, _word, _length, _length, _digits, _json, _json,
)  # fmt: skip
