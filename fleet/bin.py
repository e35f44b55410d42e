"""What a person forgot a moment ago: it can be brought back whole until its time is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fleet.identity import Record

LONGEST_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Binned:
    """A forgotten thing, and until when it can be brought back."""

    record: Record
    until: float


class Bin:
    """Forgotten things by key; owned by the house thread."""

    def __init__(self) -> None:
        self._kept: dict[str, Binned] = {}
        self._changed: set[str] = set()

    @property
    def keys(self) -> frozenset[str]:
        """The keys of what is in it: nobody else may have what was kept under them."""
        return frozenset(self._kept)

    def load(self, kept: Mapping[str, Binned]) -> None:
        """Take up what was stored."""
        self._kept = dict(kept)

    def put(self, record: Record, until: float) -> None:
        """Keep a thing that was just forgotten."""
        self._kept[record.key] = Binned(record, until)
        self._changed.add(record.key)

    def take(self, key: str) -> Record | None:
        """Give a thing back; None where it is not here, or no more."""
        binned = self._kept.pop(key, None)
        if binned is None:
            return None
        self._changed.add(key)
        return binned.record

    def over(self, now: float) -> Iterator[str]:
        """Empty it of what had its time, and give the keys."""
        for key in [key for key, one in self._kept.items() if one.until <= now]:
            del self._kept[key]
            self._changed.add(key)
            yield key

    def unsaved(self) -> dict[str, Binned | None]:
        """Return what changed since `saved`, None: gone from here."""
        return {key: self._kept.get(key) for key in self._changed}

    def saved(self) -> None:
        """Know that all of it is on the disk."""
        self._changed.clear()
