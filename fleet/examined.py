"""What was found out at a broker: what we may do there, and what is said there. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Own(StrEnum):
    """Whether our own namespace is ours: written to and read back."""

    OPEN = "open"
    CLOSED = "closed"  # no right to write, or none to read, there
    READ_ONLY = "read_only"  # not tried: nothing is ever published at this broker


class Tree(StrEnum):
    """What was heard in a dialect's tree."""

    HEARD = "heard"
    NOTHING = "nothing"  # no right, or nothing there
    REFUSED = "refused"  # the broker says no to the subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What we may do at a broker."""

    broker: str
    address: str
    protocol: str
    tls: bool
    own: Own
    keeps: bool = True  # retained messages, as far as it says so
    seconds: float = 0.0  # there and back, where our namespace is open
    trees: dict[str, Tree]  # by dialect
    topics: dict[str, int]  # by dialect: how many spoke


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """What was heard; the most talkative first."""

    broker: str
    seconds: float
    messages: int
    bytes: int
    full: bool  # it ended because of the bytes
    lost: str = ""  # it ended because the connection did: a code
    prefixes: dict[str, int]  # the first levels of the topics -> messages
    unknown: dict[str, str]  # topic -> why nobody understood it
    devices: int  # how many what was heard would make
