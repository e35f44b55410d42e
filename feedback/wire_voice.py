"""Messages about what members decide: ideas, petitions, ballots, appeals, committees, circles.

Part of the protocol of feedback/wire.py and as strict as that. First the bodies of what a house
asks (kinds: VoiceOp), then the documents that it hears (names: VoiceEntity, types: DOCS).
What staff ask over HTTP stands in feedback/wire_voice_staff.py. Times are seconds since the epoch,
by the hub's clock.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from feedback.wire import TEXT_MAX, TITLE_MAX, Wire

BUDGET: Final = 10  # votes of a member that may be out at a time
SIDE_MAX: Final = 5_000  # characters of each side of a case
WORDS_MAX: Final = 500  # of who stands for a seat
TAGS_MAX: Final = 5  # circles that an idea may name
CIRCLES_MAX: Final = 50  # that a member may be in
TOP_MOST: Final = 10  # ideas on a quarter's list
IDEAS_MAX: Final = 20  # open ones that a member has proposed

Uuid = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
Title = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=TITLE_MAX)]
Text = Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]
Side = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=SIDE_MAX)]
Salt = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Week = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])\Z")]
Line = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,23}\Z")]
Circle = Annotated[str, msgspec.Meta(pattern=r"^(model|room|use|language):[^\s:][^:\n]{0,23}\Z")]
Choice = Annotated[int, msgspec.Meta(ge=0, le=99)]  # an option by its place, from 0


class VoiceOp(StrEnum):
    """What a house can ask of its hub here; the body of each is the Struct of that name."""

    IDEA = "idea.create"  # CreateIdea
    EDIT = "idea.edit"  # EditIdea
    VOTE = "idea.vote"  # Vote
    CAST = "ballot.cast"  # Cast
    APPEAL = "case.open"  # OpenCase
    JUDGE = "case.vote"  # JudgeCase
    STAND = "committee.stand"  # Stand
    MOVE = "committee.move"  # Move
    SUPPORT = "committee.support"  # Support
    JOIN = "circle.join"  # Join


class VoiceEntity(StrEnum):
    """What a house hears of here; those marked "mine" go to one member only."""

    IDEA = "idea"  # IdeaDoc
    BALLOT = "ballot"  # BallotDoc
    RECEIPT = "receipt"  # ReceiptDoc, mine; its id is the ballot's, and it stays after the close
    CASE = "case"  # CaseDoc
    CASE_FILE = "case_file"  # CaseFile, mine: to who opened it and to who is drawn
    COMMITTEE = "committee"  # CommitteeDoc
    CANDIDATES = "candidates"  # CandidatesDoc, mine: to who has a seat
    CIRCLE = "circle"  # CircleDoc
    CHARTER = "charter"  # CharterDoc
    VOICE = "voice"  # VoiceDoc, mine
    VOICE_RECORD = "voice_record"  # VoiceRecord, its id is "all"


class IdeaState(StrEnum):
    """Where an idea stands; the last two have ended, and their votes are back."""

    OPEN = "open"
    PLANNED = "planned"  # for the Friday of `week`
    SHIPPED = "shipped"
    DECLINED = "declined"


class Template(StrEnum):
    """What a wish is made from."""

    NONE = ""
    UNWANTED = "unwanted"  # stop an unwanted behaviour: how many days until it stops is counted


class Petition(StrEnum):
    """What a product manager answered to an idea that many want."""

    NONE = ""  # no petition, or not answered yet
    ACCEPT = "accept"
    DECLINE = "decline"
    BALLOT = "ballot"


class Appealed(StrEnum):
    """Which decision a case is against."""

    DECLINED = "declined"  # subject: an own idea or report
    DUPLICATE = "duplicate"  # subject: an own report
    POINTS = "points"  # subject: the cause, an own report or idea
    SEAT = "seat"  # subject: "" (one's own)
    MODERATION = "moderation"  # subject: an own idea or report


class Remedy(StrEnum):
    """What a case may bring."""

    REOPEN = "reopen"
    RECLASS = "reclass"
    AWARD = "award"
    CLAW_BACK = "claw_back"
    CODE = "code"  # an invitation
    APOLOGY = "apology"


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"  # waits for the checkpoint that draws the panel
    DRAWN = "drawn"  # the panel votes
    UPHELD = "upheld"  # for the member
    REJECTED = "rejected"  # the decision stands
    LAPSED = "lapsed"  # too few voted in time: the decision stands, the breach is published


class BallotKind(StrEnum):
    """What a ballot is about."""

    QUESTION = "question"  # 2 to 7 options
    ELECTION = "election"  # of a committee: options are candidates, 2 to 20
    CHARTER = "charter"  # option 0 takes the new text, option 1 keeps the old one


class MotionKind(StrEnum):
    """What a committee can do together: it happens when most of its seats support it."""

    HOLD = "hold"  # of a week's train, once a line and week: staff must answer in writing
    BALLOT = "ballot"  # an advisory one, open for a week
    TOP = "top"  # the ten ideas of a quarter


# --- what a house asks ---------------------------------------------------------------------------


class CreateIdea(Wire, frozen=True, kw_only=True):
    """Body of idea.create."""

    id: Uuid
    title: Title
    text: Text
    made: float
    template: Template = Template.NONE
    line: Line | None = None  # product line
    circles: Annotated[tuple[Circle, ...], msgspec.Meta(max_length=TAGS_MAX)] = ()


class EditIdea(Wire, frozen=True, kw_only=True):
    """Body of idea.edit: by who proposed it, while nobody else has voted for it."""

    idea: Uuid
    title: Title
    text: Text
    made: float


class Vote(Wire, frozen=True, kw_only=True):
    """Body of idea.vote. `on` False takes the vote back. The last word that the hub gets counts."""

    idea: Uuid
    on: bool
    made: float


class Cast(Wire, frozen=True, kw_only=True):
    """Body of ballot.cast. Cast again before the close, the later one replaces the earlier.

    `salt`: 32 random bytes in hex, new for each cast; with `choice` it is the household's receipt.
    """

    ballot: Uuid
    choice: Choice
    salt: Salt
    made: float


class OpenCase(Wire, frozen=True, kw_only=True):
    """Body of case.open: within 30 days of the decision."""

    id: Uuid
    against: Appealed
    subject: Annotated[str, msgspec.Meta(max_length=36)]  # "": one's own seat
    text: Side
    remedy: Remedy  # what is asked for
    made: float


class JudgeCase(Wire, frozen=True, kw_only=True):
    """Body of case.vote, by a drawn member. The last one before the deadline counts."""

    case: Uuid
    uphold: bool
    made: float


class Stand(Wire, frozen=True, kw_only=True):
    """Body of committee.stand: be a candidate of the next election; `on` False: no longer."""

    line: Line
    on: bool
    words: Annotated[str, msgspec.Meta(max_length=WORDS_MAX)]
    made: float


class Move(Wire, frozen=True, kw_only=True):
    """Body of committee.move: propose something to the other seats, and support it."""

    id: Uuid
    line: Line
    kind: MotionKind
    title: Title  # of a hold: why; of a ballot: the question
    text: Text
    made: float
    week: Week | None = None  # of a hold
    options: tuple[Title, ...] = ()  # of a ballot
    ideas: Annotated[tuple[Uuid, ...], msgspec.Meta(max_length=TOP_MOST)] = ()  # of a list


class Support(Wire, frozen=True, kw_only=True):
    """Body of committee.support."""

    motion: Uuid
    made: float


class Join(Wire, frozen=True, kw_only=True):
    """Body of circle.join; `on` False leaves it. A circle begins with who joins it first."""

    circle: Circle
    on: bool
    made: float


# --- what a house hears --------------------------------------------------------------------------


class IdeaDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """An idea as everybody sees it. `votes` may be a minute old."""

    id: str
    title: str
    text: str
    received: float
    state: IdeaState
    votes: int
    template: Template = Template.NONE
    line: str = ""
    circles: tuple[str, ...] = ()
    week: str = ""  # planned for, shipped in
    reason: str = ""  # why it was declined
    outside: bool = False  # declined by the template "outside": not what these makers make
    needed: int = 0  # votes that make it a petition today
    petition: float | None = None  # since when it is one
    due: float | None = None  # until when a petition must be answered
    owner: str = ""  # the product manager who must
    answer: Petition = Petition.NONE
    answered: float | None = None
    answered_by: str = ""
    ballot: str = ""  # the one that the answer is
    breached: bool = False  # the answer came late or is late: stays true
    ended: float | None = None  # shipped or declined; less `received` it is the lead time


class BallotDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """A ballot as everybody sees it; totals only after the close.

    The roll is fixed at the opening and the list of ballots at the close: their digests are told
    to all houses, so whoever recounts the public file knows that it is the same for everybody.
    """

    id: str
    kind: BallotKind
    title: str
    text: str
    options: tuple[str, ...]
    binding: bool
    opened: float
    closes: float
    by: str  # who put it: a person of the makers, or "committee <line>"
    eligible: int  # names on the roll
    roll: str  # its digest
    about: str = ""  # an idea, a line, a version of the charter
    closed: float | None = None
    cast: int = 0
    totals: tuple[int, ...] = ()  # by option
    sealed: str = ""  # digest of the list of ballots
    winners: tuple[int, ...] = ()  # options, the most votes first; none where nobody voted


class CaseDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """A case as everybody sees it: no words, no names, but all that re-draws the lot."""

    id: str
    against: Appealed
    state: CaseState
    opened: float
    pool: int  # members who could be drawn
    pool_digest: str  # fixed at the opening, before the seed can be known
    checkpoint: str = ""  # the week of the first one after the opening
    seed: str = ""  # feedback.lot.seed of it
    drawn: tuple[str, ...] = ()  # marks of the members, by feedback.lot.mark
    stewards: int = 0
    drawn_at: float | None = None
    due: float | None = None  # of the votes
    votes: int = 0
    upheld: int = 0  # votes for the member; told when it is decided
    decided: float | None = None
    by_deadline: bool = False  # for the member, because too few voted in time about points
    remedy: Remedy | None = None
    remedy_due: float | None = None
    executed: float | None = None
    breached: bool = False  # a deadline of it passed: stays true


class CaseFile(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """What who opened a case and who is drawn for it read of it: no names."""

    id: str
    against: Appealed
    subject: str
    text: str  # the member's side
    makers: str  # theirs; "": not said yet
    remedy: Remedy  # asked for
    mine: bool  # I opened it
    due: float | None = None
    uphold: bool | None = None  # how I voted
    words: str = ""  # of the makers on the remedy, to who opened it


class SeatDoc(Wire, frozen=True, kw_only=True):
    """A seat; who stands for one agrees to be named."""

    name: str
    votes: int


class CandidateDoc(Wire, frozen=True, kw_only=True):
    """Who stands for a seat of the next term, and why."""

    name: str
    words: str


class HoldDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """The hold of a week's train, and what the makers answered in writing."""

    week: str
    title: str
    text: str
    at: float
    answer: str = ""
    answered_by: str = ""
    answered: float | None = None


