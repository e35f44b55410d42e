"""Messages about clusters: what is wrong, once, whoever says it; to every house, and of staff.

Part of the protocol of feedback/wire.py and as strict as that. A cluster's clocks are wire.Clock; a
house says "this is mine" with the `cluster` of its CreateReport.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec

from feedback.wire import (
    NAME_MAX,
    TEXT_MAX,
    TITLE_MAX,
    Clock,
    ClockName,
    ClusterState,
    Kind,
    ReplyDoc,
    Solution,
    StaffReport,
    Wire,
)

LANGUAGES: Final = ("en", "zh_CN")
LEAST_HOMES: Final = 5  # below so many households nobody outside is told how many

_Uuid = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
_Week = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])\Z")]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_MAX)]
_MaybeName = Annotated[str, msgspec.Meta(max_length=NAME_MAX)]
_Word = Annotated[str, msgspec.Meta(max_length=64)]
_Title = Annotated[str, msgspec.Meta(min_length=1, max_length=TITLE_MAX)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_MAX)]
_MaybeText = Annotated[str, msgspec.Meta(max_length=TEXT_MAX)]
_Value = Annotated[str, msgspec.Meta(max_length=200)]


class Severity(StrEnum):
    """How bad it is, by its effect; staff say so."""

    UNKNOWN = ""
    MINOR = "minor"  # annoying
    MAJOR = "major"  # a function is lost
    CRITICAL = "critical"  # a device is dead, or many are lost
    SECURITY = "security"


class Compare(StrEnum):
    """How a condition compares a fact with its value."""

    EQ = "eq"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    GLOB = "glob"
    REGEX = "regex"


class Condition(Wire, frozen=True, kw_only=True):
    """One condition of a known issue: `fact` is a name in wire.DeviceFacts, as "version"."""

    fact: _Word
    compare: Compare
    value: _Value


class Rule(Wire, frozen=True, kw_only=True):
    """Whom a known issue concerns: all conditions hold. None at all: whoever finds it by words."""

    conditions: Annotated[tuple[Condition, ...], msgspec.Meta(max_length=20)] = ()


class PublicWords(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """A cluster for the public in one language; staff wrote it, no tester's words are in it."""

    title: _Title
    text: _MaybeText = ""
    workaround: _MaybeText = ""


class ClusterDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """What every house hears of a published cluster: entity "cluster", public.

    It is what similar reports are looked for in, offline, and where a known issue's `rule` is.
    """

    id: str
    kind: Kind
    state: ClusterState
    vendor: str
    model: str
    component: str
    words: dict[str, PublicWords]  # language -> words; "en" and "zh_CN"
    made: float
    severity: Severity = Severity.UNKNOWN
    safety: bool = False
    rule: Rule | None = None  # a known issue: whom it concerns
    fix_week: str = ""
    fix_version: str = ""
    released: float | None = None  # since when that week is out
    reason: str = ""  # where it was declined
    households: int = 0  # that have it; 0: fewer than LEAST_HOMES


DOCS: Final[Mapping[str, type[msgspec.Struct]]] = {"cluster": ClusterDoc}


# --- staff: what they see -------------------------------------------------------------------------


class Left(Wire, frozen=True, kw_only=True):
    """The clock of a cluster that runs out first."""

    clock: ClockName
    due: float
    paused: bool = False


