"""Two nights of the house of sixty, played by the real rules on a quick clock.

Each device takes the time it needs; sensors sleep and wake on their own; one lamp's self test
fails, one sensor's battery is too low. Nothing here decides anything: that is firmware/rollout.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace

from msgspec import structs

from firmware import morning, rollout
from firmware.jobs import (
    Action,
    Event,
    Heard,
    Job,
    MakeOffer,
    Seen,
    Stage,
    Staged,
    Started,
    State,
    Ticked,
)
from firmware.morning import Night
from firmware.release import Misfit
from fleet.model import Availability, Device, Phase, UpdateWord, Version
from tests.desktop import big_house
from tests.desktop.fake_client import FakeClient

TICK_S = 30.0
UNLUCKY = "n21"  # a lamp
SPARE = "n9"  # the lamp that goes first
WAKES_S = 6 * 3600.0  # each sensor in its own minute of these
AWAKE_S = 60.0
_TAKES_S = 90.0
_LAST = "2.0.0"


class PlayedHouse:
    """The house from the evening of `NOW` on; `until` plays on."""

    def __init__(self, unlucky: str = UNLUCKY) -> None:
        """`unlucky`: the device whose self test fails."""
        self.plan, self.now, self.unlucky = big_house.PLAN, big_house.NOW, unlucky
        self.devices: Mapping[str, Device] = big_house.devices()
        self.state = State()
        self.order: list[str] = []  # keys in the order in which they were offered the file
        self._ids = (f"t{number}" for number in itertools.count())
        self._due: list[tuple[float, int, Event]] = []
        self._count = itertools.count()
        jobs = big_house.jobs(self.devices)
        self._step([self._tick(), Started(big_house.ROLLED, jobs)])

    def until(self, end: float) -> None:
        """Play up to `end`."""
        while self.now < end:
            self.now += TICK_S
            came = sorted(one for one in self._due if one[0] <= self.now)
            self._due = [one for one in self._due if one[0] > self.now]
            self._step([*(event for _, _, event in came), *self._sleepers(), self._tick()])

    def night(self) -> Night | None:
        """What the last night that is over came to."""
        begin, end = morning.ended_before(self.plan, self.now)
        updates = (job.update for job in self.state.jobs.values())
        return morning.night(updates, self.state.rollouts.values(), begin=begin, end=end)

    def _step(self, events: Iterable[Event]) -> None:
        waiting = list(events)
        while waiting:
            moved = rollout.step(
                self.state, *waiting, plan=self.plan, now=self.now, ids=lambda: next(self._ids)
            )
            self.state = moved.state
            waiting = [Staged(one.target.sha256) for one in moved.actions if isinstance(one, Stage)]
            self._offered(moved.actions)

    def _offered(self, actions: Iterable[Action]) -> None:
        for action in actions:
            if not isinstance(action, MakeOffer):
                continue
            job = action.job
            self.order.append(job.key)
            self._later(10, Heard(job.key, UpdateWord(phase=Phase.ACCEPTED)))
            self._later(30, Heard(job.key, UpdateWord(phase=Phase.TRANSFERRING, percent=50.0)))
            if job.key == self.unlucky:
                word = UpdateWord(phase=Phase.ROLLED_BACK, error="self test failed")
                self._later(_TAKES_S, Heard(job.key, word))
            else:
                self._later(_TAKES_S, self._arrived(job))

    def _arrived(self, job: Job) -> Seen:
        return Seen(
            device=job.key,
            availability=Availability.ONLINE,
            version=job.update.version_to,
            arrived=True,
            battery=job.battery,
        )

    def _later(self, seconds: float, event: Event) -> None:
        self._due.append((self.now + seconds, next(self._count), event))

    def _sleepers(self) -> Iterable[Event]:
        """Wake and put to sleep those whose time it is; who is at work stays awake."""
        for number, (key, device) in enumerate(self.devices.items()):
            if device.kind != "sensor":
                continue
            job = self.state.jobs[key]
            awake = (self.now + number * 7 * 60) % WAKES_S < AWAKE_S
            at_work = job.update.started is not None and not job.state.ended
            word = Availability.ONLINE if awake or at_work else Availability.SLEEPING
            if word is not job.availability:
                yield Seen(device=key, availability=word, version=job.seen, battery=device.battery)

    def _tick(self) -> Ticked:
        return Ticked(frozenset({big_house.BROKER}))

    def facts(self) -> dict[str, dict[str, object]]:
        """The facts of the house as of now."""
        updates = {key: job.update for key, job in self.state.jobs.items()}
        at_end = {key for key, job in self.state.jobs.items() if job.seen == _LAST}
        there = Misfit(code="already_there", fact=_LAST)
        fits = big_house.fits(self.devices)
        return {
            "update": dict(updates),
            "rollout": dict(self.state.rollouts),
            "night": {"last": self.night()},
            "fit": {key: there if key in at_end else fit for key, fit in fits.items()},
        }

    def as_it_is(self) -> dict[str, Device]:
        """The devices with the versions that they run by now."""
        jobs = self.state.jobs
        return {
            key: structs.replace(one, version=Version(jobs[key].seen))
            for key, one in self.devices.items()
        }


def client_of(house: PlayedHouse) -> FakeClient:
    """A client of that house as it is now."""
    started = any(job.update.started for job in house.state.jobs.values())
    made = big_house.client(**house.facts() if started else {})
    made.now = replace(made.now, devices=house.as_it_is())
    return made


def hours_later(hours: float) -> float:
    """So long after the evening on which it begins."""
    return big_house.NOW + hours * 3600