class TopDoc(Wire, frozen=True, kw_only=True):
    """What a committee wants most in a quarter, the most wanted first."""

    quarter: str  # 2026-Q4
    ideas: tuple[str, ...]
    at: float


class CommitteeDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """The committee of a product line."""

    id: str  # the line
    title: str
    term: str = ""  # 2027-H1
    manager: str = ""
    seats: tuple[SeatDoc, ...] = ()
    candidates: tuple[CandidateDoc, ...] = ()
    election: str = ""  # the ballot that is open, or was the last
    holds: tuple[HoldDoc, ...] = ()  # the newest first
    top: tuple[TopDoc, ...] = ()


class MotionDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """What a seat proposes to the others."""

    id: str
    kind: MotionKind
    title: str
    text: str
    supported: int
    needed: int
    week: str = ""
    options: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    mine: bool = False  # I support it
    done: float | None = None


class CandidatesDoc(Wire, frozen=True, kw_only=True):
    """What the seats of a line see: each week's frozen list and what waits for their support."""

    id: str  # the line
    weeks: tuple[WeekList, ...]  # the newest first
    motions: tuple[MotionDoc, ...]


class WeekList(Wire, frozen=True, kw_only=True):
    """What is to come with a week; nobody changes it once it is frozen."""

    week: str
    frozen: float
    items: tuple[str, ...]


