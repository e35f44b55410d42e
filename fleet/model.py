"""The values everybody speaks of. All are frozen; a change makes a new one with `replace`.

Times are seconds since the epoch (UTC, float) and are passed in, never read inside a rule.
Every value here can be encoded by msgspec, so it can cross the local socket unchanged.
Those made anew for each message (Message, Observation, Device) are msgspec's Structs for that
reason alone: made in a tenth of the time (docs/adr/0007), with `replace` of `msgspec.structs`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from fleet.capability import Feature, Reading
from fleet.steps import Ask

Id = tuple[str, str]
"""(scheme, value): mac (12 upper hex), ieee (0x + 16 lower hex), or a dialect's own name and id."""


class Availability(StrEnum):
    """Whether a device can be spoken to, in its dialect's own idea of it."""

    ONLINE = "online"
    OFFLINE = "offline"
    SLEEPING = "sleeping"
    UNKNOWN = "unknown"


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One MQTT message as it came off the wire; `broker` is the broker's name in our settings."""

    broker: str
    topic: str
    payload: bytes
    retain: bool = False
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Version:
    """A firmware version as the device says it; `build` is its variant ("tasmota", "minimal").

    `plain` is what of it can be compared within its ecosystem, "" where that is all of it: "1.14.0"
    of "20230913-112003/v1.14.0-gcb84623". Versions are never compared as texts
    (firmware/versions.py), and never across ecosystems.
    """

    raw: str
    build: str = ""
    plain: str = ""

    def __str__(self) -> str:
        return self.raw

    @property
    def comparable(self) -> str:
        """What to compare it by."""
        return self.plain or self.raw

    def says(self, version: str) -> bool:
        """Whether this word, or what of it can be compared, is `version`."""
        return bool(version) and version in (self.raw, self.plain)


