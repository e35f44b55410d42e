"""The messages between a house and its hub: "orangery-sync-1", the same types at both ends.

Strict: an unknown field is an error, so a typing mistake never passes for an old version. An
operation's body stays raw until its own type is known: one broken operation is refused by itself
and the rest of the push stands. What both sides also share stands here: limits and HubError.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from fleet.errors import OrangeryError

PROTOCOL: Final = "orangery-sync-1"
VERSION: Final = 1

PUSH_OPS: Final = 200
PUSH_BYTES: Final = 1024 * 1024
PULL_CHANGES: Final = 500
TITLE_MAX: Final = 200  # characters
TEXT_MAX: Final = 20_000
NAME_MAX: Final = 60
STEPS_MAX: Final = 30
STEP_MAX: Final = 500  # characters
SENTENCE_MAX: Final = 2000  # characters of what was expected, and of what came instead
EVIDENCE_MAX: Final = 512 * 1024  # bytes: a report's body always fits into one push


class HubError(OrangeryError):
    """The hub refuses or cannot be reached; the code is that of its problem+json answer."""


class Kind(StrEnum):
    """What somebody wants to say."""

    PROBLEM = "problem"
    WISH = "wish"
    QUESTION = "question"
    PRAISE = "praise"


class Often(StrEnum):
    """How often it happens."""

    UNSAID = ""
    ALWAYS = "always"
    OFTEN = "often"
    ONCE = "once"


class Effect(StrEnum):
    """What it does to the tester. How grave it is the makers judge by that, not by a wish."""

    UNSAID = ""
    ANNOYING = "annoying"
    FUNCTION_LOST = "function_lost"
    DEVICE_DEAD = "device_dead"


class Safety(StrEnum):
    """What is dangerous about it; "" for nothing."""

    NONE = ""
    HEAT = "heat"
    SMOKE = "smoke"
    LOCK = "lock"  # a door that opens, or does not
    GAS = "gas"
    OTHER = "other"


class HubState(StrEnum):
    """Where a report stands at the hub."""

    RECEIVED = "received"
    SEEN = "seen"
    ANSWERED = "answered"
    NEED_INFO = "need_info"  # the tester is asked for more; the makers' clocks stand still
    FIX_PLANNED = "fix_planned"
    CONFIRMED = "confirmed"
    NOT_FIXED = "not_fixed"
    DECLINED = "declined"


class ClusterState(StrEnum):
    """Where what is wrong stands at the makers."""

    OPEN = "open"
    PLANNED = "planned"  # for a week
    DECLINED = "declined"
    MERGED = "merged"  # into another; it has no reports any more
    CLOSED = "closed"


class OpKind(StrEnum):
    """What a house can ask of its hub."""

    REPORT = "report.create"
    REPLY = "reply.create"
    CONFIRM = "fix.confirm"
    OUTCOME = "outcome.create"  # by consent only; a hub that does not know it refuses it
    VOID = "void"  # takes the number of an operation that is not to be sent


class Status(StrEnum):
    """What became of one operation; each of them consumes its number."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"  # the hub had it before; its effect stands
    REJECTED = "rejected"  # final: it will never be taken


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all messages have in common: frozen, named fields, nothing unknown."""


class DeviceFacts(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """What a device is, without who owns it."""

    vendor: str = ""
    model: str = ""
    hardware: str = ""
    version: str = ""
    version_before: str = ""
    dialects: tuple[str, ...] = ()
    gateway: str = ""  # model of the gateway it is behind
    path: tuple[str, ...] = ()  # models of all that is between it and the broker, nearest first
    kind: str = ""  # light, plug, sensor, ...
    radio: str = ""  # wifi, zigbee, ble, ...
    installed: float | None = None  # when it came to run `version`, where this house updated it
    channel: str = ""  # the train of its maker's weeks that it rides
    ring: str = ""  # the ring of its week that it is in
    rssi: int | None = None  # dBm
    lqi: int | None = None  # 0 to 255
    signal: int | None = None  # per cent
    battery: int | None = None  # per cent


_Step = Annotated[str, msgspec.Meta(max_length=STEP_MAX)]
_Steps = Annotated[tuple[_Step, ...], msgspec.Meta(max_length=STEPS_MAX)]
_Sentence = Annotated[str, msgspec.Meta(max_length=SENTENCE_MAX)]
_Word = Annotated[str, msgspec.Meta(max_length=64)]


class Details(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """What a tester may say besides title and text; nobody has to. CreateReport has it all."""

    steps: _Steps = ()
    expected: _Sentence = ""
    actual: _Sentence = ""
    often: Often = Often.UNSAID
    effect: Effect = Effect.UNSAID
    since: _Word = ""  # a version
    safety: Safety = Safety.NONE
    cluster: _Word = ""  # "this is mine": id of the cluster of which it is one more case


class HubInfo(Wire, frozen=True, kw_only=True):
    """GET /v1/hub: who answers there."""

    protocol: str
    versions: tuple[int, ...]
    name: str
    epoch: str  # changes when the hub was set back to an older state
    hub_time: float
    push_ops: int
    push_bytes: int
    root: str = ""  # fingerprint of the makers' first TUF root, where the operator says it


class EnrolRequest(Wire, frozen=True, kw_only=True):
    """POST /v1/enrol, signed by the very key it brings."""

    v: int
    code: str  # normalised: 17 symbols
    name: str
    public_key: str  # base64 of the 32 raw bytes
    app: str = ""


class EnrolAnswer(Wire, frozen=True, kw_only=True):
    """The membership that a key got; the same key and code get the same answer again."""

    member_id: str
    key_id: str
    name: str
    hub_name: str
    hub_time: float


class CreateReport(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """Body of report.create. `evidence` is the preview, byte for byte.

    What has a default came later: left out where it is not said, so that a report without it is to
    a hub of the first day what it always was, and one of a house of the first day is taken here.
    """

    id: str
    kind: Kind
    title: str
    text: str
    made: float
    device: str  # pseudonym, "" where it is about no device
    facts: DeviceFacts
    evidence: msgspec.Raw
    steps: _Steps = ()  # from here on as in Details
    expected: _Sentence = ""
    actual: _Sentence = ""
    often: Often = Often.UNSAID
    effect: Effect = Effect.UNSAID
    since: _Word = ""
    safety: Safety = Safety.NONE
    cluster: _Word = ""


class CreateReply(Wire, frozen=True, kw_only=True):
    """Body of reply.create."""

    id: str
    report: str
    text: str
    made: float


class ConfirmFix(Wire, frozen=True, kw_only=True):
    """Body of fix.confirm: what the tester saw on the device running `version` of week `week`."""

    report: str
    week: str
    version: str
    fixed: bool
    made: float


class Result(StrEnum):
    """How one attempt to update one device stands."""

    OFFERED = "offered"  # the file was offered to it: the attempt has begun
    DONE = "done"
    UNWELL = "unwell"  # done, and then it did not do what it did before
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    SILENT = "silent"
    CANCELLED = "cancelled"  # before anything was offered
    RECALLED = "recalled"  # likewise


class Op(Wire, frozen=True, kw_only=True):
    """One thing a house asks; `op_id` is a UUID made by the house and never used again."""

    seq: int
    op_id: str
    kind: str
    made: float
    body: msgspec.Raw


class Push(Wire, frozen=True, kw_only=True):
    """POST /v1/sync/push: operations in order, no hole, the first at most acked + 1."""

    v: int
    outbox_id: str
    ops: tuple[Op, ...]


class OpResult(Wire, frozen=True, kw_only=True):
    """What became of one operation; `code` says why it was rejected."""

    seq: int
    op_id: str
    status: Status
    code: str = ""


class PushAnswer(Wire, frozen=True, kw_only=True):
    """Everything up to `acked` is settled for good."""

    acked: int
    results: tuple[OpResult, ...]
    hub_time: float


class ReplyDoc(Wire, frozen=True, kw_only=True):
    """One line of the talk."""

    id: str
    author: str
    staff: bool
    at: float
    text: str


class ClockName(StrEnum):
    """What the makers promise for what is in one cluster; hub/rules/clocks.json has the times."""

    NAMED = "named"  # a named person has taken it on
    SOLUTION = "solution"  # a person's first way out: workaround, request for data, plan, refusal
    CLOSED = "closed"  # everybody in it was told what becomes of it
    NOTICE = "notice"  # where it is dangerous: a public notice


class Clock(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """One promise and how it is kept. Times are seconds since the epoch.

    `due` is worked out at the hub from staffed hours and days off, so it is the moment itself: what
    is left is `due` less the time now. While `paused` it is the latest it can become.
    """

    name: ClockName
    started: float
    due: float
    always: bool = False  # runs around the clock; False: only in the team's staffed hours
    met: float | None = None
    paused: float | None = None  # stands still since then: the tester is asked for more
    breached: bool = False  # `due` passed before it was met; stays so
    escalated: int = 0  # per cent at which somebody was told last: 50, 80, 100
    round: int = 1  # a promise that begins anew ("not fixed") has a higher one


class ReportDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """A report as the hub has it; the tester's own words are not sent back."""

    id: str
    state: HubState
    received: float
    seen: float | None = None
    seen_by: str = ""
    answered: float | None = None
    fix_week: str = ""
    fix_version: str = ""
    reason: str = ""
    points: int = 0
    replies: tuple[ReplyDoc, ...] = ()
    clocks: tuple[Clock, ...] = ()
    asked: float | None = None  # since when the tester is asked for more
    cluster: str = ""  # what is wrong, whoever says it
    households: int = 0  # with the same; 0: fewer than may be told
    released: float | None = None  # since when the week with the fix is out


