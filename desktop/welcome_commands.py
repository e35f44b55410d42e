"""What Welcome asks of a household that has no broker: to look for one, and to try one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fleet.brokers import BrokerSettings
from fleet.examined import Examined
from fleet.found import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class FindBrokers:
    """Look for brokers of this home, within some ten seconds. Result: all that were found.

    Only when a person asks: by mDNS, at the usual names, at the gateway (fleet/find_brokers.py).
    Each is told of as a fact "found_broker" as soon as it has answered, and how far the search is
    as "broker_search"; those of the search before are forgotten.
    """

    ANSWER: ClassVar[object] = tuple[Found, ...]
    networks: tuple[str, ...] = ()  # our own addresses to listen on; (): the usual one


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How far looking for brokers is."""

    done: int = 0
    all: int = 0  # 0: still listening for announcements and names
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TestBroker:
    """Try a broker that is not kept yet, over a connection of its own. Result: Examined.

    Nothing is kept and nothing is published there. CommandError: those of fleet.brokers.check.
    BrokerError: why there is no connection, keyring_* where no password is said and one is kept.
    """

    __test__ = False  # pytest would collect it
    ANSWER: ClassVar[type] = Examined
    settings: BrokerSettings
    password: str = ""  # "": what the keyring has for this user and broker


ALL: tuple[type, ...] = (FindBrokers, TestBroker)
