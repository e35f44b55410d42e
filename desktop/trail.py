"""Where one has been in the window: back, and forward again, as in a browser. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from desktop.models.location import Location

_MOST = 100  # places remembered


class Trail:
    """The way so far; `show` is called to go back or forward along it."""

    def __init__(self, show: Callable[[Location], None]) -> None:
        self._show = show
        self._way: list[Location] = []
        self._at = -1

    @property
    def can_back(self) -> bool:
        """Whether there is a place before this one."""
        return self._at > 0

    @property
    def can_forward(self) -> bool:
        """Whether one has come back from somewhere."""
        return self._at + 1 < len(self._way)

    def begin(self, place: Location) -> None:
        """One is at `place`, and came from nowhere."""
        self._way, self._at = [place], 0

    def note(self, place: Location) -> None:
        """One has gone to `place`: what was ahead is no more."""
        if self._way and self._way[self._at] == place:
            return
        self._way = [*self._way[: self._at + 1], place][-_MOST:]
        self._at = len(self._way) - 1

    def back(self) -> None:
        """Go to the place before, if there is one."""
        self._turn(-1)

    def forward(self) -> None:
        """Go again to where one came back from."""
        self._turn(1)

    def _turn(self, by: int) -> None:
        if 0 <= self._at + by < len(self._way):
            self._at += by
            self._show(self._way[self._at])
