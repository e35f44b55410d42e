"""Takes what people want of a device itself: a value set, its maker's update looked for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from desktop import commands
from fleet.dialects import Dialect
from fleet.errors import CommandError
from fleet.house import House
from fleet.model import Actor, Device
from fleet.steps import Publish, Refusal

logger = logging.getLogger(__name__)


class Acting:
    """A part of the household; all of it in the house thread."""

    def __init__(
        self,
        dialects: Sequence[Dialect],
        publish: Callable[[str, Publish], None],
        sent: Callable[[str, str, Publish], object],
    ) -> None:
        """`publish`: at the broker of that name, BrokerError. `sent`: for a device, it went."""
        self._dialects = {dialect.name: dialect for dialect in dialects}
        self._publish, self._sent = publish, sent
        self._devices: Callable[[], Mapping[str, Device]] = dict

    def join(self, house: House) -> None:
        """Take people's word in `house`; before it starts."""
        self._devices = lambda: house.snapshot().devices
        house.handle(commands.Act, "admin", self.act)
        house.handle(commands.CheckOffer, "admin", self.check)

    def act(self, command: commands.Act, actor: Actor) -> None:
        """See commands.Act."""
        device = self._named(command.device)
        feature = device.features.get(command.feature)
        dialect = self._dialects.get(feature.dialect) if feature else None
        if dialect is None:
            raise CommandError("not_settable", fact=command.feature)
        steps = dialect.act(device, command.feature, command.value)
        if isinstance(steps, Refusal):
            raise _error(steps)
        logger.info("%s sets %s of %s", actor.name, command.feature, device.key)
        self._say(device, dialect.name, steps)

    def check(self, command: commands.CheckOffer, actor: Actor) -> None:
        """See commands.CheckOffer."""
        device = self._named(command.device)
        refusals: list[Refusal] = []
        for name in device.dialects:
            if (dialect := self._dialects.get(name)) is None:
                continue
            steps = dialect.check(device)
            if not isinstance(steps, Refusal):
                logger.info("%s has %s look for its maker's update", actor.name, device.key)
                self._say(device, name, steps)
                return
            refusals.append(steps)
        telling = (one for one in refusals if one.code != "cannot_check")  # it could, but not now
        raise _error(next(telling, Refusal("cannot_check")))

    def _say(self, device: Device, dialect: str, steps: Sequence[Publish]) -> None:
        endpoint = device.endpoints.get(dialect)
        if endpoint is None:
            raise CommandError("no_command_topic")
        for step in steps:
            self._publish(endpoint.broker, step)
            self._sent(device.key, endpoint.broker, step)

    def _named(self, key: str) -> Device:
        device = self._devices().get(key)
        if device is None:
            raise CommandError("unknown_device", device=key)
        return device


def _error(refusal: Refusal) -> CommandError:
    return CommandError(refusal.code, fact=refusal.fact)
