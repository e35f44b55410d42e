"""The one order of firmware versions: of what a maker publishes and of what a house installs.

Devices write versions in many ways. What is understood here:

    1.2.3   v1.2.3   14.2.0.1   dotted numbers; zeros at the end do not count
    14.2.0(tasmota32)   1.2.0+build5    a variant or build that says nothing about the order
    2026.11.0b1   1.2.0-rc.1   1.2.0-dev2026    dev < a, alpha < b, beta < c, rc, pre < the release
    20123649   0x01331001       whole numbers (Zigbee's file version, a build counter)
    2026-11-20   20261120-2     dates, and the second of a day
    20230913-112003/v1.14.0-gcb84623   20211026-072015/v2.0.3@1dfb9313   Shelly's: when and of what
        it was built, around the version
    esphome v2024.1.0-dev Jan  3 2024, 20:56:34   2026.8.0 (config hash 0x0dd1e1e6)   ESPHome's
    Build on Nov 11 2022 11:30:00 version 1.15.4   OpenBeken's

What cannot be ordered is `UNKNOWN`, never newer: other words, a word we do not know after the same
numbers ("1.2.0-12" is a pre-release to some and a revision to others), and a packed number or date
beside a dotted version (0x01331001 is not "newer" than 14.2.0).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LENGTH_MAX = 200
"""Characters; a longer word is no version. What we sign is no longer either (signed.Word)."""

_PACKED = 100_000  # no dotted version begins with such a number; dates and packed ones do
_RELEASE = 4
_STAGES = {
    "dev": 0, "a": 1, "alpha": 1, "b": 2, "beta": 2, "c": 3, "rc": 3, "pre": 3, "preview": 3,
}  # fmt: skip
_SHELLY = re.compile(r"\d{8}-\d{6}/(v?\d.*?)(?:-g[0-9a-f]{7,}|@[0-9a-f]{7,})?$", re.ASCII)
_BEKEN = re.compile(r"build on .* version (\S+)", re.ASCII)
_ESPHOME = re.compile(r"esphome (v?\d\S*)(?: [a-z]{3} .*)?", re.ASCII)
_IGNORED = re.compile(r"\s*\([^()]*\)$|\+[a-z0-9.-]+$", re.ASCII)
_HEX = re.compile(r"0x[0-9a-f]+", re.ASCII)
_NUMBERS = re.compile(r"\d+(?:-\d+)+(?![.\d])|\d+(?:\.\d+)*", re.ASCII)
_STAGE = re.compile(r"[-._~]?([a-z]+)[-._]?(\d+(?:\.\d+)*)?", re.ASCII)


class Order(StrEnum):
    """How one version stands to another."""

    OLDER = "older"
    SAME = "same"
    NEWER = "newer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Key:
    """What of a version can be ordered; `rest` is what we do not know the place of."""

    numbers: tuple[int, ...]
    stage: tuple[int, tuple[int, ...]] = (_RELEASE, ())
    rest: str = ""

    @property
    def packed(self) -> bool:
        return bool(self.numbers) and self.numbers[0] >= _PACKED


def compare(version: str, other: str) -> Order:
    """Say whether `version` is older or newer than `other`, or that nobody can tell."""
    one, two = _plain(version), _plain(other)
    if one == two:
        return Order.SAME
    left, right = _key(one), _key(two)
    if left is None or right is None or left.packed != right.packed:
        return Order.UNKNOWN
    if left.numbers != right.numbers:
        return Order.NEWER if left.numbers > right.numbers else Order.OLDER
    if left.rest or right.rest:
        return Order.SAME if left == right else Order.UNKNOWN
    if left.stage == right.stage:
        return Order.SAME
    return Order.NEWER if left.stage > right.stage else Order.OLDER


def newer(version: str, than: str) -> bool:
    """Whether `version` is known to be newer."""
    return compare(version, than) is Order.NEWER


def same(version: str, other: str) -> bool:
    """Whether two words mean the same version ("1.2" is "v1.2.0")."""
    return compare(version, other) is Order.SAME


def _plain(version: str) -> str:
    plain = version.strip().lower()
    if len(plain) <= LENGTH_MAX:
        plain = _IGNORED.sub("", _unwrapped(plain))
    return plain[1:] if re.match(r"v\d", plain, re.ASCII) else plain


def _unwrapped(said: str) -> str:
    """Return the version in a maker's sentence; what is none of these is all of it."""
    for sentence in (_SHELLY, _BEKEN, _ESPHOME):
        if found := sentence.fullmatch(said):
            return found[1]
    return said


def _key(plain: str) -> _Key | None:
    if len(plain) > LENGTH_MAX:
        return None
    if _HEX.fullmatch(plain):
        return _Key(_without_zeros([int(plain, 16)]))
    match = _NUMBERS.match(plain)
    if not match:
        return None
    numbers = _without_zeros([int(part) for part in re.split("[.-]", match[0])])
    rest = plain[match.end() :]
    stage = _STAGE.fullmatch(rest)
    if stage and stage[1] in _STAGES:
        of_it = [int(part) for part in stage[2].split(".")] if stage[2] else []
        return _Key(numbers, (_STAGES[stage[1]], tuple(of_it)))
    return _Key(numbers, rest=rest)


def _without_zeros(numbers: list[int]) -> tuple[int, ...]:
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
