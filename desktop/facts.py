"""The values of the facts about this computer and this home's brokers, as people are told them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What this computer says of its sleep and its network; fact "power" of "computer"."""

    known: bool = False  # its sleep can be held off; False: nobody here to ask (container, macOS)
    why: str = ""  # the system's own words where not
    held: bool = False  # sleep is held off now, because a device is writing
    refused: str = ""  # the system's own words where it would not be held off
    leaving: bool = False  # it is about to sleep or to shut down
    metered: bool = False  # its connection is paid by the byte
    on_battery: bool = False
    portable: bool = False  # it has a lid: at night it is likely to sleep


class PlaceState(StrEnum):
    """What a broker is to this home."""

    ASKING = "asking"  # connected, its mark is not known yet
    HOME = "home"
    UNMARKED = "unmarked"  # ours, but it keeps no mark: elsewhere we could not tell
    BLANK = "blank"  # it has no mark, and ours had one
    OTHER = "other"  # it has the mark of another home

    @property
    def foreign(self) -> bool:
        """Whether nothing may be sent there and nothing heard there is believed."""
        return self in (PlaceState.BLANK, PlaceState.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A broker as a place; fact "home" of the broker's name."""

    broker: str
    state: PlaceState
    address: str = ""
    leases: bool = True  # desktops can keep out of each other's way there
