"""A rollout being played: events in, and everything that came of them kept."""

from __future__ import annotations

import itertools

from firmware import rollout
from firmware.jobs import Heard, Job, Plan, Seen, Started, State, Ticked
from firmware.release import Fits, Target
from fleet.model import (
    Availability,
    Phase,
    Rollout,
    RolloutState,
    Update,
    UpdateState,
    UpdateWord,
    Waiting,
)

S = UpdateState
ONLINE, OFFLINE = Availability.ONLINE, Availability.OFFLINE
HOME = frozenset({"home"})
PLAN = Plan(soak_s=10, transfer_idle_s=20, answer_s=5, come_back_s=30)
FILE = Target(
    path="fw/acme/lamp/lamp-2.bin",
    sha256="aa",
    size=100,
    version="2",
    counter=2,
    line="lamp",
    fits=Fits(vendor="acme", model="lamp"),
)


def job(device: str, *, week: str = "r1", target: Target | None = FILE, **more: object) -> Job:
    update = Update(
        device=device,
        rollout=week,
        week=week,
        state=S.KNOWN,
        version_from="1",
        version_to="2",
        target=target.path if target else "",
        sha256=target.sha256 if target else "",
        own=target is None,
    )
    given_ = {"availability": ONLINE, "seen": "1", "broker": "home", "maker": "acme"} | more
    return Job(update=update, target=target, **given_)


def started(*jobs: Job, week: str = "r1") -> Started:
    return Started(Rollout(id=week, week=week, state=RolloutState.RUNNING), jobs)


class Run:
    """A rollout being played: events in, state and everything that came of them kept."""

    def __init__(self, *events: object, plan: Plan = PLAN) -> None:
        self.plan, self.now, self.state = plan, 1000.0, State()
        self.kept: list[Job | Rollout] = []
        self.actions: list[object] = []
        self._ids = (f"t{number}" for number in itertools.count(1))
        self.do(Ticked(HOME), *events)

    def do(self, *events: object) -> Run:
        for event in events:
            self.together(event)
        return self

    def together(self, *events: object) -> Run:
        """All of them before it is anybody's turn, as in one turn of the house."""
        moved = rollout.step(
            self.state, *events, plan=self.plan, now=self.now, ids=lambda: next(self._ids)
        )
        self.state = moved.state
        self.kept.extend(moved.kept)
        self.actions.extend(moved.actions)
        return self

    def wait(self, seconds: float, *, connected: frozenset[str] = HOME, away=frozenset()) -> Run:
        self.now += seconds
        return self.do(Ticked(connected, away))

    def states(self) -> dict[str, str]:
        return {key: one.state.value for key, one in self.state.jobs.items()}

    def waiting(self, device: str) -> Waiting:
        return self.state.jobs[device].update.waiting

    def update(self, device: str = "a") -> Update:
        return self.state.jobs[device].update

    def arrives(self, device: str) -> Run:
        return self.do(Seen(device=device, availability=ONLINE, version="2", arrived=True))


def heard(phase: Phase, device: str = "a", **more: object) -> Heard:
    return Heard(device, UpdateWord(phase=phase, **more))


def old(device: str = "a", availability: Availability = ONLINE, version: str = "1") -> Seen:
    return Seen(device=device, availability=availability, version=version)
