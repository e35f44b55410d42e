"""What the window asks about the messages of the house, one method each."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from fleet.later import later

if TYPE_CHECKING:
    from desktop import messages_commands as commands
    from fleet.client import Client
    from fleet.ring import Kind
else:  # nothing is asked before somebody looks
    commands = later("desktop.messages_commands")


class MessageWishes:
    """Sends commands; each method returns the Future of its result."""

    def __init__(self, client: Client) -> None:
        self._send = client.send

    def messages(
        self, since: int, limit: int, *, text: str, kind: Kind, device: str = "", topic: str = ""
    ) -> Future[Any]:
        """Ask what was said after a number: a Listened."""
        return self._send(
            commands.Messages(
                since=since, limit=limit, text=text, kind=kind, device=device, topic=topic
            )
        )

    def topics(self, since: int) -> Future[Any]:
        """Ask on which topics something was said: a Topics."""
        return self._send(commands.MessageTopics(since=since))

    def understand(self, number: int) -> Future[Any]:
        """Ask what our dialects make of a message: an Understood."""
        return self._send(commands.Understand(number=number))

    def send(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 0,
        retain: bool = False,
        broker: str = "",
        sure: bool = False,
    ) -> Future[Any]:
        """Send a message by hand: a Sent, or the question that comes first as its error."""
        return self._send(
            commands.SendRaw(
                topic=topic, payload=payload, qos=qos, retain=retain, broker=broker, sure=sure
            )
        )