class Install(StrEnum):
    """How a device can be brought to a file."""

    URL = "url"  # it fetches an address of ours
    CHUNKS = "chunks"  # it takes the bytes over MQTT: in pieces that it pulls, or as one message
    OWN = "own"  # it only installs what its own maker offers: not verified by us
    HTTP = "http"  # it is asked, or given the bytes, over HTTP, where the household allows that


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What a device can do about updates, told before the tap."""

    install: frozenset[Install] = frozenset()
    checks_signature: bool = False  # the device itself verifies before it installs
    checks_time: bool = True  # False: it says that it cannot tell an old signed week from a new one
    progress: bool = False
    keeps_previous: bool = False  # two slots: it can fall back by itself
    url_max: int = 2048  # longest address it takes, in bytes
    size_max: int = 0  # largest file it takes, in bytes; 0: not known
    idle_s: float = 0.0  # it may rest so long within an update; 0: the plan's own patience
    asleep: bool = False  # it can be told while it sleeps: its gateway keeps the order
    check: bool = False  # it, or its gateway, can be asked to look for its maker's update


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where one dialect reaches a device: topic prefix and what its plan() needs to know."""

    broker: str
    dialect: str
    id: str  # the dialect's own id of the device
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A topic learned from a discovery message: what is published there belongs to `device`."""

    topic: str  # exact, or with + and #
    device: Id
    role: str  # the dialect's own word: "availability", "update_state", ...
    args: Mapping[str, str] = field(default_factory=dict)
    subscribe: bool = True  # False: it only brings `args` back; other filters bring the messages


class Phase(StrEnum):
    """What a device itself says of an update under way."""

    ACCEPTED = "accepted"
    TRANSFERRING = "transferring"
    INSTALLING = "installing"
    REBOOTING = "rebooting"
    VERIFYING = "verifying"  # trial boot, not yet committed
    COMMITTED = "committed"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWord:
    """A device's own word on its update; a word is never yet a success (only a version is)."""

    phase: Phase
    percent: float | None = None
    transfer: str = ""  # the offer it answers, where the dialect can say it
    error: str = ""  # the device's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A device's own signed word on what it runs, as it was verified (fleet/attest.py)."""

    key: str  # its public key, hexadecimal
    number: int  # rises with each report that says anything new
    version: str
    counter: int = 0  # that the version was signed with
    slot: str = ""
    attack: str = ""  # the code with which it refused the last offer, where that was an attack


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One topic's word on availability where several speak for one device (fleet/votes.py)."""

    group: str  # entities that ask the same topics in the same way share one group
    mode: str  # all, any, latest: how the group's topics are combined
    of: tuple[str, ...]  # every topic of the group
    topic: str
    says: Availability


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What a dialect read from one message about one device. None: not said."""

    dialect: str
    ids: frozenset[Id]
    name: str | None = None
    vendor: str | None = None
    model: str | None = None
    product: str | None = None  # what people call this model, where `model` is a maker's code
    hardware: str | None = None
    kind: str | None = None  # light, plug, sensor, lock, gateway, ...
    room: str | None = None
    version: Version | None = None
    offer: Version | None = None  # what its own maker offers; Version(""): nothing
    notes: str | None = None  # of that offer: text or an address
    availability: Availability | None = None
    wakes_s: float | None = None  # it sleeps, and speaks about every so many seconds
    battery: float | None = None  # per cent
    radio: str | None = None  # wifi, zigbee, ble, thread, ethernet, ...
    via: Id | None = None  # the gateway, if it is behind one
    parent: str | None = None  # the router of its mesh that it speaks through; any stable name
    access: str | None = None  # the Wi-Fi access point it is at (BSSID)
    caps: Caps | None = None
    readings: Mapping[str, Reading] = msgspec.field(default_factory=dict)
    features: Mapping[str, Feature] = msgspec.field(default_factory=dict)  # of these readings
    word: UpdateWord | None = None
    proof: Proof | None = None  # for `version`, where the device signs what it says of that
    doubt: str | None = None  # why its last word on its version was not believed; "": it was
    endpoint: Endpoint | None = None
    routes: tuple[Route, ...] = ()
    votes: tuple[Vote, ...] = ()  # instead of `availability`, where several topics speak
    asks: tuple[Ask, ...] = ()  # what we would like to know more; with no ids: of whom nobody knows
    broker: str | None = None  # the registry's own note: the broker a claim came by
    source: str = ""  # the discovery topic this was learned from, where a device has several
    gone: bool = False  # `source` took itself back; with its last (or none) the device is gone


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message that a dialect claims (its topic is the dialect's) but cannot understand."""

    reason: str


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in the house, whatever dialects it speaks."""

    key: str  # ours, stable across renames, brokers and restarts
    name: str  # the user's, else the device's own
    vendor: str = ""
    model: str = ""
    hardware: str = ""
    kind: str = ""
    room: str = ""
    tags: frozenset[str] = frozenset()  # the user's
    given: frozenset[str] = frozenset()  # which of "name" and "room" the user gave it
    version: Version | None = None
    offer: Version | None = None
    notes: str = ""  # of that offer
    availability: Availability = Availability.UNKNOWN
    wakes_s: float | None = None
    battery: float | None = None
    radio: str = ""
    last_seen: float | None = None
    ids: frozenset[Id] = frozenset()
    dialects: tuple[str, ...] = ()  # best source first
    endpoints: Mapping[str, Endpoint] = msgspec.field(default_factory=dict)  # dialect -> where
    via: str = ""  # key of its gateway
    via_claim: str = ""  # what it says its gateway is, while we do not know that one
    parent: str = ""  # the router of its mesh, by the name its dialect gives it
    access: str = ""  # its Wi-Fi access point (BSSID)
    caps: Caps = msgspec.field(default_factory=Caps)
    readings: Mapping[str, Reading] = msgspec.field(default_factory=dict)
    features: Mapping[str, Feature] = msgspec.field(default_factory=dict)  # what they are
    word: UpdateWord | None = None
    proof: Proof | None = None  # the last believed; from then on only its key's word counts
    doubt: str = ""  # why its last word on its version was not believed: a code of docs/errors.md
    ask_first: bool = False  # the user's mark: never without a question
    spare: bool = False  # the user's mark: this one may go first
    pinned: bool = False  # the user's mark: it stays on the version it runs
    skipped: frozenset[str] = frozenset()  # versions the user skips


# --- updates -------------------------------------------------------------------------------------


class UpdateState(StrEnum):
    """Steps (FIRMWARE.md 6.3) and the only end states (DESIGN.md) of one device's update."""

    KNOWN = "known"
    APPROVED = "approved"
    QUEUED = "queued"
    STAGING = "staging"
    STAGED = "staged"
    OFFERED = "offered"
    TRANSFERRING = "transferring"
    INSTALLING = "installing"
    REBOOTING = "rebooting"
    VERIFYING = "verifying"
    DONE = "done"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    SILENT = "silent"
    CANCELLED = "cancelled"
    RECALLED = "recalled"

    @property
    def ended(self) -> bool:
        """True for an end state."""
        return self in _ENDED


_ENDED = frozenset(
    {
        UpdateState.DONE,
        UpdateState.ROLLED_BACK,
        UpdateState.FAILED,
        UpdateState.SILENT,
        UpdateState.CANCELLED,
        UpdateState.RECALLED,
    }
)


