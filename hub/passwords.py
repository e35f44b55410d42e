"""Passwords of staff: argon2id, and how long a name is shut after wrong ones. Pure, no database.

A name that nobody has costs the same work and is counted like one that somebody has, so neither
time nor words tell which part was wrong.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from feedback.wire import HubError

SHORTEST: Final = 12  # characters; what is in them is nobody's business (NIST SP 800-63B, 3.1.1)
LONGEST: Final = 256
WRONG: Final = 5  # tries after which a name is shut
SHUT_S: Final = 15 * 60.0
FORGET_S: Final = 24 * 3600.0  # after so long without a wrong one the count begins anew

# OWASP's second choice for argon2id: 19 MiB, 2 passes, 1 lane. The hub is to live in 80 MB.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY: Final = _HASHER.hash("the password of nobody")
_ONE_AT_A_TIME: Final = threading.Lock()  # so that many tries need the memory of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """What is known of the wrong tries of one name. Times are seconds since the epoch."""

    wrong: int = 0
    last: float = 0.0
    shut_until: float = 0.0

    def shut(self, now: float) -> bool:
        """True where no password counts, not even the right one."""
        return now < self.shut_until

    def missed(self, now: float) -> Tries:
        """One more wrong try: the fifth shuts the name, each five after it for twice as long."""
        wrong = self.wrong + 1 if now - self.last < FORGET_S else 1
        tries = replace(self, wrong=wrong, last=now)
        if wrong % WRONG:
            return tries
        longer = 2.0 ** min(wrong // WRONG - 1, 6)
        return replace(tries, shut_until=now + SHUT_S * longer)


def hashed(password: str) -> str:
    """Return what is kept of a password. HubError("password_weak"): too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise HubError("password_weak", least=SHORTEST, most=LONGEST)
    with _ONE_AT_A_TIME:
        return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Return whether it is the password; None (nobody has that name) takes as long and is False."""
    with _ONE_AT_A_TIME:
        try:
            right = _HASHER.verify(kept or _NOBODY, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return right and bool(kept)


def outdated(kept: str) -> bool:
    """True where it was hashed with less work than today; hash it anew at the next right try."""
    return _HASHER.check_needs_rehash(kept)
