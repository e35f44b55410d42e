"""What people may ask of the program about itself (desktop/selfupdate)."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.selfupdate.facts import Mode
from firmware.release import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckProgram:
    """Ask the makers of the program for their week now; answers with the fact's value."""

    source: str = ""  # a mirror, folder or bundle file; "": the makers' own mirrors


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewProgram:
    """Check, fetch what is for this copy, and let it start with the next start."""

    source: str = ""
    again: bool = False  # also the version that failed here, or that was gone back from


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRenewing:
    """Fetch no further; what is here stays for the next time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseRenewal:
    """Which train the program rides and how far it goes by itself; None: as it is."""

    channel: Channel | None = None
    mode: Mode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoBack:
    """Let the version before start with the next start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartProgram:
    """Close the house in order and start what is to start next; never while a device writes."""


ALL: tuple[type, ...] = (
    CheckProgram,
    RenewProgram,
    StopRenewing,
    ChooseRenewal,
    GoBack,
    RestartProgram,
)
