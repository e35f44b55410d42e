"""Which steps and ends of an update mean what to a person; no Qt, the command line asks too."""

from __future__ import annotations

from firmware.release import Fit
from fleet.model import Device, Update, UpdateState

DECIDE = frozenset({UpdateState.FAILED, UpdateState.ROLLED_BACK, UpdateState.SILENT})
"""End states after which a person has to decide."""

WORKING = frozenset(
    {
        UpdateState.STAGING,
        UpdateState.STAGED,
        UpdateState.OFFERED,
        UpdateState.TRANSFERRING,
        UpdateState.INSTALLING,
        UpdateState.REBOOTING,
        UpdateState.VERIFYING,
    }
)
"""Steps in which something is happening on the device or for it."""

UNWELL = frozenset(
    {"version_changed", "says_error", "entities_missing", "went_away", "topic_silent"}
)
"""Codes of firmware/health.py: it runs the new version, but something went with the old one."""

CANCELLABLE = frozenset(
    {UpdateState.APPROVED, UpdateState.QUEUED, UpdateState.STAGING, UpdateState.STAGED}
)
"""Steps that can still be taken back: nothing was written to the device."""


def needs_decision(device: Device, update: Update | None, ready: Fit | None) -> bool:
    """Whether this device's last update ended badly and the device does not run it since.

    Where another file is `ready` for it, that is the way on and nothing has to be decided.
    """
    if update is None or update.state not in DECIDE or ready is not None:
        return False
    return device.version is None or not device.version.says(update.version_to)
