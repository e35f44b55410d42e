"""Whether a device is as well after its update as it was before. Pure.

Its version is the first thing, and not the only one: what it said before it has to say again, the
entities it had have to be there, nothing may newly call itself an error, and it stays where it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fleet.model import Availability, Device

_BEFORE_S = 3_600.0  # what it said in the hour before counts
_PATIENCE = 3  # times its usual pause may pass before a topic counts as silent
_TIMES = 3  # a topic was heard at least so often before: only then it has a usual pause
_ERRORS = ("error", "errors", "fault", "problem")  # last part of a name; no alarm is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a device was like before: its dialects, what it said how often, what it called wrong."""

    at: float
    dialects: frozenset[str] = frozenset()
    pauses: tuple[tuple[str, float], ...] = ()  # topic, longest pause between two of its messages
    errors: frozenset[str] = frozenset()  # names of readings that said something was wrong


Heard = Iterable[tuple[float, str]]
"""(when, topic) of messages that came from the device live, oldest first."""


def baseline(device: Device, heard: Heard, now: float) -> Baseline:
    """Return what the device is like now, by what it has said in the last hour."""
    times: dict[str, list[float]] = {}
    for at, topic in heard:
        if at >= now - _BEFORE_S:
            times.setdefault(topic, []).append(at)
    return Baseline(
        at=now,
        dialects=frozenset(device.dialects),
        pauses=tuple(
            (topic, max(later - earlier for earlier, later in itertools.pairwise(each)))
            for topic, each in sorted(times.items())
            if len(each) >= _TIMES
        ),
        errors=_errors(device),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A device after its update, and what it was like before."""

    before: Baseline
    device: Device
    heard: Heard
    version: str
    since: float  # when it came back with it
    settle_s: float  # before so much later only its version and its errors are looked at
    now: float


Trouble = tuple[str, str]
"""A stable code and the fact behind it."""


def trouble(watched: Watched) -> Trouble | None:
    """Return what is wrong with a device since its update, the gravest first."""
    settled = watched.now >= watched.since + watched.settle_s
    rules = (*_AT_ONCE, *_SETTLED) if settled else _AT_ONCE
    return next((found for rule in rules if (found := rule(watched))), None)


def _version_changed(watched: Watched) -> Trouble | None:
    runs = watched.device.version.raw if watched.device.version else ""
    return ("version_changed", runs) if runs and runs != watched.version else None


def _says_error(watched: Watched) -> Trouble | None:
    new = sorted(_errors(watched.device) - watched.before.errors)
    return ("says_error", ", ".join(new)) if new else None


def _entities_missing(watched: Watched) -> Trouble | None:
    gone = sorted(watched.before.dialects - set(watched.device.dialects))
    return ("entities_missing", ", ".join(gone)) if gone else None


def _went_away(watched: Watched) -> Trouble | None:
    return ("went_away", "") if watched.device.availability is Availability.OFFLINE else None


def _topic_silent(watched: Watched) -> Trouble | None:
    last = {topic: at for at, topic in watched.heard}
    for topic, pause in watched.before.pauses:
        patience = max(watched.settle_s, _PATIENCE * pause)
        silent = last.get(topic, 0.0) < watched.since
        if silent and watched.now >= watched.since + patience:
            return "topic_silent", topic
    return None


_AT_ONCE: tuple[Callable[[Watched], Trouble | None], ...] = (_version_changed, _says_error)
_SETTLED: tuple[Callable[[Watched], Trouble | None], ...] = (
    _entities_missing,
    _went_away,
    _topic_silent,
)


def _errors(device: Device) -> frozenset[str]:
    return frozenset(
        name
        for name, value in device.readings.items()
        if name.rpartition(".")[2].lower() in _ERRORS and _wrong(value)
    )


def _wrong(value: str | float | bool) -> bool:  # noqa: FBT001 - a reading's value
    if isinstance(value, str):
        return value.strip().lower() not in {"", "0", "off", "false", "none", "no", "ok", "clear"}
    return bool(value)
