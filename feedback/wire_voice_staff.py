"""What staff ask of the hub about what members decide, and what they see.

Part of the protocol of feedback/wire.py and as strict as that.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from feedback.wire import NAME_MAX, Wire
from feedback.wire_voice import (
    BallotDoc,
    CaseDoc,
    Circle,
    CircleDoc,
    CommitteeDoc,
    IdeaDoc,
    Remedy,
    Side,
    Text,
    Title,
    Uuid,
    VoiceRecord,
    Week,
)


class PlanIdea(Wire, frozen=True, kw_only=True):
    """POST …/ideas/{id}/plan: with the Friday of this week. Answers a petition with "accept"."""

    week: Week


class ShipIdea(Wire, frozen=True, kw_only=True):
    """POST …/ideas/{id}/ship: it is in this week; who proposed it is paid."""

    week: Week


class DeclineIdea(Wire, frozen=True, kw_only=True):
    """POST …/ideas/{id}/decline. `outside`: by the template, it is not what these makers make."""

    reason: Title
    outside: bool = False


class AskAll(Wire, frozen=True, kw_only=True):
    """POST …/ideas/{id}/ballot, POST …/ballots: put a question to all members.

    `id` is a UUID made by the asking program: asked twice, it is one ballot.
    """

    id: Uuid
    title: Title
    text: Text
    options: tuple[Title, ...]
    binding: bool
    open_s: float


class Take(Wire, frozen=True, kw_only=True):
    """POST …/ideas/{id}/take: the product manager who will answer the petition; "": oneself."""

    owner: Annotated[str, msgspec.Meta(max_length=NAME_MAX)] = ""


class Ideas(Wire, frozen=True, kw_only=True):
    """GET …/ideas: petitions by time left, then the others, the longest waiting first."""

    ideas: tuple[IdeaDoc, ...]


class Ballots(Wire, frozen=True, kw_only=True):
    """GET …/ballots: the newest first."""

    ballots: tuple[BallotDoc, ...]


class StaffCase(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """A case as a steward reads it: no names but those of the makers."""

    case: CaseDoc
    subject: str
    text: str
    makers: str
    asked: Remedy
    decided_by: str
    mine: bool = False  # this steward is on the panel
    uphold: bool | None = None  # how this steward voted
    words: str = ""


class Cases(Wire, frozen=True, kw_only=True):
    """GET …/cases: those that go on first."""

    cases: tuple[StaffCase, ...]


class MakersSide(Wire, frozen=True, kw_only=True):
    """POST …/cases/{id}/side: what the makers say to it, while the panel may read it."""

    text: Side


class JudgeAsSteward(Wire, frozen=True, kw_only=True):
    """POST …/cases/{id}/vote."""

    uphold: bool


class Execute(Wire, frozen=True, kw_only=True):
    """POST …/cases/{id}/execute: the remedy is done; `words` go to the member.

    The hub itself opens an idea or a report again, awards the points of the rule "appeal" `times`
    over and claws back. An invitation, another class and an apology are in the words.
    """

    words: Side
    times: Annotated[float, msgspec.Meta(gt=0, le=100)] = 1.0


class SetLine(Wire, frozen=True, kw_only=True):
    """PUT …/lines/{line}: a product line and who answers for it."""

    title: Title
    manager: Annotated[str, msgspec.Meta(max_length=NAME_MAX)] = ""


class Freeze(Wire, frozen=True, kw_only=True):
    """POST …/lines/{line}/weeks/{week}: what the week brings. Once: then it is frozen."""

    items: Annotated[tuple[Title, ...], msgspec.Meta(min_length=1, max_length=200)]


class AnswerHold(Wire, frozen=True, kw_only=True):
    """POST …/lines/{line}/weeks/{week}/answer: the written answer to a committee's hold."""

    text: Side


class Committees(Wire, frozen=True, kw_only=True):
    """GET …/lines."""

    committees: tuple[CommitteeDoc, ...]


class Lead(Wire, frozen=True, kw_only=True):
    """PUT …/leaders: who leads a circle, by a member's id; "": nobody."""

    circle: Circle
    member: Annotated[str, msgspec.Meta(max_length=36)]


class ProposeCharter(Wire, frozen=True, kw_only=True):
    """POST …/charter: the first text stands at once, any later one when a ballot takes it."""

    id: Uuid  # of the ballot
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]
    open_s: float


class Threshold(Wire, frozen=True, kw_only=True):
    """PUT …/threshold: from how many votes on an idea may be a petition, in a small hub."""

    votes: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Circles(Wire, frozen=True, kw_only=True):
    """GET /v1/public/circles?kind=: the largest first."""

    circles: tuple[CircleDoc, ...]


class PublicVoice(Wire, frozen=True, kw_only=True):
    """GET /v1/public/voice: how the makers keep these promises."""

    record: VoiceRecord
    hub_time: float