class CircleDoc(Wire, frozen=True, kw_only=True):
    """A circle; its feed are the ideas that name it. Numbers may be a minute old."""

    id: str  # kind:name
    members: int
    ideas: int  # open and planned
    votes: int  # on those


class CharterDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """One version of the charter. feedback.charter.difference shows what it changes."""

    id: str  # its number
    text: str
    proposed: float
    adopted: float | None = None
    rejected: float | None = None
    ballot: str = ""  # "": the first one, which no ballot could take


class VoiceDoc(Wire, frozen=True, kw_only=True):
    """What this member has said."""

    id: str  # of the member
    left: int  # votes
    votes: tuple[str, ...]  # ideas
    mine: tuple[str, ...]  # ideas that I proposed
    circles: tuple[str, ...]
    cast: tuple[ReceiptDoc, ...]  # in ballots that are open
    seats: tuple[str, ...] = ()  # lines
    stands: tuple[str, ...] = ()  # lines


class ReceiptDoc(Wire, frozen=True, kw_only=True):
    """How a member voted, and with which salt it finds its ballot in the public list."""

    ballot: str
    choice: int
    salt: str


class VoiceBreach(Wire, frozen=True, kw_only=True):
    """A promise that was broken: never taken back."""

    what: str  # petition, outside, case, remedy, hold
    subject: str
    due: float


class VoiceRecord(Wire, frozen=True, kw_only=True):
    """How the makers keep these promises, counted from all that was."""

    id: str
    petitions: int  # that were due
    petitions_kept: int
    outside: int  # declined by that template
    outside_kept: int  # within three days
    unwanted: int  # behaviours stopped
    unwanted_days: float | None  # median until they were
    cases: int
    decided: int
    remedies: int  # that are due or done
    executed: int
    breaches: tuple[VoiceBreach, ...]  # the newest first, at most 100


DOCS: Final[dict[str, type[Wire]]] = {
    VoiceEntity.IDEA: IdeaDoc,
    VoiceEntity.BALLOT: BallotDoc,
    VoiceEntity.RECEIPT: ReceiptDoc,
    VoiceEntity.CASE: CaseDoc,
    VoiceEntity.CASE_FILE: CaseFile,
    VoiceEntity.COMMITTEE: CommitteeDoc,
    VoiceEntity.CANDIDATES: CandidatesDoc,
    VoiceEntity.CIRCLE: CircleDoc,
    VoiceEntity.CHARTER: CharterDoc,
    VoiceEntity.VOICE: VoiceDoc,
    VoiceEntity.VOICE_RECORD: VoiceRecord,
}
