"""Shows this week's updates to Home Assistant, where the household wishes it: seen and pressed.

One update entity a device that the week has something for (fleet/dialects/homeassistant_announce.py
says how it looks there). Pressing it is an order like that of a person at this desktop, taken at
this home's brokers only; what it brings is verified like everything else. Off until wished: whoever
may write `orangery/v1/updates/+/set` may then begin an update.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from desktop import at_brokers, rights
from desktop.commands import ShowUpdates
from desktop.settings import Settings
from firmware.orders import StartRollout
from firmware.release import Fit, Week
from fleet.dialects import homeassistant_announce as entity
from fleet.errors import OrangeryError
from fleet.house import House
from fleet.model import Actor, Changes, Message, Snapshot, Update
from fleet.steps import Publish

logger = logging.getLogger(__name__)

TOPICS = entity.COMMANDS


class UpdateEntities:
    """Listens to the house, and keeps at each of its brokers what Home Assistant is to show."""

    def __init__(
        self,
        publish: Callable[[str, Publish], object],
        *,
        chosen: Callable[[], Settings],
        choose: Callable[[bool], object],
    ) -> None:
        self._publish, self._chosen, self._choose = publish, chosen, choose
        self._said: dict[str, dict[str, bytes]] = {}  # device -> topic -> payload, as last told

    def join(self, house: House) -> None:
        """Listen there, and take people's word."""
        self._house = house
        house.listen(self._heard)
        house.handle(ShowUpdates, "admin", self._order)

    @property
    def will(self) -> Publish | None:
        """What a broker is to say for us when we are gone without a word."""
        return entity.present(here=False) if self._on else None

    def leave(self) -> None:
        """Say that nobody listens for the buttons any more; before the brokers are left."""
        if self._on:
            self._say(self._up(), [entity.present(here=False)])

    def pressed(self, message: Message, publish: Callable[[Publish], None], largest: int) -> None:
        """Take a press, in a broker's network thread: begin this device's update."""
        del publish, largest  # it is answered by what becomes of the update
        device = entity.ordered(message.topic, message.payload)
        if not device or message.retain or not self._on:
            return
        answer = self._house.send(StartRollout(devices=(device,)), rights.HOME_ASSISTANT)
        answer.add_done_callback(
            lambda done: (
                logger.info("the press for %s is refused: %s", device, error)
                if isinstance(error := done.exception(), OrangeryError)
                else None
            )
        )

    @property
    def _on(self) -> bool:
        return self._chosen().show_updates

    def _order(self, command: ShowUpdates, _actor: Actor) -> None:
        """Show from now on, or no more: then what stands there is removed."""
        was = self._on
        self._choose(command.show)
        if command.show and not was:
            self._tell_all(self._up())
        elif was and not command.show:
            gone = [step for key in self._said for step in entity.withdrawn(key)]
            self._say(self._up(), [*gone, entity.present(here=False)])
            self._said.clear()

    def _heard(self, changes: Changes) -> None:
        if not self._on:
            return
        if come := at_brokers.come(changes.facts.get("connection", {})):
            self._tell_all(come)
        facts = (changes.facts.get(kind, {}) for kind in ("fit", "update"))
        keys = set(changes.devices).union(*facts)
        if changes.facts.get("week"):
            keys |= self._house.snapshot().devices.keys()
        self._tell(keys)

    def _tell_all(self, brokers: Iterable[str]) -> None:
        """Say everything at these brokers, whatever was said before."""
        self._said.clear()
        self._say(brokers, [entity.present(here=True)])
        self._tell(self._house.snapshot().devices)

    def _tell(self, keys: Iterable[str]) -> None:
        """Say what is new of these devices."""
        snapshot = self._house.snapshot()
        for key in keys:
            steps = self._steps(snapshot, key)
            before = self._said.get(key, {})
            now = {step.topic: step.payload for step in steps}
            self._say(self._up(), [one for one in steps if before.get(one.topic) != one.payload])
            if any(now.values()):
                self._said[key] = now
            else:
                self._said.pop(key, None)

    def _steps(self, snapshot: Snapshot, key: str) -> list[Publish]:
        """Return what is to stand there of one device; its removal where it did and is not to."""
        device = snapshot.devices.get(key)
        fit = snapshot.facts.get("fit", {}).get(key)
        update = snapshot.facts.get("update", {}).get(key)
        running = update if isinstance(update, Update) and _runs(update) else None
        offered = fit.target.version if isinstance(fit, Fit) else ""
        if running:
            offered = running.version_to
        if device is None or not (offered or key in self._said):
            return entity.withdrawn(key) if key in self._said else []
        return entity.announced(
            device,
            offered=offered,
            notes=self._notes(snapshot),
            under_way=running is not None,
            percent=running.percent if running else None,
        )

    def _notes(self, snapshot: Snapshot) -> str:
        weeks = (one for one in snapshot.facts.get("week", {}).values() if isinstance(one, Week))
        week = next(weeks, None)
        if week is None:
            return ""
        return week.notes.get(self._chosen().language) or week.notes.get("en", "")

    def _say(self, brokers: Iterable[str], steps: Iterable[Publish]) -> None:
        at_brokers.say(self._publish, list(brokers), steps)

    def _up(self) -> list[str]:
        return at_brokers.up(self._house.snapshot())


def _runs(update: Update) -> bool:
    return update.started is not None and not update.state.ended
