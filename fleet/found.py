"""What looking for brokers comes to (fleet/find_brokers.py). Values only: they cross the socket."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What a broker said to a stranger."""

    OPEN = "open"  # it lets in everybody
    PASSWORD = "password"  # noqa: S105 - what it asks for
    CERTIFICATE = "certificate"  # it wants one of ours
    REFUSED = "refused"  # it speaks MQTT and wants no stranger


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A broker that answered."""

    host: str  # as it is best kept: a name where one leads there
    port: int
    tls: bool
    address: str
    answer: Answer
    by: tuple[str, ...]  # how it was found: "mdns", "name", "gateway"
    title: str = ""  # as it announces itself
