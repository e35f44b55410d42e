"""What has changed of a part's facts since it told them last."""

from __future__ import annotations

from collections.abc import Mapping

Facts = dict[str, dict[str, object]]
"""Kind -> name -> value."""


class News:
    """Remembers what was told."""

    def __init__(self) -> None:
        self._told: Mapping[str, Mapping[str, object]] = {}

    def since(self, now: Facts) -> dict[str, dict[str, object | None]]:
        """Return what is new or other in `now`; None for what is gone. `now` counts as told."""
        facts: dict[str, dict[str, object | None]] = {}
        for kind, values in now.items():
            before = self._told.get(kind, {})
            changed: dict[str, object | None] = dict.fromkeys(before.keys() - values.keys())
            changed |= {name: value for name, value in values.items() if before.get(name) != value}
            if changed:
                facts[kind] = changed
        self._told = now
        return facts
