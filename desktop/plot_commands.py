"""What people may ask of the values that a household kept over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fleet.series import HOLD_S, Point

POINTS_MAX = 4_000
"""Of one value in one answer: more than any screen has columns."""

FEATURES_MAX = 16
"""In one answer; a picture of more says nothing to anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One value of a device that is kept."""

    feature: str
    capability: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptValues:
    """Ask which values of a device are kept over time. Result: Kept values."""

    ANSWER: ClassVar[object] = tuple[Kept, ...]
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plotted:
    """What one value was: points in the order of time, and where nothing was said for too long."""

    feature: str
    capability: str
    unit: str
    points: tuple[Point, ...] = ()
    breaks: tuple[int, ...] = ()  # of points: before each of these is a gap
    hold_s: float = float(HOLD_S)  # so long the last of them still holds


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlots:
    """Ask what values of a device were between two moments (seconds since the epoch).

    At most about `points` of each, with the least and greatest of what each stands for: as many as
    a picture has columns. `rest_s`: a device that sleeps may be silent for so long without a gap.
    Result: a Plotted for each feature that is kept, in the order asked for.
    CommandError("plot_bad") for no time, no points, or too many.
    """

    ANSWER: ClassVar[object] = tuple[Plotted, ...]
    device: str
    features: tuple[str, ...]
    since: float
    until: float
    points: int = 400
    rest_s: float = 0.0


COMMANDS: tuple[type, ...] = (KeptValues, ReadPlots)
