"""A house whose messages are kept in a real ring, behind the window's fake client."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from desktop.listening import Listening
from fleet.model import OWNER, Message
from fleet.trace import Direction, Trace
from tests.desktop import fake_client
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW


class Talk:
    """What is said in the house of fake_house.py; `client` answers as a house does."""

    def __init__(self, trace: Trace | None = None) -> None:
        self.client: FakeClient = fake_client.client()
        self.trace = trace or Trace()
        self.listening = Listening(self.trace, lambda _message: None)
        house = SimpleNamespace(
            snapshot=self.client.snapshot,
            handle=lambda *_: None,
            beside=SimpleNamespace(handle=lambda *_: None),
        )
        self.listening.join(house)
        answers = self.client.answers
        answers["Messages"] = lambda command: self.listening.messages(command, OWNER)
        answers["MessageTopics"] = lambda command: self.listening.topics(command, OWNER)
        self.at = NOW - 600

    def say(self, topic: str, said: Any, *devices: str, **more: Any) -> None:
        """A message is heard; one with no device is of nobody that we know."""
        unknown = "" if devices else more.pop("unknown", "no_dialect")
        self.trace.keep(self._message(topic, said, **more), devices, unknown=unknown)

    def send(self, topic: str, said: Any, *devices: str, **more: Any) -> None:
        """We send a message."""
        message = self._message(topic, said, **more)
        self.trace.sent(message)
        if devices:
            self.trace.keep(message, devices, Direction.OUT)

    def _message(self, topic: str, said: Any, **more: Any) -> Message:
        self.at += 0.25
        payload = said if isinstance(said, bytes) else json.dumps(said).encode()
        return Message(broker="home", topic=topic, payload=payload, at=self.at, **more)
