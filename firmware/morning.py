"""What happened in the night, as one value: counted from the history. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What became of the updates between two moments (seconds since the epoch); keys of devices."""

    begin: float
    end: float
    week: str = ""
    done: tuple[str, ...] = ()
    rolled_back: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()  # not begun yet
    running: tuple[str, ...] = ()
    halted: str = ""  # why the rollout stands still: a stable code
    device: str = ""  # the device that made it halt