class MemberDoc(Wire, frozen=True, kw_only=True):
    """The member as the hub has it."""

    id: str
    name: str
    points: int


class Entity(StrEnum):
    """What a change is about."""

    REPORT = "report"
    MEMBER = "member"


class Change(Wire, frozen=True, kw_only=True):
    """One thing as it is now; a higher `version` replaces a lower one. `doc` null: it is gone."""

    entity: str
    id: str
    version: int
    doc: msgspec.Raw


class PullAnswer(Wire, frozen=True, kw_only=True):
    """GET /v1/sync/pull: what changed for this key since its cursor."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool
    acked: int  # of the asking outbox: lower than we knew means the hub was set back
    hub_time: float


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """application/problem+json (RFC 9457); `code` is the contract. Not strict: others may add."""

    code: str = ""
    title: str = ""
    status: int = 0
    detail: str = ""
    acked: int | None = None
    hub_time: float | None = None
    retry_after: float | None = None


# --- staff ---------------------------------------------------------------------------------------


class StaffReport(Wire, frozen=True, kw_only=True):
    """A report as staff see it in a list."""

    id: str
    state: HubState
    kind: Kind
    title: str
    member: str
    device: str
    facts: DeviceFacts
    received: float
    seen: float | None = None
    seen_by: str = ""
    answered: float | None = None
    fix_week: str = ""
    points: int = 0


class DeviceOutcome(Wire, frozen=True, kw_only=True):
    """How an update went on the device of a report, where its household lets the two be joined."""

    week: str
    version_from: str
    version_to: str
    result: Result
    reason: str


class StaffReportWhole(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """A report as staff read it; `payload` is what the house sent, byte for byte."""

    report: StaffReport
    text: str
    replies: tuple[ReplyDoc, ...]
    payload: msgspec.Raw
    payload_sha256: str
    outcomes: tuple[DeviceOutcome, ...] = ()


class StaffReports(Wire, frozen=True, kw_only=True):
    """The list of reports, oldest first."""

    reports: tuple[StaffReport, ...]


class Solution(StrEnum):
    """What an answer offers. Only a person's answer that offers something stops a clock."""

    NONE = ""  # words alone: thanks, we look at it
    WORKAROUND = "workaround"
    EXPLAINED = "explained"  # it is as it should be, and why; all that a question asks for


class Answer(Wire, frozen=True, kw_only=True):
    """POST …/answer. `id` is a UUID made by the asking program: asked twice, it is one answer."""

    id: str
    text: str
    solution: Solution = Solution.NONE


class Fix(Wire, frozen=True, kw_only=True):
    """POST …/fix: this week's release mends it."""

    week: str
    version: str = ""


class Decline(Wire, frozen=True, kw_only=True):
    """POST …/decline, with the reason the tester will read."""

    reason: str