class Waiting(StrEnum):
    """Why an update that has not begun does not begin (FIRMWARE.md 6.3)."""

    NOT_YET = ""
    HELD = "held"  # the user wants to be asked first
    PAUSED = "paused"
    HALTED = "halted"
    MAKER_HOLD = "maker_hold"  # its maker said: start no more of this week
    CLEAN_DAYS = "clean_days"  # the week has not yet been out for so many days without a fault
    WINDOW_CLOSED = "window_closed"  # outside the hours in which this home lets updates begin
    RESTING = "resting"  # it failed too often: one day without a try
    CANARY = "canary"  # the canary has not been confirmed yet
    SOAK = "soak"
    CAREFUL_LAST = "careful_last"  # one to be careful with: after all others
    MISSING_DEPENDENCY = "missing_dependency"  # its gateway goes first
    NOT_HOME = "not_home"  # this computer is in another network than this home's
    UNREACHABLE = "unreachable"
    ASLEEP = "asleep"
    BATTERY_LOW = "battery_low"
    NEEDS_AC = "needs_ac"
    IN_USE = "in_use"
    METERED = "metered"
    INHIBITED = "inhibited"  # this computer is about to sleep
    UPDATE_PENDING = "update_pending"  # another desktop of this home is at it
    GATEWAY_BUSY = "gateway_busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateEvent:
    """One step of one device's update, as it is kept: history, evidence and recovery read it."""

    number: int
    at: float
    rollout: str
    device: str
    state: UpdateState
    reason: str = ""  # a stable code
    fact: str = ""  # the device's or the network's own words
    version_from: str = ""
    version_to: str = ""
    target: str = ""  # TUF target path
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class No:
    """Why an update cannot be brought to a device in one of its dialects."""

    dialect: str
    code: str  # docs/errors.md
    fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Where one device's update stands now: the fold of its events."""

    device: str
    rollout: str
    week: str
    state: UpdateState
    waiting: Waiting = Waiting.NOT_YET
    reason: str = ""
    fact: str = ""
    canary: bool = False
    version_from: str = ""
    version_to: str = ""
    target: str = ""
    sha256: str = ""
    percent: float | None = None
    transfer: str = ""
    since: float = 0.0
    started: float | None = None
    own: bool = False  # the maker's own update that we only started: not verified by us
    ready_at: float | None = None  # before then it cannot begin, where `waiting` has an end
    undo: bool = False  # it brings the version before back
    back: str = ""  # whether one can go back after it: yes, cable, no; "": nobody said
    bad_ends: int = 0  # of this device since it last went well or rested
    dialect: str = ""  # in which it was brought to the device; "": not yet
    way: str = ""  # how (Install); "": not yet
    refused: tuple[No, ...] = ()  # what each dialect said, where several refuse


class RolloutState(StrEnum):
    """Where a week's rollout in this home stands."""

    RUNNING = "running"
    PAUSED = "paused"
    HALTED = "halted"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Those devices of a rollout that get the same file, and how it has gone with them."""

    size: int = 0
    confirmed: float | None = None  # when its canary was
    in_a_row: int = 0  # bad ends since the last good one


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """One week on its way to this home's devices."""

    id: str
    week: str
    state: RolloutState
    reason: str = ""  # why it halted: a stable code
    device: str = ""  # the device that made it halt
    fact: str = ""  # the words of what made it halt, where no device did
    started: float = 0.0
    maker: str = ""
    undo: bool = False  # it brings versions before back
    waves: Mapping[str, Wave] = field(default_factory=dict)  # sha256 ("": its maker's own) -> wave


@dataclass(frozen=True, slots=True, order=True)
class WeekId:
    """An ISO week; its day is Friday. `str` gives "2026-W48"."""

    year: int
    week: int

    def __str__(self) -> str:
        return f"{self.year}-W{self.week:02d}"

    @classmethod
    def parse(cls, text: str) -> WeekId:
        """Read "2026-W48"; ValueError where there is no such week."""
        match = re.fullmatch(r"(\d{4})-W(\d{2})", text)
        if not match:
            raise ValueError(text)
        week = cls(int(match[1]), int(match[2]))
        week.friday()
        return week

    @classmethod
    def of(cls, day: dt.date) -> WeekId:
        """Return the week that `day` lies in."""
        year, week, _ = day.isocalendar()
        return cls(year, week)

    def friday(self) -> dt.date:
        """Return its Friday; ValueError where the year has no such week."""
        return dt.date.fromisocalendar(self.year, self.week, 5)

    def next(self) -> WeekId:
        """Return the week after."""
        return WeekId.of(self.friday() + dt.timedelta(days=7))


# --- people and what they ask for ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Actor:
    """Who sends a command, and in which roles; rights are checked in the core.

    Somebody outside of it is a `visit`, the name of their line, and nothing else: who that is, and
    what they may, the house's gate says (desktop/members_desk.py), whatever they say themselves.
    """

    name: str
    roles: frozenset[str] = frozenset({"admin"})
    visit: str = ""
    member: str = ""  # id of the household's member, where it has any


OWNER = Actor("owner")


class BrokerState(StrEnum):
    """Where the connection to a broker stands."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    REFUSED = "refused"  # wrong password, not authorised
    LOST = "lost"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The state of one broker connection, as people are told it."""

    broker: str
    state: BrokerState
    address: str = ""
    protocol: str = ""  # "5" or "3.1.1"
    error: str = ""  # a code of docs/errors.md
    fact: str = ""
    since: float = 0.0
    read_only: bool = False  # nothing is ever published there


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one commit changed; None: gone. `facts`: kind -> id -> value (desktop/wire.py FACTS)."""

    number: int
    at: float
    devices: Mapping[str, Device | None] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, object | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything as of Changes `number`: what a window shows first."""

    number: int
    devices: Mapping[str, Device] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
