"""Shows this week's updates to Home Assistant, where the household wishes it: seen and pressed.

One update entity a device that the week has something for (fleet/dialects/homeassistant_announce.py
says how it looks there). Of several desktops of a home one shows them at each broker, by a lease;
the others begin where it ends. Pressing is an order like that of a person at this desktop, taken at
this home's brokers only; what it brings is verified like everything else. Off until wished: whoever
may write `orangery/v1/updates/+/set` may then begin an update.
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from desktop import at_brokers, rights
from desktop.commands import ShowUpdates
from desktop.settings import Settings
from firmware.orders import StartRollout
from firmware.release import Fit, Week
from fleet.dialects import homeassistant_announce as entity
from fleet.errors import OrangeryError
from fleet.house import Batch, House, Outcome
from fleet.model import Actor, Changes, Device, Message, Snapshot, Update
from fleet.steps import Publish

logger = logging.getLogger(__name__)

TOPICS = entity.COMMANDS
STANDING = entity.CONFIGS
GRACE_S = 60.0
"""A device of which something stands at a broker has so long to say who it is after a start."""


class Duties(Protocol):
    """Who of a home's desktops does what at which broker (desktop/leases.py)."""

    def takes_on(self, duty: str, *, on: bool) -> None:
        """Want to do it, or no more."""

    def does(self, duty: str, broker: str) -> bool:
        """Whether it is this desktop that does it there."""


