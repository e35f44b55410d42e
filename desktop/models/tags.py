"""Tags of several devices at once: which all have, which some, and what a change makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fleet.model import Device


@dataclass(frozen=True, slots=True)
class Known:
    """A tag of this house, and how many of the chosen devices have it."""

    name: str
    count: int


def known(chosen: Sequence[Device], house: Iterable[Device]) -> tuple[Known, ...]:
    """Return every tag of the house, in order."""
    names = {tag for device in house for tag in device.tags}
    return tuple(
        Known(name, sum(name in device.tags for device in chosen))
        for name in sorted(names, key=str.casefold)
    )


def read(text: str) -> frozenset[str]:
    """Read what was typed: tags with commas between, with or without # before them."""
    each = (part.strip().lstrip("#").strip() for part in text.replace("，", ",").split(","))  # noqa: RUF001 - as a Chinese keyboard types it
    return frozenset(filter(None, each))


@dataclass(frozen=True, slots=True)
class Change:
    """Tags to give and to take away; those in neither stay as they are."""

    give: frozenset[str] = frozenset()
    take: frozenset[str] = frozenset()

    def of(self, device: Device) -> frozenset[str]:
        """Return the tags the device has then."""
        return (device.tags - self.take) | self.give
