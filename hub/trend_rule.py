"""When so many households meeting the same within a day is no chance. Pure.

x is how many distinct households met it in the 24 hours that end with the newest of them. It is
held against the 28 windows of 24 hours before: half of the baseline comes from the same weekday
(windows 7, 14, 21 and 28), because a train on Friday makes Fridays louder. How probable so many
are by chance is the tail of a Poisson distribution, or of a negative binomial one where the days
differ more than chance alone would have them. Windows end where x does and not at midnight: what
begins late in the evening is seen as soon as what begins in the morning, in every time zone.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

DAY_S: Final = 86_400.0
WINDOWS: Final = 28
LEAST_HOMES: Final = 5
SURE: Final = 1e-4
_WEEK: Final = 7
_SCATTERED: Final = 1.05  # variance by mean, from where on the days differ more than by chance
_LEAST_MEAN: Final = 1 / WINDOWS  # who was never seen may have been seen once in all that time
_YOUNG: Final = 7  # windows: with fewer a hub does not know what is usual
_YOUNG_MEAN: Final = 6.0

Sighting = tuple[float, str]
"""When a household met it, and which one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a day is usually like: households, and how much the days differ."""

    mean: float
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """The rule held: with the household that came at `at` it was no chance any more."""

    at: float
    homes: int
    usual: float
    chance: float


def baseline(before: Sequence[int]) -> Baseline:
    """Return what the windows before are like, the newest first; as many of 28 as there are.

    A hub that has not seen a whole week takes at least 6 households a day for usual: else all that
    is new to it would be an alarm.
    """
    same = [homes for place, homes in enumerate(before, start=1) if place % _WEEK == 0]
    other = [homes for place, homes in enumerate(before, start=1) if place % _WEEK]
    weighed = list(_weighed(same, 0.5 if other else 1.0))
    weighed += _weighed(other, 0.5 if same else 1.0)
    mean = math.fsum(homes * weight for homes, weight in weighed)
    variance = math.fsum((homes - mean) ** 2 * weight for homes, weight in weighed)
    mean = max(mean, _LEAST_MEAN if len(before) >= _YOUNG else _YOUNG_MEAN)
    return Baseline(mean=mean, variance=max(variance, mean))


def chance(homes: int, usual: Baseline) -> float:
    """Return how probable it is that so many households or more meet it by chance in a day."""
    if homes <= 0:
        return 1.0
    below = math.fsum(math.exp(_log_share(count, usual)) for count in range(homes))
    return min(1.0, max(0.0, 1.0 - below))


def is_alarm(homes: int, usual: Baseline) -> bool:
    """Whether this is no chance: at least 5 households, less probable than 1 in 10,000."""
    return homes >= LEAST_HOMES and chance(homes, usual) < SURE


def first_alarm(
    sightings: Sequence[Sighting], *, since: float, begin: float, until: float = math.inf
) -> Alarm | None:
    """Return when the rule first held for a sighting after `since`, or None.

    `sightings` in the order of their times, at least 29 days back; `begin` is from when on anything
    was counted at all: windows before it say nothing. Sightings up to `since` that lie in the same
    24 hours count as well, but for them the rule has been asked before.
    """
    times = [at for at, _ in sightings]
    first, last = bisect_right(times, since), bisect_right(times, until)
    for place in range(first, last):
        now = times[place]
        homes = _homes(sightings, times, now - DAY_S, now)
        if homes < LEAST_HOMES:
            continue
        usual = baseline(windows(sightings, now, begin))
        if is_alarm(homes, usual):
            return Alarm(at=now, homes=homes, usual=usual.mean, chance=chance(homes, usual))
    return None


def windows(sightings: Sequence[Sighting], now: float, begin: float) -> list[int]:
    """Return the distinct households of the 28 windows before the one that ends at `now`."""
    times = [at for at, _ in sightings]
    known = int((now - begin) // DAY_S) - 1  # whole windows before the current one
    return [
        _homes(sightings, times, now - (back + 1) * DAY_S, now - back * DAY_S)
        for back in range(1, 1 + min(WINDOWS, max(known, 0)))
    ]


def _homes(
    sightings: Sequence[Sighting], times: Sequence[float], after: float, until: float
) -> int:
    """Distinct households in (after, until]."""
    part = sightings[bisect_right(times, after) : bisect_right(times, until)]
    return len({home for _, home in part})


def _weighed(homes: Sequence[int], share: float) -> Iterator[tuple[int, float]]:
    return ((count, share / len(homes)) for count in homes)


def _log_share(count: int, usual: Baseline) -> float:
    """Log of the probability of exactly `count`."""
    mean, variance = usual.mean, usual.variance
    if variance / mean <= _SCATTERED:
        return count * math.log(mean) - mean - math.lgamma(count + 1)
    size = mean * mean / (variance - mean)
    ways = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return ways + size * math.log(size / (size + mean)) + count * math.log(mean / (size + mean))
