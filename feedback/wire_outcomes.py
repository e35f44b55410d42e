"""Messages about outcomes of updates: from a house, to every house, and to staff.

Part of the protocol of feedback/wire.py and as strict as that. What a house sends is narrowed down
here field by field, so that a hub need not look at it again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from feedback.health import Verdict
from feedback.wire import Result, Wire

_Seconds = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
_Pseudonym = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
_Uuid = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
_Week = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])\Z")]
_Path = Annotated[str, msgspec.Meta(pattern=r"^[\w.+/-]{1,200}\Z")]
_Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Word = Annotated[str, msgspec.Meta(max_length=64)]
_Code = Annotated[str, msgspec.Meta(pattern=r"^([a-z][a-z0-9_]{0,39})?\Z")]
_Ordinal = Annotated[int, msgspec.Meta(ge=1, le=9999)]


class Spans(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """How long the steps of an attempt took, in whole seconds; None: not seen."""

    staging: _Seconds | None = None
    transfer: _Seconds | None = None
    install: _Seconds | None = None
    come_back: _Seconds | None = None


class CreateOutcome(Wire, frozen=True, kw_only=True):
    """Body of outcome.create: what became of one attempt. Docs: docs/outcomes.md.

    The same attempt is told again with a higher `revision` where more became known of it: what was
    offered ended, what was silent came back, what was done is unwell.
    """

    v: Literal[1]
    attempt: _Uuid  # random
    revision: _Ordinal
    home: _Pseudonym  # for this week only
    device: _Pseudonym  # likewise, unless the member agreed that it is the one of reports
    week: _Week
    target: _Path  # of TUF
    sha256: _Sha256
    vendor: _Word
    model: _Word
    hardware: _Word
    version_from: _Word
    version_to: _Word
    result: Result
    reason: _Code  # "" where there is nothing to say
    transient: bool  # it may pass by itself when it is tried again
    number: _Ordinal  # of the attempt on this device with this file
    took: Spans


class Numbers(Wire, frozen=True, kw_only=True):
    """What became of one file in other homes. Devices, by the last word on each."""

    week: str
    target: str
    sha256: str
    homes: int
    offered: int  # at least offered; those that have not ended are the rest
    attempted: int  # ended in any way that touched the device
    healthy: int
    failed: int  # of the attempted, with all that went back, fell silent or is unwell
    silent: int
    low: float  # between these shares of the attempted fails, 19 times out of 20
    high: float


class PublicOutcomes(Wire, frozen=True, kw_only=True):
    """GET /v1/public/outcomes: numbers of recent weeks, of files that enough homes told of."""

    outcomes: tuple[Numbers, ...]  # of a path in several weeks the newest comes last
    least_homes: int
    hub_time: float


class MarkKind(StrEnum):
    """What staff say of a release on a model."""

    SAFETY = "safety"  # it is dangerous
    KNOWN = "known"  # failures with this reason are known, and not of this release


class Mark(Wire, frozen=True, kw_only=True):
    """POST /v1/staff/marks: set a mark, or take it off."""

    week: _Week
    vendor: _Word
    model: _Word
    kind: MarkKind
    reason: _Code = ""
    on: bool = True


class Ended(Wire, frozen=True, kw_only=True):
    """How many devices ended in one way. `known`: staff said that this is not of the release."""

    result: Result
    reason: str
    transient: bool
    devices: int
    known: bool = False


class StaffHealth(Wire, frozen=True, kw_only=True):
    """One file on one model in all homes but the makers' own; devices by the last word on each."""

    week: str
    target: str
    sha256: str
    vendor: str
    model: str
    homes: int
    homes_failed: int  # in which any device of it failed: one home is no pattern
    offered: int
    attempted: int
    healthy: int
    failed: int  # of the attempted; those that are known are in neither
    silent: int
    ended: tuple[Ended, ...]  # all ways but healthy, most devices first
    come_back_s: float | None  # mean of those that are healthy
    low: float  # share of failures, 19 times out of 20 between these
    high: float
    accepted: float  # share of failures
    chance: float  # that the true share is above
    verdict: Verdict
    hold: dict[str, str]  # draft of what a signed hold may say, by language; empty: go on


class StaffHealths(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/health?week=: the worst first; without a week the newest of each model."""

    releases: tuple[StaffHealth, ...]
    hub_time: float
