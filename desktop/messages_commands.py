"""What people may ask about the messages of the whole house, and how they send one by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import msgspec

from fleet.ring import Kind, Listened, Topics

MOST = 2_000
"""Messages in one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """Ask what was said in the house after the message `since`; answered past its turns.

    `text` is read by fleet/sieve.py; `device` is a key, `topic` exactly one topic; `limit` 0: only
    count. Payloads are shown as they are: they are this home's own. Result: Listened.
    """

    ANSWER: ClassVar[type] = Listened
    since: int = 0
    text: str = ""
    kind: Kind = Kind.ALL
    device: str = ""
    topic: str = ""
    limit: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTopics:
    """Ask on which topics something was said after the message `since`. Result: Topics."""

    ANSWER: ClassVar[type] = Topics
    since: int = 0


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What one dialect read in a message of one device."""

    dialect: str
    says: tuple[tuple[str, str], ...] = ()  # field or reading, and its value in plain words


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """What our dialects make of a message; `unknown`: the code of why they make nothing of it."""

    reads: tuple[Read, ...] = ()
    unknown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understand:
    """Ask what our dialects make of a message that is kept; nothing is learned from it.

    Result: Understood. CommandError: message_gone.
    """

    ANSWER: ClassVar[type] = Understood
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was sent by hand: the number of the last message before it, and whom it is for."""

    since: int
    at: float
    broker: str
    device: str = ""  # key of the device that the topic is of; "": of none that we know


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRaw:
    """Send a message by hand, as it is. `sure`: a person was asked, and means it. Result: Sent.

    CommandError: raw_topic_bad, raw_topic_reserved, raw_topic_ours, raw_too_large, raw_qos_bad,
    raw_device_updates; and while nobody is sure: raw_ask_retained, raw_ask_device, raw_ask_both
    (device: its name). BrokerError: why it was not sent.
    """

    ANSWER: ClassVar[type] = Sent
    topic: str
    payload: bytes = b""
    qos: int = 0
    retain: bool = False
    broker: str = ""  # "": the device's, else the first that we are connected to
    sure: bool = False


ALL: tuple[type, ...] = (Messages, MessageTopics, Understand, SendRaw)
"""The commands of this file, as they cross the local socket."""
