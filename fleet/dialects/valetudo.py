"""Valetudo."""

from __future__ import annotations

from collections.abc import Sequence

from fleet.dialects.base import Listener
from fleet.model import Message, Observation, Route, Unknown


class Valetudo(Listener):
    """Not read yet."""

    name = "valetudo"
    rank = 17

    def filters(self) -> Sequence[tuple[str, int]]:
        """Nothing yet."""
        return ()

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Nothing yet."""
        del message, routes
        return None
