"""One thing that was looked at, and how it is. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fleet.errors import OrangeryError


class Mark(StrEnum):
    """How it is."""

    GOOD = "good"
    UNKNOWN = "unknown"  # could not be looked at
    LOOK = "look"  # it works, and somebody should look
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`code` has its words in resources/i18n/health.json, or is one of the error list."""

    check: str  # of what, a name of examination.CHECKS
    mark: Mark
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


def good(check: str, code: str, **facts: object) -> Finding:
    """Return that it is as it should be."""
    return _of(check, Mark.GOOD, code, facts)


def unknown(check: str, code: str, **facts: object) -> Finding:
    """Return that it could not be looked at."""
    return _of(check, Mark.UNKNOWN, code, facts)


def look(check: str, code: str, **facts: object) -> Finding:
    """Return that somebody should look."""
    return _of(check, Mark.LOOK, code, facts)


def wrong(check: str, code: str, **facts: object) -> Finding:
    """Return that it is wrong."""
    return _of(check, Mark.WRONG, code, facts)


def failed(check: str, error: OrangeryError) -> Finding:
    """Return that it is wrong in the words of an error."""
    return _of(check, Mark.WRONG, error.code, error.facts)


def worst(findings: tuple[Finding, ...]) -> Mark:
    """Return how it is on the whole; what could not be looked at makes nothing worse."""
    marks = {one.mark for one in findings}
    return next((mark for mark in (Mark.WRONG, Mark.LOOK) if mark in marks), Mark.GOOD)


def _of(check: str, mark: Mark, code: str, facts: Mapping[str, object]) -> Finding:
    told = {name: str(value) for name, value in facts.items()}
    return Finding(check=check, mark=mark, code=code, facts=told)
