"""The rules of what members decide: numbers, deadlines and verdicts. Pure; times in seconds.

Figures are those of FEEDBACK.md, F8 and F14: proposals of the makers, part of the charter.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from feedback.wire_voice import CaseState

DAY_S: Final = 24 * 3600.0

PETITION_LEAST: Final = 100  # votes; a setting of the hub
PETITION_OF: Final = 100  # or one vote of so many members, whichever is larger
PETITION_S: Final = 7 * DAY_S  # until a product manager must have answered
OUTSIDE_S: Final = 3 * DAY_S  # until "this is not what we make" must have been said
UNWANTED_S: Final = 5 * DAY_S  # what stopping an unwanted behaviour is measured against

APPEAL_S: Final = 30 * DAY_S  # after a decision
PANEL_S: Final = 7 * DAY_S  # for the votes
REMEDY_S: Final = 3 * DAY_S  # for doing what the panel said
HOLD_S: Final = 3 * DAY_S  # for a written answer to a hold
QUORUM: Final = 8

TERM_MONTHS: Final = 6
ELECTION_BEFORE_S: Final = 14 * DAY_S  # of the term
ELECTION_S: Final = 7 * DAY_S
SEATS_NEEDED: Final = 3  # of five, for what a committee does together
MOTION_BALLOT_S: Final = 7 * DAY_S


def needed(members: int, least: int = PETITION_LEAST) -> int:
    """Return how many votes make an idea a petition among so many members."""
    return max(least, -(-members // PETITION_OF))


def verdict(
    *, uphold: int, reject: int, seats: int, due: float, now: float, points: bool
) -> CaseState | None:
    """Return how a case ends, None while it goes on.

    It ends when all seats have voted or the time is up. With a quorum the majority decides, and
    without a majority the decision stands. Without a quorum a case about points is the member's.
    """
    votes = uphold + reject
    if votes < seats and now < due:
        return None
    if votes >= QUORUM:
        return CaseState.UPHELD if uphold > reject else CaseState.REJECTED
    if now < due:
        return None
    return CaseState.UPHELD if points else CaseState.LAPSED


def term_of(at: float) -> str:
    """Return the half year of a time, UTC: "2027-H1"."""
    day = _day(at)
    return f"{day.year}-H{1 + (day.month - 1) // TERM_MONTHS}"


def next_term(at: float) -> tuple[str, float]:
    """Return the half year after that of `at`, and when it begins."""
    day = _day(at)
    first_half = day.month <= TERM_MONTHS
    begins = dt.datetime(
        day.year + (not first_half), TERM_MONTHS + 1 if first_half else 1, 1, tzinfo=dt.UTC
    ).timestamp()
    return term_of(begins), begins


def quarter_of(at: float) -> str:
    """Return the quarter of a time, UTC: "2026-Q4"."""
    day = _day(at)
    return f"{day.year}-Q{1 + (day.month - 1) // 3}"


def _day(at: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(at, tz=dt.UTC)
