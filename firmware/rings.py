"""Which devices may have a week when: pure, from the signed rings and salt alone.

A device's place is the first eight bytes of sha256(salt ‖ device id), both in UTF-8, big-endian,
out of 2**64. It is in a ring where that share is below the ring's percent, so whoever is in a ring
of 5 per cent is in every larger one too.
Whole numbers are compared: a float would round the last places up to 1.
"""

from __future__ import annotations

import hashlib
from typing import Protocol

from firmware.release import Ring

_WHOLE = 1 << 64


class Schedule(Protocol):
    """What of a signed week is needed: Week, Train and Draft have it."""

    @property
    def rings(self) -> tuple[Ring, ...]:
        """The rings; empty: everybody at once."""

    @property
    def salt(self) -> str:
        """Another one each week, so that not always the same are first."""


def device_id(key: str) -> str:
    """Return what rings and inventories call the device that its house calls `key`.

    32 hex digits. It is the same every week and says nothing of the device or its house.
    """
    return pseudonym("device", key)


def pseudonym(kind: str, key: str) -> str:
    """Return 32 hex digits that stand for `key`."""
    return hashlib.sha256(f"orangery/{kind}:{key}".encode()).hexdigest()[:32]


def place(salt: str, device: str) -> int:
    """Return where `device` (a `device_id`) stands, from 0 to 2**64 - 1."""
    return int.from_bytes(hashlib.sha256(f"{salt}{device}".encode()).digest()[:8], "big")


def holds(percent: int, place: int) -> bool:
    """Whether a ring of `percent` holds who stands at `place`: all at 100, nobody at 0."""
    return place * 100 < percent * _WHOLE


def ring_of(device: str, week: Schedule) -> Ring | None:
    """Return the ring in which `device` has the week first; None: in none, or there are none."""
    at = place(week.salt, device)
    held = (ring for ring in week.rings if holds(ring.percent, at))
    return min(held, key=lambda ring: ring.opens, default=None)


def opens_for(device: str, week: Schedule) -> int | None:
    """Return from when on `device` may have the week, in seconds since the epoch.

    0: at once, where the week has no rings. None: no ring of this week holds it.
    """
    if not week.rings:
        return 0
    ring = ring_of(device, week)
    return ring.opens if ring else None
