"""One short question over HTTP: does it answer, and what time is it there."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from fleet.later import later

if TYPE_CHECKING:
    import urllib3
else:
    urllib3 = later("urllib3")

LIMIT_S = 6.0
_PROGRAM = {"User-Agent": "orangery"}  # else a library tells its version


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `ahead`: seconds that its clock is before ours; None: it says no time."""

    status: int = 0  # 0: it could not be reached
    why: str = ""  # where not
    ahead: float | None = None


def ask(url: str) -> Answer:
    """Ask for the head of `url`, once, for at most LIMIT_S seconds a step; follows nothing."""
    limit = urllib3.Timeout(connect=LIMIT_S, read=LIMIT_S)
    try:
        with urllib3.PoolManager(retries=False, timeout=limit) as pool:
            said = pool.request("HEAD", url, headers=_PROGRAM, redirect=False)
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        return Answer(why=_why(error))
    return Answer(status=said.status, ahead=_ahead(said.headers.get("Date", ""), time.time()))


def _ahead(date: str, now: float) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() - now if date else None
    except ValueError:
        return None


def _why(error: Exception) -> str:
    """Return the system's own words, without the objects around them."""
    inner: BaseException = error
    while (reason := getattr(inner, "reason", None) or inner.__cause__) is not None:
        if not isinstance(reason, BaseException):
            return str(reason)
        inner = reason
    return str(getattr(inner, "strerror", None) or inner)[:200]