class StaffCluster(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """A cluster as it stands in the queue."""

    id: str
    title: str
    kind: Kind
    state: ClusterState
    vendor: str
    model: str
    component: str
    made: float
    newest: float  # when its newest report came
    reports: int
    households: int
    severity: Severity = Severity.UNKNOWN
    safety: bool = False
    team: str = ""
    owner: str = ""
    acknowledged: bool = False  # its owner has taken it on
    asked: int = 0  # reports whose tester is asked for more
    not_fixed: int = 0  # reports whose tester says that the fix mends nothing
    fix_week: str = ""
    fix_version: str = ""
    public: bool = False
    known: bool = False  # has a rule
    invalid: bool = False
    merged_into: str = ""
    clocks: tuple[Clock, ...] = ()
    next: Left | None = None  # None: nothing is owed


class Nudge(Wire, frozen=True, kw_only=True):
    """Somebody was told that a clock runs out. At 100 per cent it is a breach."""

    cluster: str
    title: str
    clock: ClockName
    round: int
    step: int  # 50, 80, 100 per cent
    at: float  # when it came to that
    whom: str


class Load(Wire, frozen=True, kw_only=True):
    """How much somebody said today, so that work is shared fairly. Nobody owes a number."""

    name: str
    answers: int
    open: int  # clusters that are theirs and owe something


class Queue(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/queue?team=&owner=&state=&model=: what runs out first comes first."""

    clusters: tuple[StaffCluster, ...]
    nudges: tuple[Nudge, ...]  # to the person who asks, newest first
    today: tuple[Load, ...]
    hub_time: float


class Count(Wire, frozen=True, kw_only=True):
    """How many households have one value."""

    value: str
    households: int


class Event(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """One line of a cluster's history. Its `move` can be undone while it is the newest."""

    at: float
    what: str  # made, joined, owner, acknowledged, answer, ask, plan, decline, merge, split, ...
    who: str = ""  # "": the hub itself
    detail: str = ""
    move: str = ""
    undone: bool = False


class Breach(Wire, frozen=True, kw_only=True):
    """A promise that was not kept. It stays; reasons may be added."""

    cluster: str
    clock: ClockName
    round: int
    due: float
    reasons: tuple[ReplyDoc, ...] = ()  # oldest first


class StaffClusterWhole(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """GET /v1/staff/clusters/{id}: everything of it. A report's own words: staff/reports/{id}."""

    cluster: StaffCluster
    signature: str
    reason: str
    words: dict[str, PublicWords]
    rule: Rule | None
    reports: tuple[StaffReport, ...]  # oldest first
    replies: tuple[ReplyDoc, ...]  # what was said to all of it
    versions: tuple[Count, ...]  # most households first
    curve: tuple[Count, ...]  # new households by day, "2026-11-27" in UTC, without empty days
    timeline: tuple[Event, ...]  # oldest first
    breaches: tuple[Breach, ...]
    others: tuple[StaffCluster, ...] = ()  # of the same model that are open: to be compared


class Award(Wire, frozen=True, kw_only=True):
    """What one household gets, or would get."""

    member: str
    rule: str
    points: int
    report: str
    paid: bool
    waits: str  # "confirmed", "fixed_for_me", "related": what it waits for; "": nothing


class Awards(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/clusters/{id}/awards: a preview; rules, no person, decide the amounts."""

    awards: tuple[Award, ...]
    confirmed: bool


# --- staff: what they do. POST /v1/staff/clusters/{id}/<what> -------------------------------------


class Say(Wire, frozen=True, kw_only=True):
    """`answer`: to all reporters, or to those of `reports`. Asked twice by `id`, said once."""

    id: _Uuid
    text: _Text
    solution: Solution = Solution.NONE
    reports: tuple[_Uuid, ...] = ()


class Ask(Wire, frozen=True, kw_only=True):
    """`ask`: for more; a first solution. Clocks stand still while everybody in it is asked."""

    id: _Uuid
    text: _Text
    reports: tuple[_Uuid, ...] = ()  # none: all


class Assign(Wire, frozen=True, kw_only=True):
    """`assign`: to a person who then takes it on; to oneself is taking it on."""

    owner: _Name
    team: _MaybeName = ""  # "": stays with its team


class Acknowledge(Wire, frozen=True, kw_only=True):
    """`acknowledge`: its owner takes it on; so does whoever acts on what is nobody's."""


class Plan(Wire, frozen=True, kw_only=True):
    """`plan`: the release of this week mends it."""

    week: _Week
    version: _Word = ""


class Refuse(Wire, frozen=True, kw_only=True):
    """`decline`, or `invalid` (it is none, nobody is paid): with the reason testers read."""

    reason: _Text


class Grade(Wire, frozen=True, kw_only=True):
    """`grade`: how bad it is. Critical, security and danger let clocks run around the clock."""

    severity: Severity
    safety: bool = False


class Publish(Wire, frozen=True, kw_only=True):
    """`words`: what the public reads, in every language; `public` False takes it back.

    `known`: the same, with a rule: everybody whom it concerns is told, which closes the loop.
    """

    words: dict[Literal["en", "zh_CN"], PublicWords]
    public: bool = True
    rule: Rule | None = None


class Reproduced(Wire, frozen=True, kw_only=True):
    """`reproduced`: a person saw it happen, so it is confirmed. `steps`: by the tester's steps."""

    steps: bool = False


class Merge(Wire, frozen=True, kw_only=True):
    """`merge`: all of its reports go into another. `id` names the move, to undo it."""

    id: _Uuid
    into: _Uuid


class Split(Wire, frozen=True, kw_only=True):
    """`split`: these reports go into a cluster of their own, which is called `cluster`."""

    id: _Uuid
    cluster: _Uuid
    reports: Annotated[tuple[_Uuid, ...], msgspec.Meta(min_length=1, max_length=10_000)]
    title: Annotated[str, msgspec.Meta(max_length=TITLE_MAX)] = ""


class Undo(Wire, frozen=True, kw_only=True):
    """`undo`: takes back a merge or split, as if it had not been. Refused: move_not_last."""

    move: _Uuid


class Excuse(Wire, frozen=True, kw_only=True):
    """`breach`: why a promise was not kept. It is published with the breach and stays."""

    id: _Uuid
    clock: ClockName
    round: int = 1
    text: _Text


class Rerun(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """POST /v1/staff/signatures?after=: signatures by the rules of `version`, a page of reports.

    Asked again with `after` until that is "".
    """

    version: int
    reports: int
    changed: int
    merged: int  # clusters that nobody had touched went into one with the same signature
    after: str = ""


# --- teams ----------------------------------------------------------------------------------------

_Hour = Annotated[
    str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)\Z")
]
_Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}\Z")]


class Team(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """PUT /v1/staff/teams/{name}: who answers for which models, and when they are there.

    A change counts from the moment it is made: no time that has passed is worked out anew.
    """

    name: _Name
    zone: Annotated[str, msgspec.Meta(max_length=64)]  # of IANA: "Asia/Shanghai"
    people: Annotated[tuple[_Name, ...], msgspec.Meta(min_length=1, max_length=50)]
    """In the order in which they are asked: the first owns what is new, each breach goes on."""
    lead: _Name
    hours: Annotated[tuple[tuple[_Hour, ...], ...], msgspec.Meta(min_length=7, max_length=7)] = (
        ("09:00-21:00",),
    ) * 7
    """Staffed hours from Monday to Sunday, local."""
    days_off: Annotated[tuple[_Day, ...], msgspec.Meta(max_length=1000)] = ()
    models: Annotated[tuple[_Value, ...], msgspec.Meta(max_length=500)] = ()
    """ "vendor/model" with * and ?; none: whatever is nobody else's."""


class Teams(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/teams."""

    teams: tuple[Team, ...]
