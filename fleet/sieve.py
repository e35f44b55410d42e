"""Which messages somebody wants to see: topic filters with + and #, words, and words that are not.

A text is parts with spaces between them; "..." holds a part together. A part with + or # is a
topic filter as MQTT has it (a wildcard stands alone between slashes: "a/b+" is none, and is taken
as a word). Any other is a word: it stands in the topic, in the payload or in the name of a device,
whatever its case; of:WORD only in the name of a device. A - before a part turns it round. A message
passes that all parts let pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from fleet.ring import Kind, Listened, Noted
from fleet.topics import is_wild, matches, valid

_PART = re.compile(r'(-?)(of:)?(?:"([^"]*)"?|(\S+))')

Test = Callable[[Noted], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages are asked for; `names`: of devices by key, so that words find them."""

    text: str = ""
    kind: Kind = Kind.ALL
    device: str = ""  # its key
    topic: str = ""  # exactly this one
    names: Mapping[str, str] = field(default_factory=dict)


def sieve(wanted: Wanted) -> Test:
    """Return what tells whether a message is one of those wanted."""
    tests = [*_plain(wanted), *_parts(wanted.text, wanted.names)]
    return lambda message: all(test(message) for test in tests)


def picked(found: Iterable[Noted], told: Listened, wanted: Wanted, limit: int) -> Listened:
    """Return the newest `limit` of those wanted; the others that are wanted are counted."""
    passes = sieve(wanted)
    kept = [one for one in found if passes(one)]
    shown = kept[-limit:] if limit > 0 else []
    return msgspec.structs.replace(told, messages=tuple(shown), more=len(kept) - len(shown))


def _plain(wanted: Wanted) -> Iterable[Test]:
    kind, device, topic = wanted.kind, wanted.device, wanted.topic
    if kind is Kind.SENT:
        yield lambda message: message.sent
    elif kind is Kind.DEVICES:
        yield lambda message: bool(message.devices) and not message.sent
    elif kind is Kind.UNKNOWN:
        yield lambda message: not message.sent and (bool(message.unknown) or not message.devices)
    if device:
        yield lambda message: device in message.devices
    if topic:
        yield lambda message: message.topic == topic


def _parts(text: str, names: Mapping[str, str]) -> Iterable[Test]:
    for found in _PART.finditer(text):
        part = found[3] if found[4] is None else found[4]
        if not part:
            continue
        if found[2]:
            test = _of(part, names)
        else:
            test = _filter(part) if is_wild(part) and valid(part) else _word(part, names)
        yield _turned(test) if found[1] else test


def _filter(part: str) -> Test:
    return lambda message: matches(part, message.topic)


def _of(part: str, names: Mapping[str, str]) -> Test:
    whose = _called(part, names)
    return lambda message: not whose.isdisjoint(message.devices)


def _called(part: str, names: Mapping[str, str]) -> set[str]:
    wanted = part.casefold()
    return {key for key, name in names.items() if wanted in name.casefold()}


def _word(part: str, names: Mapping[str, str]) -> Test:
    wanted, whose = part.casefold(), _called(part, names)

    def test(message: Noted) -> bool:
        return (
            wanted in message.topic.casefold()
            or not whose.isdisjoint(message.devices)
            or wanted in message.payload.decode(errors="replace").casefold()
        )

    return test


def _turned(test: Test) -> Test:
    return lambda message: not test(message)
