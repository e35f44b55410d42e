"""The values of a rollout: its plan, its jobs, what can happen to them and what then is to be done.

The rules that connect them are in rollout.py. Every value here survives msgspec there and back,
because each step of a job is kept as a row (runner.py) and the state is the fold of those rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from firmware.health import Baseline
from firmware.plan import BAD_ENDS as BAD_ENDS  # noqa: PLC0414 - whoever reads jobs needs it
from firmware.plan import Plan as Plan  # noqa: PLC0414 - as well
from firmware.release import Target
from fleet.model import Availability, No, Rollout, Update, UpdateState, UpdateWord, Waiting

WAITING = frozenset(
    {
        UpdateState.KNOWN,
        UpdateState.APPROVED,
        UpdateState.QUEUED,
        UpdateState.STAGING,
        UpdateState.STAGED,
    }
)
"""Nothing has gone to the device yet: the update can be taken back without a trace on it."""

RUNNING = (
    UpdateState.OFFERED,
    UpdateState.TRANSFERRING,
    UpdateState.INSTALLING,
    UpdateState.REBOOTING,
    UpdateState.VERIFYING,
)
"""The device may be at work, in the order in which it goes through them; never backwards."""

TRANSFER = frozenset({UpdateState.OFFERED, UpdateState.TRANSFERRING})
"""It still needs the file from us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What beyond our devices keeps an update from beginning, as of now."""

    foreign: frozenset[str] = frozenset()  # names of brokers that are not this home's
    taken: frozenset[str] = frozenset()  # keys of devices that another desktop has in hand
    granted: frozenset[str] | None = None  # keys that are ours to update; None: nobody else could
    metered: bool = False  # this computer's connection is paid by the byte
    leaving: bool = False  # this computer is about to sleep or to shut down


ALONE = Outside()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One device's update with all the rules need to know of the device."""

    update: Update
    target: Target | None = None  # None: its maker's own update
    hops: tuple[Target, ...] = ()  # what follows this file, for it is a stepping stone
    way_back: Target | None = None  # the file to go back to: it is kept for that
    maker: str = ""
    published: float = 0.0  # its week
    at_once: bool = False  # by a person's word: not bound to hours and clean days
    broker: str = ""
    gateway: str = ""  # its key; a gateway's own key for itself; "": behind none
    parent: str = ""  # the router of its mesh
    access: str = ""  # its Wi-Fi access point
    careful: bool = False
    spare: bool = False  # it may go first
    ask_first: bool = False  # stays KNOWN until approved
    availability: Availability = Availability.UNKNOWN
    sleeper: bool = False  # it was seen asleep
    battery: float | None = None
    needs_ac: bool = False  # it runs on its battery and should not now
    in_use: bool = False
    seen: str = ""  # the version it reported last
    counted_s: float = 0.0  # since it got on, as far as we and its way were connected
    spoke: bool = False  # since this step began
    away: bool = False  # it was seen to go since it was offered
    back_s: float | None = None  # counted since it came back; None: it has not
    asked: bool = False  # for its version, since it was last away
    idle_s: float = 0.0  # it, or its kind, may rest so long in the middle
    told_asleep: bool = False  # its gateway keeps the order for when it wakes
    address: str = ""  # where it has to fetch the file itself; "": it need not
    fetched: int = -1  # bytes that we have served of this offer; -1: it has not come yet
    said: float = -1.0  # per cent of this step by its own word
    unsure: bool = False  # we were killed between the row and the offer
    fetched_early: bool = False  # its file was asked for while it slept
    rests_until: float | None = None
    refusals: int = 0  # times it said "not now" in this update
    ask_at: float | None = None  # it said "not now": it is not asked again before
    no: Waiting = Waiting.NOT_YET  # what it said
    before: Baseline | None = None  # what it was like when it was offered the file

    @property
    def key(self) -> str:
        """The device's key."""
        return self.update.device

    @property
    def state(self) -> UpdateState:
        """Its step or end."""
        return self.update.state

    @property
    def runs_the_old(self) -> bool:
        """Whether it reported the version it had before."""
        return bool(self.seen) and self.seen == self.update.version_from

    @property
    def dormant(self) -> bool:
        """Whether it was offered the file asleep, and has not woken: it takes nobody's place."""
        asleep = self.availability is Availability.SLEEPING
        return self.told_asleep and asleep and self.state is UpdateState.OFFERED

    def limit_s(self, plan: Plan) -> float:
        """How long its step may go on without progress."""
        idle = max(plan.transfer_idle_s, self.idle_s)
        if self.state in TRANSFER:
            return idle
        back = plan.come_back_s
        if back is None:
            back = self.target.come_back_s if self.target else idle
        return max(back, self.idle_s) if self.state is UpdateState.INSTALLING else back

    def fresh(self) -> Job:
        """Return it with all clocks and what was seen on the way forgotten."""
        return replace(
            self,
            counted_s=0.0,
            spoke=False,
            away=False,
            back_s=None,
            asked=False,
            address="",
            fetched=-1,
            said=-1.0,
            unsure=False,
        )

    @property
    def wave(self) -> tuple[str, str]:
        """Those that get the same file in the same rollout are one wave."""
        return self.update.rollout, self.update.sha256

    @property
    def urgent(self) -> bool:
        """Whether its file closes a hole."""
        return self.target is not None and self.target.security


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All rollouts of a home; a device has one job, its latest."""

    jobs: Mapping[str, Job] = field(default_factory=dict)
    rollouts: Mapping[str, Rollout] = field(default_factory=dict)
    at: float = 0.0  # of the last tick; 0: none yet
    connected: frozenset[str] = frozenset()  # brokers, as of the last tick
    outside: Outside = ALONE  # as of the last tick
    held: frozenset[str] = frozenset()  # makers who let nothing new of their week begin
    staged: frozenset[str] = frozenset()  # sha256 of files that lie in our store
    look_again: float = 0.0  # before then nothing is anybody's turn unless something happens


# --- what can happen -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The user's word for a rollout, or a newer week in place of an older one of that maker."""

    rollout: Rollout
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """More devices for a rollout that is not over: they came later, or could not be seen before."""

    rollout: str
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Approved:
    """The user's word for a device that is never updated without a question."""

    device: str


