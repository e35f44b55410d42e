"""What a signed release says: the values, without a byte of TUF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

import msgspec

UNREACHED = frozenset({"mirror_unreachable", "maker_unknown", "week_missing"})
"""Codes after which the last verified week still stands: it was only not asked again."""


class Channel(StrEnum):
    """The trains a house can ride."""

    ORANGE = "orange"
    STABLE = "stable"


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """From when on how many of the houses may have the week; signed with it."""

    name: str  # "lab", "orange-5", ...
    percent: int  # 0 to 100, never falling from ring to ring
    opens: int  # seconds since the epoch


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A problem the makers know of when they ship."""

    id: str
    words: dict[str, str]  # language ("en", "zh_CN") -> one or two sentences
    models: tuple[str, ...] = ()  # empty: any


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """Which devices a file is for. Vendor and model are compared exactly; empty hardware: any."""

    vendor: str
    model: str
    hardware: tuple[str, ...] = ()
    minimum: str = ""  # lowest version it may be installed over


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One firmware file as both the build role and the train name it."""

    path: str  # fw/<vendor>/<line>/<file>
    sha256: str
    size: int  # bytes
    version: str
    counter: int  # release counter of this line: the rollback floor
    line: str  # signed by build-<line>
    fits: Fits
    come_back_s: float = 180.0  # silent for longer after the restart: failed
    keeps_previous: bool = False  # one can go back after it
    security: bool = False  # closes a hole: may go without waiting where the home lets it
    battery_least: int = 0  # per cent; 0: what the home says
    regions: tuple[str, ...] = ()  # ISO 3166-1 alpha-2; empty: everywhere
    after: tuple[str, ...] = ()  # paths: a device's gateway goes first where it gets one of these
    undoes: tuple[str, ...] = ()  # versions it is the way back from; not empty: for nothing else
    by_cable: bool = False  # one can go back from it, but only by cable, where nothing undoes it
    chunk_size: int = 0  # bytes of each chunk but the last; 0: no chunks are signed
    chunks: tuple[str, ...] = ()  # sha256 of each chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """How many of how many keys signed a role, by name where the keys have one."""

    role: str
    threshold: int
    keys: int
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A verified week: made only by firmware/trust.py."""

    id: str  # "2026-W48"
    maker: str
    channel: Channel
    counter: int  # of the train: rises with every publication
    targets: tuple[Target, ...]
    notes: Mapping[str, str] = field(default_factory=dict)  # language -> text
    fixes: tuple[str, ...] = ()  # ids of the reports it answers
    recalled: tuple[str, ...] = ()  # sha256
    withdrawn: Mapping[str, str] = field(default_factory=dict)  # language -> why; empty: it stands
    held: Mapping[str, str] = field(default_factory=dict)  # language -> why no more may begin
    rings: tuple[Ring, ...] = ()  # empty: everybody at once
    salt: str = ""  # of the rings: another order of houses each week
    known: tuple[Known, ...] = ()
    books: Books | None = None
    signed: tuple[Signed, ...] = ()
    published: float = 0.0
    expires: float = 0.0
    source: str = ""  # mirror address or bundle file
    checked: float = 0.0


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """How the books of popcorn points stood: a checkpoint of the hub, signed with the week."""

    rows: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    head: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]  # hash of the last of them


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """An admin's word that an expired but genuine bundle shall count here."""

    by: str
    reason: str


class Expired(msgspec.Struct, frozen=True, kw_only=True):
    """A role that was too old, and since which day."""

    role: str
    on: str  # "2026-11-27"


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """An admission as it was used: kept for good."""

    by: str
    reason: str
    at: float
    source: str
    week: str
    expired: tuple[Expired, ...]


class FalseMirror(msgspec.Struct, frozen=True, kw_only=True):
    """A mirror that showed something false when it was last read."""

    url: str
    code: str  # of the TrustError
    since: float


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one of the maker's mirrors said when it was last asked."""

    url: str
    at: float
    code: str = ""  # of the TrustError; "": the week


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How fresh a maker's weeks are here; kept over restarts.

    `tried`, `code`, `facts`, `failing_since` and `source` are of the last try, whatever it read.
    `heard` and `silent_since` are of the maker's own mirrors only: reading sticks does not make a
    house hear from its maker.
    """

    maker: str
    week: Week | None = None  # the last one that held
    checked: float | None = None  # when a refresh last succeeded
    tried: float | None = None
    code: str = ""  # of the TrustError of the last try; "" when it succeeded
    facts: Mapping[str, str] = field(default_factory=dict)
    failing_since: float | None = None
    source: str = ""  # of the last try
    heard: float | None = None  # when a mirror last gave a fresh timestamp; None: never
    silent_since: float | None = None  # since when none does; None: the last that was asked did
    false_mirrors: tuple[FalseMirror, ...] = ()
    answers: tuple[Answer, ...] = ()  # of the maker's mirrors that were asked
    bundle: bool = False  # the week was read from a bundle
    admitted: Admitted | None = None  # the week is expired and an admin let it count

    @property
    def fresh(self) -> bool:
        """Whether the week was in date when it was read, and not let in by an admin."""
        return self.week is not None and self.admitted is None

    def expired(self, now: float) -> bool:
        """Whether the week is past its date, and nobody has let it in since."""
        week = self.week
        if week is None or not week.expires or now < week.expires:
            return False
        return self.admitted is None or self.admitted.at < week.expires

    def barred(self, now: float) -> str:
        """Return the code for which nothing new of the week may be installed now; "": it may.

        A source that is only away is no lie: what was verified stays good until its own date.
        """
        if self.code not in {"", *UNREACHED}:
            return self.code
        return "metadata_expired" if self.expired(now) else ""


# Tagged: whoever gets one of the two over the local socket can tell which it is.


class Back(StrEnum):
    """Whether one can go back after an update, told before the tap."""

    YES = "yes"  # this week names the version before as the way back
    CABLE = "cable"
    NO = "no"


class Fit(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """This target suits this device; the highest `score` is the best fit."""

    target: Target
    score: int
    back: Back = Back.NO
    way_back: Target | None = None  # what one would go back to; with Back.YES
    hops: tuple[Target, ...] = ()  # what follows it in the same week: it is a stepping stone


class Misfit(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Why a target is not for a device: a stable code (docs/errors.md) and the fact behind it."""

    code: str
    fact: str = ""
    until: float | None = None  # when it ends by itself (seconds since the epoch), where one knows
