"""What the user typed into the search and which chip is pressed: a rule over rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from desktop.models.rows import Row
from desktop.models.states import Group
from fleet.model import Availability

Test = Callable[[Row], bool]

_WORD = re.compile(r'(\w+):("[^"]*"|\S+)|fw([<>]=?|=)(\S+)|"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Filter:
    """Words and a group; every word must match.

    Words: `is:offline|online|asleep|updating|waiting`, `has:update|problem`, `room:hall`,
    `model:x`, `vendor:x`, `kind:light`, `fw<2.0`; anything else is looked for in all texts.
    """

    text: str = ""
    group: Group = Group.ALL
    _tests: tuple[Test, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the words once, not once per row."""
        object.__setattr__(self, "_tests", tuple(_tests(self.text)))

    def passes(self, row: Row) -> bool:
        """Whether this row is shown."""
        if self.group is not Group.ALL and self.group not in row.groups:
            return False
        return all(test(row) for test in self._tests)


def _tests(text: str) -> list[Test]:
    return [_test(match) for match in _WORD.finditer(text.lower())]


def _test(match: re.Match[str]) -> Test:
    name, value, sign, version, quoted, word = match.groups()
    if sign:
        return lambda row: _compares(row.version, sign, version)
    if name in _NAMED:
        sought = value.strip('"')
        ask = _NAMED[name]
        return lambda row: ask(row, sought)
    plain = quoted if quoted is not None else (word or match.group())
    return lambda row: plain in row.words


def _is(row: Row, sought: str) -> bool:
    wanted = _PRESENT.get(sought)
    if wanted is not None:
        return row.device.availability is wanted
    return {"updating": "accent", "waiting": "warn"}.get(sought) == row.look.tone


def _has(row: Row, sought: str) -> bool:
    return {"update": Group.READY, "problem": Group.ATTENTION}.get(sought) in row.groups


_PRESENT = {
    "online": Availability.ONLINE,
    "offline": Availability.OFFLINE,
    "asleep": Availability.SLEEPING,
    "unknown": Availability.UNKNOWN,
}
_NAMED: Mapping[str, Callable[[Row, str], bool]] = {
    "is": _is,
    "has": _has,
    "room": lambda row, sought: sought in row.device.room.lower(),
    "model": lambda row, sought: sought in row.device.model.lower(),
    "vendor": lambda row, sought: sought in row.device.vendor.lower(),
    "kind": lambda row, sought: sought in row.device.kind.lower(),
}


def _compares(version: str, sign: str, than: str) -> bool:
    one, other = _numbers(version), _numbers(than)
    if not one or not other:
        return False
    width = max(len(one), len(other))
    one += (0,) * (width - len(one))
    other += (0,) * (width - len(other))
    order = (one > other) - (one < other)
    return {"<": order < 0, ">": order > 0, "=": order == 0, "<=": order <= 0, ">=": order >= 0}[
        sign
    ]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
