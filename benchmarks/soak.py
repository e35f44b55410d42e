"""The window for an hour on 2,000 devices at 500 messages a second: memory flat, no warning.

The same process and feed as in benchmarks/window.py. Once a minute somebody uses the window: turns
the pages, searches, sorts, chooses. Memory is the resident set after each minute. It grows with
what was seen for the first time, so flat means: the median of the last quarter is at most a
twentieth above that of the second.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks import feed
from benchmarks.ingest import fed
from benchmarks.window import shown
from benchmarks.window_told import Asked

MINUTES = 60.0
DEVICES = 2_000
RATE = 500  # messages/s
GOAL_MB = 220.0
GOAL_GROWTH = 1.05
_PIECE_S = 60.0


@dataclass(slots=True)
class Soaked:
    """What an hour did."""

    rss: list[float] = field(default_factory=list)  # MB after each piece
    longest: list[float] = field(default_factory=list)  # ms, the longest pause of each piece
    sent: int = 0
    dropped: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """The last quarter's memory by that of the second; 1 where there are fewer than four."""
        quarter = len(self.rss) // 4
        if not quarter:
            return 1.0
        second, last = self.rss[quarter : 2 * quarter], self.rss[-quarter:]
        return statistics.median(last) / statistics.median(second)

    @property
    def wrong(self) -> list[str]:
        """What is not as it must be."""
        found = [f"warned: {said}" for said in dict.fromkeys(self.warnings)]
        if self.dropped:
            found.append(f"{self.dropped} messages were dropped")
        if self.growth > GOAL_GROWTH:
            found.append(f"memory grew to {self.growth:.2f} of the second quarter's")
        return found

    def lines(self) -> list[str]:
        """Return it as people read it."""
        met = "met" if max(self.rss) <= GOAL_MB else "not met"
        return [
            f"soak: {len(self.rss)} turns, {RATE} messages/s, {self.sent:,} sent",
            f"memory MB: {' '.join(f'{one:.0f}' for one in self.rss)}",
            f"most {max(self.rss):.0f} MB, goal {GOAL_MB:.0f}: {met}",
            f"growth of the last quarter over the second: {self.growth:.3f}, goal {GOAL_GROWTH}",
            f"longest pause of a minute, median: {statistics.median(self.longest):.0f} ms",
            *(self.wrong or ["nothing wrong: no warning, nothing dropped"]),
        ]


def run(
    minutes: float = MINUTES,
    *,
    devices: int = DEVICES,
    piece_s: float = _PIECE_S,
    told: Callable[[str], object] = lambda _: None,
) -> Soaked:
    """Let the window live for so long; `told` hears of each minute."""
    soaked = Soaked()
    with shown(devices) as (window, place):
        for turn in range(max(1, round(minutes * 60 / piece_s))):
            began = time.monotonic()
            pairs = feed.readings(devices, int(RATE * piece_s))
            with fed(place.port, pairs, place.folder, rate=RATE) as go:
                go()
                window.ask(Asked(do="use"))
                left = began + piece_s - time.monotonic()
                seen = window.ask(Asked(do="watch", seconds=max(1.0, left)))
            soaked.sent += len(pairs)
            soaked.rss.append(seen.rss)
            soaked.longest.append(max(seen.gaps))
            soaked.dropped, soaked.warnings = seen.dropped, seen.warnings
            told(f"{turn + 1}: {seen.rss:.0f} MB, longest pause {max(seen.gaps):.0f} ms")
    return soaked
