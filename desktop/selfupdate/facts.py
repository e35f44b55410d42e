"""What is known of this copy of the program and its renewal: fact "program" of "here", and kept."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from desktop.build import Packaged
from firmware.release import Channel


class Mode(StrEnum):
    """How far the program goes by itself."""

    RENEW = "renew"  # it fetches what is for it, and starts it the next time
    TELL = "tell"  # it looks, and says what there is
    NEVER = "never"  # it asks nobody


class Step(StrEnum):
    """What it does now, or waits for."""

    IDLE = "idle"
    CHECKING = "checking"
    FETCHING = "fetching"
    UNPACKING = "unpacking"
    READY = "ready"  # another version starts with the next start
    RESTARTING = "restarting"


class Gone(StrEnum):
    """Why the version that runs should run no more."""

    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the week that is for this copy."""

    version: str
    size: int  # bytes to fetch
    sha256: str
    counter: int
    week: str
    notes: Mapping[str, str] = {}  # language -> the week's notes
    security: bool = False


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A version that was put here, by what it could be recalled."""

    version: str
    digests: tuple[str, ...]  # sha256 of the archive and of its list
    week: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """program.json: what is to be remembered of one installation."""

    installation: str  # 32 hex digits, drawn at random; it is never sent
    since: float  # when that was
    channel: Channel | None = None  # None: as the maker's link says
    mode: Mode | None = None  # None: as it came here
    checked: float = 0.0  # the last check that held
    about: str = ""  # the version that asked then; what was found is for that one
    checks: Mapping[str, float] = {}  # version -> its own last check; two copies are two versions
    tried: float = 0.0  # the last check at all
    code: str = ""  # of the error of the last check or fetch; "": it held
    facts: Mapping[str, str] = {}
    failing_since: float = 0.0
    offer: Offer | None = None  # what the last week has for this copy
    why_not: str = ""  # else the code for which it has nothing
    fact: str = ""  # behind that code
    gone: Gone | None = None  # the version that runs should not
    gone_words: Mapping[str, str] = {}  # language -> why, where the makers said it
    counter: int = 0  # highest that was taken
    taken: tuple[Taken, ...] = ()  # the newest last
    left: str = ""  # the version that a person went back from last


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """The fact: all that window and command line say of it."""

    version: str
    platform: str
    packaged: Packaged
    commit: str = ""
    made: int = 0
    maker: str = ""  # "": nobody signs new versions of this copy
    root: str = ""  # the folder of a copy that renews itself
    writable: bool = True  # that folder, by who runs it
    channel: Channel = Channel.STABLE
    mode: Mode = Mode.NEVER
    step: Step = Step.IDLE
    have: int = 0  # bytes of what is fetched
    of: int = 0
    offer: Offer | None = None
    why_not: str = ""
    fact: str = ""
    waits: str = ""  # a code: why what is offered is not fetched now
    ready: str = ""  # the version that starts with the next start; "": the one that runs
    before: str = ""  # the version that one can go back to
    failed: str = ""  # the version that was gone back from
    left: bool = False  # by a person; else by the launcher, since it did not start
    exchanged: str = ""  # the version that others put into its place while it runs
    gone: Gone | None = None
    gone_words: Mapping[str, str] = {}
    checked: float = 0.0
    tried: float = 0.0
    code: str = ""
    facts: Mapping[str, str] = {}
    failing_since: float = 0.0
    next_check: float = 0.0  # 0: it does not look by itself

    @property
    def renews_itself(self) -> bool:
        """Whether this copy may fetch a version and put it in its own place."""
        return self.packaged is Packaged.VERSIONS and bool(
            self.maker and self.root and self.writable
        )

    @property
    def restarts(self) -> bool:
        """Whether the house closes, to begin again."""
        return self.step is Step.RESTARTING
