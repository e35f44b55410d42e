"""Messages about bridges to trackers: how they stand, and what is proposed there."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from feedback.wire import TEXT_MAX, Wire

_Week = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-W(0[1-9]|[1-4]\d|5[0-3]))?\Z")]
_Text = Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]


class ProposalKind(StrEnum):
    """What somebody did at a tracker, as what it would be here."""

    PLAN = "plan"  # a milestone that is a week
    DONE = "done"  # closed
    DECLINE = "decline"  # closed as not planned
    REOPEN = "reopen"  # what we had closed


class Proposal(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """Something that was done there and counts here only once a person says so."""

    id: str
    bridge: str
    cluster: str
    title: str
    kind: ProposalKind
    detail: str  # the week, where it names one
    by: str  # a login there; "": nobody knows
    at: float
    url: str = ""  # of the issue
    accepted: bool | None = None  # None: nobody has decided
    decided_by: str = ""


class Proposals(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/proposals: those that nobody has decided, oldest first; ?all=1: newest too."""

    proposals: tuple[Proposal, ...]


class Decide(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """POST /v1/staff/proposals/{id}: take it over, or leave it."""

    accept: bool
    week: _Week = ""  # done: the week that mends it, where none is planned
    reason: _Text = ""  # decline: what testers read


class Bridge(Wire, frozen=True, kw_only=True):
    """How one bridge stands."""

    name: str
    kind: str
    project: str
    issues: int
    waiting: int  # clusters that are to be told there
    error: str  # code of the last failure, "": none since
    next: float  # not before; 0: at once


class Bridges(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/bridges."""

    bridges: tuple[Bridge, ...]
