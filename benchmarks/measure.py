"""Sides in turn, medians, and the table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Sample = Mapping[str, float]
"""What one round of one side gave: name of the quantity -> value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table: our median, the reference's, and what the ratio should be."""

    what: str
    unit: str
    ours: float
    reference: str
    theirs: float
    goal: float
    more_is_better: bool
    note: str = ""

    @property
    def ratio(self) -> float:
        """Return ours divided by the reference's."""
        return self.ours / self.theirs

    @property
    def met(self) -> bool:
        """Say whether the ratio reaches its goal."""
        return self.ratio >= self.goal if self.more_is_better else self.ratio <= self.goal


def at_most(what: str, ours: float, most: float, unit: str) -> Figure:
    """Return a figure that is to stay at or under `most`, 0: that is to be none."""
    return Figure(
        what=what,
        unit=unit,
        ours=ours,
        reference="at most",
        theirs=most or 1.0,
        goal=1.0 if most else 0.0,
        more_is_better=False,
    )


def in_turn(sides: Mapping[str, Callable[[], Sample]], rounds: int) -> dict[str, dict[str, float]]:
    """Run all `sides` one after the other, `rounds` times; return the median of each quantity."""
    seen: dict[str, list[Sample]] = {name: [] for name in sides}
    for turn in range(rounds):
        order = list(sides) if turn % 2 == 0 else list(sides)[::-1]
        for name in order:
            seen[name].append(sides[name]())
    return {name: _medians(samples) for name, samples in seen.items()}


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as text, one a line, with the goal and whether it was met."""
    head = ("what", "ours", "reference", "its", "ratio", "goal", "")
    rows = [head, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(_line(row, widths) for row in rows)


def _medians(samples: Sequence[Sample]) -> dict[str, float]:
    return {key: statistics.median(sample[key] for sample in samples) for key in samples[0]}


def _cells(figure: Figure) -> tuple[str, ...]:
    sign = ">=" if figure.more_is_better else "<="
    verdict = "met" if figure.met else "not met"
    return (
        figure.what,
        f"{_number(figure.ours)} {figure.unit}",
        figure.reference,
        f"{_number(figure.theirs)} {figure.unit}",
        f"{figure.ratio:.2f}",
        f"{sign} {figure.goal:g}",
        f"{verdict}{'; ' + figure.note if figure.note else ''}",
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
