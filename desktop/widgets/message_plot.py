"""A number out of the messages of a topic, drawn live: as any plot, in steps from word to word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from desktop.language import translate
from desktop.models import scale
from desktop.models.plot import Lane, Plot, Spot
from desktop.widgets.plot import PlotView
from fleet.capability import Capability

Point = tuple[float, float]
"""(seconds since the epoch, number)"""

MOST = 2_000
"""Points that are kept."""


class MessagePlot(PlotView):
    """The points of one number; older ones go where there are too many."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.points: list[Point] = []
        self._draw()

    def add(self, points: Sequence[Point]) -> None:
        """Put points at the end."""
        if points:
            self.points = [*self.points, *points][-MOST:]
            self._draw()

    @property
    def words(self) -> str:
        """What it shows, in words."""
        if not self.points:
            return translate("Messages", "no number yet")
        values = [value for _, value in self.points]
        said = translate("Messages", "now {now}, from {low} to {high} in {count} messages")
        return said.format(
            now=_told(values[-1]),
            low=_told(min(values)),
            high=_told(max(values)),
            count=len(values),
        )

    def _draw(self) -> None:
        begin, end = (self.points[0][0], self.points[-1][0]) if self.points else (0.0, 1.0)
        end = max(end, begin + 1.0)
        self.show_plot(Plot(since=begin, until=end, lanes=(self._lane(end),)))
        self.setToolTip(self.words)

    def _lane(self, end: float) -> Lane:
        values = [value for _, value in self.points]
        low, high = scale.bounds(min(values, default=0.0), max(values, default=1.0))
        drawn = tuple(_stepped(self.points))
        return Lane(
            feature=self._name,
            title="",
            kind=Capability.NUMBER,
            unit="",
            states=False,
            low=low,
            high=high,
            now=_told(values[-1]) if values else "",
            said=f"{self._name}: {self.words}",
            stretches=(drawn,) if drawn else (),
            until=end,
            times=tuple(one.at for one in drawn),
        )


def _stepped(points: Sequence[Point]) -> Iterator[Spot]:
    """Give the corners of its steps: a value holds until the next is said."""
    for (_, before), (at, value) in pairwise([(0.0, 0.0), *points]):
        if at != points[0][0]:
            yield Spot(at, before, before, before)
        yield Spot(at, value, value, value)


def _told(value: float) -> str:
    return f"{value:.6g}"
