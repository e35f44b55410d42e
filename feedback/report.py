"""Reports and the membership of a house as its people see them: values, no I/O.

`Report` is derived from what the house keeps and what the hub said last; nobody edits one, the
commands of feedback.outbox make new ones. Window and command line draw from these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from feedback.report_state import ReportState
from feedback.wire import Clock, Details, DeviceFacts, Kind

__all__ = [
    "Attachment",
    "Clock",
    "Details",
    "DeviceFacts",
    "Kind",
    "Membership",
    "Part",
    "PartName",
    "Reply",
    "Report",
    "ReportState",
    "Suspect",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes along with a report.

    `state`: draft, waiting (to be sent), sending, received (nobody has looked at it yet), kept,
    refused (`code` says why), gone. While it waits, `code` says what it waits for.
    """

    id: str
    report: str
    name: str
    type: str
    size: int  # bytes
    sent: int  # bytes that the hub has
    state: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One line of the talk about a report."""

    id: str
    author: str  # a person's name; "" is the tester of this house
    at: float
    text: str
    staff: bool = False
    waiting: bool = False  # ours, and the hub has not said that it has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a tester said, and what became of it. Times are seconds since the epoch."""

    id: str
    title: str
    text: str
    kind: Kind = Kind.PROBLEM
    details: Details = field(default_factory=Details)
    device: str = ""  # our key of the device it is about; "": about the program or the house
    facts: DeviceFacts = field(default_factory=DeviceFacts)  # at the time of the report
    alias: str = ""  # what the hub calls that device: a pseudonym
    state: ReportState = ReportState.DRAFT
    made: float = 0.0
    changed: float = 0.0  # the draft was saved last
    queued: float | None = None  # Send was pressed
    sent: float | None = None  # the hub had it: the makers' clocks start here
    seen: float | None = None
    seen_by: str = ""
    answered: float | None = None  # the first answer by a person
    fix_week: str = ""  # "2026-W49"
    fix_version: str = ""  # what the makers say the fixed version is called, where they said it
    on_device: float | None = None  # the fix came to run on the device
    confirmed: float | None = None  # "fixed for me" was said here
    reason: str = ""  # the makers' words where they declined
    points: int = 0
    clocks: tuple[Clock, ...] = ()  # what the makers promised, by when; none before it was sent
    asked: float | None = None  # since when the makers wait for an answer
    cluster: str = ""  # what is wrong, whoever says it
    households: int = 0  # with the same; 0: fewer than may be told
    released: float | None = None  # since when the week with the fix is out
    replies: tuple[Reply, ...] = ()  # oldest first
    pending: int = 0  # actions of it that still wait to be sent
    error: str = ""  # code of the last action of it that the hub refused
    size: int = 0  # bytes of what was, or will be, sent
    sha256: str = ""  # of exactly those bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """This house at its hub. `error` is a code of the error list; none of them loses anything."""

    hub_url: str = ""
    hub_name: str = ""
    member_id: str = ""
    name: str = ""  # the nickname the makers see
    points: int = 0
    enrolled: float | None = None  # None with a hub_url: the invitation waits for the hub
    last_sync: float | None = None  # the last loop that went well
    next_sync: float | None = None  # not before, unless asked
    waiting: int = 0  # actions that wait to be sent
    carry: bool = False  # for a week nothing could be sent: it may be carried there as a file
    error: str = ""
    fact: str = ""


class PartName(StrEnum):
    """What can go along with a report; feedback/evidence.py gathers it."""

    PROGRAM = "program"  # this program and the system it runs on
    DEVICE = "device"
    PATH = "path"  # what is between the device and the broker
    SIGNAL = "signal"  # how well it is heard
    MESSAGES = "messages"  # the last ones of this device
    UPDATES = "updates"  # the steps of its updates
    LOG = "log"  # what this program said of late
    KNOWN = "known"  # known issues that it is one of
    RECORDING = "recording"  # messages while it was made to say more


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part, already redacted. `missing` is a reason in place of `data`, never both.

    Reasons: no_device, not_available, nothing_there, too_large, a code of the error list, or
    "unreadable: " and what broke.
    """

    name: PartName
    data: bytes = b""  # JSON
    missing: str = ""  # why it could not be collected
    places: int = 0  # how many values were replaced
    lines: int = 0  # how many messages, lines or steps it has
    dropped: int = 0  # how many older ones did not fit
    size: int = 0  # bytes that it adds to what is sent


@dataclass(frozen=True, slots=True)
class Suspect:
    """A stretch of a text, in characters, that is better not sent, and what may stand there."""

    start: int
    end: int
    token: str
