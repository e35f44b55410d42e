"""How warm a household stands with its makers: the formula, as data, and how it is added up. Pure.

degrees = 50 + what the events of each cause count, where an event counts for a number of days and
one cause goes no further than its most. Everything that counted is listed, so that whoever reads
the thermometer can add it up. It measures the service a household got, never the household.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from feedback.wire_signals import Cause, Moved, Weight

MIDDLE: Final = 50.0
COLDEST: Final = 0.0
HOTTEST: Final = 100.0
SILENCE_S: Final = 3 * 86_400.0
"""So long nobody may say nothing about an open report; each further one counts again."""

CONTACTS: Final = 3
CONTACTS_S: Final = 30 * 86_400.0
_DAY_S: Final = 86_400.0
_FORMULA: Final = Path(__file__).parent / "rules" / "thermometer.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a household. `about`: the report it came with."""

    at: float
    cause: Cause
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A household turned to the makers about one thing and it is not solved yet."""

    at: float
    report: str
    device: str
    cluster: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """One report: from when on somebody owed a word, and until when. None: still."""

    report: str
    since: float
    until: float | None = None


@cache
def formula() -> tuple[Weight, ...]:
    """Return the weights of all causes, as they stand in hub/rules/thermometer.json."""
    return msgspec.json.decode(_FORMULA.read_bytes(), type=tuple[Weight, ...])


def moved(
    events: Iterable[Event], now: float, weights: Sequence[Weight] | None = None
) -> tuple[Moved, ...]:
    """Return what still counts at `now`, the newest first, each with the degrees it counts.

    Of one cause the oldest count first; what would go beyond its most counts 0, and is listed.
    """
    by_cause = {weight.cause: weight for weight in (formula() if weights is None else weights)}
    spent: dict[Cause, float] = defaultdict(float)
    counted = []
    for event in sorted(events, key=lambda one: (one.at, one.about)):
        weight = by_cause.get(event.cause)
        if weight is None or not now - weight.days * _DAY_S < event.at <= now:
            continue
        room = abs(weight.most) - abs(spent[event.cause])
        degrees = weight.degrees if room >= abs(weight.degrees) else 0.0
        spent[event.cause] += degrees
        counted.append(Moved(at=event.at, cause=event.cause, degrees=degrees, about=event.about))
    return tuple(reversed(counted))


def degrees(counted: Iterable[Moved]) -> int:
    """Return the temperature that these make."""
    total = MIDDLE + sum(one.degrees for one in counted)
    return round(min(HOTTEST, max(COLDEST, total)))


def silences(waited: Waited, now: float) -> list[Event]:
    """Return one event for each whole time of silence that passed over a report."""
    end = now if waited.until is None else min(waited.until, now)
    times = int(max(0.0, end - waited.since) // SILENCE_S)
    return [
        Event(at=waited.since + SILENCE_S * nth, cause=Cause.SILENCE, about=waited.report)
        for nth in range(1, times + 1)
    ]


def taken_over(contacts: Iterable[Contact]) -> list[tuple[Contact, str]]:
    """Return the third contact about one device or cluster within 30 days, with what it is about.

    `contacts` are the unsolved ones of one household. About a thing that was met at both its device
    and its cluster only the earlier third counts; later contacts change nothing.
    """
    by_thing: dict[str, list[Contact]] = defaultdict(list)
    for contact in sorted(contacts, key=lambda one: (one.at, one.report)):
        by_thing[f"cluster:{contact.cluster}"].append(contact)
        if contact.device:
            by_thing[f"device:{contact.device}"].append(contact)
    thirds: dict[str, tuple[Contact, str]] = {}
    for thing, told in by_thing.items():
        third = next(
            (last for first, last in _triples(told) if last.at - first.at <= CONTACTS_S), None
        )
        if third is None:
            continue
        known = thirds.get(third.cluster)
        if known is None or third.at < known[0].at:
            thirds[third.cluster] = (third, thing)
    return sorted(thirds.values(), key=lambda one: one[0].at)


def _triples(told: Sequence[Contact]) -> Iterable[tuple[Contact, Contact]]:
    return zip(told, told[CONTACTS - 1 :], strict=False)
