"""What was said in the house is told to whoever looks, and what our dialects make of a message."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from desktop import messages_commands as commands
from desktop.listening import Listening
from fleet.errors import CommandError
from fleet.model import OWNER, Message
from fleet.registry import Registry
from fleet.ring import Kind
from fleet.trace import Direction, Trace
from tests.desktop.toy import Toy


class Room:
    """A registry that hears, and the part that tells of it."""

    def __init__(self) -> None:
        self.trace, self.registry = Trace(), Registry([Toy()], new_key=lambda: "k")
        self.listening = Listening(self.trace, self.registry.read)
        snapshot = SimpleNamespace(devices=self.registry.devices)
        self.beside: list[type] = []
        self.listening.join(
            SimpleNamespace(
                snapshot=lambda: snapshot,
                handle=lambda *_: None,
                beside=SimpleNamespace(handle=lambda kind, *_: self.beside.append(kind)),
            )
        )

    def hear(self, topic: str, payload: bytes) -> None:
        message = Message(broker="home", topic=topic, payload=payload, at=1.0)
        heard = self.registry.hear(message)
        self.registry.settle()
        self.trace.keep(message, heard.keys, unknown=heard.unknown)

    def ask(self, **wanted):
        return self.listening.messages(commands.Messages(**wanted), OWNER)

    def understand(self, number: int):
        return self.listening.understand(commands.Understand(number=number), OWNER)


@pytest.fixture
def room() -> Room:
    made = Room()
    made.hear("toy/lamp", b'{"state": "ON", "bri": 100, "temp": 21.5}')
    made.hear("garden/pump", b"7")
    return made


def test_what_is_polled_is_answered_beside_the_house(room):
    assert room.beside == [commands.Messages, commands.MessageTopics]


def test_messages_are_told_by_filter_kind_device_and_topic(room):
    assert [one.topic for one in room.ask(text="toy/+").messages] == ["toy/lamp"]
    assert [one.topic for one in room.ask(kind=Kind.UNKNOWN).messages] == ["garden/pump"]
    assert [one.topic for one in room.ask(device="k").messages] == ["toy/lamp"]
    assert [one.topic for one in room.ask(topic="garden/pump").messages] == ["garden/pump"]


def test_the_name_of_a_device_finds_its_messages(room):
    name = room.registry.devices["k"].name
    assert [one.topic for one in room.ask(text=name.upper()).messages] == ["toy/lamp"]


def test_nobody_gets_more_than_a_page_of_them(room):
    room.ask()  # more is kept while somebody looks
    for _ in range(commands.MOST + 5):
        room.hear("garden/pump", b"8")
    told = room.ask(limit=10**9)
    assert (len(told.messages), told.more) == (commands.MOST, 7)
    assert room.ask(limit=-3).messages == ()


def test_topics_are_told_with_their_counts(room):
    told = room.listening.topics(commands.MessageTopics(), OWNER)
    assert [(one.topic, one.count) for one in told.topics] == [("toy/lamp", 1), ("garden/pump", 1)]


def test_a_message_is_understood_as_what_its_dialect_read_with_units(room):
    (read,) = room.understand(1).reads
    assert read.dialect == "toy"
    assert ("temp", "21.5 °C") in read.says
    assert room.registry.settle() == {}  # nothing is learned from looking


def test_what_nobody_understands_says_why(room):
    assert room.understand(2).unknown == "no_dialect"


def test_what_was_cut_or_is_ours_is_not_read(room):
    room.hear("toy/lamp", b"x" * 9_000)
    room.trace.keep(
        Message(broker="home", topic="toy/lamp/set", payload=b"1"), ("k",), Direction.OUT
    )
    assert room.understand(3).unknown == "message_cut"
    assert room.understand(4).unknown == "message_ours"


def test_a_message_that_is_gone_is_said_to_be(room):
    with pytest.raises(CommandError) as error:
        room.understand(99)
    assert error.value.code == "message_gone"
