"""What people may ask of the house itself; each is handled in the house thread, role "admin".

Every one names a device by its key and raises CommandError("unknown_device") where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """Give a device the user's name; "": back to its own."""

    device: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRoom:
    """Put a device into a room; "": back to what it says itself."""

    device: str
    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTags:
    """Give a device these tags in place of those it had."""

    device: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAskFirst:
    """Mark a device: never update it without a question."""

    device: str
    ask: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSpare:
    """Mark a device: it may go first, before others of its model."""

    device: str
    spare: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Keep a device on the version it runs, whatever comes, or take that back."""

    device: str
    pin: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipVersion:
    """Skip one version on a device, or take that back."""

    device: str
    version: str
    skip: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Forget a device and all that was said of it; it is new when it speaks again.

    For `back_s` seconds (an hour at most) Restore brings it back as it was, with its history; only
    then nothing of it is kept any more.
    """

    device: str
    back_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Bring a forgotten device back: its name, room, tags, marks and history are as they were.

    What has spoken under its names since is the same thing again. CommandError("unknown_device")
    also where its time is over.
    """

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Make two rows one thing, for good; the older key, and its name where both have one, stays.

    CommandError("unknown_device") also for `other`.
    """

    device: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Let what one dialect says be another thing, for good.

    CommandError("cannot_split") where that dialect gives it no name of its own, or is the only one.
    """

    device: str
    dialect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Said by a line of the house itself when it ends: what was proven on it counts no more."""


Command = (
    Rename
    | SetRoom
    | SetTags
    | SetAskFirst
    | SetSpare
    | Pin
    | SkipVersion
    | Forget
    | Restore
    | Join
    | Split
)
ALL: tuple[type[Command], ...] = (
    Rename,
    SetRoom,
    SetTags,
    SetAskFirst,
    SetSpare,
    Pin,
    SkipVersion,
    Forget,
    Restore,
    Join,
    Split,
)
