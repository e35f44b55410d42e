"""Whether a release hurts: the vendor's halt rule over the outcomes of homes. Pure and exact.

What is believed of the share of devices that fail begins as Beta(1, 49) and is moved by each
outcome. A release is halted where that share is above the accepted rate with a probability of 99
per cent, warned of at 90. For whole numbers the tail of such a Beta is that of a binomial:
P(share > r | failed k of n) = P(at most k of n + 49 | r), summed here without rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Final

ACCEPTED: Final = Fraction(1, 100)
HALT_SURE: Final = Fraction(99, 100)
WARN_SURE: Final = Fraction(90, 100)
LEAST_FAILED: Final = 2  # one device is no pattern
DEAD_OF_ONE_MODEL: Final = 2

_BEFORE: Final = 49  # Beta(1, 49) is what 49 good devices would have taught
_BASELINE_OF: Final = 100  # attempted devices, at least, of a release that others are held against
_BASELINE_MOST: Final = Fraction(5, 100)  # a bad release does not make the next bad one right
_Z95: Final = 1.959964


class Verdict(StrEnum):
    """What the rule says of a release; a person decides and signs."""

    GO_ON = "go_on"
    WARN = "warn"
    PAUSE = "pause"  # at once, whatever the rates: a safety flag, or dead devices of one model
    HALT = "halt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One release on one model: devices on which it was attempted, and how many did badly.

    `failed` counts what failed, went back, fell silent or was unwell afterwards.
    """

    attempted: int
    failed: int = 0
    dead: int = 0  # took the file and never came back
    safety: bool = False  # somebody flagged it as dangerous


def judge(tally: Tally, accepted: Fraction = ACCEPTED) -> Verdict:
    """Return what to do about a release of which `accepted` of all devices may fail."""
    if tally.failed >= LEAST_FAILED and is_worse(tally.failed, tally.attempted, accepted):
        return Verdict.HALT
    if tally.safety or tally.dead >= DEAD_OF_ONE_MODEL:
        return Verdict.PAUSE
    warned = tally.failed >= 1 and is_worse(tally.failed, tally.attempted, accepted, WARN_SURE)
    return Verdict.WARN if warned else Verdict.GO_ON


def accepted_after(before: Tally | None) -> Fraction:
    """Return the accepted rate of what follows `before` on that model.

    1 per cent, or what the release before it had where that was worse: devices that often fail by
    themselves are held against themselves. Only one on a hundred devices counts, and at most 5.
    """
    if before is None or before.attempted < _BASELINE_OF:
        return ACCEPTED
    return min(max(ACCEPTED, Fraction(before.failed, before.attempted)), _BASELINE_MOST)


def is_worse(
    failed: int, attempted: int, than: Fraction = ACCEPTED, sure: Fraction = HALT_SURE
) -> bool:
    """Whether more than `than` of all devices fail with a probability of at least `sure`."""
    part, whole = _tail(failed, attempted, than)
    return part * sure.denominator >= sure.numerator * whole


def chance(failed: int, attempted: int, than: Fraction = ACCEPTED) -> float:
    """Return the probability that more than `than` of all devices fail."""
    part, whole = _tail(failed, attempted, than)
    return part / whole


def interval(failed: int, attempted: int) -> tuple[float, float]:
    """Return between which shares the true one lies 19 times out of 20 (Wilson's score)."""
    if not attempted:
        return 0.0, 1.0
    share, z2 = failed / attempted, _Z95 * _Z95
    middle = (share + z2 / (2 * attempted)) / (1 + z2 / attempted)
    spread = math.sqrt(share * (1 - share) / attempted + z2 / (4 * attempted * attempted))
    half = _Z95 * spread / (1 + z2 / attempted)
    return max(0.0, middle - half), min(1.0, middle + half)


@lru_cache(maxsize=4096)
def _tail(failed: int, attempted: int, rate: Fraction) -> tuple[int, int]:
    """Return P(at most `failed` of `attempted` + 49) at `rate` as two whole numbers."""
    tries, bad = attempted + _BEFORE, rate.numerator
    good = rate.denominator - bad
    term = part = good**tries
    for count in range(failed):
        term = term * (tries - count) * bad // ((count + 1) * good)  # leaves no rest
        part += term
    return part, rate.denominator**tries
