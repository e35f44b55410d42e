"""Messages about signals: trend incidents, the thermometer, and measuring campaigns.

Part of the protocol of feedback/wire.py and as strict as that. Documents that houses hear stand
here with what houses ask; what only staff read is in feedback/wire_incidents.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from feedback.wire import Wire

LANGUAGES: Final = ("en", "zh_CN")
LEAST_EVERY_S: Final = 60.0  # a campaign hears no device more often
LONGEST_S: Final = 90 * 86_400.0  # a campaign lasts no longer
LEAST_HOMES: Final = 5  # below so many households nobody is shown a number

_Uuid = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
_Pseudonym = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
_Word = Annotated[str, msgspec.Meta(max_length=64)]
_Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
_Hour = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]  # since the epoch


class SignalOp(StrEnum):
    """What a house can ask about campaigns."""

    JOIN = "campaign.join"
    LEAVE = "campaign.leave"
    SAMPLE = "campaign.sample"


# --- incidents: entity "incident", public ---------------------------------------------------------


class IncidentState(StrEnum):
    """How an incident stands."""

    OPEN = "open"
    CLOSED = "closed"


class IncidentDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """A public notice: many homes met the same within a short time. Told once staff published it.

    `homes` is how many distinct households met it when the notice was written, never below
    LEAST_HOMES; `due` is when the makers promised to have it settled (72 hours after `opened`).
    """

    id: str
    state: IncidentState
    opened: float
    due: float
    vendor: str
    models: tuple[str, ...]  # the one it began with first
    component: str
    versions: tuple[str, ...]  # on which enough homes met it, most homes first
    homes: int
    notice: dict[str, str]  # language -> what to know and do
    closed: float | None = None
    outcome: dict[str, str] = msgspec.field(default_factory=dict)  # language -> how it ended


# --- the thermometer: entity "thermometer", for its household alone -------------------------------


class Cause(StrEnum):
    """What moves a thermometer."""

    ANSWERED = "answered"  # in time
    ANSWERED_LATE = "answered_late"
    FIX_DELIVERED = "fix_delivered"  # the household said: fixed for me
    UPDATE_FAILED = "update_failed"  # on a device whose outcomes it lets be joined to its reports
    REOPENED = "reopened"  # it said: not fixed
    SILENCE = "silence"  # nobody said anything for so long


class Weight(Wire, frozen=True, kw_only=True):
    """One line of the formula: each event counts `degrees` for `days`, all together `most`."""

    cause: Cause
    degrees: float
    most: float  # the sum of one cause goes no further than this, either way
    days: int


class Moved(Wire, frozen=True, kw_only=True):
    """One event that moved it. `about` is the report it came with, "" where there is none."""

    at: float
    cause: Cause
    degrees: float  # what it counted after the most of its cause
    about: str = ""


class TakenOver(Wire, frozen=True, kw_only=True):
    """After three contacts without a solution a named person took over."""

    at: float
    report: str  # the household's latest one about it
    person: str


class ThermometerDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """How the makers served this household: 0 to 100, 50 where nothing happened yet.

    degrees = 50 + the sum of what `moved` counts, kept between 0 and 100. The whole formula is in
    `formula`, so anybody can add it up. It is used for service alone: never to sell anything.
    """

    id: str  # the member's
    degrees: int
    at: float  # of the last event that moved it
    moved: tuple[Moved, ...] = ()  # newest first
    formula: tuple[Weight, ...] = ()
    taken_over: tuple[TakenOver, ...] = ()  # newest first


# --- campaigns: entity "campaign", public ---------------------------------------------------------


class CampaignState(StrEnum):
    """How a campaign stands at the hub. A house stops by itself at `ends`, whatever it hears."""

    RUNNING = "running"
    ENDED = "ended"


class CampaignDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """Makers ask whoever likes to take part for one measure of one model, for some time."""

    id: str
    state: CampaignState
    vendor: str
    model: str  # "": any of this vendor
    feature: str  # name of the reading, as the house has it: "battery", "latency_ms"
    every_s: float  # at most one value in so many seconds is looked at; at least LEAST_EVERY_S
    starts: float
    ends: float  # at most LONGEST_S after `starts`
    purpose: dict[str, str]  # language -> what it is for, in words
    asked_by: str  # a person


class JoinCampaign(Wire, frozen=True, kw_only=True):
    """Body of campaign.join. `home` is random: it stands for this household in this campaign only.

    The hub keeps that a household takes part, and apart from it what `home` measured.
    """

    campaign: _Uuid
    home: _Pseudonym
    made: float


class LeaveCampaign(Wire, frozen=True, kw_only=True):
    """Body of campaign.leave. `forget`: what was measured here goes as well."""

    campaign: _Uuid
    home: _Pseudonym
    forget: bool
    made: float


class Sample(Wire, frozen=True, kw_only=True):
    """Body of campaign.sample: one hour of one device, all that ever leaves the house."""

    campaign: _Uuid
    home: _Pseudonym
    device: _Pseudonym  # for this campaign only
    model: _Word
    version: _Word
    hour: _Hour
    count: _Count  # values it is made of
    p50: float
    p95: float
    unit: _Word


DOCS: Final[Mapping[str, type[Wire]]] = {
    "incident": IncidentDoc,
    "thermometer": ThermometerDoc,
    "campaign": CampaignDoc,
}
