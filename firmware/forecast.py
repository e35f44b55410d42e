"""What a rollout would do, before it begins: the rules themselves, played on a quick clock.

Nothing is guessed of order, canaries, hours or lanes: that is what rollout.py does with a world in
which each device takes the time it is expected to take and everything goes well. What cannot be
known (when somebody switches the lamp off, when a sensor wakes) stays open and is named.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from firmware import rollout
from firmware.jobs import (
    RUNNING,
    WAITING,
    Action,
    Event,
    Job,
    MakeOffer,
    Plan,
    Seen,
    Stage,
    Staged,
    Started,
    State,
    Ticked,
)
from firmware.release import Back
from fleet.model import Availability, UpdateState, Waiting

_HORIZON_S = 21 * 86_400.0
_TURNS_MAX = 100_000
_SPEED = 30_000.0  # bytes a second, until the home knows better: what a small device writes
_RESTART_S = 60.0
_EVER = 1e12  # a patience that never ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One device in the plan. Times are seconds since the epoch; None: nobody can say."""

    device: str
    version_from: str
    version_to: str
    wave: int  # 0: a canary; then 1, 2, ... in the order in which they can begin
    begins: float | None
    ends: float | None
    waiting: Waiting = Waiting.NOT_YET  # what it waits for last, or for ever
    back: Back = Back.NO
    hops: int = 1  # versions it goes through, the last one included
    careful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The plan of a week in this home, in the order of its begins; those that never begin last."""

    at: float
    week: str
    steps: tuple[Foreseen, ...] = ()
    begins: float | None = None
    ends: float | None = None


def expected_s(job: Job) -> float:
    """Return how long an update takes from the offer to its version, where nobody knows better."""
    return _RESTART_S + (job.target.size / _SPEED if job.target else _RESTART_S)


def forecast(
    state: State,
    begun: Started,
    *,
    plan: Plan,
    now: float,
    lasting: Callable[[Job], float] = expected_s,
) -> Forecast:
    """Play `begun` in `state` from `now` on; no argument is changed.

    What is asked first stands at the end with Waiting.HELD: nobody has answered yet.
    """
    play = _Play(state, plan, now, lasting)
    play.run(begun)
    return play.told(begun.rollout.week)


class _Play:
    """A rollout in a world in which all goes well."""

    def __init__(
        self, state: State, plan: Plan, now: float, lasting: Callable[[Job], float]
    ) -> None:
        self._plan = replace(plan, transfer_idle_s=_EVER, come_back_s=_EVER, longest_tick_s=1.0)
        self._began = self._now = now
        self._lasting = lasting
        self._state = replace(state, outside=replace(state.outside, granted=None))
        self._ids = (f"foreseen-{number}" for number in itertools.count())
        self._due: list[tuple[float, str]] = []  # when, which device is done
        self._begun: dict[str, float] = {}
        self._ended: dict[str, float] = {}
        self._first: dict[str, Job] = {}
        self._canaries: set[str] = set()
        self._why: dict[str, Waiting] = {}

    def run(self, begun: Started) -> None:
        self._first = {job.key: job for job in begun.jobs}
        for job in (job for job in self._state.jobs.values() if job.state in RUNNING):
            self._due.append((self._now + self._lasting(job), job.key))
        self._do(self._tick(), begun)
        for _ in range(_TURNS_MAX):
            at = self._next()
            if at is None or at > self._began + _HORIZON_S:
                return
            self._now = at
            self._do(*self._arrivals(), self._tick())

    def told(self, week: str) -> Forecast:
        steps = [self._step(job) for job in self._first.values()]
        steps.sort(key=lambda one: (one.begins is None, one.begins or 0.0, one.careful))
        waves = _waves(steps, self._canaries)
        ends = [one.ends for one in steps]
        known = [end for end in ends if end is not None]
        return Forecast(
            at=self._began,
            week=week,
            steps=tuple(replace(one, wave=waves[one.device]) for one in steps),
            begins=min((one.begins for one in steps if one.begins is not None), default=None),
            ends=max(known) if known and len(known) == len(ends) else None,
        )

    def _step(self, job: Job) -> Foreseen:
        begins, now = self._begun.get(job.key), self._state.jobs.get(job.key, job)
        last = (job.target, *job.hops)[-1]
        held = job.ask_first and begins is None
        why = now.update.waiting if begins is None else self._why.get(job.key, Waiting.NOT_YET)
        if begins == self._began:
            why = Waiting.NOT_YET  # what it waited for before it was asked for
        return Foreseen(
            device=job.key,
            version_from=job.update.version_from,
            version_to=last.version if last else job.update.version_to,
            wave=0,
            begins=begins,
            ends=self._ended.get(job.key),
            waiting=Waiting.HELD if held else why,
            back=Back(job.update.back or Back.NO),
            hops=1 + len(job.hops),
            careful=job.careful,
        )

    def _tick(self) -> Ticked:
        state = self._state
        outside = replace(state.outside, leaving=False)
        return Ticked(state.connected, outside=outside, held=state.held)

    def _arrivals(self) -> list[Event]:
        came = [key for at, key in self._due if at <= self._now]
        self._due = [one for one in self._due if one[0] > self._now]
        return [self._arrived(key) for key in came]

    def _arrived(self, key: str) -> Seen:
        job = self._state.jobs[key]
        if not job.hops:
            self._ended[key] = self._now
        return Seen(
            device=key,
            availability=Availability.ONLINE,
            version=job.update.version_to,
            arrived=True,
            battery=job.battery,
        )

    def _next(self) -> float | None:
        """Return the next moment at which anything can go on."""
        waiting = [job for job in self._state.jobs.values() if job.state in WAITING]
        ready = [
            job.update.ready_at
            for job in waiting
            if job.update.ready_at is not None and job.update.ready_at > self._now
        ]
        return min([*ready, *(at for at, _ in self._due)], default=None)

    def _do(self, *events: Event) -> None:
        actions = self._step_once(*events)
        while actions:
            actions = self._step_once(*self._answers(actions))

    def _step_once(self, *events: Event) -> tuple[Action, ...]:
        if not events:
            return ()
        self._note_waiting()
        moved = rollout.step(
            self._state, *events, plan=self._plan, now=self._now, ids=lambda: next(self._ids)
        )
        self._state = moved.state
        return moved.actions

    def _note_waiting(self) -> None:
        for key in self._first.keys() & self._state.jobs.keys():
            why = self._state.jobs[key].update.waiting
            if why and key not in self._begun:
                self._why[key] = why

    def _answers(self, actions: Iterable[Action]) -> list[Event]:
        events: list[Event] = []
        for action in actions:
            if isinstance(action, Stage):
                events.append(Staged(action.target.sha256))
            elif isinstance(action, MakeOffer) and action.job.state is UpdateState.OFFERED:
                key = action.job.key
                self._begun.setdefault(key, self._now)
                if action.job.update.canary:
                    self._canaries.add(key)
                self._due.append((self._now + self._lasting(action.job), key))
        return events


def _waves(steps: Iterable[Foreseen], canaries: set[str]) -> Mapping[str, int]:
    """Number those that can begin at the same time for the same reason: 0, the canaries, first."""
    waves: dict[str, int] = {}
    number, before = 0, None
    for one in steps:
        if one.device in canaries:
            waves[one.device] = 0
            continue
        key = (one.waiting, one.careful, one.begins is None)
        if one.waiting not in _SIDE_BY_SIDE and key != before:
            number, before = number + 1, key
        waves[one.device] = max(number, 1)
    return waves


_SIDE_BY_SIDE = frozenset({Waiting.NOT_YET, Waiting.GATEWAY_BUSY})
"""It only stood in a queue: it belongs to the wave of those before it."""
