"""The values of the facts about this computer and this home's brokers, as people are told them."""

from __future__ import annotations

from dataclasses import dataclass

from fleet.home import PlaceState


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a broker is to this home; fact "home" of the broker's name."""

    state: PlaceState
    address: str = ""