class UpdateEntities:
    """A part of the house, after the leases': keeps at brokers what Home Assistant is to show.

    `pressed` and `stands` are for a broker's network thread. wills: called where what a broker is
    to say for us has changed.
    """

    def __init__(
        self,
        publish: Callable[[str, Publish], object],
        *,
        desktop: str,
        duties: Duties,
        chosen: Callable[[], Settings],
        choose: Callable[[bool], object],
        wills: Callable[[], object] = lambda: None,
    ) -> None:
        self._publish, self._me, self._duties = publish, desktop, duties
        self._chosen, self._choose, self._wills = chosen, choose, wills
        self._shown: dict[str, dict[str, dict[str, bytes]]] = {}  # broker -> name -> topic -> said
        self._came: queue.SimpleQueue[tuple[str, str, bool]] = queue.SimpleQueue()
        self._standing: dict[str, set[str]] = {}  # broker -> names of entities that it keeps
        self._names: dict[str, str] = {}  # device -> name
        self._keys: dict[str, str] = {}
        self._dirty: set[str] = set()
        self._strange: dict[tuple[str, str], float] = {}  # broker, name -> nobody's since when

    def join(self, house: House) -> None:
        """Live there, and take people's word."""
        self._house = house
        house.listen(self._heard)
        house.add(self)
        house.handle(ShowUpdates, "admin", self._order)
        self._duties.takes_on(entity.DUTY, on=self._on)

    @property
    def will(self) -> Publish | None:
        """What a broker is to say for us when we are gone without a word."""
        return entity.present(self._me, here=False) if self._on else None

    def leave(self) -> None:
        """Let another desktop show them; before the house's last turn, and the brokers are left."""
        self._duties.takes_on(entity.DUTY, on=False)
        self._say(list(self._shown), [entity.present(self._me, here=False)])

    def pressed(self, message: Message, publish: Callable[[Publish], None], largest: int) -> None:
        """Take a press, in a broker's network thread: begin this device's update."""
        del publish, largest  # it is answered by what becomes of the update
        device = self._keys.get(entity.ordered(message.topic, message.payload))
        if not device or message.retain or not self._on:
            return
        if not self._duties.does(entity.DUTY, message.broker):
            return  # the desktop that shows it takes the press
        answer = self._house.send(StartRollout(devices=(device,)), rights.HOME_ASSISTANT)
        answer.add_done_callback(
            lambda done: (
                logger.info("the press for %s is refused: %s", device, error)
                if isinstance(error := done.exception(), OrangeryError)
                else None
            )
        )

    def stands(self, message: Message, publish: Callable[[Publish], None], largest: int) -> None:
        """Take what a broker keeps of us, or of another desktop, in its network thread."""
        del publish, largest
        if name := entity.announced_as(message.topic):
            self._came.put((message.broker, name, bool(message.payload)))

    def take(self, batch: Batch) -> Outcome:
        """Begin and end where this desktop comes to show them, and say what is new."""
        self._look_at_standing(batch.connected)
        for broker in self._shown.keys() - batch.connected:
            del self._shown[broker]
        for broker in batch.connected:
            does = self._on and self._duties.does(entity.DUTY, broker)
            if does and broker not in self._shown:
                self._shown[broker] = {}
                self._say([broker], [entity.present(self._me, here=True)])
                self._dirty |= batch.devices.keys()
            elif not does and broker in self._shown:
                del self._shown[broker]  # what stands there is another desktop's now
                self._say([broker], [entity.present(self._me, here=False)])
        if self._shown and self._dirty:
            self._tell_dirty()
        self._remove_strangers(batch.now)
        return Outcome()

    @property
    def _on(self) -> bool:
        return self._chosen().show_updates

    def _order(self, command: ShowUpdates, _actor: Actor) -> None:
        """Show from now on, or no more: then what stands there is removed."""
        was = self._on
        self._choose(command.show)
        if command.show == was:
            return
        self._duties.takes_on(entity.DUTY, on=command.show)
        for broker, shown in self._shown.items() if not command.show else ():
            gone = [step for name in shown for step in entity.withdrawn(name)]
            self._say([broker], [*gone, entity.present(self._me, here=False)])
        self._shown.clear()
        self._wills()

    def _heard(self, changes: Changes) -> None:
        facts = (changes.facts.get(kind, {}) for kind in ("fit", "update"))
        self._dirty |= set(changes.devices).union(*facts)
        if changes.facts.get("week"):
            self._dirty |= self._house.snapshot().devices.keys()

    def _look_at_standing(self, connected: frozenset[str]) -> None:
        """Know what brokers keep; an entity of a device that nobody knows here is removed."""
        while not self._came.empty():
            broker, name, there = self._came.get_nowait()
            names = self._standing.setdefault(broker, set())
            if there:
                names.add(name)
                self._dirty |= {self._keys[name]} if name in self._keys else set()
            else:
                names.discard(name)
        for broker in self._standing.keys() - connected:
            del self._standing[broker]

    def _tell_dirty(self) -> None:
        """Say what is new of the devices that changed, then remove what is nobody's."""
        snapshot = self._house.snapshot()
        for key in self._dirty:
            self._name(key, snapshot.devices.get(key))
        for broker, shown in self._shown.items():
            for key in self._dirty & self._names.keys():
                self._tell(broker, shown, key, snapshot)
            for name in shown.keys() - self._keys.keys():
                self._say([broker], entity.withdrawn(name))
                del shown[name]
        self._dirty.clear()

    def _remove_strangers(self, now: float) -> None:
        """Remove what stands there of nobody: not before a device had the time to say who it is."""
        there = {
            (broker, name)
            for broker, shown in self._shown.items()
            for name in self._standing.get(broker, set()) - shown.keys() - self._keys.keys()
        }
        self._strange = {one: self._strange.get(one, now) for one in there}
        for (broker, name), since in self._strange.items():
            if now - since >= GRACE_S:
                self._say([broker], entity.withdrawn(name))
                self._standing[broker].discard(name)

    def _name(self, key: str, device: Device | None) -> None:
        """Know under which name a device is shown; it changes where a better id is learned."""
        if (before := self._names.pop(key, "")) and self._keys.get(before) == key:
            del self._keys[before]
        if device is not None and (name := entity.name_of(device)):
            self._names[key], self._keys[name] = name, key

    def _tell(
        self, broker: str, shown: dict[str, dict[str, bytes]], key: str, snapshot: Snapshot
    ) -> None:
        name = self._names[key]
        known = name in shown or name in self._standing.get(broker, ())
        steps = list(self._steps(snapshot, key, known=known))
        before = shown.get(name, {})
        self._say([broker], [one for one in steps if before.get(one.topic) != one.payload])
        if steps:
            shown[name] = {step.topic: step.payload for step in steps}

    def _steps(self, snapshot: Snapshot, key: str, *, known: bool) -> Iterator[Publish]:
        """Give what is to stand there of one device; nothing where it has nothing to show."""
        fit = snapshot.facts.get("fit", {}).get(key)
        update = snapshot.facts.get("update", {}).get(key)
        running = update if isinstance(update, Update) and _runs(update) else None
        offered = fit.target.version if isinstance(fit, Fit) else ""
        if running:
            offered = running.version_to
        if offered or known:
            yield from entity.announced(
                snapshot.devices[key],
                offered=offered,
                by=self._me,
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


def _runs(update: Update) -> bool:
    return update.started is not None and not update.state.ended
