"""A short word of success, and the way to take back what it tells of."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from desktop.models.location import Location


@dataclass(slots=True, eq=False)
class Said:
    """What a toast says; `undo` asks the house to take it back, None where that cannot be."""

    text: str
    at: float  # seconds since the epoch
    undo: Callable[[], Future[Any]] | None = None
    undone: bool = False
    place: Location | None = None  # where it can be looked at

    @property
    def can_undo(self) -> bool:
        """Whether it can still be taken back."""
        return self.undo is not None and not self.undone
