"""When the program looks for a new version of itself: each Friday, not all at once. Pure.

The makers publish by Friday 18:00 UTC, when a week begins (docs/signals.md). Each installation has
a moment of its own in the six hours after it, the same one every week, so that no mirror meets all
of them at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib

WEEK_S = 7 * 86_400.0
SPREAD_S = 6 * 3600
"""How long after the makers' time the last installation asks."""

AGAIN_S = 3600.0
"""After a check that came to nothing."""

_PUBLISHED = dt.datetime(1970, 1, 2, 18, tzinfo=dt.UTC).timestamp()  # the first Friday, 18:00 UTC


def own_delay(installation: str) -> int:
    """Return how many seconds after the makers' time this installation asks."""
    digest = hashlib.sha256(f"orangery/friday:{installation}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % SPREAD_S


def last_moment(installation: str, now: float) -> float:
    """Return the last moment at which this installation was to ask, not after `now`."""
    first = _PUBLISHED + own_delay(installation)
    return first + (now - first) // WEEK_S * WEEK_S


def next_moment(installation: str, now: float) -> float:
    """Return the first moment after `now` at which this installation is to ask."""
    return last_moment(installation, now) + WEEK_S


def is_due(installation: str, *, checked: float, tried: float, now: float) -> bool:
    """Whether to ask now: a Friday has come since the last check, and it is no time to rest.

    A clock that was set back makes it ask once more, not never: `checked` and `tried` that lie
    ahead count as nothing.
    """
    if 0 <= now - tried < AGAIN_S:
        return False
    return checked > now or checked < last_moment(installation, now)
