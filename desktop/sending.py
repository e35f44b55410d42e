"""Sends a message by hand: what may be sent at all, what is asked first, and the word of it kept.

Our own topics tell other desktops what this home is and who is at which device, and bring firmware:
a message by hand there could only lie. The rest is the household's own to say, after a question
where a device of theirs or the broker's memory is touched.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping

from desktop import messages_commands
from desktop.messages_commands import SendRaw, Sent
from fleet.errors import BrokerError, CommandError
from fleet.house import House
from fleet.model import Actor, Device, Update
from fleet.ring import Noted
from fleet.steps import Publish
from fleet.topics import is_wild, valid
from fleet.trace import Trace

logger = logging.getLogger(__name__)

MOST_BYTES = 256 * 1024
OURS = "orangery/v1/"
DEVICES = "orangery/v1/dev/"
_PLACES = ("prefix", "topic", "base", "root")  # of an endpoint's data: where a device speaks
_SHORTEST = 3  # a name that is shorter says nothing as a level of a topic
_QOS = range(3)


class Sending:
    """All of it in the house thread."""

    def __init__(
        self,
        trace: Trace,
        publish: Callable[[str, Publish], None],
        sent: Callable[[str, str, Publish], object],
        connected: Callable[[], Iterable[str]],
    ) -> None:
        """`publish`, `sent`: as desktop/acting.py has them; `connected`: names of brokers."""
        self._trace, self._publish, self._sent = trace, publish, sent
        self._connected = connected
        self._devices: Callable[[], Mapping[str, Device]] = dict
        self._updates: Callable[[], Mapping[str, object]] = dict

    def join(self, house: House) -> None:
        """Take people's word in `house`; before it starts."""
        self._devices = lambda: house.snapshot().devices
        self._updates = lambda: house.snapshot().facts.get("update", {})
        house.handle(messages_commands.SendRaw, "admin", self.send)

    def send(self, command: SendRaw, actor: Actor) -> Sent:
        """See messages_commands.SendRaw."""
        check(command)
        found, told = self._trace.since(0)
        devices = self._devices()
        key = whose(command.topic, devices, found)
        device = devices.get(key)
        updating = [one for one in self._updates().values() if isinstance(one, Update)]
        if any(one.device == key and not one.state.ended for one in updating):
            raise CommandError("raw_device_updates", device=device.name if device else key)
        if not command.sure and (question := asks(command, device)):
            raise question
        broker = command.broker or self._broker_of(device)
        step = Publish(
            topic=command.topic, payload=command.payload, qos=command.qos, retain=command.retain
        )
        self._publish(broker, step)
        if key:
            self._sent(key, broker, step)
        size = len(command.payload)  # never the payload: it may hold a secret
        logger.info("%s sends %d bytes by hand to %s", actor.name, size, command.topic)
        return Sent(since=told.upto, at=time.time(), broker=broker, device=key)

    def _broker_of(self, device: Device | None) -> str:
        """Return where the device was met, else the first broker that we are connected to."""
        known = sorted(self._connected())
        places = [one.broker for one in device.endpoints.values()] if device else []
        for broker in (*places, *known):
            if broker in known:
                return broker
        raise BrokerError("no_broker")


def check(command: SendRaw) -> None:
    """Raise CommandError where this may not be sent by hand at all; see SendRaw."""
    if not valid(command.topic) or is_wild(command.topic):
        raise CommandError("raw_topic_bad", topic=command.topic[:200])
    if command.topic.startswith("$"):
        raise CommandError("raw_topic_reserved", topic=command.topic)
    if command.topic.startswith(OURS) and not command.topic.startswith(DEVICES):
        raise CommandError("raw_topic_ours", topic=command.topic)
    if len(command.payload) > MOST_BYTES:
        raise CommandError("raw_too_large", size=len(command.payload), most=MOST_BYTES)
    if command.qos not in _QOS:
        raise CommandError("raw_qos_bad", qos=command.qos)


def asks(command: SendRaw, device: Device | None) -> CommandError | None:
    """Return the question that a person has to answer first; None: it can simply be sent."""
    if command.retain and device:
        return CommandError("raw_ask_both", device=device.name)
    if command.retain:
        return CommandError("raw_ask_retained", topic=command.topic)
    return CommandError("raw_ask_device", device=device.name) if device else None


def whose(topic: str, devices: Mapping[str, Device], heard: Iterable[Noted]) -> str:
    """Return the key of the device that a topic is of: it spoke there, or has its name in it."""
    said = [one.devices[0] for one in heard if one.topic == topic and one.devices]
    if said and said[-1] in devices:
        return said[-1]
    around = f"/{topic}/"
    for key, device in devices.items():
        for endpoint in device.endpoints.values():
            data = endpoint.data
            names = {endpoint.id, *(data[place] for place in _PLACES if place in data)}
            if any(f"/{name.strip('/')}/" in around for name in names if len(name) >= _SHORTEST):
                return key
    return ""
