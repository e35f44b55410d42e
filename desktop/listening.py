"""Answers what was said in the house, and what our dialects make of one message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from desktop import measures, messages_commands
from desktop.messages_commands import Read, Understood
from fleet import sieve
from fleet.capability import values
from fleet.errors import CommandError
from fleet.house import House
from fleet.model import Actor, Device, Message, Observation, Unknown
from fleet.ring import Listened, Topics
from fleet.trace import Trace

_PLAIN = (
    *("name", "vendor", "model", "hardware", "room", "version", "offer", "availability"),
    *("battery", "radio", "parent", "access"),
)
_LONGEST = 200  # characters of one value

ReadMessage = Callable[[Message], Sequence[Observation] | Unknown | None]


class Listening:
    """All but `understand` in a thread beside the house's."""

    def __init__(self, trace: Trace, read: ReadMessage) -> None:
        """`read`: what the dialects read in a message (Registry.read)."""
        self._trace, self._read = trace, read
        self._devices: Callable[[], Mapping[str, Device]] = dict

    def join(self, house: House) -> None:
        """Answer in `house`; before it starts."""
        self._devices = lambda: house.snapshot().devices
        house.beside.handle(messages_commands.Messages, "admin", self.messages)
        house.beside.handle(messages_commands.MessageTopics, "admin", self.topics)
        house.handle(messages_commands.Understand, "admin", self.understand)

    def messages(self, command: messages_commands.Messages, _actor: Actor) -> Listened:
        """See messages_commands.Messages."""
        found, told = self._trace.since(command.since)
        names = {}
        if command.text:
            names = {key: device.name for key, device in self._devices().items()}
        wanted = sieve.Wanted(
            text=command.text,
            kind=command.kind,
            device=command.device,
            topic=command.topic,
            names=names,
        )
        limit = max(0, min(command.limit, messages_commands.MOST))
        return sieve.picked(found, told, wanted, limit)

    def topics(self, command: messages_commands.MessageTopics, _actor: Actor) -> Topics:
        """See messages_commands.MessageTopics."""
        return self._trace.topics(command.since)

    def understand(self, command: messages_commands.Understand, _actor: Actor) -> Understood:
        """See messages_commands.Understand; in the house thread, whose dialects these are."""
        one = self._trace.one(command.number)
        if one is None:
            raise CommandError("message_gone")
        if one.size > len(one.payload):
            return Understood(unknown="message_cut")
        if one.sent:
            return Understood(unknown="message_ours")
        said = self._read(
            Message(
                broker=one.broker,
                topic=one.topic,
                payload=one.payload,
                retain=one.retain,
                at=one.at,
            )
        )
        if said is None:
            return Understood(unknown="no_dialect")
        if isinstance(said, Unknown):
            return Understood(unknown=said.reason)
        return Understood(reads=tuple(_told(each) for each in said))


def _told(said: Observation) -> Read:
    fields: list[tuple[str, Any]] = [(name, getattr(said, name)) for name in _PLAIN]
    if said.via is not None:
        fields.append(("via", said.via[1]))
    if said.word is not None:
        fields.append(("update", said.word.phase.value))
    known = {name: measures.told(value) for name, _, value in values(said.features, said.readings)}
    fields += [(name, known.get(name, value)) for name, value in said.readings.items()]
    if not said.readings:
        fields += [(name, feature.capability.value) for name, feature in said.features.items()]
    told = tuple((name, str(value)[:_LONGEST]) for name, value in fields if value is not None)
    return Read(dialect=said.dialect, says=told)
