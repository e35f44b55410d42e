"""What people may ask about reports and their hub; handled by feedback.outbox, role "admin"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from feedback.outcome import Consent, Level
from feedback.recording import Recording
from feedback.report import Attachment, Details, DeviceFacts, Kind, Membership, Report

if TYPE_CHECKING:
    from feedback import sync  # a window that only asks must not load HTTP and keys


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft:
    """Keep what is typed; `report` "": a new one. Result: the Report.

    `facts` count only where the house cannot say them itself; it does so once for each device that
    a draft is about, so that a preview stays what it was. CommandError: report_sent,
    report_too_long.
    """

    ANSWER: ClassVar[type] = Report
    report: str = ""
    title: str = ""
    text: str = ""
    kind: Kind = Kind.PROBLEM
    details: Details = field(default_factory=Details)
    device: str = ""
    facts: DeviceFacts = field(default_factory=DeviceFacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropDraft:
    """Throw a draft away. CommandError: report_sent."""

    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """Queue a draft with this evidence (what evidence.preview returned). Result: the Report.

    `shown`: sha256 of the `payload` that was shown; another one is refused: preview_changed.
    CommandError: report_sent, report_empty, report_too_long.
    """

    ANSWER: ClassVar[type] = Report
    report: str
    evidence: bytes = b"{}"
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReply:
    """Say something more about a report that was sent. Result: the Report."""

    ANSWER: ClassVar[type] = Report
    report: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach:
    """Let a file go along with a report, drafted or sent. Result: the Attachment.

    Its bytes were put on the shelf before (feedback.blobs.Shelf.put), as they are to be sent:
    feedback.attachments.prepare makes them so. CommandError: report_unknown;
    HubError("attachment_lost") where they are not there.
    """

    ANSWER: ClassVar[type] = Attachment
    report: str
    sha256: str
    size: int
    type: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detach:
    """Take a file away again, at the hub as well. CommandError: attachment_lost."""

    attachment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Say whether the fix works on the device. CommandError("no_fix") where there is none yet."""

    ANSWER: ClassVar[type] = Report
    report: str
    fixed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Queue an operation of `kind` with `body`, its JSON. Result: its id, that of the fact "act".

    `about`: the id of what it is about, for whoever draws it. CommandError("not_at_a_hub").
    """

    ANSWER: ClassVar[type] = str
    kind: str
    body: bytes
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBooksAnew:
    """Read the hub's books of points from the first row, whatever was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol:
    """Join the hub at `hub_url` with an invitation; waits where the hub is away.

    A link (feedback/enrol_link.py) may stand in the place of `code` or `hub_url`, and says both.
    HubError: enrol_link_bad, code_mistyped, hub_url_bad, hub_not_https; CommandError:
    already_enrolled.
    """

    ANSWER: ClassVar[type] = Membership
    code: str
    hub_url: str
    name: str
    root: str = ""  # fingerprint of the makers' root, where the invitation names it


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveHub:
    """Leave our hub for the one at `hub_url`: it hears our reports under the same ids, each once.

    `code` "": the hub knows us from before. HubError: code_mistyped, hub_url_bad, hub_not_https;
    CommandError: same_hub.
    """

    ANSWER: ClassVar[type] = Membership
    hub_url: str
    code: str = ""
    root: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveHub:
    """Belong to no hub any more; everything that is here stays here."""

    ANSWER: ClassVar[type] = Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class UseKey:
    """For whoever changes the key: from now on the one of that name."""

    ANSWER: ClassVar[type] = Membership
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeWay:
    """For whoever asks the hub at once: a sync.Outbox without operations.

    `hub_url` "": our hub. CommandError("not_at_a_hub").
    """

    hub_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetConsent:
    """Say what the makers may hear of updates from now on; None: only ask. Result: the Consent.

    Level.NOTHING takes it back: what has not been sent is dropped, and the names under which things
    were sent are forgotten here.
    """

    ANSWER: ClassVar[type] = Consent
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOutcomes:
    """Ask for the newest outcomes as they are sent, byte for byte. Result: JSON texts."""

    ANSWER: ClassVar[object] = tuple[str, ...]
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A known problem, or a report of this house, that is like what was asked for.

    `score` ranks and does not judge: no two things are one because of it.
    """

    kind: str  # "cluster": the makers' public problem; "report": sent from here
    id: str
    titles: Mapping[str, str]  # language ("en", "zh_CN"; "": as it was typed) -> words
    state: str  # wire_triage.ClusterState, or report.ReportState
    score: float
    workarounds: Mapping[str, str] = field(default_factory=dict)  # language -> words
    fix_week: str = ""
    households: int = 0  # that have it, 0: too few to say


@dataclass(frozen=True, slots=True, kw_only=True)
class FindSimilar:
    """Search for what is like these words, offline. Result: Similar, the most alike first.

    `device`: our key of the one it is about; what is of its model comes before what is not.
    StoreError where the index cannot be read or kept.
    """

    ANSWER: ClassVar[object] = tuple[Similar, ...]
    title: str
    text: str = ""
    device: str = ""
    limit: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNow:
    """Record one device for at most ten minutes, louder where its dialect knows how.

    What was heard goes along with reports about it (part "recording"), for seven days. It is put
    back as it was, whatever happens: fact "recording". Result: the Recording. CommandError:
    unknown_device, recording_runs, recording_too_long; BrokerError("broker_away").
    """

    ANSWER: ClassVar[type] = Recording
    device: str
    seconds: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRecording:
    """End a recording before its time; what was heard stays. CommandError("nothing_recorded")."""

    device: str = ""  # "": whichever it is


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedFile:
    """What waits to be sent, as a file that anybody may carry to the hub."""

    text: str
    ops: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutbox:
    """Write what waits into a signed file (feedback/carry.py). Result: CarriedFile.

    All of it still waits, and is sent as well when the hub can be reached: that does no harm.
    HubError("not_enrolled"); CommandError("nothing_waits").
    """

    ANSWER: ClassVar[type] = CarriedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeReceipt:
    """Take what the hub answered to a carried file: that waits no more. Result: Membership.

    HubError("receipt_unreadable"); CommandError("receipt_of_another").
    """

    ANSWER: ClassVar[type] = Membership
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOutbox:
    """For whoever runs the sync: result is a sync.Outbox, or None (no hub, or a sync runs)."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync brought: outcomes, changes and cursor are kept in one transaction."""

    result: sync.Result
