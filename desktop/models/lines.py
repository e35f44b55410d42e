"""One line of a card and what can be done there: the values that cards are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fleet.model import Device, Update


class Deed(StrEnum):
    """What a line offers to do."""

    CANCEL = "cancel"
    AGAIN = "again"
    STAY = "stay"
    REPORT = "report"
    APPROVE = "approve"
    RESUME = "resume"
    PAUSE = "pause"
    UNDO = "undo"
    UNDO_ALL = "undo_all"  # of the whole rollout
    CLAIM = "claim"  # of a broker: this is my home
    OPEN = "open"
    REMOVE = "remove"
    WAIVE = "waive"
    DETAILS = "details"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a card: icon, what, why, and what can be done."""

    key: str  # of the device or rollout
    icon: str
    tone: str
    title: str
    versions: str = ""  # "1.0 → 1.1"
    text: str = ""
    percent: float | None = None
    deeds: tuple[Deed, ...] = ()
    ticked: bool | None = None  # None: it cannot be ticked
    device: str = ""  # the device its deeds are about, where `key` is a rollout's
    count: int = 0  # how many devices a deed for several is about


def versions(device: Device | None, update: Update) -> str:
    """Return "from → to" of an update."""
    was = update.version_from or (device.version.raw if device and device.version else "")
    return f"{was} → {update.version_to}" if update.version_to else was
