"""What all simulated devices share: how long things take, and what may go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """How long things take, in seconds; the demo sets fractions."""

    reading: float = 10.0  # between two readings
    answer: float = 0.0  # before an order is acted upon
    transfer: float = 4.0  # the maker's own download, where nothing is really fetched
    reboot: float = 5.0  # away from the broker
    fetch_limit: float = 30.0  # an address that does not answer


class Trouble(StrEnum):
    """What becomes of the next update of a simulated device; it may be changed while it runs."""

    NONE = ""
    REFUSES = "refuses"  # says no, in its dialect's own words
    SILENT = "silent"  # goes away for the update and stays away until `wake`
    OLD_VERSION = "old_version"  # comes back as if nothing had been
    OTHER_VERSION = "other_version"  # comes back with a version nobody asked for
    POWER_CUT = "power_cut"  # dies in the middle of it (last will), is back with the old version
