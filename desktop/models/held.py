"""Acts of staff that wait half a minute before they are told the hub, so that each can be undone.

What was said to testers cannot be taken back, so it is not said at once. No widgets, no clock of
its own: the time comes in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

UNDO_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One act that waits: what it is in words, and when it is done."""

    number: int
    words: str
    due: float
    act: Callable[[Any], object]


class Holding:
    """The acts that wait, oldest first."""

    def __init__(self) -> None:
        self._held: list[Held] = []
        self._number = 0

    @property
    def waiting(self) -> tuple[Held, ...]:
        """What waits."""
        return tuple(self._held)

    def hold(self, words: str, act: Callable[[Any], object], now: float) -> Held:
        """Keep an act back for UNDO_S seconds."""
        self._number += 1
        made = Held(number=self._number, words=words, due=now + UNDO_S, act=act)
        self._held.append(made)
        return made

    def undo(self) -> Held | None:
        """Take the newest act back: it never happens. None where none waits."""
        return self._held.pop() if self._held else None

    def ripe(self, now: float) -> tuple[Held, ...]:
        """Return what is due, in order; it waits no longer."""
        due = tuple(one for one in self._held if one.due <= now)
        self._held = [one for one in self._held if one.due > now]
        return due

    def all(self) -> tuple[Held, ...]:
        """Return everything that waits, in order; it waits no longer."""
        due, self._held = tuple(self._held), []
        return due
