"""Messages about signals that only staff exchange with their hub; see feedback/wire_signals.py."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec

from feedback.wire import NAME_MAX, TEXT_MAX, Wire
from feedback.wire_signals import LEAST_EVERY_S, LONGEST_S, CampaignDoc, IncidentState

INCIDENT_S: Final = 72 * 3600.0
"""So long an incident may be open before its clock has run out."""

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_MAX)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_MAX)]
_Word = Annotated[str, msgspec.Meta(max_length=64)]
_Feature = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Words = Annotated[dict[Literal["en", "zh_CN"], _Text], msgspec.Meta(min_length=2)]
_Every = Annotated[float, msgspec.Meta(ge=LEAST_EVERY_S, le=86_400.0)]
_Days = Annotated[float, msgspec.Meta(gt=0.0, le=LONGEST_S / 86_400.0)]
_Uuid = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]


class AlertKind(StrEnum):
    """What a hub tells its staff short of an incident."""

    NEW_SIGNATURE = "new_signature"  # never seen before this release, and three homes have it
    NEGATIVE_RATE = "negative_rate"  # more homes are unhappy with a version than with the last


class Alert(Wire, frozen=True, kw_only=True):
    """Something to look at. `rate` and `before` are shares of homes, 0 where it is of none."""

    kind: AlertKind
    at: float
    vendor: str
    model: str
    version: str
    component: str = ""
    signature: str = ""
    homes: int
    rate: float = 0.0
    before: float = 0.0


class StaffIncident(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """An incident in the list. `opened` is when the rule held first, `noticed` when we saw it."""

    id: str
    state: IncidentState
    vendor: str
    component: str
    models: tuple[str, ...]  # the one it began with first
    opened: float
    noticed: float
    due: float
    homes: int  # that had met it within the day when the rule held
    usual: float  # households of a usual day
    chance: float  # that it was chance
    owner: str = ""
    breached: float | None = None  # its clock ran out then
    closed: float | None = None
    public: bool = False


class Bin(Wire, frozen=True, kw_only=True):
    """Distinct households of one hour, of which `at` is the begin."""

    at: float
    homes: int


class Count(Wire, frozen=True, kw_only=True):
    """How many households have one value."""

    value: str
    homes: int


class Compared(Wire, frozen=True, kw_only=True):
    """The newest version that met it and the one before, each over its first `span_s` seconds.

    `failed` are shares of devices on which updates to it failed, of outcomes; None: none told.
    """

    model: str
    version: str
    previous: str
    span_s: float
    homes: int
    previous_homes: int
    failed: float | None = None
    previous_failed: float | None = None


class TimelineEntry(Wire, frozen=True, kw_only=True):
    """One thing that happened to an incident. `hash` covers it and the entry before.

    SHA-256 over the hash before (64 zeros for the first), a line feed, and the other fields as a
    JSON array in their order.
    """

    n: int
    at: float
    what: str  # opened, model, owner, action, note, notice, breached, closed
    who: str  # "": the hub itself
    detail: str
    hash: str


class StaffIncidentWhole(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/incidents/{id}."""

    incident: StaffIncident
    curve: tuple[Bin, ...]  # from three days before it was opened, without empty hours
    signatures: tuple[Count, ...]  # most homes first
    versions: tuple[Count, ...]
    compared: tuple[Compared, ...]
    action: dict[str, str]  # draft of what is to be done, until somebody says better
    notice: dict[str, str]  # draft or what is published
    outcome: dict[str, str]
    timeline: tuple[TimelineEntry, ...]  # oldest first


class StaffIncidents(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/incidents?state=: open ones first, by what is left of their clocks."""

    incidents: tuple[StaffIncident, ...]
    alerts: tuple[Alert, ...]  # of the last 30 days, newest first
    hub_time: float


class Dossier(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/incidents/{id}/dossier: all of an incident, signed by the hub.

    `document` is the JSON text of a StaffIncidentWhole; `signature` is ed25519 over its UTF-8
    bytes. Whoever has the key (GET /v1/public/dossier-key) can check it for ever.
    """

    document: str
    key: str  # base64 of the 32 raw bytes
    signature: str  # base64


class DossierKey(Wire, frozen=True, kw_only=True):
    """GET /v1/public/dossier-key."""

    key: str  # base64 of the 32 raw bytes


class OwnIncident(Wire, frozen=True, kw_only=True):
    """POST …/owner: a named person answers for it."""

    owner: _Name


class NoteIncident(Wire, frozen=True, kw_only=True):
    """POST …/note, …/action: what was found, or what is to be done, in the person's own words."""

    id: _Uuid
    text: _Text


class PublishNotice(Wire, frozen=True, kw_only=True):
    """POST …/notice: what every house is told, in both languages."""

    notice: _Words


class CloseIncident(Wire, frozen=True, kw_only=True):
    """POST …/close: how it ended, in both languages; houses read it where a notice is out."""

    outcome: _Words


# --- how many homes are unhappy -------------------------------------------------------------------


class NegativeRate(Wire, frozen=True, kw_only=True):
    """One version of one model over the last 24 hours.

    Homes that reported a problem are members; those whose update failed are nobody's
    (docs/adr/0023), so a home in both stands in both: the true number of unhappy homes is between
    the larger of the two and their sum. `rate` is the larger of the two shares.
    """

    vendor: str
    model: str
    version: str
    reported: int  # homes that reported a problem with it
    active: int  # members whose house asked anything of the hub
    failed: int  # homes on which an update to it did badly, of the day's outcomes
    told: int  # homes that told any outcome of it that day
    rate: float
    previous: str  # the version before; "": none
    before: float  # its rate over its own first days
    alarm: bool


class NegativeRates(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/negative: the highest rate first."""

    rates: tuple[NegativeRate, ...]
    hub_time: float


# --- campaigns ------------------------------------------------------------------------------------


class AskCampaign(Wire, frozen=True, kw_only=True):
    """POST /v1/staff/campaigns: ask whoever likes to take part. Asked twice by `id`, asked once."""

    id: _Uuid
    vendor: _Word
    model: _Word = ""
    feature: _Feature
    every_s: _Every = LEAST_EVERY_S
    days: _Days
    purpose: _Words


class CampaignNumbers(Wire, frozen=True, kw_only=True):
    """One day (UTC) of one version: medians over the hours of at least LEAST_HOMES homes."""

    day: int  # since the epoch
    model: str
    version: str
    homes: int
    hours: int  # device hours they are of
    p50: float  # the median of the hours' medians
    p95: float  # the median of the hours' 95th percentiles
    unit: str


class StaffCampaign(Wire, frozen=True, kw_only=True):
    """A campaign and what may be seen of it. `joined` is 0 below LEAST_HOMES."""

    campaign: CampaignDoc
    joined: int
    numbers: tuple[CampaignNumbers, ...]
    withheld: int  # days of versions that too few homes measured


class StaffCampaigns(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/campaigns: newest first."""

    campaigns: tuple[StaffCampaign, ...]
    hub_time: float
