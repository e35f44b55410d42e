"""What the house would like to ask of devices it heard: each question rarely."""

from __future__ import annotations

from collections.abc import Iterable

from fleet.steps import Ask, Publish

_REMEMBERED = 2_000  # questions; of more the longest asked is forgotten, and may be asked again
_AT_ONCE = 50  # in one turn: a broker's whole memory may come at once, and no device is in a hurry

_Question = tuple[str, Publish]
"""The broker's name, and what is sent there."""


class Questions:
    """Questions that wait, and when each was last asked."""

    def __init__(self) -> None:
        self._waiting: dict[_Question, float] = {}
        self._asked: dict[_Question, float] = {}

    def take(self, broker: str, asks: Iterable[Ask]) -> None:
        """Let these wait for their turn at this broker."""
        for ask in asks:
            if len(self._waiting) < _REMEMBERED:
                self._waiting.setdefault((broker, ask.step), ask.rest_s)

    def due(self, now: float) -> list[_Question]:
        """Return what to ask now; the others of those that waited were asked not long ago."""
        found: list[_Question] = []
        for each, rest_s in list(self._waiting.items()):
            if len(found) >= _AT_ONCE:
                break
            del self._waiting[each]
            last = self._asked.get(each)
            if last is None or not 0 <= now - last < rest_s:
                self._remember(each, now)
                found.append(each)
        return found

    def _remember(self, each: _Question, now: float) -> None:
        self._asked.pop(each, None)
        self._asked[each] = now
        if len(self._asked) > _REMEMBERED:
            del self._asked[next(iter(self._asked))]