@dataclass(frozen=True, slots=True)
class Staged:
    """The verified file lies in our store."""

    sha256: str


@dataclass(frozen=True, slots=True)
class StageFailed:
    """The file could not be fetched, verified or kept: no device was touched."""

    sha256: str
    code: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Unsent:
    """The offer did not leave the house."""

    device: str
    code: str


@dataclass(frozen=True, slots=True)
class Unfit:
    """No dialect brings this offer to this device, or the device did not take it over HTTP."""

    device: str
    code: str
    fact: str = ""
    refused: tuple[No, ...] = ()  # what each of its dialects says, where there are several


@dataclass(frozen=True, slots=True)
class Told:
    """The device, or its gateway, was told in this way."""

    device: str
    dialect: str
    way: str  # Install
    address: str = ""  # where it has to fetch the file itself


@dataclass(frozen=True, slots=True)
class Served:
    """So many bytes of its file have been served to the device, or to its gateway."""

    device: str
    sent: int
    of: int


@dataclass(frozen=True, slots=True)
class Heard:
    """The device's own word on its update."""

    device: str
    word: UpdateWord


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The device as it is known now; `arrived`: it says it runs what the update brings."""

    device: str
    availability: Availability
    version: str = ""
    arrived: bool = False
    spoke: bool = True  # a message came from it, it was not only looked at
    battery: float | None = None
    needs_ac: bool = False
    in_use: bool = False
    broker: str = ""
    parent: str = ""
    access: str = ""
    idle_s: float = 0.0
    told_asleep: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """What a device was like just before it was offered a file: it is held against that after."""

    device: str
    before: Baseline


@dataclass(frozen=True, slots=True)
class Unwell:
    """While it was watched after its update, something was wrong with it (firmware/health.py)."""

    device: str
    code: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time went by: which brokers are connected, which devices (gateways) are away."""

    connected: frozenset[str]
    away: frozenset[str] = frozenset()
    outside: Outside = ALONE
    held: frozenset[str] = frozenset()  # makers whose week holds


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The user's word; in time only while nothing has been offered."""

    device: str


@dataclass(frozen=True, slots=True)
class Superseded:
    """A newer week of this maker is here: nobody waits for what an older one halted with."""

    maker: str
    week: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """Files (sha256) that the maker took back."""

    sha256s: frozenset[str]


@dataclass(frozen=True, slots=True)
class Paused:
    """The user's word: start no more."""

    rollout: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """The user's word: go on."""

    rollout: str


@dataclass(frozen=True, slots=True)
class Retried:
    """The user's word: try this device again, as a new attempt in the same rollout."""

    device: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """The program was killed or stopped and has read its rows again."""


Event = (
    Started
    | Joined
    | Approved
    | Staged
    | StageFailed
    | Unsent
    | Unfit
    | Told
    | Served
    | Heard
    | Seen
    | Watch
    | Unwell
    | Ticked
    | Cancelled
    | Superseded
    | Recalled
    | Paused
    | Resumed
    | Retried
    | Restarted
)


# --- what then is to be done ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stage:
    """Fetch and verify this file; answer with Staged or StageFailed. Doing it twice is harmless."""

    maker: str
    target: Target


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """Serve the file and tell the device; own updates: only tell it. May be said twice."""

    job: Job


@dataclass(frozen=True, slots=True)
class Serve:
    """Serve the file under the transfer it was offered with, without telling the device."""

    job: Job


@dataclass(frozen=True, slots=True)
class AskVersion:
    """Have the device say its version."""

    device: str


@dataclass(frozen=True, slots=True)
class Revoke:
    """Serve this transfer no longer."""

    transfer: str


Action = Stage | MakeOffer | Serve | AskVersion | Revoke


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The state after an event, the steps to keep in their order, and what is to be done then."""

    state: State
    kept: tuple[Job | Rollout, ...] = ()
    actions: tuple[Action, ...] = ()
