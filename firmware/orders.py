"""What people may order of rollouts; each is handled in the house thread by runner.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from firmware.forecast import Forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRollout:
    """Bring a maker's verified week to these devices, or to all that it fits; gives the rollout id.

    Naming a device is also the answer for one that is to be asked first; else it stays "known".
    CommandError: week_unknown, week_not_current, nothing_fits; for a named device also
    unknown_device, not_for_device (reason), update_running. TrustError where the last check found
    something false, or the week is past its date: so also of ApproveUpdate, RetryUpdate and
    ResumeRollout.
    """

    maker: str = ""  # "": the first
    week: str = ""  # must be the one that is current, where it is said
    devices: tuple[str, ...] = ()
    in_hours: bool = False  # wait for the hours and clean days of the plan; else it begins at once


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveUpdate:
    """Say yes for a device that is to be asked first. CommandError("no_update", "wrong_state")."""

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelUpdate:
    """Take an update back before it is offered. CommandError("no_update", "too_late_to_cancel")."""

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryUpdate:
    """Try an ended update again. CommandError("no_update", "wrong_state")."""

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRollout:
    """Start no more of it. CommandError("unknown_rollout", "wrong_state")."""

    rollout: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRollout:
    """Go on after a pause or a halt. CommandError("unknown_rollout", "wrong_state")."""

    rollout: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supersede:
    """A newer week of this maker is verified: halted rollouts of older ones end, untouched."""

    maker: str
    week: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallFiles:
    """Stop files (sha256) that their maker took back."""

    sha256s: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnUpdate:
    """Start what a device's own maker offers it: not verified by us. Gives the rollout id.

    CommandError: unknown_device, nothing_offered, update_running.
    """

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoUpdate:
    """Bring devices back to the version before, as this week names it; gives the rollout id.

    Named devices, or every device that `rollout` updated. CommandError: unknown_device,
    update_running, no_way_back (device, reason: a code of catalogue.undo), nothing_to_undo.
    TrustError as StartRollout.
    """

    devices: tuple[str, ...] = ()
    rollout: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresee:
    """Ask what StartRollout of the same would do. Result: Forecast. Raises what that raises."""

    ANSWER: ClassVar[type] = Forecast
    maker: str = ""
    devices: tuple[str, ...] = ()
    in_hours: bool = False


ALL: tuple[type, ...] = (
    StartRollout,
    Foresee,
    UndoUpdate,
    ApproveUpdate,
    CancelUpdate,
    RetryUpdate,
    PauseRollout,
    ResumeRollout,
    RecallFiles,
    Supersede,
    OwnUpdate,
)
