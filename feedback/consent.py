"""What a household lets the makers hear, in one setting with four steps: each says a little more.

A report that a person sends is shown before and sent as shown, at any step: the setting only says
what happens by itself, and which parts of a report are chosen beforehand. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from feedback.outcome import Level
from feedback.report import PartName

ORDER: Final = (Level.NOTHING, Level.OUTCOMES, Level.LINKED, Level.LOGS)
"""From the most restrictive on; the place is the step's number."""

_PLAIN: Final = frozenset({PartName.PROGRAM, PartName.DEVICE})
_CHOSEN: Final = {
    Level.NOTHING: _PLAIN,
    Level.OUTCOMES: _PLAIN | {PartName.UPDATES, PartName.KNOWN},
    Level.LINKED: frozenset(PartName) - {PartName.LOG, PartName.MESSAGES, PartName.RECORDING},
    Level.LOGS: frozenset(PartName),
}


def number(level: Level) -> int:
    """Return the step's number: 0 for nothing, 3 for logs too."""
    return ORDER.index(level)


def allows(level: Level, needed: Level) -> bool:
    """Whether what needs `needed` may happen where `level` was said."""
    return number(level) >= number(needed)


def strictest(levels: Iterable[Level]) -> Level:
    """Return the most restrictive of what several said of the same; nothing, where nobody did."""
    return min(levels, key=number, default=Level.NOTHING)


def chosen(level: Level) -> frozenset[PartName]:
    """Return the parts of a report's evidence that are chosen before a person has looked.

    Each can be left out, and any other be taken along: that is asked in each report.
    """
    return _CHOSEN[level]
